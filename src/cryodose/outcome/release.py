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
    return (*release_words(screening), *first, f"{_screened_words(screening)}: {never}")


def told_drug_release(warnings: Sequence[str], screening: Screening | None) -> tuple[str, ...]:
    """Return the warnings of a current with a drug with what screening said.

    Who must never have the current, its own limits say, from the answers in the session.
    """
    if screening is None:
        return tuple(warnings)
    return (*release_words(screening), *warnings, f"{_screened_words(screening)}.")


NOBODY = (
    "Nobody was screened: never freeze with cold urticaria, cryoglobulinaemia, Raynaud's disease, "
    "or after a bad reaction to freezing."
)


def told_freeze_release(warnings: Sequence[str], screening: Screening | None) -> tuple[str, ...]:
    """Return the warnings of a freeze with what screening said, or that nobody was screened."""
    if screening is None:
        return (*warnings, NOBODY)
    return (*release_words(screening), *warnings, f"{_screened_words(screening)}.")


def release_words(screening: Screening) -> tuple[str, ...]:
    """Return what stands against a release, cautions, overrides, changed rules and wishes."""
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
    return tuple(lines)


def _screened_words(screening: Screening) -> str:
    return f"Screened for {screening.on} by rules {screening.rules_version}, {screening.verdict}"
