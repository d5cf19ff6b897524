"""What a validation found: plain records, without any computing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cryodose.validate.curves import Study

__all__ = [
    "Assumed",
    "ExperimentScore",
    "Fitted",
    "FoldScore",
    "NumberScore",
    "RelationScore",
    "Score",
    "Summary",
    "Target",
    "Validation",
]


@dataclass(frozen=True, slots=True)
class NumberScore:
    """One measured number beside its prediction.

    Attributes
    ----------
    modality : str
        Of the session it was measured in; a variant may differ from the file's base.
    mean, sd : float
        As measured, in `unit`; `sd` is None where no spread is known.
    predicted, predicted_sd : float or None
        Mean and standard deviation of the ensemble in `unit`; None where there is no prediction,
        and then `note` says why.
    error, z : float or None
        Predicted less measured, and that over `sd`.
    within_1sd, within_2sd : bool or None
        Whether the prediction lies so close; None without an `sd`. A time that is not reached
        counts as outside as soon as the simulated time covers the whole interval.
    share_reached : float or None
        For a moment that must be reached first: share of the members that reach it.
    note : str or None
        Ours first, then what the file says about the number.
    low, high : float or None
        5 and 95 percent points of the ensemble in `unit`.
    ion_class : str or None
        Of the drug, where a drug was measured.
    """

    quantity: str
    variant: str
    modality: str
    site: str | None
    depth_mm: float | None
    depth_from: str
    time_s: float | None
    since: str
    change: bool
    unit: str
    mean: float
    sd: float | None
    n: int | None
    predicted: float | None = None
    predicted_sd: float | None = None
    error: float | None = None
    z: float | None = None
    within_1sd: bool | None = None
    within_2sd: bool | None = None
    share_reached: float | None = None
    note: str | None = None
    low: float | None = None
    high: float | None = None
    ion_class: str | None = None


@dataclass(frozen=True, slots=True)
class RelationScore:
    """One expected relation, tried on the predictions.

    Attributes
    ----------
    holds : bool or None
        Decided by the means of the ensembles; None where a side has no prediction.
    value : float or None
        a / b for ``ratio``, a alone for ``between``, else a - b.
    a_predicted, b_predicted : float or None
        None where there is no prediction, or a time is not reached.
    probability : float or None
        Share of the members for which it holds; both sides use the same draws.
    """

    relation: str
    a: str
    b: str | None
    quantity: str
    low: float | None
    high: float | None
    holds: bool | None = None
    value: float | None = None
    a_predicted: float | None = None
    b_predicted: float | None = None
    probability: float | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Assumed:
    """Something a file left open, and what was taken; `variants` are the sessions it holds for."""

    key: str
    value: str
    unit: str
    source: str
    note: str
    variants: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fitted:
    """A number of the evidence tables that was fitted to measurements."""

    key: str
    value: float
    unit: str
    low: float
    high: float
    source: str
    note: str


@dataclass(frozen=True, slots=True)
class ExperimentScore:
    """One experiment.

    Attributes
    ----------
    not_run : str or None
        Why none of its sessions could be run; None where at least one was.
    fitted : tuple of str
        Keys of evidence that was calibrated on this very study.
    informed : tuple of str
        Keys of other evidence taken from it.
    """

    key: str
    title: str
    modality: str
    citation: str
    doi: str | None
    read: str
    file: Path | None
    measured: tuple[NumberScore, ...]
    expected: tuple[RelationScore, ...]
    assumed: tuple[Assumed, ...]
    not_run: str | None = None
    fitted: tuple[str, ...] = ()
    informed: tuple[str, ...] = ()

    @property
    def is_independent(self) -> bool:
        """Whether no number of the evidence tables comes from this study."""
        return not (self.fitted or self.informed)


@dataclass(frozen=True, slots=True)
class Score:
    """How a set of numbers of one unit compares.

    Attributes
    ----------
    n : int
        Numbers with a prediction.
    bias, rmse : float or None
        In `unit`; None where n is 0.
    within_1sd, within_2sd : float or None
        Share of those with a known spread.
    n_sd : int
        How many those are.
    not_reached, not_predicted : int
        Times that the simulated sessions do not reach; numbers without a prediction otherwise.
    """

    unit: str
    n: int
    bias: float | None
    rmse: float | None
    within_1sd: float | None
    within_2sd: float | None
    n_sd: int
    not_reached: int
    not_predicted: int


@dataclass(frozen=True, slots=True)
class Summary:
    """A set of experiments in short.

    Attributes
    ----------
    temperatures : Score
        All temperatures and changes of temperature; other units are never mixed in.
    groups : mapping of str to Score
        By group of quantities, one unit each.
    """

    temperatures: Score
    groups: Mapping[str, Score]
    relations: int
    relations_tried: int
    relations_holding: int
    experiments: int
    experiments_not_run: int


@dataclass(frozen=True, slots=True)
class FoldScore:
    """How many times too high or too low the drugs of one class of ion are foretold.

    Attributes
    ----------
    n : int
        Numbers with a prediction.
    median, largest : float
        Of the fold errors, at least 1: the larger of predicted and measured over the smaller.
    inside : float
        Share of the measured numbers within 5 and 95 percent of their ensemble.
    width : float
        Median of high over low of these bands.
    """

    ion_class: str
    n: int
    median: float
    largest: float
    inside: float
    width: float


@dataclass(frozen=True, slots=True)
class Target:
    """Something the project promised; `is_met` is None where the files do not cover it."""

    name: str
    wanted: str
    unit: str
    value: float | None
    is_met: bool | None


@dataclass(frozen=True, slots=True)
class Validation:
    """Everything that a validation found.

    Attributes
    ----------
    summary : mapping of str to Summary
        By modality.
    overall, independent : Summary
        All experiments; those that no number of the evidence tables was taken from.
    individuals : tuple of Study
        Raw curves of single people.
    fitted : tuple of Fitted
        What was calibrated, on what.
    drugs : tuple of FoldScore
        By class of ion.
    """

    experiments: tuple[ExperimentScore, ...]
    summary: Mapping[str, Summary]
    overall: Summary
    independent: Summary
    individuals: tuple[Study, ...]
    fitted: tuple[Fitted, ...]
    targets: tuple[Target, ...]
    members: int
    seed: int
    drugs: tuple[FoldScore, ...] = ()
