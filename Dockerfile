# The site, its worker and its commands in one image; compose.yaml says which is run.

FROM python:3.11-slim-bookworm AS build
# mysqlclient has no wheels.
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        build-essential libmariadb-dev pkg-config \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /build
COPY requirements.txt ./
COPY requirements/base.txt requirements/
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir -r requirements.txt

FROM python:3.11-slim-bookworm
RUN apt-get update \
    && apt-get install -y --no-install-recommends libmariadb3 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --user-group --uid 10001 --no-create-home artetore \
    && install -d -o artetore -g artetore \
        /var/lib/artetore/media /var/lib/artetore/database
COPY --from=build /opt/venv /opt/venv
WORKDIR /opt/artetore
COPY . .
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    ENV_FILE=/dev/null \
    MEDIA_ROOT=/var/lib/artetore/media \
    STATIC_ROOT=/opt/artetore/static
# Neither is used, but no command starts without them.
RUN SECRET_KEY=build ONEDRIVE_TOKEN_KEYS=build python manage.py collectstatic --noinput \
    && python -m compileall -q .
USER 10001
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", \
    "--workers", "2", "--blocking-threads", "8", "--respawn-failed-workers", \
    "--workers-kill-timeout", "5", "artetore.wsgi:application"]
