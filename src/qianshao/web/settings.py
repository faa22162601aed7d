"""Settings of the served platform. Everything that differs between offices comes from the environment.

QIANSHAO_DATA       the data folder (default ./data)
QIANSHAO_KEY_FILE   the keys (default: beside the data folder)
QIANSHAO_DATABASE   postgresql://user:password@host:port/name instead of the SQLite file in the data folder
QIANSHAO_ORIGIN     https://qianshao.example: the address behind a proxy; with https, cookies need TLS
"""

import json
import os
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF

from qianshao.web.databases import database

DATA = Path(os.environ.get("QIANSHAO_DATA", "data")).resolve()

# Beside the data folder, not in it: a copy of the data alone opens nothing.
KEY_FILE = Path(os.environ.get("QIANSHAO_KEY_FILE", DATA.parent / f"{DATA.name}.key"))

# `init` makes it; without it only commands that serve no page run.
SECRET_FILE = DATA / "secret"
SECRET_KEY = SECRET_FILE.read_text() if SECRET_FILE.exists() else "unset: no page is served with this"

DEBUG = False
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {"default": database(DATA, os.environ.get("QIANSHAO_DATABASE", ""))}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [Path(__file__).parents[1] / "locale"]

# The example county shows its ready-made users on the sign-in page, and its calendar stands still.
DEMO_FILE = DATA / "demo.json"
DEMO = json.loads(DEMO_FILE.read_text()) if DEMO_FILE.exists() else {}
TODAY = date.fromisoformat(DEMO["today"]) if DEMO else None

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "django_htmx",
    "qianshao.places",
    "qianshao.access",
    "qianshao.work",
    "qianshao.registry",
    "qianshao.feeds",
    "qianshao.screening",
    "qianshao.web",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "qianshao.access.middleware.PreferencesMiddleware",
    "qianshao.access.middleware.FirstPasswordMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "qianshao.web.urls"
WSGI_APPLICATION = "qianshao.web.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.template.context_processors.csrf",
                "django.contrib.auth.context_processors.auth",
                "qianshao.web.shell.context",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "qianshao.web.templatetags.qianshao",
            ],
        },
    }
]
STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600

# Who comes in.
AUTH_USER_MODEL = "access.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in {
        "UserAttributeSimilarityValidator": {"user_attributes": ("username", "display_name")},
        "MinimumLengthValidator": {"min_length": 10},
        "CommonPasswordValidator": {},
        "NumericPasswordValidator": {},
    }.items()
]
LOGIN_URL = "access:sign_in"
LOGIN_REDIRECT_URL = "home"
SESSION_COOKIE_AGE = 8 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "qianshao.web.pages.expired"

# An account is locked for one address, so that nobody can lock a colleague out from elsewhere.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False
AXES_LOCKOUT_TEMPLATE = "access/locked.html"

# Where pages may load from: this server alone, and nothing inline.
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
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
if _origin := os.environ.get("QIANSHAO_ORIGIN", ""):
    ALLOWED_HOSTS.append(urlsplit(_origin).hostname or "")
    CSRF_TRUSTED_ORIGINS = [_origin]
    if _origin.startswith("https:"):
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
        SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True

# A department's yearly file: a hundred thousand rows of 40 columns is about 60 MB.
DATA_UPLOAD_MAX_MEMORY_SIZE = 1 << 20
FILE_UPLOAD_MAX_MEMORY_SIZE = 1 << 20

# Method, path and code of failures only: bodies, users and addresses are personal.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "ERROR", "propagate": False},
        "axes": {"level": "CRITICAL"},
    },
}
