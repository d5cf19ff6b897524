"""Runs experiment files and scores what the program predicts against what was measured."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

from cryodose.errors import BadInput
from cryodose.session import Experiment
from cryodose.validate.compare import compare
from cryodose.validate.drugs import drug_targets, fold_scores
from cryodose.validate.ensembles import run_sessions
from cryodose.validate.find import find
from cryodose.validate.fitted import evidence_of, fitted_numbers
from cryodose.validate.individuals import run_individuals
from cryodose.validate.relations import try_relation
from cryodose.validate.results import ExperimentScore, Validation
from cryodose.validate.summary import summary_of
from cryodose.validate.targets import pack_targets, relation_targets
from cryodose.validate.whole_body import body_targets

__all__ = ["Progress", "run_validation", "score_experiment"]

# Raw curves of single people were promised for these.
_PACKS = {"cold-pack", "immersion"}

Progress = Callable[[int, int, str], object]


def run_validation(
    paths: Sequence[str | os.PathLike[str]],
    *,
    members: int = 256,
    seed: int = 0,
    progress: Progress | None = None,
) -> Validation:
    """Compare predictions with published experiments.

    Parameters
    ----------
    paths : sequence of path-like
        Experiment files, or folders that hold some; a folder's CSV files of raw curves are run
        person by person.
    members : int
        Draws of the uncertain quantities.
    seed : int
        The same seed and files give the same result.
    progress : callable, optional
        Called as ``progress(done, total, key)`` before each experiment, and once at the end.

    Raises
    ------
    BadInput, BadInputs
        For a path that does not exist and for an invalid file, by name.
    """
    if members < 1:
        raise BadInput(None, "members", members, "a whole number of at least 1")
    found = find(paths)
    total = len(found.experiments) + len(found.raw_files)
    tell = progress or (lambda done, total, key: None)
    experiments = []
    for done, experiment in enumerate(found.experiments):
        tell(done, total, experiment.key)
        experiments.append(score_experiment(experiment, members, seed))
    individuals = []
    for done, path in enumerate(found.raw_files, len(experiments)):
        tell(done, total, path.stem)
        individuals.append(run_individuals(path, members, seed))
    tell(total, total, "")
    overall = summary_of(experiments)
    drugs = fold_scores(experiments)
    modalities = dict.fromkeys(m for e in experiments for m in _modalities(e))
    return Validation(
        experiments=tuple(experiments),
        summary={name: summary_of(experiments, name) for name in sorted(modalities)},
        overall=overall,
        independent=summary_of([e for e in experiments if e.is_independent]),
        individuals=tuple(individuals),
        fitted=fitted_numbers(),
        targets=(
            *(pack_targets(individuals) if individuals or _PACKS & modalities.keys() else ()),
            *body_targets(experiments),
            *drug_targets(drugs),
            *relation_targets(overall),
        ),
        members=members,
        seed=seed,
        drugs=drugs,
    )


def score_experiment(experiment: Experiment, members: int, seed: int) -> ExperimentScore:
    """Run the sessions of one experiment and compare."""
    ensembles = run_sessions(experiment, members, seed)
    measured = tuple(
        row
        for entry in experiment.measured
        for row in compare(
            entry,
            experiment.sessions[entry.variant].modality,
            ensembles.ran.get(entry.variant),
            ensembles.refused.get(entry.variant, ""),
        )
    )
    fitted, informed = evidence_of(experiment.source.key)
    reasons = dict.fromkeys(ensembles.refused.values())
    source = experiment.source
    return ExperimentScore(
        key=experiment.key,
        title=experiment.title,
        modality=experiment.base.modality,
        citation=source.citation,
        doi=source.doi,
        read=source.read,
        file=experiment.path,
        measured=measured,
        expected=tuple(try_relation(e, ensembles) for e in experiment.expected),
        assumed=ensembles.assumed(),
        not_run="; ".join(reasons) if not ensembles.ran else None,
        fitted=fitted,
        informed=informed,
    )


def _modalities(experiment: ExperimentScore) -> list[str]:
    return [experiment.modality, *(row.modality for row in experiment.measured)]
