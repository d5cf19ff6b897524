"""What a page shows of an answer, kept or just computed: verdict, goals, limits, drawings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from cryodose.clinic.models import PlanRecord
from cryodose.clinic.services import answers
from cryodose.clinic.services.drawings import drawings_of
from cryodose.clinic.views.planner_current import question_words


def shown(
    answer: Mapping[str, Any],
    session: Mapping[str, Any],
    *,
    against: PlanRecord | None = None,
) -> dict[str, Any]:
    """Return what `plan_answer.html` needs.

    Parameters
    ----------
    answer : mapping
        As a result gives it as plain data, with its sketch.
    session : mapping
        What it was computed for.
    against : PlanRecord, optional
        A kept plan whose curves stand beside the others.
    """
    found = drawings_of([("", answer)])
    told = {
        "answer": answer,
        "look": answers.look_of(answer),
        "dose_words": answers.dose_words(answer),
        "chosen_words": answers.chosen_words(session),
        "window_words": answers.window_words(answer),
        "limits": answers.limit_rows(answer),
        "goals": answers.goal_rows(answer),
        "build_up": answers.build_up_rows(answer),
        "refusals": answers.refusals(answer),
        "reasons": answers.sentences(answer, "reasons"),
        "warnings": answers.sentences(answer, "warnings"),
        "claims": answers.sentences(answer, "claims"),
        "notes": answers.sentences(answer, "notes"),
        "not_asked": [question_words(q) for q in answers.sentences(answer, "not_asked")],
        "is_current": "ma_min" in answer,
        "released": bool(answer.get("released")),
        "drawings": found,
    }
    if against is None:
        return told
    both = [(_("now"), answer), (_("kept"), against.answer)]
    beside = {
        "against": against,
        "against_words": answers.dose_words(against.answer),
        "against_look": answers.look_of(against.answer),
        "beside": drawings_of(both),
    }
    return told | beside
