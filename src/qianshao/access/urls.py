from django.urls import path

from qianshao.access.pages import accounts, events, signing_in

app_name = "access"
urlpatterns = [
    path("sign-in/", signing_in.sign_in, name="sign_in"),
    path("sign-out/", signing_in.sign_out, name="sign_out"),
    path("preferences/", signing_in.preferences, name="preferences"),
    path("password/", signing_in.password, name="password"),
    path("accounts/", accounts.accounts, name="accounts"),
    path("accounts/<int:key>/", accounts.account, name="account"),
    path("accounts/<int:key>/grants/", accounts.give, name="give"),
    path("accounts/<int:key>/password/", accounts.reset, name="reset"),
    path("accounts/<int:key>/state/", accounts.state, name="state"),
    path("grants/<int:key>/end/", accounts.end, name="end"),
    path("events/", events.events, name="events"),
]
