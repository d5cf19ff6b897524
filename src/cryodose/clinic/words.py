"""What codes are called on pages, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _l

from cryodose import evidence
from cryodose.clinic.live.checklist import ITEMS
from cryodose.clinic.live.kinds import ROOM
from cryodose.clinic.live.payload import alarm_words

Words = Mapping[str, str | Promise]
VERDICTS: Words = {
    "stop": _l("Stop: not this person, not today"),
    "ask-clinician": _l("A clinician must decide first"),
    "incomplete": _l("Questions are open"),
    "no-rule-hit": _l("No rule was hit"),
}
LOOKS = {"stop": "bad", "ask-clinician": "warn", "incomplete": "warn", "no-rule-hit": "good"}
STOP_REASONS: Words = {
    "done": _l("Done as planned"),
    "person-asked": _l("They asked to stop"),
    "pain": _l("Pain"),
    "skin": _l("Skin white, waxy or blistered"),
    "unwell": _l("Dizzy, short of breath or unwell"),
    "device": _l("Fault of the device"),
    "oxygen": _l("Oxygen in the room"),
    "other": _l("Something else"),
}
QUANTITIES: Words = {
    "skin": _l("Skin"),
    "core": _l("Core"),
    "gas": _l("Gas"),
    "pack": _l("Pack"),
    "oxygen": _l("Oxygen in the room"),
}
ROOM_CASES: Words = {
    "fan fails": _l("The fan fails for two hours of sessions"),
    "hose bursts": _l("A hose bursts, closed after two minutes"),
    "hose bursts, operator alone": _l("A hose bursts, operator alone: open for half an hour"),
    "hose bursts, fan fails": _l("A hose bursts and the fan fails, closed after two minutes"),
    "vessel spills": _l("The vessel spills: all of it boils away on the floor"),
}
# Share of oxygen, by the name of its evidence -> what it does to who breathes it.
_EFFECTS: Words = {
    "faint_share": _l("fainting, death"),
    "impaired_share": _l("judgement fails"),
    "leave_share": _l("leave the room"),
    "warn_share": _l("first alarm"),
}
EVENTS: Words = {
    "check": _l("Checked"),
    "started": _l("Cold started"),
    "reading": _l("Reading"),
    "pause": _l("Pause"),
    "resume": _l("Went on"),
    "stop": _l("Cold stopped"),
    "alarm-due": _l("Alarm"),
    "alarm-acknowledged": _l("Alarm seen"),
    "note": _l("Note"),
    "pressure": _l("Blood pressure"),
    "felt": _l("As felt"),
}
RECORDS: Words = {
    "AdverseEvent": _l("Adverse event"),
    "Attachment": _l("Photo or thermal image"),
    "Clinic": _l("Clinic"),
    "Condition": _l("Diagnosis"),
    "Consent": _l("Consent"),
    "CourseRecord": _l("Course"),
    "Device": _l("Device"),
    "FollowUp": _l("Follow-up"),
    "OutcomeScore": _l("Outcome score"),
    "Person": _l("Person"),
    "PersonLink": _l("Link to own data"),
    "PlanRecord": _l("Plan"),
    "Protocol": _l("Protocol"),
    "Room": _l("Room"),
    "RoomAlarm": _l("Alarm of the air in a room"),
    "RoomSensor": _l("Oxygen sensor of a room"),
    "ScreeningRecord": _l("Screening"),
    "SessionRecord": _l("Session"),
}
_CHECKS = {item.key: item.words for item in ITEMS}


def event_says(kind: str, data: Mapping[str, Any]) -> str:
    """Return what an event tells beside its kind."""
    if kind == "check":
        mark = "✓" if data["done"] else "○"
        return f"{mark} {_CHECKS.get(data['item'], data['item'])}"
    if kind == "stop":
        return f"{STOP_REASONS[data['reason']]} {data.get('words', '')}".strip()
    if kind in ("alarm-due", "alarm-acknowledged"):
        return alarm_words(kind_of_alarm(data["alarm"]))
    if kind == "pressure":
        return f"{data['systolic_mmhg']:g}/{data['diastolic_mmhg']:g} mmHg"
    return " ".join(str(v) for k, v in data.items() if k in ("cold", "pain", "words"))


def oxygen_effect(share: float) -> str:
    """Return what a share of oxygen does to who breathes it."""
    for key, words in _EFFECTS.items():
        if share < evidence.value("room", f"alarm.{key}"):
            return str(words)
    return ""


def kind_of_alarm(key: str) -> str:
    """Return the kind in the key of an alarm, such as ``skin-cold`` of ``skin-cold-thigh-2``."""
    if key.startswith(ROOM):
        return key.rpartition("-")[0]
    kinds = ("time-up", "limit", "long-pause", "skin-cold", "oxygen-low")
    return next((k for k in kinds if key == k or key.startswith(f"{k}-")), "")
