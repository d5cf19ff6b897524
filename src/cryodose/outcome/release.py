"""Whether a plan may be used: what screening said, in the words of the plan."""

from __future__ import annotations

from collections.abc import Sequence

from cryodose.errors import Refused
from cryodose.evidence.catalogue import wish_words
from cryodose.screening import Screening


class Barred(Refused):
    """Screening stopped the session before a dose was computed.

    Parameters
    ----------
    screening : Screening
        With the findings.
    """

    def __init__(self, screening: Screening) -> None:
        self.screening = screening
        super().__init__(
            f"{f.rule} {f.condition} ({'; '.join(f.because)})"
            for f in screening.findings
            if f.effect == "stop"
        )

    def __reduce__(self) -> tuple[type[Barred], tuple[Screening]]:
        return Barred, (self.screening,)


def released(screening: Screening | None) -> bool:
    """Tell whether a plan is released: somebody was screened, and no rule stands against it."""
    return screening is not None and screening.verdict == "no-rule-hit"


def told_release(warnings: Sequence[str], screening: Screening | None) -> tuple[str, ...]:
    """Return the warnings of a plan with what screening said.

    The last warning says who was screened, and who must never use cold.
    """
    if screening is None:
        return tuple(warnings)
    *first, last = warnings
    _, _, never = last.partition(": ")
    found = [f"{f.rule} {f.condition}" for f in screening.findings if f.effect == "ask"]
    cautions = [f"{f.rule} {f.condition}" for f in screening.findings if f.effect == "caution"]
    lines = []
    if screening.verdict == "ask-clinician":
        lines.append(f"NOT RELEASED: a clinician must decide first ({', '.join(found)}).")
    elif screening.verdict == "incomplete":
        count = len({o.question for o in screening.not_assessed})
        lines.append(f"NOT RELEASED: {count} questions are open that could stop it.")
    if cautions:
        lines.append(f"Cautions, to be acknowledged: {', '.join(cautions)}.")
    lines += [
        f"{f.rule} was overridden by {f.override.by}: {f.override.reason}."
        for f in screening.findings
        if f.override is not None
    ]
    lines += [
        f"{c.rule} was changed here ({c.what})" + (f" by {c.by}: {c.reason}." if c.by else ".")
        for c in screening.changes
    ]
    lines += [wish_words(wish, screening.procedure) for wish in screening.wishes]
    day = f"Screened for {screening.on} by rules {screening.rules_version}, {screening.verdict}"
    return (*lines, *first, f"{day}: {never}")
