# make demo     the whole gallery on this machine, no Microsoft account needed
# make install  everything for real use; adds missing secrets to .env, migrates
# make serve    the site, with the production server
# make test     all tests, on SQLite and on MariaDB
# make trials   the long ones: kills, loads, a fresh start of the demonstration
# make bench    speed, as ratios measured in one run
# make screenshots  the pictures of the pages in docs/, of the demonstration
# make lint     formatting and lint
# make clean    removes what the demonstration made

PYTHON  ?= python3
ADDRESS ?= 127.0.0.1
PORT    ?= 8000
VENV    := .venv
BIN     := $(VENV)/bin
PIP     := $(BIN)/pip install --quiet --disable-pip-version-check

# Tests of what speaks to OneDrive, makes pictures, or keeps house: the database is
# nothing to them, and little to what is done in a browser.
ROWLESS := -m "not trial and not browser" \
	$(patsubst %,--ignore-glob="*onedrive/tests/test_%",standin_* admin_drive_thumbnails* \
	admin_uploads* answers* batches* changes* checks* client* confines* downloads* drive* \
	false_* foresight* hashes* items* listings* names* run_standin* session* signed_* \
	throttling* uploads*) \
	$(patsubst %,--ignore-glob="*gallery/tests/test_%",pixels* storage* variants*) \
	$(patsubst %,--ignore-glob="*artetore/tests/test_%",demo_* env_* errors* home* \
	import_rules* json_logs* keys* kit* logs* middleware* nginx* ports* request_ids* \
	schema* settings* wsgi*)

.PHONY: demo install serve test trials bench screenshots lint clean

demo: $(VENV)/.base
	@$(BIN)/python -m artetore.demo
	@exec env ENV_FILE=.demo/.env $(BIN)/python manage.py demo

install: $(VENV)/.full
	@$(BIN)/python -m artetore.keys .env
	@$(BIN)/python manage.py check
	@$(BIN)/python manage.py migrate --verbosity 0 --skip-checks
	@$(BIN)/python manage.py collectstatic --noinput --verbosity 0
	@echo "Ready: make serve"

serve: $(VENV)/.full
	@$(BIN)/python -m artetore.ports "$(ADDRESS)" "$(PORT)"
	@$(BIN)/python -m artetore.settings
	@$(BIN)/python manage.py migrate --check --verbosity 0 --skip-checks || \
		{ echo "The site needs a database with the tables of this version: make install makes them" >&2; false; }
	@exec $(BIN)/python -m artetore.serve "$(ADDRESS)" "$(PORT)"

test: $(VENV)/.dev
	@.ci/need chromium
	@.ci/need nginx
	@.ci/need compose
	@.ci/need systemd
	@.ci/with-mariadb --hasty env -u TEST_DATABASE $(BIN)/pytest --numprocesses 2
	@.ci/with-mariadb --hasty $(BIN)/pytest --numprocesses 2 $(ROWLESS)

trials: $(VENV)/.dev
	@.ci/need chromium
	@.ci/need mariadb
	@.ci/need redis
	@.ci/need wrk
	@.ci/with-rabbitmq $(BIN)/pytest -m trial --ignore-glob="*test_trial_install*" --ignore-glob="*test_trial_benchmarks*"
	@.ci/with-mariadb .ci/with-rabbitmq $(BIN)/pytest -m trial --ignore-glob="*test_standin_*" --ignore-glob="*test_trial_demo*" --ignore-glob="*test_trial_image*"

bench: $(VENV)/.dev
	@.ci/need nginx
	@.ci/need wrk
	@.ci/with-mariadb $(BIN)/python -m benchmarks

screenshots: $(VENV)/.dev
	@.ci/need chromium
	@$(BIN)/python -m artetore.demo
	@ENV_FILE=.demo/.env $(BIN)/python manage.py screenshots

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
