"""The tables of a validation as plain text cells, for every way of showing them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cryodose.session.quantities import UNITS
from cryodose.validate import words
from cryodose.validate.curves import BandScore, Study
from cryodose.validate.results import (
    ExperimentScore,
    NumberScore,
    RelationScore,
    Score,
    Summary,
    Validation,
)

__all__ = [
    "Table",
    "assumed_table",
    "drugs_table",
    "experiments_table",
    "fitted_table",
    "gaps_table",
    "individuals_table",
    "numbers_table",
    "relations_table",
    "summary_table",
    "targets_table",
]

Row = tuple[str, ...]
_WORDS = ("evidence", "holds", "met", "note", "range", "unit")


@dataclass(frozen=True)
class Table:
    """A table; the first `n_text` columns and those of words are text, the others numbers."""

    title: str
    head: Row
    rows: tuple[Row, ...]
    n_text: int = 1

    def is_number(self, column: int) -> bool:
        """Tell whether a column holds numbers, which stand at the right."""
        return column >= self.n_text and self.head[column] not in _WORDS


def targets_table(validation: Validation) -> Table:
    """Return what was promised and what was found."""
    rows = tuple(
        (
            target.name,
            f"{target.wanted} {words.unit_name(target.unit)}".strip(),
            words.number(target.value, target.unit),
            "not covered" if target.is_met is None else words.yes(target.is_met),
        )
        for target in validation.targets
    )
    return Table("Targets", ("target", "wanted", "found", "met"), rows, 2)


def summary_table(validation: Validation) -> Table:
    """Return bias, RMSE and shares by modality and group."""
    parts = [*validation.summary.items(), ("all", validation.overall)]
    parts.append(("independent", validation.independent))
    rows = tuple(row for name, summary in parts for row in _summary_rows(name, summary))
    head = ("experiments", "quantities", "n", "bias", "RMSE", "in 1 SD", "in 2 SD", "missing")
    return Table("Summary", head, rows, 2)


def _summary_rows(name: str, summary: Summary) -> Iterator[Row]:
    yield (name, "temperatures", *_score_cells(summary.temperatures))
    for group, score in summary.groups.items():
        yield (name, group, *_score_cells(score))


def _score_cells(score: Score) -> Row:
    unit = f" {words.unit_name(score.unit)}" if score.n else ""
    return (
        str(score.n),
        words.signed(score.bias, score.unit) + unit,
        words.number(score.rmse, score.unit) + unit,
        words.share(score.within_1sd),
        words.share(score.within_2sd),
        str(score.not_reached + score.not_predicted),
    )


def drugs_table(validation: Validation) -> Table:
    """Return the fold errors by class of ion."""
    rows = tuple(
        (
            d.ion_class,
            str(d.n),
            words.number(d.median, "-"),
            words.number(d.largest, "-"),
            words.share(d.inside),
            f"{d.width:.1f}",
        )
        for d in validation.drugs
    )
    head = ("ion", "n", "median fold", "largest fold", "in 90 % band", "width of the band, fold")
    return Table("Drugs by class of ion", head, rows)


def experiments_table(validation: Validation) -> Table:
    """Return one line for each experiment."""
    rows = tuple(_experiment_row(e) for e in validation.experiments)
    head = ("experiment", "modality", "predicted", "RMSE, °C", "relations", "evidence")
    return Table("Experiments", head, rows, 2)


def _experiment_row(score: ExperimentScore) -> Row:
    errors = [r.error for r in score.measured if r.error is not None and r.unit == "C"]
    rmse = (sum(e * e for e in errors) / len(errors)) ** 0.5 if errors else None
    tried = [r.holds for r in score.expected if r.holds is not None]
    predicted = sum(r.predicted is not None for r in score.measured)
    used = "calibrated on" if score.fitted else "informs" if score.informed else "independent"
    return (
        score.key,
        score.modality,
        f"{predicted} of {len(score.measured)}" if score.measured else words.NOTHING,
        words.number(rmse, "C"),
        f"{sum(tried)} of {len(score.expected)}" if score.expected else words.NOTHING,
        used if score.not_run is None else "not run",
    )


def numbers_table(score: ExperimentScore) -> Table:
    """Return every measured number of an experiment."""
    head = ("measured", "when", "unit", "measured", "predicted", "error", "error / SD", "note")
    return Table("Numbers", head, tuple(map(_number_row, score.measured)), 3)


def _number_row(row: NumberScore) -> Row:
    return (
        words.place(row),
        words.moment(row),
        words.unit_name(row.unit),
        words.with_sd(row.mean, row.sd, row.unit),
        words.with_sd(row.predicted, row.predicted_sd, row.unit),
        words.signed(row.error, row.unit),
        words.signed(row.z, "-"),
        row.note or "",
    )


def relations_table(score: ExperimentScore) -> Table:
    """Return every expected relation of an experiment."""
    head = ("relation", "quantity", "a", "b", "value", "holds", "probability", "note")
    return Table("Relations", head, tuple(map(_relation_row, score.expected)), 2)


def _relation_row(row: RelationScore) -> Row:
    unit = UNITS[row.quantity][0]
    value = words.number(row.value, "-" if row.relation == "ratio" else unit)
    return (
        words.relation(row),
        row.quantity,
        words.number(row.a_predicted, unit),
        words.number(row.b_predicted, unit),
        value,
        words.yes(row.holds),
        words.share(row.probability),
        row.note or "",
    )


def assumed_table(score: ExperimentScore) -> Table:
    """Return what an experiment left open."""
    sessions = {variant for a in score.assumed for variant in a.variants}
    rows = tuple(
        (
            a.key,
            f"{a.value} {words.unit_name(a.unit)}".strip(),
            a.source,
            "all" if set(a.variants) == sessions else ", ".join(a.variants),
        )
        for a in score.assumed
    )
    return Table("Assumed", ("key", "taken", "from", "sessions"), rows, 4)


def fitted_table(validation: Validation) -> Table:
    """Return which evidence numbers were fitted to which study."""
    rows = tuple(
        (f.source, f.key, f"{f.value:g}", f"{f.low:g} to {f.high:g}", words.unit_name(f.unit))
        for f in validation.fitted
    )
    return Table("Fitted", ("fitted to", "number", "value", "range", "unit"), rows, 2)


def individuals_table(study: Study) -> Table:
    """Return how the predictions of single people compare, in °C.

    Group: the mean over the people, predicted against measured. Single: each against their own.
    """
    parts = [("all", study.scores), *study.by_agent.items()]
    rows = tuple(
        (agent, name, *_band_cells(score))
        for agent, scores in parts
        for name, score in scores.items()
    )
    head = ("agent", "place", "n", "group RMSE", "group bias", "single RMSE", "in 90 % band")
    return Table(f"Single people: {study.key}, °C", head, rows, 2)


def _band_cells(score: BandScore) -> Row:
    return (
        str(score.n),
        words.number(score.group_rmse_c, "C"),
        words.signed(score.group_bias_c, "C"),
        words.number(score.individual_rmse_c, "C"),
        words.share(score.coverage),
    )


def gaps_table(validation: Validation) -> Table:
    """Return what did not come out: relations that fail, and numbers without a prediction.

    Experiments that could not be run at all make one row each.
    """
    rows: list[Row] = []
    for score in validation.experiments:
        if score.not_run is not None:
            what = f"{len(score.measured)} numbers, {len(score.expected)} relations"
            rows.append((score.key, what, f"not run: {score.not_run}"))
            continue
        for number in score.measured:
            if number.predicted is None:
                what = f"{words.place(number)}, {words.moment(number)}".removesuffix(", -")
                rows.append((score.key, what, number.note or ""))
        for relation in score.expected:
            if not relation.holds:
                found = words.number(relation.value, UNITS[relation.quantity][0])
                why = relation.note or ""
                said = f"fails: {found}" if relation.holds is False else "not tried"
                rows.append((score.key, words.relation(relation), f"{said}; {why}".strip("; ")))
    return Table("What does not come out", ("experiment", "what", "why"), tuple(rows), 3)
