"""The answer of a plan in rows for a page: the same for every procedure, kept or just computed.

Answers may have come in a bundle from elsewhere, so nothing in them is taken for granted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from cryodose.clinic.engine_words import lasting
from cryodose.outcome.tell import chance, number

Answer = Mapping[str, Any]
_LOOKS = {"dose": "good", "goal-not-reached": "warn", "refused": "bad"}


@dataclass(frozen=True)
class LimitRow:
    """One limit: until when it holds, how far it is, and how likely it is passed."""

    words: str
    until: str
    margin: str
    chance: str
    holds: bool
    binds: bool


@dataclass(frozen=True)
class GoalRow:
    """One goal: when it is reached, how surely now, and how surely it shall be."""

    words: str
    needs: str
    chance: str
    wanted: str
    is_reached: bool


def look_of(answer: Answer) -> str:
    """Return the look of a verdict; what is not released is never shown as good."""
    look = _LOOKS.get(str(answer.get("verdict")), "warn")
    return "warn" if look == "good" and not answer.get("released") else look


def dose_words(answer: Answer) -> str:
    """Return the dose in short: a time, or freezes; empty where there is none."""
    freeze_s, cycles = _number(answer, "freeze_s"), _number(answer, "cycles")
    if freeze_s is not None:
        return f"{cycles:.0f} × {lasting(freeze_s)}" if cycles else lasting(freeze_s)
    time_s = dose_s(answer)
    return "" if time_s is None else lasting(time_s)


def dose_s(answer: Answer) -> float | None:
    """Return how long the cold (of a freeze: each freeze) or the current is on."""
    found = (_number(answer, key) for key in ("dose_s", "freeze_s", "time_s"))
    return next((t for t in found if t is not None), None)


def chosen_words(session: Answer) -> str:
    """Return the time that a session states in short; empty where it states none."""
    exposure = session.get("exposure") or {}
    cycles = exposure.get("cycles") or []
    if cycles and "freeze_s" in cycles[0]:
        return f"{len(cycles)} × {lasting(cycles[0]['freeze_s'])}"
    if cycles and "on_s" in cycles[0]:
        return lasting(cycles[0]["on_s"])
    if exposure.get("stages"):
        return lasting(sum(stage["duration_s"] for stage in exposure["stages"]))
    time_s = exposure.get("duration_s")
    return lasting(time_s) if time_s else ""


def window_words(answer: Answer) -> str:
    """Return from when on goals are reached, and until when limits hold."""
    needed = _number(answer, "shortest_s")
    needed = _number(answer, "needed_s") if needed is None else needed
    longest = _number(answer, "longest_s")
    found = []
    if needed is not None:
        found.append(_("goal from %(time)s on") % {"time": lasting(needed)})
    if longest is not None:
        found.append(_("limits hold until %(time)s") % {"time": lasting(longest)})
    return " · ".join(found)


def limit_rows(answer: Answer) -> list[LimitRow]:
    """Return every limit of an answer: what is passed first, then what decides, then the rest."""
    limiting = answer.get("limiting")
    dose = dose_s(answer)
    rows = []
    for row in _rows(answer, "limits"):
        binds = bool(limiting) and row.get("name") == limiting
        if "value" in row:
            rows.append(_of_a_current(row, binds=binds))
        elif "accepted" in row:
            rows.append(_of_a_freeze(row, dose, binds=binds))
        else:
            is_passed = binds and answer.get("verdict") == "refused"
            rows.append(_of_cold(row, dose, binds=binds, is_passed=is_passed))
    return sorted(rows, key=lambda row: (row.holds, not row.binds))


def _of_cold(row: Answer, dose: float | None, *, binds: bool, is_passed: bool) -> LimitRow:
    allowed, margin = _number(row, "allowed_s"), _number(row, "margin_k")
    passed, accepted = _number(row, "probability_passed"), _number(row, "accepted_probability")
    until = _("all the time") if allowed is None else lasting(allowed)
    if margin is not None:
        share = "" if passed is None else chance(passed)
        holds = not is_passed and (passed or 0.0) <= max(accepted or 0.0, 0.0)
        return LimitRow(_words(row), until, f"{number(margin, 1, '+')} °C", share, holds, binds)
    left = None if dose is None or allowed is None else allowed - dose
    words = "" if left is None else lasting(max(left, 0.0))
    return LimitRow(_words(row), until, words, "", not (passed or 0.0) > 0.0, binds)


def _of_a_freeze(row: Answer, dose: float | None, *, binds: bool) -> LimitRow:
    allowed, passed = _number(row, "allowed_s"), _number(row, "passed")
    accepted = _number(row, "accepted") or 0.0
    until = _("all the time") if allowed is None else lasting(allowed)
    left = None if dose is None or allowed is None else lasting(max(allowed - dose, 0.0))
    is_time = row.get("name") == "time"
    share = (
        ""
        if passed is None or is_time
        else f"{chance(passed)} ({_('accepted')} {chance(accepted)})"
    )
    return LimitRow(_words(row), until, left or "", share, bool(row.get("holds", True)), binds)


def _of_a_current(row: Answer, *, binds: bool) -> LimitRow:
    value, allowed = _number(row, "value"), _number(row, "allowed")
    until_s, unit = _number(row, "allowed_s"), str(row.get("unit", ""))
    until = _("all the time") if until_s is None else lasting(until_s)
    if unit == "s" and value is not None and allowed is not None:
        margin = f"{lasting(value)} / {lasting(allowed)}"
    else:
        shown = ["—" if v is None else f"{v:.3g}".replace("-", "−") for v in (value, allowed)]
        margin = f"{shown[0]} / {shown[1]} {unit}".rstrip()
    return LimitRow(_words(row), until, margin, "", bool(row.get("holds", True)), binds)


def goal_rows(answer: Answer) -> list[GoalRow]:
    """Return every goal of an answer."""
    rows = []
    for row in _rows(answer, "goals"):
        now, wanted = _number(row, "probability_at_dose"), _number(row, "wanted_probability")
        rows.append(_goal(_words(row), _number(row, "needed_s"), now, wanted))
    if _number(answer, "target_ug") is not None:
        words = f"{answer['target_ug']:g} ug of the drug go in"
        now, wanted = (_number(answer, k) for k in ("probability_at_dose", "wanted_probability"))
        rows.append(_goal(words, _number(answer, "needed_s"), now, wanted))
    if _number(answer, "wanted") is not None:
        margin = _number(answer, "margin_mm") or 0.0
        words = f"the whole lesion and {margin:g} mm around it die"
        now, wanted = _number(answer, "probability"), _number(answer, "wanted")
        rows.append(_goal(words, _number(answer, "needed_s"), now, wanted))
    return rows


def build_up_rows(answer: Answer) -> list[tuple[str, str, str]]:
    """Return for each of the first whole-body sessions: which, how long, the chance of the goal."""
    found = []
    for row in _rows(answer, "build_up"):
        number, longest = _number(row, "number"), _number(row, "longest_s")
        dose, reached = _number(row, "dose_s"), _number(row, "probability_at_dose")
        if number is None or longest is None:
            continue
        words = _("%(number)d and later") if row.get("and_later") else "%(number)d"
        time = _("at most %(time)s") % {"time": lasting(longest)}
        if dose is not None and dose < longest:
            time = f"{lasting(dose)}, {time}"
        share = "" if reached is None else chance(reached)
        found.append((words % {"number": number}, time, share))
    return found


def _goal(words: str, needed: float | None, now: float | None, wanted: float | None) -> GoalRow:
    return GoalRow(
        words,
        "" if needed is None else lasting(needed),
        "" if now is None else chance(now),
        "" if wanted is None else chance(wanted),
        now is not None and wanted is not None and now >= wanted,
    )


def refusals(answer: Answer) -> list[str]:
    """Return the rules that forbid a freeze, each with its name."""
    found = []
    for row in _rows(answer, "refusals"):
        sources = ", ".join(str(x) for x in row.get("sources") or ())
        found.append(f"{row.get('rule', '')}: {_words(row)} ({sources})")
    return found


def sentences(answer: Answer, key: str) -> list[str]:
    """Return a list of sentences of an answer."""
    found = answer.get(key)
    return [str(one) for one in found] if isinstance(found, list | tuple) else []


def _rows(answer: Answer, key: str) -> list[Answer]:
    found = answer.get(key)
    return [row for row in found if isinstance(row, Mapping)] if isinstance(found, list) else []


def _words(row: Answer) -> str:
    return str(row.get("words", ""))


def _number(row: Answer, key: str) -> float | None:
    found = row.get(key)
    return float(found) if isinstance(found, int | float) and not isinstance(found, bool) else None
