"""All configuration, grouped by concern.

Read from the environment first, then from the file that ENV_FILE names (`.env`
beside manage.py unless set). Every variable stands in `.env.example`. The names
of the former service (`db_username`, `folder_arts_id`, ...) are understood too.
"""

import os
from datetime import timedelta
from pathlib import Path

import environ
from environ.fileaware_mapping import FileAwareMapping

from artetore.databases import database

BASE_DIR = Path(__file__).resolve().parent.parent


class Literal(FileAwareMapping):
    """Values as they stand. django-environ looks up what begins with a dollar."""

    def __getitem__(self, key: str) -> str:
        return super().__getitem__(key).replace("$", r"\$")


env = environ.FileAwareEnv()
env.ENVIRON = Literal()
env.escape_proxy = True
env.read_env(os.environ.get("ENV_FILE", BASE_DIR / ".env"))


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
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
ROOT_URLCONF = "artetore.urls"
WSGI_APPLICATION = "artetore.wsgi.application"

INSTALLED_APPS = [
    "artetore",
    "accounts",
    "gallery",
    "onedrive",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "corsheaders",
    "axes",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]

MIDDLEWARE = [
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
TIME_ZONE = "UTC"
USE_TZ = True

# --- Database -------------------------------------------------------------------

DATABASES = {"default": database(env, BASE_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": env.cache("CACHE_URL", default="locmemcache://")}

# --- Files ----------------------------------------------------------------------

MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default="") or BASE_DIR / "media").resolve()
STATIC_ROOT = Path(env.str("STATIC_ROOT", default="") or BASE_DIR / "static").resolve()
STATIC_URL = "/static/"
STORAGES = {
    "default": {"BACKEND": "gallery.storage.AtomicFileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# --- Limits ---------------------------------------------------------------------

# Bytes of a request body of the API; pictures never come that way.
DATA_UPLOAD_MAX_MEMORY_SIZE = env.int("MAX_BODY_BYTES", default=2_500_000)
MAX_PICTURE_BYTES = env.int("MAX_PICTURE_BYTES", default=100_000_000)
MAX_PICTURE_PIXELS = env.int("MAX_PICTURE_PIXELS", default=100_000_000)

# --- People ---------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
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
AXES_FAILURE_LIMIT = env.int("LOGIN_FAILURES", default=10)
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

# --- API ------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.tokens.BearerAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": ["artetore.parsers.BodyParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "artetore.parsers.JSONAlways",
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_RATES": {"login": env.str("LOGIN_RATE", default="30/min")},
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
    "ONEDRIVE_REDIRECT_URI",
    default="http://localhost:3000/connect/onedrive/auth",
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

# --- Security -------------------------------------------------------------------

# The number of reverse proxies in front, each adding to X-Forwarded-For.
PROXIES = env.int("PROXIES", default=0)
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

# --- Logs -----------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"scrub": {"()": "artetore.logs.ScrubFilter"}},
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "filters": ["scrub"],
            "formatter": "line",
        }
    },
    "root": {
        "handlers": ["console"],
        "level": env.str("LOG_LEVEL", default="INFO"),
    },
    # What these would print themselves goes through the one handler that scrubs.
    "loggers": {
        name: {"handlers": [], "propagate": True}
        for name in ("django", "django.server", "_granian", "granian.access")
    }
    # Their debug lines hold signed links, authorization codes and answers.
    | {name: {"level": "INFO"} for name in ("msal", "urllib3")}
    # What they tell of every good sign-in, and of every scanner, helps nobody.
    | {"axes": {"level": "WARNING"}}
    | {"django.security.DisallowedHost": {"level": "CRITICAL"}},
}
