"""Raw curves of single people beside their bands: the records, without any computing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Arm", "BandScore", "Curve", "GroupCurve", "Person", "Study"]


@dataclass(frozen=True, slots=True)
class Person:
    """Who was measured."""

    name: str
    sex: str
    age_y: float
    mass_kg: float
    height_m: float
    skinfold_mm: float
    girth_mm: float


@dataclass(frozen=True, slots=True)
class Curve:
    """One person's curve at one place under one agent.

    Attributes
    ----------
    place : str
        ``skin`` or ``muscle``.
    time_s : tuple of float
        Since the cold was put on.
    measured_c : tuple of float
    predicted_c, low_c, high_c : tuple of float
        Mean of the ensemble and the ends of its 90 % band.
    is_scored : tuple of bool
        True at the moments that count; the others are there to draw the curve.
    """

    person: str
    agent: str
    place: str
    time_s: tuple[float, ...]
    measured_c: tuple[float, ...]
    predicted_c: tuple[float, ...]
    low_c: tuple[float, ...]
    high_c: tuple[float, ...]
    is_scored: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Arm:
    """One person under one agent: start values from the minutes before, and the curves."""

    person: Person
    agent: str
    baseline_skin_c: float
    baseline_muscle_c: float
    curves: tuple[Curve, ...]


@dataclass(frozen=True, slots=True)
class GroupCurve:
    """Means over the people, at the moments that count."""

    agent: str
    place: str
    time_s: tuple[float, ...]
    measured_c: tuple[float, ...]
    predicted_c: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class BandScore:
    """How predictions of single people compare.

    Attributes
    ----------
    n : int
        Readings compared.
    group_rmse_c, group_bias_c : float or None
        Mean over the people of the predictions against that of the readings; None where skin and
        muscle are taken together.
    individual_rmse_c, individual_bias_c : float
        Each person's prediction against each person's reading.
    coverage : float
        Share of the readings inside their 90 % band.
    """

    n: int
    group_rmse_c: float | None
    group_bias_c: float | None
    individual_rmse_c: float
    individual_bias_c: float
    coverage: float


@dataclass(frozen=True, slots=True)
class Study:
    """A file of raw curves.

    Attributes
    ----------
    scores : mapping of str to BandScore
        ``skin``, ``muscle`` and ``both``.
    by_agent : mapping of str to (mapping of str to BandScore)
        The same for each agent.
    """

    key: str
    file: Path
    on_s: float
    people: tuple[Person, ...]
    arms: tuple[Arm, ...]
    group: tuple[GroupCurve, ...]
    scores: Mapping[str, BandScore]
    by_agent: Mapping[str, Mapping[str, BandScore]]
