"""Settings of the web application: read from the environment, with what a folder on one machine needs left out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONE, SELF

from leaderful.web.environment import DATABASE_FILE, choice, hosts, number, secret_key, single_sign_on, switched, text

CONNECTED = 60
"""Seconds after which a connection to the database is made anew, before something on the way may have dropped it."""
FOLDER = Path(text("FOLDER", "."))
"""Where the database stands when no other is named, and the key when none is given."""

SECRET_KEY = secret_key(FOLDER)
DEBUG = False
HTTPS = switched("HTTPS")
"""Whether people reach the pages by HTTPS, which a proxy takes off; then nothing travels without it."""

ALLOWED_HOSTS = hosts()
CSRF_TRUSTED_ORIGINS = [f"{'https' if HTTPS else 'http'}://{host}" for host in ALLOWED_HOSTS]
ROOT_URLCONF = "leaderful.web.urls"
WSGI_APPLICATION = "leaderful.web.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "leaderful.web.accounts",
    "leaderful.web.studies",
    "leaderful.web.collect",
    "leaderful.web.work",
    "leaderful.web.results",
    "leaderful.web.audit",
]
"""Django's own administration is left out: nobody reads the database through a page."""

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "leaderful.web.privacy.KeepToYourself",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"],
                )
            ],
        },
    }
]

DATABASES = {
    "default": dj_database_url.config(
        default=f"sqlite:///{(FOLDER / DATABASE_FILE).absolute()}", conn_max_age=CONNECTED
    )
}
_DATABASE = DATABASES["default"]
if _DATABASE["ENGINE"].endswith("sqlite3"):
    _DATABASE["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;",
    }
else:
    _DATABASE["OPTIONS"] = {"server_side_binding": True, "prepare_threshold": 5} | _DATABASE.get("OPTIONS", {})
"""In SQLite an answer that was acknowledged is on the disk, and one that was taken back is overwritten there. In
PostgreSQL what is asked again and again is planned once for each connection."""

AUTH_USER_MODEL = "accounts.Account"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"

SINGLE_SIGN_ON = single_sign_on()
if SINGLE_SIGN_ON:
    INSTALLED_APPS += [
        "allauth",
        "allauth.account",
        "allauth.socialaccount",
        "allauth.socialaccount.providers.openid_connect",
    ]
    MIDDLEWARE.append("allauth.account.middleware.AccountMiddleware")
SOCIALACCOUNT_ADAPTER = "leaderful.web.accounts.oidc.KnownPeopleOnly"
SOCIALACCOUNT_ONLY = True
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_EMAIL_VERIFICATION = ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "work",
                "name": "work",
                "client_id": said["CLIENT"],
                "secret": said["SECRET"],
                "settings": {"server_url": said["URL"].rstrip("/")},
            }
            for said in [SINGLE_SIGN_ON]
            if said
        ],
    }
}
"""Only what allauth needs to fetch who somebody is; of its own pages none has an address here."""

AXES_FAILURE_LIMIT = "leaderful.web.accounts.limits.most_failures"
AXES_COOLOFF_TIME = 0.25
"""Hours for which signing in is refused after too many failures."""
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "accounts/locked.html"
AXES_VERBOSE = False
AXES_USERNAME_FORM_FIELD = "username"
"""Under which name signing in passes on who it is, whatever the form calls it."""
AXES_SENSITIVE_PARAMETERS = ["email", "code"]
AXES_DISABLE_ACCESS_LOG = True

SESSION_COOKIE_AGE = 4 * 60 * 60
SESSION_COOKIE_NAME = "leaderful"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_NAME = "leaderful-form"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "leaderful.web.faults.form_expired"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_000_000

EMAIL_BACKEND = text(
    "EMAIL_BACKEND",
    "django.core.mail.backends.smtp.EmailBackend"
    if text("EMAIL_HOST")
    else "django.core.mail.backends.console.EmailBackend",
)
EMAIL_HOST, EMAIL_PORT = text("EMAIL_HOST"), number("EMAIL_PORT", 587)
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = text("EMAIL_USER"), text("EMAIL_PASSWORD")
EMAIL_USE_TLS = switched("EMAIL_TLS", otherwise=bool(EMAIL_HOST))
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = text("EMAIL_FROM", "leaderful@localhost")

LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "English"), ("cy", "Cymraeg")]
LOCALE_PATHS = [Path(__file__).parent / "locale"]
TIME_ZONE = "Europe/London"
USE_TZ = True

STATIC_URL = "static/"
STATICFILES_DIRS = [Path(__file__).parent / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 24 * 60 * 60

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"quiet": {"()": "leaderful.web.privacy.QuietFormatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "quiet"}},
    "root": {"handlers": ["console"], "level": choice("LOG_LEVEL", ("WARNING", "ERROR", "INFO"))},
    "loggers": {
        "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        "axes": {"level": "ERROR"},
        "django.request": {"level": "ERROR"},
        "django.security.csrf": {"level": "ERROR"},
        "waitress.queue": {"level": "ERROR"},
    },
}
"""What a visitor did wrong is not logged: the line would hold the address of the page, and with it a personal link, or
the name under which somebody failed to sign in. That pages wait for each other is not either: under load there would be
a line for each."""
