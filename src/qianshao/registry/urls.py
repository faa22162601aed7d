"""Addresses of the register."""

from django.urls import path

from qianshao.registry import pages

app_name = "registry"
urlpatterns = [
    path("households/", pages.households, name="households"),
    path("households/find/", pages.find, name="find"),
    path("households/export/", pages.export, name="export"),
]
