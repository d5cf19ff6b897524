"""What readings of a person tell their plans: which are used, which are not, and why not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, get_args

from django.utils.translation import gettext as _

from cryodose.clinic.live.before import GAS
from cryodose.clinic.live.readings import Reading
from cryodose.clinic.live.state import Event, state_of
from cryodose.clinic.live.store import events_of, terms_of
from cryodose.clinic.models import Person, SessionRecord
from cryodose.session.names import CoreSite, Site

SITES = get_args(Site)
CORES = get_args(CoreSite)
READ = ("skin", "core")
# Of one channel so many, spread over the session: the model's own error is the same in all of them.
MOST_OF_A_CHANNEL = 8
# A body is not the same for ever: readings older than this start no plan.
HOLDS_DAYS = 90
_ROW = {"skin": "skin-temperature", "core": "core-temperature"}
# How the cold is done; readings of another cold tell nothing that a plan can take over.
_TIMING = ("cycles", "duration_s", "recovery_s")


@dataclass(frozen=True)
class Use:
    """One reading: the row that a session file has of it, or why it is not used."""

    session: SessionRecord
    reading: Reading
    row: dict[str, Any] | None
    why: str = ""


@dataclass(frozen=True)
class Course:
    """How a session went, as far as readings are concerned.

    Attributes
    ----------
    begin, end : datetime
        Of the first stretch of cold; `end` is None while it lasts.
    is_paused : bool
        Whether there was more than one stretch, which a plan does not know.
    """

    begin: datetime
    end: datetime | None
    is_paused: bool


def course_of(events: Sequence[Event]) -> Course | None:
    """Return how a session went; None where it has not begun."""
    begin = next((e.at for e in events if e.kind == "started"), None)
    if begin is None:
        return None
    end = next((e.at for e in events if e.kind in ("pause", "stop")), None)
    return Course(begin, end, any(e.kind == "pause" for e in events))


def uses_of(session: SessionRecord, *, events: Sequence[Event] | None = None) -> list[Use]:
    """Return every reading of a session with what becomes of it in a prediction of this session.

    Parameters
    ----------
    session : SessionRecord
    events : sequence of Event, optional
        Those of the session, where they are at hand already.
    """
    rows = list(events_of(session) if events is None else events)
    course = course_of(rows)
    if not rows:
        return []
    readings = state_of(rows, terms_of(session), rows[-1].at).readings
    found = [_use(session, reading, course) for reading in readings]
    return list(_thinned(found))


def _use(session: SessionRecord, reading: Reading, course: Course | None) -> Use:
    why, site = _against(session, reading, course)
    if why or course is None:
        return Use(session, reading, None, why)
    row: dict[str, Any] = {
        "quantity": _ROW[reading.quantity],
        "unit": "C",
        "mean": [round(reading.value, 3)],
        **({"site": site} if site else {}),
    }
    if course.end is not None and reading.at > course.end:
        row |= {"since": "exit", "time_s": [_seconds(reading.at - course.end)]}
    else:
        row["time_s"] = [_seconds(reading.at - course.begin)]
    return Use(session, reading, row)


def _seconds(span: timedelta) -> float:
    return round(span.total_seconds(), 3)


def _against(
    session: SessionRecord, reading: Reading, course: Course | None
) -> tuple[str, str | None]:
    """Return why a reading is not used, or nothing and its place."""
    if reading.status != "ok":
        return f"{_('implausible')}: {reading.why}", None
    if reading.quantity not in READ:
        return _("the plan does not predict this"), None
    if course is None or reading.at < course.begin:
        return _("taken before the cold"), None
    if course.is_paused and course.end is not None and reading.at > course.end:
        return _("taken after a pause"), None
    place = reading.site.strip().lower().replace(" ", "-")
    if session.procedure in GAS:
        known = CORES if reading.quantity == "core" else SITES
        return ("", place) if place in known else (_("it does not say where"), None)
    if reading.quantity == "core":
        return _("the plan does not predict this"), None
    cooled = session.plan.session["exposure"].get("site") if session.plan else None
    if place and place != cooled:
        return _("taken at another place"), None
    return "", None


def _thinned(uses: Sequence[Use]) -> Iterator[Use]:
    """Keep of each channel a handful spread over the session; the others are not needed."""
    channels: dict[tuple[str, str], list[int]] = {}
    for n, use in enumerate(uses):
        if use.row is not None:
            channels.setdefault(use.reading.channel, []).append(n)
    kept: set[int] = set()
    for places in channels.values():
        last = len(places) - 1
        steps = min(last, MOST_OF_A_CHANNEL - 1)
        kept |= (
            {places[round(i * last / steps)] for i in range(steps + 1)} if steps else {places[0]}
        )
    for n, use in enumerate(uses):
        if use.row is None or n in kept:
            yield use
        else:
            yield Use(use.session, use.reading, None, _("one of many: not needed"))


def rows_of(uses: Sequence[Use]) -> list[dict[str, Any]]:
    """Return the readings that are used, as a session file has them."""
    return [use.row for use in uses if use.row is not None]


def earlier_uses(person: Person, session: dict[str, Any], now: datetime) -> list[Use]:
    """Return the readings of earlier sessions of a person, for a plan of this session.

    Used are those taken while the same cold was on, at the same place, not too long ago.

    Parameters
    ----------
    person : Person
    session : dict
        What the plan will be of.
    now : datetime
    """
    exposure = session["exposure"]
    rows = person.sessions.in_use().filter(procedure=exposure["modality"])
    rows = rows.exclude(started_at=None).exclude(plan=None).select_related("plan")
    found: list[Use] = []
    for one in rows.order_by("started_at"):
        why = _against_session(one, exposure, now)
        for use in uses_of(one):
            found.append(_for_plan(use, why, _lasts_s(exposure)))
    return found


def _for_plan(use: Use, why: str, lasts_s: float | None) -> Use:
    if use.row is None:
        return use
    if not why and use.row.get("since") == "exit":
        why = _("taken after the cold")
    if not why and lasts_s is not None and use.row["time_s"][0] > lasts_s:
        why = _("taken later than this plan's cold lasts")
    return Use(use.session, use.reading, None, why) if why else use


def _against_session(one: SessionRecord, exposure: dict[str, Any], now: datetime) -> str:
    if one.started_at is None or now - one.started_at > timedelta(days=HOLDS_DAYS):
        return _("too long ago")
    then = one.plan.session["exposure"] if one.plan else {}
    return "" if _cold(then) == _cold(exposure) else _("the cold was another")


def _cold(exposure: dict[str, Any]) -> dict[str, Any]:
    """Return what makes the cold the same one, however long it lasts."""
    made = {k: v for k, v in exposure.items() if k not in _TIMING}
    if "stages" in made:
        # One stage may last longer; several are another cold where any of them does.
        stages = [dict(stage) for stage in made["stages"]]
        if len(stages) == 1:
            stages[0].pop("duration_s", None)
        made["stages"] = stages
    return made


def _lasts_s(exposure: dict[str, Any]) -> float | None:
    """Return how long the cold of a session lasts; None where the plan finds it."""
    if "stages" in exposure:
        return float(sum(stage["duration_s"] for stage in exposure["stages"]))
    if "cycles" in exposure:
        return float(exposure["cycles"][0]["on_s"])
    lasts_s = exposure.get("duration_s")
    return None if lasts_s is None else float(lasts_s)


def told(uses: Sequence[Use]) -> dict[str, Any]:
    """Return for a page which readings are used, and for which reasons how many others are not."""
    left: dict[str, int] = {}
    for use in uses:
        if use.row is None:
            left[use.why] = left.get(use.why, 0) + 1
    used = [use for use in uses if use.row is not None]
    return {"used": used, "left": sorted(left.items(), key=lambda row: -row[1])}
