# make demo     the whole gallery on this machine, no Microsoft account needed
# make install  everything for real use; adds missing secrets to .env, migrates
# make serve    the site, with the production server
# make test     all tests, on SQLite and on MariaDB
# make trials   the long ones: kills, loads, a fresh start of the demonstration
# make bench    speed, as ratios measured in one run
# make lint     formatting and lint
# make clean    removes what the demonstration made

PYTHON  ?= python3
ADDRESS ?= 127.0.0.1
PORT    ?= 8000
VENV    := .venv
BIN     := $(VENV)/bin
PIP     := $(BIN)/pip install --quiet --disable-pip-version-check

# A worker that is told to end sometimes does not: then it is killed.
GRANIAN := $(BIN)/granian --interface wsgi --workers 2 --blocking-threads 8 \
	--respawn-failed-workers --workers-kill-timeout 5 artetore.wsgi:application

.PHONY: demo install serve test trials bench lint clean

demo: $(VENV)/.base
	@$(BIN)/python -m artetore.demo
	@ENV_FILE=.demo/.env $(BIN)/python manage.py demo

install: $(VENV)/.full
	@$(BIN)/python -m artetore.keys .env
	@$(BIN)/python manage.py migrate --verbosity 0
	@$(BIN)/python manage.py collectstatic --noinput --verbosity 0
	@$(BIN)/python manage.py check
	@echo "Ready: make serve"

serve: $(VENV)/.full
	@$(BIN)/python manage.py migrate --check --verbosity 0
	@$(GRANIAN) --host $(ADDRESS) --port $(PORT)

test: $(VENV)/.dev
	@.ci/need chromium
	$(BIN)/pytest --numprocesses 2
	@.ci/with-mariadb $(BIN)/pytest --numprocesses 2 --ignore-glob="*test_standin_*"

trials: $(VENV)/.dev
	@.ci/need chromium
	$(BIN)/pytest -m trial --ignore-glob="*test_trial_install*"
	@.ci/with-mariadb $(BIN)/pytest -m trial --ignore-glob="*test_standin_*" --ignore-glob="*test_trial_demo*"

bench: $(VENV)/.dev
	@$(BIN)/python -m benchmarks.listing
	@$(BIN)/python -m benchmarks.importing

lint: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

clean:
	rm -rf .demo

$(BIN)/pip:
	@.ci/need venv
	$(PYTHON) -m venv $(VENV)

$(VENV)/.base: requirements/base.txt | $(BIN)/pip
	$(PIP) -r $<
	@touch $@

$(VENV)/.full: requirements.txt requirements/base.txt | $(BIN)/pip
	@.ci/need mysql-headers
	$(PIP) -r $<
	@touch $@ $(VENV)/.base

$(VENV)/.dev: requirements/dev.txt requirements.txt requirements/base.txt | $(BIN)/pip
	@.ci/need mysql-headers
	$(PIP) -r $<
	@touch $@ $(VENV)/.full $(VENV)/.base
