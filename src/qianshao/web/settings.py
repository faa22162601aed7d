"""Settings of the served platform. Everything that differs between offices comes from the environment."""

import os
from pathlib import Path

DATA = Path(os.environ.get("QIANSHAO_DATA", "data")).resolve()

# Beside the data folder, not in it: a copy of the data alone opens nothing.
KEY_FILE = Path(os.environ.get("QIANSHAO_KEY_FILE", DATA.parent / f"{DATA.name}.key"))

SECRET_KEY = os.environ.get("QIANSHAO_SECRET_KEY", "unset: only commands that serve no page run like this")
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [Path(__file__).parents[1] / "locale"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "access.User"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "qianshao.places",
    "qianshao.access",
    "qianshao.registry",
    "qianshao.feeds",
    "qianshao.screening",
]

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": DATA / "qianshao.sqlite3",
        "OPTIONS": {
            # Immediate: a writer waits at BEGIN instead of failing in the middle of its transaction.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
        },
    }
}
