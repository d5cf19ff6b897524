"""Finds the experiment files and the files of raw curves behind a list of paths."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from cryodose.errors import MISSING, BadInput
from cryodose.session import Experiment, load_experiment
from cryodose.validate.raw import is_raw_file

__all__ = ["Found", "find"]

PathLike = str | os.PathLike[str]


@dataclass(frozen=True)
class Found:
    """Experiments, sorted by modality and key, and files of raw curves, sorted by path."""

    experiments: tuple[Experiment, ...]
    raw_files: tuple[Path, ...]


def find(paths: Sequence[PathLike]) -> Found:
    """Load every experiment named by a path or lying below a folder, each file once.

    Parameters
    ----------
    paths : sequence of path-like
        Files are experiments (or, ending in ``.csv``, raw curves). In folders, TOML files without
        a `[source]` and CSV files with other columns are passed over.

    Raises
    ------
    BadInput, BadInputs
        For a file that cannot be read or is not valid, and for paths without any experiment.
    """
    experiments: dict[Path, Experiment] = {}
    raw: dict[Path, Path] = {}
    for path in map(Path, paths):
        if path.is_dir():
            _below(path, experiments, raw)
        elif path.suffix == ".csv":
            raw.setdefault(path.resolve(), path)
        else:
            experiment = load_experiment(path)
            experiments.setdefault(path.resolve(), experiment)
    if not experiments and not raw:
        shown = ", ".join(map(str, paths))
        raise BadInput(shown or None, "", expected="experiment files, or folders that hold some")
    ordered = sorted(experiments.values(), key=lambda e: (e.base.modality, e.key, str(e.path)))
    return Found(tuple(ordered), tuple(sorted(raw.values())))


def _below(folder: Path, experiments: dict[Path, Experiment], raw: dict[Path, Path]) -> None:
    for path in _files(folder, ".toml"):
        if path.resolve() not in experiments and (found := _experiment(path)) is not None:
            experiments[path.resolve()] = found
    for path in _files(folder, ".csv"):
        if is_raw_file(path):
            raw.setdefault(path.resolve(), path)


def _files(folder: Path, suffix: str) -> Iterator[Path]:
    for home, below, names in os.walk(folder):
        below[:] = sorted(name for name in below if not name.startswith("."))
        yield from (Path(home, name) for name in sorted(names) if name.endswith(suffix))


def _experiment(path: Path) -> Experiment | None:
    """Load a file met in a folder; None for one that is no experiment, such as a session file."""
    try:
        return load_experiment(path)
    except BadInput as problem:
        if problem.key == "source" and problem.value is MISSING:
            return None
        raise
