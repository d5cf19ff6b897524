"""The sentences that stand beside the tables."""

from __future__ import annotations

from cryodose.validate import words
from cryodose.validate.curves import Study
from cryodose.validate.fitted import evidence_of
from cryodose.validate.results import Validation

__all__ = ["honesty", "method", "opening", "study_lines"]


def opening(validation: Validation) -> str:
    """Return what was run, in one sentence."""
    whole = validation.overall
    ran = whole.experiments - whole.experiments_not_run
    people = sum(len(study.people) for study in validation.individuals)
    singles = f", and {people} people one by one" if people else ""
    return (
        f"{ran} of {whole.experiments} experiments were run{singles}, each with "
        f"{validation.members} draws of the uncertain quantities (seed {validation.seed}). "
        f"{whole.relations_holding} of {whole.relations_tried} relations hold."
    )


def method() -> tuple[str, ...]:
    """Return how the comparison was made."""
    return (
        "One set of evidence numbers serves all experiments; no number belongs to one study.",
        "What a file does not state is taken from its [assumed] part, else from the evidence "
        "tables; both are listed under each experiment.",
        "Predicted is the mean of the ensemble, with its standard deviation. The error is "
        "predicted less measured.",
        "Bias and RMSE are taken over numbers of one unit. The line of all temperatures joins "
        "temperatures and changes of temperature; times, flows and nerve velocities have lines "
        "of their own.",
        "Independent are the experiments that no evidence number has as its source.",
        "The moment of a minimum is that of the mean curve, as papers report it; its standard "
        "deviation is that of the members' own moments.",
        "A moment that fewer than half of the members reach has no predicted value. It counts "
        "as outside 1 or 2 SD where the simulated time covers that whole interval.",
        "A relation is decided by the means; its probability is the share of members for which "
        "it holds, both sides on the same draws.",
    )


def honesty(validation: Validation) -> tuple[str, ...]:
    """Return what was fitted to what, so that a fit is not taken for a forecast."""
    sources = sorted({f.source for f in validation.fitted})
    lines = [
        f"{len(validation.fitted)} numbers of the evidence tables were calibrated on "
        f"{_listed(sources)}. For these studies the comparison shows how well one set of "
        "numbers fits, not how well it foretells.",
    ]
    informed = [e.key for e in validation.experiments if e.informed and not e.fitted]
    if informed:
        lines.append(f"Other numbers were taken from {_listed(informed)}: no clean test either.")
    independent = [e.key for e in validation.experiments if e.is_independent and e.not_run is None]
    score = validation.independent.temperatures
    if independent:
        found = "" if score.rmse is None else f": RMSE {words.number(score.rmse, 'C')} °C"
        lines.append(
            f"No evidence number names {_listed(independent)} as its source, so their "
            f"{score.n} temperatures come nearest to a clean test{found}."
        )
    return tuple(lines)


def study_lines(study: Study) -> tuple[str, ...]:
    """Return how the people of a raw file were predicted."""
    fitted, informed = evidence_of(study.key)
    lines = [
        f"{len(study.people)} people, {len(study.arms)} exposures of {study.on_s:g} s. Each "
        "prediction knows sex, skinfold, girth and the mean of the two minutes before the ice, "
        "and nothing of the curve. The band spans 5 to 95 % of the ensemble, without noise of "
        "the sensor.",
    ]
    if fitted or informed:
        lines.append(
            f"{len(fitted)} evidence numbers were calibrated on these curves and "
            f"{len(informed)} more taken from this study."
        )
    return tuple(lines)


def _listed(names: list[str]) -> str:
    if len(names) < 2:
        return "".join(names) or "no study"
    return f"{', '.join(names[:-1])} and {names[-1]}"
