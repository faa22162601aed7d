from django.urls import path

from qianshao.access import pages

app_name = "access"
urlpatterns = [
    path("sign-in/", pages.sign_in, name="sign_in"),
    path("sign-out/", pages.sign_out, name="sign_out"),
    path("preferences/", pages.preferences, name="preferences"),
]
