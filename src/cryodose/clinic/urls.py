"""Every address of the site.

A view that stands here must say who may use it (`access.rule`); the check `clinic.E001` and the
permission tests fail otherwise.
"""

from __future__ import annotations

from allauth.account import views as login
from allauth.mfa.base import views as mfa
from django.urls import URLPattern, URLResolver, include, path

from cryodose.clinic.views import (
    account,
    air,
    audit,
    board,
    calendar,
    conditions,
    courses,
    house,
    known,
    library,
    ops,
    own,
    paper,
    people,
    places,
    planner,
    plans,
    protocols,
    records,
    rooms,
    screenings,
    sessions,
    staff,
    stream,
    welcome,
)

ACCOUNT: list[URLPattern | URLResolver] = [
    path("", account.account, name="account"),
    path("tokens/", account.account_tokens, name="account_tokens"),
    path("tokens/<uuid:token>/end/", account.account_token_end, name="account_token_end"),
    path("login/", login.login, name="account_login"),
    path("logout/", login.logout, name="account_logout"),
    path("again/", login.reauthenticate, name="account_reauthenticate"),
    path("password/", login.password_change, name="account_change_password"),
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
    path("<uuid:pk>/compare/", plans.plans_compare, name="plans_compare"),
    path("<uuid:pk>/plans/<str:procedure>/", planner.plan_new, name="plan_new"),
    path("<uuid:pk>/plans/<str:procedure>/try/", planner.plan_try, name="plan_try"),
    path("<uuid:pk>/plans/<str:procedure>/readings/", known.plan_readings, name="plan_readings"),
    path("<uuid:pk>/consents/new/", records.consent_new, name="consent_new"),
    path("<uuid:pk>/timeline/", people.person_timeline, name="person_timeline"),
    path("<uuid:pk>/calendar/", calendar.person_calendar, name="person_calendar"),
    path("<uuid:pk>/courses/new/", courses.course_new, name="course_new"),
    path(
        "<uuid:pk>/protocols/<uuid:protocol>/plan/", protocols.protocol_plan, name="protocol_plan"
    ),
    path("<uuid:pk>/conditions/new/", conditions.condition_new, name="condition_new"),
    path("<uuid:pk>/harm/new/", records.harm_new, name="harm_new"),
    path("<uuid:pk>/scores/new/", records.score_new, name="score_new"),
    path("<uuid:pk>/pictures/new/", records.picture_new, name="picture_new"),
    path("<uuid:pk>/link/", own.link_new, name="link_new"),
    path("<uuid:pk>/screenings/<str:procedure>/", screenings.screening_new, name="screening_new"),
    path(
        "<uuid:pk>/screenings/<str:procedure>/verdict/",
        screenings.screening_verdict,
        name="screening_verdict",
    ),
]
SESSIONS: list[URLPattern | URLResolver] = [
    path("<uuid:pk>/", sessions.session, name="session"),
    path("<uuid:pk>/state/", sessions.session_state, name="session_state"),
    path("<uuid:pk>/events/", sessions.session_event, name="session_event"),
    path("<uuid:pk>/miss/", courses.session_miss, name="session_miss"),
    path("<uuid:pk>/expected/", known.session_expected, name="session_expected"),
    path("<uuid:pk>/record.pdf", paper.session_pdf, name="session_pdf"),
    path("<uuid:pk>/stream/", stream.session_stream, name="session_stream"),
]
RECORDS: list[URLPattern | URLResolver] = [
    path("consents/<uuid:pk>/withdraw/", records.consent_withdraw, name="consent_withdraw"),
    path("courses/<uuid:pk>/", courses.course, name="course"),
    path("courses/<uuid:pk>/edit/", courses.course_edit, name="course_edit"),
    path("courses/<uuid:pk>/book/", courses.course_book, name="course_book"),
    path("courses/<uuid:pk>/end/", courses.course_end, name="course_end"),
    path("courses/<uuid:pk>/course.ics", courses.course_calendar, name="course_calendar"),
    path("conditions/<uuid:pk>/", conditions.condition_edit, name="condition_edit"),
    path("conditions/<uuid:pk>/retire/", conditions.condition_retire, name="condition_retire"),
    path("screenings/<uuid:pk>/", screenings.screening, name="screening"),
    path(
        "screenings/<uuid:pk>/override/", screenings.screening_override, name="screening_override"
    ),
    path("plans/<uuid:pk>/", plans.plan, name="plan"),
    path("plans/<uuid:pk>/report/", plans.plan_report, name="plan_report"),
    path("plans/<uuid:pk>/report.pdf", paper.plan_pdf, name="plan_pdf"),
    path("plans/<uuid:pk>/leaflet.pdf", paper.plan_leaflet, name="plan_leaflet"),
    path("plans/<uuid:pk>/protocol/", protocols.plan_protocol, name="plan_protocol"),
    path("plans/<uuid:pk>/check/", plans.plan_check, name="plan_check"),
    path("harm/<uuid:pk>/", records.harm, name="harm"),
    path("harm/<uuid:pk>/close/", records.harm_close, name="harm_close"),
    path("pictures/<uuid:pk>/", records.picture, name="picture"),
    path("pictures/<uuid:pk>/retire/", records.picture_retire, name="picture_retire"),
]
PLACES: list[URLPattern | URLResolver] = [
    path("", places.places, name="places"),
    path("rooms/new/", rooms.room_new, name="room_new"),
    path("rooms/try/", rooms.room_try, name="room_try"),
    path("rooms/<uuid:pk>/", rooms.room, name="room"),
    path("rooms/<uuid:pk>/edit/", rooms.room_edit, name="room_edit"),
    path("rooms/<uuid:pk>/calculator/", rooms.room_calculator, name="room_calculator"),
    path("rooms/<uuid:pk>/retire/", rooms.room_retire, name="room_retire"),
    path("rooms/<uuid:pk>/air/", air.room_air, name="room_air"),
    path("rooms/<uuid:pk>/sensors/new/", air.sensor_new, name="room_sensor_new"),
    path("sensors/<uuid:pk>/edit/", air.sensor_edit, name="room_sensor_edit"),
    path("sensors/<uuid:pk>/retire/", air.sensor_retire, name="room_sensor_retire"),
    path("alarms/", air.room_alarms, name="room_alarms"),
    path("alarms/<uuid:pk>/seen/", air.alarm_seen, name="room_alarm_seen"),
    path("devices/new/", places.device_new, name="device_new"),
    path("devices/<uuid:pk>/edit/", places.device_edit, name="device_edit"),
    path("devices/<uuid:pk>/token/", places.device_token, name="device_token"),
]
PROTOCOLS: list[URLPattern | URLResolver] = [
    path("", protocols.protocols, name="protocols"),
    path("new/<str:procedure>/", protocols.protocol_new, name="protocol_new"),
    path("<uuid:pk>/", protocols.protocol, name="protocol"),
    path("<uuid:pk>/edit/", protocols.protocol_edit, name="protocol_edit"),
    path("<uuid:pk>/version/", protocols.protocol_version, name="protocol_version"),
    path("<uuid:pk>/publish/", protocols.protocol_publish, name="protocol_publish"),
    path("<uuid:pk>/retire/", protocols.protocol_retire, name="protocol_retire"),
]
EVIDENCE: list[URLPattern | URLResolver] = [
    path("", library.library, name="evidence"),
    path("values/<str:key>/", library.evidence_value, name="evidence_value"),
    path("rules/<str:key>/", library.evidence_rule, name="evidence_rule"),
    path("claims/<str:key>/", library.evidence_claim, name="evidence_claim"),
    path("experiments/<path:key>/", library.evidence_experiment, name="evidence_experiment"),
    path("sources/<str:key>/", library.evidence_source, name="evidence_source"),
]
OWN: list[URLPattern | URLResolver] = [
    path("", own.own, name="own"),
    path("leave/", own.own_leave, name="own_leave"),
    path("courses/<uuid:pk>.ics", courses.own_course, name="own_course"),
    path("<str:token>/", own.own_enter, name="own_enter"),
]
STAFF: list[URLPattern | URLResolver] = [
    path("", staff.staff, name="staff"),
    path("invite/", staff.invite, name="staff_invite"),
    path("<int:membership>/end/", staff.end, name="staff_end"),
    path("<int:membership>/password/", staff.new_password, name="staff_password"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("", board.board, name="board"),
    path("home/", board.home, name="home"),
    path("calendar/", calendar.calendar, name="calendar"),
    path("people/", include(PEOPLE)),
    path("sessions/", include(SESSIONS)),
    path("", include(RECORDS)),
    path("places/", include(PLACES)),
    path("protocols/", include(PROTOCOLS)),
    path("evidence/", include(EVIDENCE)),
    path("my/", include(OWN)),
    path("audit/", audit.audit, name="audit"),
    path("settings/", house.house, name="house"),
    path("staff/", include(STAFF)),
    path("clinic/", staff.switch, name="clinic_switch"),
    path("welcome/<str:token>/", welcome.welcome, name="welcome"),
    path("account/", include(ACCOUNT)),
    path("api/", include("cryodose.clinic.api.site")),
    path("language/", account.language, name="set_language"),
    path("health", ops.health, name="health"),
    path("metrics", ops.prometheus, name="metrics"),
]
handler400 = "cryodose.clinic.views.errors.bad_request"
handler403 = "cryodose.clinic.views.errors.forbidden"
handler404 = "cryodose.clinic.views.errors.not_found"
handler500 = "cryodose.clinic.views.errors.broken"
