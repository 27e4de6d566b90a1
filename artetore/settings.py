"""All configuration, grouped by concern.

Read from the environment first, then from the file that ENV_FILE names (`.env`
beside manage.py unless set). Every variable stands in `.env.example`. The names
of the former service (`db_username`, `folder_arts_id`, ...) are understood too.
"""

from datetime import timedelta
from pathlib import Path

from artetore.databases import database, former_database
from artetore.environment import environment
from artetore.log_lines import logging
from artetore.stores import BROKER, BROKERS, cache, picture_storage

BASE_DIR = Path(__file__).resolve().parent.parent
env = environment(BASE_DIR / ".env")


def secret(name: str) -> str:
    """A value that must be there; without it the start ends in one clear line."""
    value = env.str(name, default="").strip()
    if not value:
        raise SystemExit(f"{name} is not set. `make install` adds it to .env.")
    return value


def value(name: str, *, former: str) -> str:
    """A setting by its name, or by that which the former service read."""
    return env.str(name, default="") or env.str(former, default="")


# --- The site -----------------------------------------------------------------

SECRET_KEY = secret("SECRET_KEY")
DEBUG = env.bool("DEBUG", default=False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
# Where people find this site; Microsoft leads back to it after a sign-in.
DEFAULT_SITE_URL = "http://localhost:8000"
SITE_URL = env.str("SITE_URL", default=DEFAULT_SITE_URL).rstrip("/")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
ROOT_URLCONF = "artetore.urls"
WSGI_APPLICATION = "artetore.wsgi.application"

INSTALLED_APPS = [
    "artetore",
    "artetore.former",
    "accounts",
    "gallery",
    "onedrive",
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "rest_framework",
    "corsheaders",
    "axes",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]

MIDDLEWARE = [
    "artetore.request_ids.request_ids",
    "artetore.health.probes",
    "artetore.middleware.client_address",
    "artetore.middleware.security_policy",
    "django.middleware.security.SecurityMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "artetore.middleware.body_limit",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
    "artetore.middleware.DatabaseGone",
    "artetore.middleware.viewer_zone",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

LANGUAGE_CODE = "en"
FORMAT_MODULE_PATH = "artetore.formats"
TIME_ZONE = "UTC"
USE_TZ = True

# --- Database -------------------------------------------------------------------

DATABASES = {"default": database(env, BASE_DIR)}
# Where `import_artetore` reads, which may be the same.
FORMER_DATABASE = former_database(env)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": cache(env)}
# A Redis that is away has nothing and takes nothing; lock-outs stand in the database.
DJANGO_REDIS_IGNORE_EXCEPTIONS = DJANGO_REDIS_LOG_IGNORED_EXCEPTIONS = True

# --- Files ----------------------------------------------------------------------

MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default="") or BASE_DIR / "media").resolve()
# Where an nginx in front has MEDIA_ROOT, closed to callers; it then sends the files.
ACCEL_REDIRECT = env.str("ACCEL_REDIRECT", default="")
STATIC_ROOT = Path(env.str("STATIC_ROOT", default="") or BASE_DIR / "static").resolve()
STATIC_URL = "/static/"
STORAGES = {
    "default": picture_storage(env),
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# --- Limits ---------------------------------------------------------------------

# Bytes of a request body of the API; pictures never come that way.
DATA_UPLOAD_MAX_MEMORY_SIZE = env.whole("MAX_BODY_BYTES", 100, 10**9, default=2_500_000)
# Fields of a form: somebody may select all pictures of a large group.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
# Uploads are pictures: they are never in memory, and are opened by their path.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
MAX_PICTURE_BYTES = env.whole("MAX_PICTURE_BYTES", 1_000, 10**12, default=10**8)
MAX_PICTURE_PIXELS = env.whole("MAX_PICTURE_PIXELS", 1_000, 10**10, default=10**8)

# --- People ---------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
LOGIN_REDIRECT_URL = "admin:index"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "accounts.backends.StaffBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    "accounts.hashers.LegacyBcrypt",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

# A name is locked for an address, not for everybody: nobody can lock others out.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = env.whole("LOGIN_FAILURES", 1, 10**6, default=10)
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_ON_SUCCESS = True
# Whoever is locked out does not lengthen it by trying on.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_HANDLER = "accounts.lockout.FailureCount"
AXES_LOCKOUT_CALLABLE = "accounts.lockout.locked_out"
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False

SIMPLE_JWT = {
    "ALGORITHM": "HS256",
    "ACCESS_TOKEN_LIFETIME": timedelta(minutes=60),
    "USER_ID_CLAIM": "id",
}

# --- Staff site -----------------------------------------------------------------

UNFOLD = {
    "SITE_TITLE": "Artetore ImageHub",
    "SITE_HEADER": "Artetore ImageHub",
    "SITE_SYMBOL": "photo_library",
    # Unfold's own is too dark to be read on dark pages.
    "COLORS": {"primary": {"500": "oklch(71.4% .203 305.504)"}},
    "STYLES": ["artetore.staff_site.styles", "artetore.staff_site.own_styles"],
    "SCRIPTS": ["artetore.staff_site.zone", "artetore.staff_site.labels"],
    "DASHBOARD_CALLBACK": "onedrive.dashboard.how_things_stand",
    "SIDEBAR": {"navigation": "artetore.staff_site.navigation"},
}
# Lockouts end by themselves, and nothing else is told of them.
AXES_ENABLE_ADMIN = False

# --- API ------------------------------------------------------------------------

LOGIN_RATE = env.like("LOGIN_RATE", r"[1-9]\d*/[smhd]\w*", default="30/min")
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.tokens.BearerAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": ["artetore.parsers.BodyParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "artetore.parsers.JSONAlways",
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_RATES": {"login": LOGIN_RATE},
    "EXCEPTION_HANDLER": "artetore.errors.exception_handler",
    # The address of a caller is settled once, in artetore.middleware.
    "NUM_PROXIES": 0,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Artetore ImageHub",
    "DESCRIPTION": (
        "Visitors' routes need no token. For the others, sign in by `POST /login/` "
        "and give the `token` it answers to *Authorize*."
    ),
    "VERSION": "1.0.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}

CORS_ALLOWED_ORIGINS = env.list(
    "CORS_ALLOWED_ORIGINS",
    default=["http://localhost:3000", "http://127.0.0.1:3000"],
)
CORS_ALLOW_HEADERS = ["authorization", "content-type", "content-range"]

# --- OneDrive -------------------------------------------------------------------

ONEDRIVE_CLIENT_ID = value("ONEDRIVE_CLIENT_ID", former="client_id")
ONEDRIVE_CLIENT_SECRET = value("ONEDRIVE_CLIENT_SECRET", former="client_secret")
ONEDRIVE_ROOT_FOLDER_ID = value("ONEDRIVE_ROOT_FOLDER_ID", former="folder_arts_id")
ONEDRIVE_REDIRECT_URI = env.str(
    "ONEDRIVE_REDIRECT_URI", default="http://localhost:3000/connect/onedrive/auth"
)
ONEDRIVE_AUTHORITY = env.str(
    "ONEDRIVE_AUTHORITY", default="https://login.microsoftonline.com/common"
)
# Fernet keys, the newest first: it encrypts, all of them decrypt.
ONEDRIVE_TOKEN_KEYS = secret("ONEDRIVE_TOKEN_KEYS").split(",")
# What carries requests to Microsoft; the stand-in's is named here in its stead.
ONEDRIVE_HTTP_ADAPTER = env.str(
    "ONEDRIVE_HTTP_ADAPTER", default="requests.adapters.HTTPAdapter"
)

# --- Background work ------------------------------------------------------------

# Seconds after which a worker that was not heard of loses what it had in hand.
IMPORT_LEASE = env.whole("IMPORT_LEASE", 1, 86_400, default=60)
# Percent of the pictures that a sync may remove without being told that it may.
SYNC_MAX_REMOVED = env.whole("SYNC_MAX_REMOVED", 0, 100, default=25)
# Several machines: where Celery's messages go. Without one, `manage.py run_worker`.
CELERY_BROKER_URL = env.address("CELERY_BROKER_URL", *BROKERS, like=BROKER)
CELERY_APP = "artetore.celery.app"
CELERY_TASK_DEFAULT_QUEUE = "artetore"
CELERY_ACCEPT_CONTENT = ["json"]
# Whether work was done is read in the ledger. So nothing is answered, and messages
# are acknowledged before the work: whose worker dies are not sent again.
CELERY_TASK_IGNORE_RESULT = True
# One message is one worker's business for a while; others must not wait behind it.
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# Ours hides what must not be in logs.
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# Finds lost messages, what is to be tried again, and what dead workers left.
CELERY_BEAT_SCHEDULE = {
    "work": {"task": "onedrive.work", "schedule": 30.0, "options": {"expires": 30.0}},
}

# --- Security -------------------------------------------------------------------

# The number of reverse proxies in front, each adding to X-Forwarded-For.
PROXIES = env.whole("PROXIES", 0, 20, default=0)
HTTPS = env.bool("HTTPS", default=False)
if HTTPS:
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    if PROXIES:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DEFAULT_EXCEPTION_REPORTER = "artetore.logs.Reporter"
DEFAULT_EXCEPTION_REPORTER_FILTER = "artetore.logs.ReportFilter"

# --- Logs and metrics -----------------------------------------------------------

LOGGING = logging(
    level=env.like("LOG_LEVEL", "(?i)DEBUG|INFO|WARNING|ERROR", default="INFO"),
    as_json=env.bool("LOG_JSON", default=False),
)
# Who has it may read /metrics; without one there are none.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
if METRICS_TOKEN:
    MIDDLEWARE.insert(0, "artetore.metrics.metrics")
