"""All addresses: those of the shell, and of every area package that has a `urls.py`."""

from importlib import import_module

from django.apps import apps
from django.urls import include, path
from django.utils.module_loading import module_has_submodule

from qianshao.web import pages

ours = [config for config in apps.get_app_configs() if config.name.startswith("qianshao.")]
packages = [config.name for config in ours if module_has_submodule(import_module(config.name), "urls")]

urlpatterns = [
    path("", pages.home, name="home"),
    *(path("", include(f"{name}.urls")) for name in packages if name != "qianshao.web"),
]

handler400 = "qianshao.web.pages.bad_request"
handler403 = "qianshao.web.pages.forbidden"
handler404 = "qianshao.web.pages.not_found"
handler500 = "qianshao.web.pages.failed"
