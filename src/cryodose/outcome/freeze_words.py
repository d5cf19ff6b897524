"""A planned freeze in plain words."""

from __future__ import annotations

import math
from collections.abc import Sequence

from cryodose.dosing.freeze_dose import (
    EndPoint,
    FreezeAlternative,
    FreezeDose,
    FreezeLimit,
    Protocol,
    Unknown,
)
from cryodose.outcome.fact import Fact
from cryodose.outcome.tell import Headline, chance, number, time_words

_TIMES = {1: "once", 2: "twice", 3: "three times", 4: "four times"}


def told(dose: FreezeDose | None, facts: Sequence[Fact] = ()) -> Headline:
    """Return the answer of a plan or a simulation."""
    depth = next((f for f in facts if f.name == "depth_m20_mm"), None)
    reach = ""
    if depth is not None:
        low, middle, high = (number(v) for v in (depth.low, depth.median, depth.high))
        reach = f"−20 °C reaches {middle} mm (90 % of cases: {low} to {high})."
    if dose is None:
        return Headline("Simulated as the file states it; this is not a plan.", reach)
    if dose.verdict == "refused":
        words = "Do not freeze this." if dose.refusals else "No freeze of this lesion is safe."
        return Headline(words, "Refused; the reasons are below.")
    answer = f"{freeze_words(dose.freeze_s or 0.0, dose.cycles or 1)}{way_words(dose)}"
    sure = (
        f"{chance(dose.probability)} sure to kill the whole {dose.lesion} with "
        f"{dose.margin_mm:g} mm around it; {chance(dose.wanted)} is asked for. {reach}"
    )
    if dose.verdict == "dose":
        return Headline(f"{answer}.", sure)
    return Headline(f"{answer} at most: not surely enough.", sure)


def freeze_words(freeze_s: float, cycles: int) -> str:
    """Return time and cycles as they are said aloud.

    Examples
    --------
    >>> freeze_words(12.0, 2), freeze_words(75.0, 1)
    ('Freeze 12 s twice', 'Freeze 1 min 15 s once')
    """
    return f"Freeze {time_words(freeze_s)} {_TIMES.get(cycles, f'{cycles} times')}"


def way_words(dose: FreezeDose) -> str:
    """Return technique and spot, to follow the time."""
    technique = dose.technique.replace("-", " ")
    return f", {technique}, spot of {number(dose.spot_mm, 0)} mm"


def limit_row(limit: FreezeLimit) -> tuple[str, str, str, str]:
    """Return a limit: words, chance of harm, accepted, longest freeze that keeps it."""
    passed = "not run" if math.isnan(limit.passed) else chance(limit.passed)
    until = "all the time searched" if math.isinf(limit.allowed_s) else time_words(limit.allowed_s)
    if limit.name == "time" or limit.accepted == 0.0:
        return limit.words, "", "", until
    return limit.words, passed, chance(limit.accepted), until


LIMIT_HEAD = ("Limit", "Chance of harm", "Accepted", "Holds until")


def alternative_row(row: FreezeAlternative) -> tuple[str, ...]:
    """Return an alternative as cells of a table."""
    time = "none found" if math.isinf(row.freeze_s) else f"{row.freeze_s:.0f} s"
    return (
        f"{row.technique.replace('-', ' ')}, {number(row.spot_mm, 0)} mm",
        f"{row.cycles} x {time}",
        chance(row.probability),
        chance(row.harm),
        "yes" if row.is_feasible else "no",
        row.why,
    )


ALTERNATIVE_HEAD = ("Way", "Freeze", "Lesion dies", "Harm", "Feasible", "Why")


def end_point_row(row: EndPoint) -> tuple[str, ...]:
    """Return an end point as cells of a table."""
    beyond = f"{row.halo_mm:g} mm beyond the lesion"
    if math.isnan(row.median_s):
        return beyond, "in no case", "", "", "", "no"
    takes = f"{row.median_s:.0f} s ({row.low_s:.0f} to {row.high_s:.0f})"
    return (
        beyond,
        f"in {chance(row.reached)}",
        takes,
        chance(row.probability),
        chance(row.harm),
        "yes" if row.is_feasible else "no",
    )


END_POINT_HEAD = ("Stop when ice is seen", "Seen", "Takes", "Lesion dies", "Harm", "Feasible")


def published_words(row: Protocol) -> str:
    """Return what is published: for what, how, how long, how often."""
    if row.freeze_s is None:
        time = row.until
    else:
        low, high = row.freeze_s
        time = f"{low:g} s" if low == high else f"{low:g} to {high:g} s"
        time += f", {row.until}" if row.until else ""
    few, most = row.cycles
    cycles = str(few) if few == most else f"{few} to {most}"
    return f"{row.lesion}, {row.technique.replace('-', ' ')}: {time}, cycles: {cycles}"


def protocol_row(row: Protocol) -> tuple[str, ...]:
    """Return a protocol as cells of a table."""
    return published_words(row), row.outcome, row.difference, row.source


PROTOCOL_HEAD = ("Published", "What came of it", "This plan", "Source")


def unknown_words(unknowns: Sequence[Unknown]) -> str:
    """Say which unknown dominates and what the next ones are.

    Examples
    --------
    >>> unknown_words([Unknown("a", "how hard it is sprayed", 0.7, 0.8),
    ...     Unknown("b", "the cells", 0.2, -0.4)])
    'What is least known: how hard it is sprayed (70 % of the spread), then the cells (20 %).'
    """
    if not unknowns:
        return ""
    first, *rest = unknowns[:3]
    then = "".join(f", then {u.words} ({u.share:.0%})".replace("%", " %") for u in rest)
    return f"What is least known: {first.words} ({first.share:.0%} of the spread)".replace(
        "%", " %"
    ) + (f"{then}.")
