"""Every address of the site.

A view that stands here must say who may use it (`access.rule`); the check `clinic.E001` and the
permission tests fail otherwise.
"""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from cryodose.clinic.views import board, ops, people, sessions, staff, stream, welcome

ACCOUNT: list[URLPattern | URLResolver] = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("again/", account.reauthenticate, name="account_reauthenticate"),
    path("password/", account.password_change, name="account_change_password"),
    path("mfa/", mfa.index, name="mfa_index"),
    path("mfa/authenticate/", mfa.authenticate, name="mfa_authenticate"),
    path("mfa/again/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("mfa/totp/", include("allauth.mfa.totp.urls")),
    path("mfa/codes/", include("allauth.mfa.recovery_codes.urls")),
    path("mfa/keys/", include("allauth.mfa.webauthn.urls")),
]
PEOPLE: list[URLPattern | URLResolver] = [
    path("", people.people, name="people"),
    path("new/", people.person_new, name="person_new"),
    path("<uuid:pk>/", people.person, name="person"),
    path("<uuid:pk>/edit/", people.person_edit, name="person_edit"),
    path("<uuid:pk>/retire/", people.person_retire, name="person_retire"),
    path("<uuid:pk>/sessions/new/", sessions.session_new, name="session_new"),
]
SESSIONS: list[URLPattern | URLResolver] = [
    path("<uuid:pk>/", sessions.session, name="session"),
    path("<uuid:pk>/state/", sessions.session_state, name="session_state"),
    path("<uuid:pk>/events/", sessions.session_event, name="session_event"),
    path("<uuid:pk>/stream/", stream.session_stream, name="session_stream"),
]
STAFF: list[URLPattern | URLResolver] = [
    path("", staff.staff, name="staff"),
    path("invite/", staff.invite, name="staff_invite"),
    path("<int:membership>/end/", staff.end, name="staff_end"),
    path("<int:membership>/password/", staff.new_password, name="staff_password"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("", board.board, name="board"),
    path("people/", include(PEOPLE)),
    path("sessions/", include(SESSIONS)),
    path("staff/", include(STAFF)),
    path("clinic/", staff.switch, name="clinic_switch"),
    path("welcome/<str:token>/", welcome.welcome, name="welcome"),
    path("account/", include(ACCOUNT)),
    path("language/", set_language, name="set_language"),
    path("health", ops.health, name="health"),
    path("metrics", ops.prometheus, name="metrics"),
]
handler400 = "cryodose.clinic.views.errors.bad_request"
handler403 = "cryodose.clinic.views.errors.forbidden"
handler404 = "cryodose.clinic.views.errors.not_found"
handler500 = "cryodose.clinic.views.errors.broken"
