"""Two freezes side by side."""

from __future__ import annotations

import math

from cryodose.outcome.fact import Fact
from cryodose.outcome.freeze import FreezeResult
from cryodose.outcome.freeze_words import freeze_words, way_words
from cryodose.outcome.tell import chance

HEAD = ("", "This one", "The other")
_VERDICT = {"dose": "safe and enough", "goal-not-reached": "not enough", "refused": "refused"}


def compared_rows(one: FreezeResult, other: FreezeResult) -> list[tuple[str, ...]]:
    """Return what distinguishes two plans, row by row; what one of them lacks is a dash."""
    rows: list[tuple[str, ...]] = [
        ("Session", *(r.session.title or "untitled" for r in (one, other)))
    ]
    rows += [(words, say(one), say(other)) for words, say in _SAYS.items()]
    names = dict.fromkeys(x.name for r in (one, other) if r.dose for x in r.dose.limits)
    for name in names:
        if name != "time":
            rows.append((f"Harm: {name}", *(_harm(r, name) for r in (one, other))))
    facts = dict.fromkeys(f.name for r in (one, other) for f in r.facts)
    for name in facts:
        found = [next((f for f in r.facts if f.name == name), None) for r in (one, other)]
        words = next(f.words for f in found if f is not None)
        rows.append((words, *(_fact(f) for f in found)))
    return rows


def _answer(result: FreezeResult) -> str:
    dose = result.dose
    if dose is None or dose.freeze_s is None:
        return "nothing is frozen"
    return f"{freeze_words(dose.freeze_s, dose.cycles or 1)}{way_words(dose)}"


def _verdict(result: FreezeResult) -> str:
    return _VERDICT[result.dose.verdict] if result.dose else "simulated"


def _sure(result: FreezeResult) -> str:
    dose = result.dose
    return "–" if dose is None or math.isnan(dose.probability) else chance(dose.probability)


def _unknown(result: FreezeResult) -> str:
    found = result.dose.unknowns if result.dose else ()
    return f"{found[0].words} ({found[0].share:.0%})".replace("%", " %") if found else "–"


_SAYS = {
    "Verdict": _verdict,
    "Freeze": _answer,
    "Lesion and margin die": _sure,
    "Least known": _unknown,
}


def _harm(result: FreezeResult, name: str) -> str:
    found = [x for x in (result.dose.limits if result.dose else ()) if x.name == name]
    return chance(found[0].passed) if found else "–"


def _fact(fact: Fact | None) -> str:
    if fact is None:
        return "–"
    row = fact.row()
    return f"{row.likely} ({row.band})" if row.band else row.likely
