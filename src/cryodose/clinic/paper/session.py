"""The record of a session: as set, as measured, as felt, and everything that happened."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from cryodose.clinic.live.payload import summary
from cryodose.clinic.live.readings import UNITS, Reading
from cryodose.clinic.live.state import State
from cryodose.clinic.live.store import events_of, state_now, terms_of
from cryodose.clinic.models import SessionEvent, SessionRecord
from cryodose.clinic.paper.parts import amount, document, listed, moment, pairs, part, retired, who
from cryodose.clinic.words import EVENTS, QUANTITIES, STOP_REASONS, VERDICTS, event_says
from cryodose.outcome.markup import Markup, el

# A table of readings longer than this is no reading any more; the FHIR export has them all.
MOST_READINGS = 300
# Curves of a plan that stand beside what a session measures.
BESIDE = {"skin": "skin", "core-rectal": "core", "core-oesophagus": "core", "pack": "pack"}


def session_page(session: SessionRecord) -> str:
    """Return the record of a session as one HTML document, in the reader's language."""
    state = state_now(session)
    took = amount(round(state.cold_s), "s") if state.started_at else _("not begun")
    return document(
        _("Session record"),
        f"{session.get_procedure_display()}: {took}",
        session.person,
        *[part(title, *inside) for title, inside in session_parts(session, state)],
    )


def session_parts(
    session: SessionRecord, state: State, *, is_drawn: bool = True
) -> Iterator[tuple[str, list[Markup]]]:
    """Yield the parts of a record: heading, and what stands under it."""
    yield _("As set"), [pairs(_as_set(session))]
    yield _("As it went"), [pairs(_as_went(session, state))]
    yield _("As measured"), _measured(state)
    if is_drawn and (drawing := _drawing(session, state)):
        yield _("Measured beside predicted"), [drawing]
    yield _("Blood pressure"), [_pressures(state)]
    yield _("As felt"), [pairs(_as_felt(session, state))]
    yield _("What happened"), [listed((_("When"), _("What"), "", _("By")), _log(session))]
    if state.readings:
        yield _("Readings"), _readings(state)


def _as_set(session: SessionRecord) -> Iterator[tuple[str, object]]:
    yield _("Procedure"), session.get_procedure_display()
    yield _("When"), moment(session.planned_for)
    yield _("Seconds of cold"), session.planned_s
    yield _("Device"), session.device.name if session.device else "–"
    plan = session.plan
    if plan is not None:
        longest = terms_of(session).longest_s
        yield _("Plan"), str(plan)
        yield _("Dose of the plan"), amount(plan.dose_s, "s")
        yield _("Every limit holds until"), amount(longest, "s")
        yield _("Computed by"), f"cryodose {plan.version}, {_('seed')} {plan.seed}, {plan.digest}"
    screening = session.screening
    if screening is not None:
        yield _("Screening"), f"{screening.day}: {VERDICTS.get(screening.verdict, '')}"
    yield _("Written down by"), f"{who(session)}{retired(session)}"


def _as_went(session: SessionRecord, state: State) -> Iterator[tuple[str, object]]:
    yield _("Cold started"), moment(state.started_at)
    yield _("Cold stopped"), moment(state.stopped_at)
    yield _("Seconds of cold"), amount(round(state.cold_s, 1), "s") if state.started_at else "–"
    reason = STOP_REASONS.get(state.stop_reason, "–")
    stop = next((e.data for e in events_of(session) if e.kind == "stop"), {})
    yield _("Why it stops"), f"{reason} {stop.get('words', '')}".strip()
    yield _("Alarms"), len(state.alarms)


def _as_felt(session: SessionRecord, state: State) -> Iterator[tuple[str, object]]:
    felt = state.felt or session.felt
    yield _("Cold, 0 to 10"), amount(felt.get("cold"))
    yield _("Pain, 0 to 10"), amount(felt.get("pain"))
    if felt.get("words"):
        yield _("In words"), felt["words"]
    for score in session.scores.in_use():
        yield score.scale, f"{score.value:g} ({score.taken_on})"
    for harm in session.adverse_events.in_use():
        yield _("Adverse event"), f"{harm.what} ({harm.get_severity_display()})"


def _measured(state: State) -> list[Markup]:
    told = summary(state)
    rows = []
    for name, row in told["channels"].items():
        quantity, _space, site = name.partition(" ")
        unit = UNITS[quantity]
        words = f"{QUANTITIES[quantity]} {site}".strip()
        rows.append(
            (words, amount(row["lowest"], unit), amount(row["last"], unit), str(row["count"]))
        )
    made = listed((_("What"), _("Lowest"), _("Last"), _("Readings")), rows)
    if not told["doubted"]:
        return [made]
    words = _("Implausible readings, shown below and used for nothing")
    return [made, el("p", f"{words}: {told['doubted']}", class_="note")]


def _pressures(state: State) -> Markup:
    rows = [
        (
            _("before") if when == "before" else _("after"),
            f"{one['systolic_mmhg']:g}/{one['diastolic_mmhg']:g} mmHg",
            amount(one.get("pulse_per_min")),
        )
        for when, one in state.pressure.items()
    ]
    return listed((_("When"), _("Value"), _("Pulse")), rows)


def _log(session: SessionRecord) -> Iterator[tuple[object, ...]]:
    rows = SessionEvent.objects.filter(session=session).exclude(kind="reading")
    for event in rows.select_related("by", "device").order_by("number"):
        by = event.by.name if event.by else event.device.name if event.device else "–"
        words = str(EVENTS.get(event.kind, event.kind))
        yield moment(event.at), words, event_says(event.kind, event.data), by


def _readings(state: State) -> list[Markup]:
    words = {"ok": _("ok"), "implausible": _("implausible, not used")}
    rows = [
        (
            moment(r.at),
            f"{QUANTITIES[r.quantity]} {r.site}".strip(),
            amount(r.value, UNITS[r.quantity]),
            r.source,
            words.get(r.status, r.status),
        )
        for r in state.readings[:MOST_READINGS]
    ]
    head = (_("When"), _("What"), _("Value"), _("Source"), _("State"))
    made = listed(head, rows)
    left = len(state.readings) - MOST_READINGS
    if left <= 0:
        return [made]
    more = _("More readings are in the export (FHIR)")
    return [made, el("p", f"{more}: {left}", class_="note")]


def beside(session: SessionRecord) -> list[dict[str, Any]]:
    """Return the curves of the plan that stand beside what a session measures."""
    curves = session.plan.answer.get("curves", []) if session.plan else []
    return [{"quantity": BESIDE[c["name"]], **c} for c in curves if c["name"] in BESIDE]


def _drawing(session: SessionRecord, state: State) -> Markup | None:
    from cryodose.plots.session import session_figure

    predicted = beside(session)
    points = [_point(r, state) for r in state.readings] if state.started_at else []
    if not predicted and not points:
        return None
    words = {
        **{k: str(QUANTITIES[k]) for k in ("skin", "core", "pack")},
        "minutes": _("minutes since the start"),
        "predicted": _("predicted"),
        "measured": _("measured"),
        "doubted": _("implausible, not used"),
    }
    svg = session_figure(predicted, points, session.planned_s, words)
    told = _("Temperature over time: the predicted band and the measured points.")
    drawing = el("div", Markup(svg), role="img", aria_label=told)
    return el("figure", drawing, el("figcaption", told))


def _point(reading: Reading, state: State) -> tuple[str, float, float, bool]:
    begin = state.started_at or reading.at
    since_s = max(0.0, (reading.at - begin).total_seconds())
    return reading.quantity, since_s, reading.value, reading.status == "ok"
