"""What is to be expected of a session that runs, now that something was measured in it.

The same prediction as the plan's, with the session as it goes and the readings of this person: its
bands are narrower where the readings fit, and stay as they were where they do not.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from cryodose import front
from cryodose.clinic.live.before import GAS
from cryodose.clinic.live.state import Event
from cryodose.clinic.live.store import events_of
from cryodose.clinic.live.uses import course_of, rows_of, told, uses_of
from cryodose.clinic.models import SessionRecord
from cryodose.outcome import Simulated

# Curves that stand beside what is measured.
BESIDE = {"skin": "skin", "core-rectal": "core", "core-oesophagus": "core"}
_MEMBERS = 256
_FOLLOWED_S = 1800.0
_PREDICTED = (*GAS, "cold-pack", "immersion")


def expected(session: SessionRecord, events: Sequence[Event] | None = None) -> dict[str, Any]:
    """Return the bands of a session with its readings, and what became of these.

    Parameters
    ----------
    session : SessionRecord
    events : sequence of Event, optional
        Those of the session, where they are at hand already.

    Returns
    -------
    dict
        ``curves``, empty where no reading is used; ``used``, a number; ``left``, pairs of reason
        and number; ``warnings``, sentences of the program about readings that it left out.
    """
    rows = list(events_of(session) if events is None else events)
    uses = uses_of(session, events=rows)
    found = told(uses)
    made = {"curves": [], "used": len(found["used"]), "left": found["left"], "warnings": []}
    if session.plan is None or session.procedure not in _PREDICTED or not found["used"]:
        return made
    data = input_of(session, rows, rows_of(uses))
    return made | _simulated(json.dumps(data, sort_keys=True), session.plan.seed)


def input_of(
    session: SessionRecord, events: Sequence[Event], measured: list[dict[str, Any]]
) -> dict[str, Any]:
    """Return the whole input of the prediction: from it, it can be computed again to the bit."""
    plan = session.plan
    assert plan is not None  # noqa: S101  # expected() has looked
    course = course_of(events)
    lasted_s = float(session.planned_s)
    if course is not None and course.end is not None:
        lasted_s = max(1.0, round((course.end - course.begin).total_seconds(), 3))
    exposure = dict(plan.session["exposure"])
    if session.procedure in GAS:
        exposure["stages"] = _stages(exposure["stages"], lasted_s)
    elif session.procedure == "immersion":
        exposure |= {"duration_s": lasted_s, "recovery_s": _FOLLOWED_S}
    else:
        exposure |= {"cycles": [{"on_s": lasted_s}], "recovery_s": _FOLLOWED_S}
    earlier = [r for r in plan.session.get("measured", []) if max(r["time_s"]) <= lasted_s]
    whole = {k: v for k, v in plan.session.items() if k not in ("goal", "plan", "measured")}
    return {**whole, "exposure": exposure, "measured": [*earlier, *measured]}


def _stages(stages: list[dict[str, Any]], lasted_s: float) -> list[dict[str, Any]]:
    """Return stages that last so long together: the last one shorter or longer, or left out."""
    made: list[dict[str, Any]] = []
    left_s = lasted_s
    for n, stage in enumerate(stages):
        is_last = n == len(stages) - 1
        take_s = left_s if is_last else min(left_s, stage["duration_s"])
        if take_s <= 0:
            break
        made.append({**stage, "duration_s": take_s})
        left_s -= take_s
    return made


@lru_cache(maxsize=64)
def _simulated(text: str, seed: int) -> dict[str, Any]:
    shown = front.simulate(json.loads(text), members=_MEMBERS, seed=seed)
    assert isinstance(shown, Simulated)  # noqa: S101  # the others are not predicted
    curves = [{"quantity": BESIDE[c.name], **c.to_dict()} for c in shown.curves if c.name in BESIDE]
    return {"curves": curves, "warnings": list(shown.warnings)}
