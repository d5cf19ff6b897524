"""A plan for a nitrogen device in its room: what the session does to the air, and who may not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from cryodose import evidence
from cryodose.dosing.freeze_rules import FreezeRefusal
from cryodose.errors import BadInput
from cryodose.outcome.freeze import FreezeResult
from cryodose.outcome.room import CHAMBER_NOT_ASSESSED, NOT_ASSESSED
from cryodose.outcome.tell import percent, time_words
from cryodose.outcome.types import Plan
from cryodose.procedures.room import RoomUse, use_of_room
from cryodose.session.room import RoomFile, load_room, room_from_dict

NITROGEN = ("cryosauna", "cryochamber", "liquid-nitrogen")
# A hand-held device frees grams; its hazard is the vessel, which the room file describes.
_HAND_HELD = "liquid-nitrogen"
Room = RoomFile | str | Path | dict[str, Any]


def room_of(source: Room, modality: str) -> RoomFile:
    """Return the room of a plan.

    Raises
    ------
    BadInput
        For a room that does not follow the format, or for a session without nitrogen.
    """
    if modality not in NITROGEN:
        says = f"a session with nitrogen ({', '.join(NITROGEN)}), not {modality}"
        given = str(source) if isinstance(source, str | Path) else "a room"
        raise BadInput(None, "room", given, says)
    if isinstance(source, RoomFile):
        return source
    return room_from_dict(source) if isinstance(source, dict) else load_room(source)


def in_room(plan: Plan, file: RoomFile) -> Plan:
    """Return a plan with its room: refused where oxygen would pass the first alarm."""
    time_s = plan.dose.dose_s
    if time_s is None:
        time_s = file.nitrogen.session_s
    use = use_of_room(file, 0.0 if plan.session.modality == _HAND_HELD else time_s)
    kept = [w for w in plan.warnings if w not in (NOT_ASSESSED, CHAMBER_NOT_ASSESSED)]
    if use.bears_it:
        return replace(plan, room=use, warnings=(*_cautions(use), *kept))
    dose = replace(plan.dose, verdict="refused", dose_s=None, limiting="oxygen")
    return replace(
        plan,
        room=use,
        dose=dose,
        simulated=None,
        timetable=(),
        build_up=(),
        warnings=tuple(kept),
        reasons=(_why(use), *plan.reasons),
    )


def freeze_in_room(plan: FreezeResult, file: RoomFile | None) -> FreezeResult:
    """Return a freeze with its room: refused where oxygen would pass the first alarm.

    Without a room, a freeze with liquid nitrogen says that the room was not assessed.
    """
    if file is None:
        uses_nitrogen = getattr(plan.session.exposure, "agent", "") == _HAND_HELD
        return replace(plan, warnings=(*plan.warnings, NOT_ASSESSED)) if uses_nitrogen else plan
    use = use_of_room(file, 0.0)
    if use.bears_it or plan.dose is None:
        return replace(plan, room=use, warnings=(*_cautions(use), *_spills(use), *plan.warnings))
    source = evidence.quantity("room", "alarm.warn_share").source
    refusal = FreezeRefusal("oxygen", _why(use), (source,))
    dose = replace(
        plan.dose,
        verdict="refused",
        freeze_s=None,
        cycles=None,
        limiting="oxygen",
        refusals=(refusal, *plan.dose.refusals),
    )
    return replace(plan, room=use, dose=dose)


def _spills(use: RoomUse) -> tuple[str, ...]:
    """Say what the vessel can do, where it can take the breathing zone below the second alarm."""
    bad = min(use.worst, key=lambda w: w.breathing_share)
    if bad.breathing_share >= evidence.value("room", "alarm.leave_share"):
        return ()
    return (
        f"If the worst of this room happens ({bad.name}: {bad.words}), oxygen falls to "
        f"{percent(bad.breathing_share)} in the breathing zone: leave at once and close the door.",
    )


def _why(use: RoomUse) -> str:
    floor, upper = (percent(v) for v in use.lowest)
    source = evidence.quantity("room", "alarm.warn_share").source
    return (
        f"The room does not bear this session: oxygen would fall to {upper} in the breathing zone "
        f"and {floor} at the floor, below the first alarm of 19.5 % ({source}) after "
        f"{time_words(use.warn_s)}. More air, extraction at the device or a larger room first; "
        "cryodose room says how much."
    )


def _cautions(use: RoomUse) -> tuple[str, ...]:
    if use.bears_the_day:
        return ()
    floor, upper = (percent(v) for v in use.day_lowest)
    return (
        f"The room bears this session, but not {use.file.nitrogen.sessions_per_h:g} an hour "
        f"(oxygen down to {upper} in the breathing zone, {floor} at the floor): at most "
        f"{use.sessions_per_h} an hour.",
    )
