"""Numbers of a result told to people: durations, headline, and the rows of every table."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cryodose.dosing.build_up import BuiltUp
from cryodose.dosing.search import Dose
from cryodose.units import PERCENT, SECONDS_PER_MINUTE

Band = tuple[float, float, float]
MINUTES_PER_HOUR = 60

_FACTS: dict[str, tuple[str, str]] = {
    "mean_skin_at_exit_c": ("Mean skin at the exit", "temperature"),
    "mean_skin_at_exit_change_k": ("Mean skin, change at the exit", "change"),
    "mean_skin_iso9886_at_exit_c": ("Mean skin at the exit, ISO 9886", "temperature"),
    "coldest_point_c": ("Coldest point of the skin", "temperature"),
    "thigh_at_exit_c": ("Thigh skin at the exit", "temperature"),
    "thigh_analgesia_on_s": ("Pain relief at the thigh begins after", "time"),
    "rectal_at_exit_change_k": ("Rectum, change at the exit", "core"),
    "rectal_lowest_change_k": ("Rectum, lowest within the hour", "core"),
    "oesophagus_at_exit_change_k": ("Central blood, change at the exit", "core"),
    "oesophagus_lowest_change_k": ("Central blood, lowest within the hour", "core"),
    "gut_lowest_after_exit_s": ("Gut coldest after the exit by", "time"),
    "pulse_change_percent": ("Pulse, published change", "share"),
    "mean_pressure_change_mmhg": ("Mean blood pressure, published change", "pressure"),
    "skin_at_exit_c": ("Skin when it comes off", "temperature"),
    "skin_coldest_c": ("Skin at its coldest", "temperature"),
    "below_fat_10mm_at_exit_change_k": ("10 mm below the fat, when it comes off", "change"),
    "below_fat_10mm_coldest_change_k": ("10 mm below the fat, at its coldest", "change"),
    "below_fat_10mm_coldest_after_exit_s": ("... reached this long after removal", "time"),
    "below_fat_20mm_at_exit_change_k": ("20 mm below the fat, when it comes off", "change"),
    "below_fat_20mm_coldest_change_k": ("20 mm below the fat, at its coldest", "change"),
    "below_fat_20mm_coldest_after_exit_s": ("... reached this long after removal", "time"),
    "analgesia_on_s": ("Pain relief begins after", "time"),
    "analgesia_off_after_exit_s": ("Pain relief lasts after removal for", "time"),
    "nerve_velocity_least_percent": ("Nerve conduction, lowest", "percent"),
    "muscle_flow_least_percent": ("Muscle blood flow, lowest", "percent"),
    "heat_removed_at_exit_kj": ("Heat removed", "heat"),
}
_SIGNED = {
    "temperature": "",
    "change": "+",
    "time": "",
    "percent": "",
    "heat": "",
    "core": "+",
    "share": "+",
    "pressure": "+",
}
_UNIT = {
    "temperature": "°C",
    "change": "°C",
    "time": "min",
    "percent": "% of the start",
    "heat": "kJ",
    "core": "°C",
    "share": "%",
    "pressure": "mmHg",
}
_SHORT_S = 120.0
_DIGITS = {
    "temperature": 1,
    "change": 1,
    "time": 1,
    "percent": 0,
    "heat": 1,
    "core": 2,
    "share": 0,
    "pressure": 0,
}


@dataclass(frozen=True)
class Headline:
    """The answer in one line, and the sentence behind it."""

    answer: str
    detail: str


@dataclass(frozen=True)
class Row:
    """One line of a table of facts: what, the likely value with unit, and the 90 percent band."""

    words: str
    likely: str
    band: str


def time_words(time_s: float) -> str:
    """Return a duration as it is said aloud.

    Examples
    --------
    >>> time_words(570), time_words(7500), time_words(20)
    ('9 min 30 s', '2 h 5 min', '20 s')
    """
    whole = round(time_s)
    minutes, seconds = divmod(whole, int(SECONDS_PER_MINUTE))
    hours, minutes = divmod(minutes, MINUTES_PER_HOUR)
    parts = [(hours, "h"), (minutes, "min"), (seconds, "s")]
    said = [f"{n} {unit}" for n, unit in parts if n]
    return " ".join(said) or "0 s"


def chance(probability: float) -> str:
    """Return a probability in percent; never 0 or 100 where it is not certain to the last draw.

    Examples
    --------
    >>> chance(0.8047), chance(0.002), chance(0.999), chance(1.0)
    ('80 %', '< 1 %', '> 99 %', '100 %')
    """
    percent = probability * PERCENT
    if 0.0 < percent < 1.0:
        return "< 1 %"
    if PERCENT - 1.0 < percent < PERCENT:
        return "> 99 %"
    return f"{percent:.0f} %"


def number(value: float, digits: int = 1, sign: str = "") -> str:
    """Return a number with a true minus sign; a zero has no sign at all.

    Examples
    --------
    >>> number(-1.25, 1, "+"), number(0.004, 2, "+"), number(-0.004, 2)
    ('−1.2', '0.00', '0.00')
    """
    shown = round(value, digits) + 0.0
    if not math.isfinite(shown):
        return "none"
    return f"{shown:{sign if shown else ''}.{digits}f}".replace("-", "−")


def percent(share: float) -> str:
    """Return a share in percent, such as one of oxygen.

    Examples
    --------
    >>> percent(0.195)
    '19.5 %'
    """
    return f"{number(share * PERCENT)} %"


# What to do, and what not to do, by modality.
_VERBS = {
    "immersion": ("Stay in the water for", "Do not go into this water"),
    "cryosauna": ("Stay in the cabin for", "Do not go into this cabin"),
    "cryochamber": ("Stay in the chamber for", "Do not go into this chamber"),
}


def headline(dose: Dose, modality: str, first: BuiltUp | None = None) -> Headline:
    """Return the answer of a plan in plain words.

    Parameters
    ----------
    first : BuiltUp, optional
        What a first session may last, where nobody said whether this is one.
    """
    verb, do_not = _VERBS.get(modality, ("Put it on for", "Do not put this on"))
    several = "The goals are" if len(dose.goals) > 1 else "The goal is"
    until = time_words(dose.longest_s)
    if dose.dose_s is None:
        return Headline(f"{do_not}: no dose is safe.", "Refused; the reasons are below.")
    if dose.verdict == "dose" and dose.shortest_s is not None:
        told = Headline(
            f"{verb} {time_words(dose.dose_s)}.",
            f"{several} reached from {time_words(dose.shortest_s)} on; "
            f"every limit holds until {until}.",
        )
    else:
        told = Headline(
            f"{verb} {time_words(dose.dose_s)} at most.",
            f"{several} not reached surely enough within the limits.",
        )
    return told if first is None else _with_first(told, dose, first)


def _with_first(told: Headline, dose: Dose, first: BuiltUp) -> Headline:
    """Return a headline that nobody reads without what a first session may last."""
    if first.dose_s is None or dose.dose_s is None:
        return Headline(f"{told.answer[:-1]}; not in a first session.", told.detail)
    if first.dose_s >= dose.dose_s:
        until = f"In a first session they hold until {time_words(first.longest_s)}."
        return Headline(told.answer, f"{told.detail} {until}")
    goal = "all goals" if len(dose.goals) > 1 else "the goal"
    return Headline(
        f"{told.answer[:-1]}; in a first session for {time_words(first.dose_s)} at most.",
        f"{told.detail} A first session reaches {goal} with {chance(first.probability_at_dose)}.",
    )


def fact_rows(facts: Mapping[str, Band | None]) -> list[Row]:
    """Return the facts a reader looks for first."""
    return [_fact(name, band) for name, band in facts.items()]


def _fact(name: str, band: Band | None) -> Row:
    words, kind = _FACTS.get(name, (name.replace("_", " "), "temperature"))
    if band is None:
        return Row(words, "does not happen", "for half of the people or more")
    if kind == "time" and band[2] < _SHORT_S:
        low, median, high = (number(v, 0) for v in band)
        return Row(words, f"{median} s", f"{low} to {high}")
    scale = SECONDS_PER_MINUTE if kind == "time" else 1.0
    low, median, high = (number(v / scale, _DIGITS[kind], _SIGNED[kind]) for v in band)
    return Row(words, f"{median} {_UNIT[kind]}", f"{low} to {high}")


def goal_rows(dose: Dose) -> list[tuple[str, str, str, str]]:
    """Return for each goal: words, time needed, chance at the dose, chance wanted."""
    rows = []
    for g in dose.goals:
        # Up to the next second: a shorter time would not be enough.
        needed = "not reached" if g.needed_s is None else time_words(math.ceil(g.needed_s))
        at_dose = chance(g.probability_at_dose)
        rows.append((g.goal.words, needed, at_dose, chance(g.goal.probability)))
    return rows


def build_up_rows(rows: Sequence[BuiltUp]) -> list[tuple[str, str, str]]:
    """Return for each of the first sessions: which one, how long, and the chance of the goals."""
    return [
        (
            f"{x.number} and later" if x.and_later else f"{x.number}",
            f"{time_words(x.longest_s)} at most"
            if x.dose_s is None or x.dose_s >= x.longest_s
            else f"{time_words(x.dose_s)} ({time_words(x.longest_s)} at most)",
            chance(x.probability_at_dose),
        )
        for x in rows
    ]


def limit_rows(dose: Dose) -> list[tuple[str, str, str, str, bool]]:
    """Return for each limit: words, until when it holds, margin, chance of passing, if it binds.

    The margin of a limit of time is the time left; that of a limit of temperature is the distance
    which all but the accepted share of people keep.
    """
    rows = []
    for x in dose.limits:
        allowed = None if x.allowed_s is None else math.floor(x.allowed_s)
        until = "all the time searched" if allowed is None else time_words(allowed)
        if x.margin_k is not None:
            margin = f"{number(x.margin_k)} °C"
            risk = f"{chance(x.probability_passed)} (accepted {x.limit.probability * PERCENT:g} %)"
        else:
            left = (x.allowed_s or 0.0) - (dose.dose_s or 0.0)
            margin = time_words(left) if left >= 0 else "none"
            risk = "kept" if left >= 0 else "passed"
        binds = x.limit.name == dose.limiting
        rows.append((x.limit.words, until, margin, risk, binds))
    return rows
