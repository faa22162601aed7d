"""The product's settings with one app more."""

from qianshao.web.settings import *  # noqa: F403
from qianshao.web.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.functional.slow_work"]
