"""Runs the sessions of one experiment on shared draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cryodose.dosing.ensemble import scores
from cryodose.dosing.simulation import Simulation, simulation
from cryodose.errors import BadInput, NoProcedure
from cryodose.session import Experiment, Session, Where
from cryodose.validate.results import Assumed
from cryodose.validate.scope import why_not

__all__ = ["Ensembles", "run_sessions", "wanted_of"]


@dataclass(frozen=True)
class Ensembles:
    """The sessions that could be run, and for the others the reason why not."""

    ran: Mapping[str, Simulation]
    refused: Mapping[str, str]

    def assumed(self) -> tuple[Assumed, ...]:
        """Return what the sessions left open; sessions that took the same share an entry."""
        found: dict[tuple[str, str, str, str, str], list[str]] = {}
        for name, run in self.ran.items():
            values = _marked(run.session)
            for a in run.assumed():
                value = values.get(a.key, a.value) if a.source == "file" else a.value
                found.setdefault((a.key, value, a.unit, a.source, a.note), []).append(name)
        return tuple(Assumed(*key, tuple(names)) for key, names in found.items())


def wanted_of(experiment: Experiment) -> dict[str, list[Where]]:
    """Return what is asked of each session; a session that nobody asks of is left out."""
    sides = [side for e in experiment.expected for side in (e.where_a, e.where_b) if side]
    wanted: dict[str, list[Where]] = {}
    for where in (*experiment.measured, *sides):
        wanted.setdefault(where.variant, []).append(where)
    return {name: wanted[name] for name in experiment.sessions if name in wanted}


def _with_references(wanted: Sequence[Where]) -> list[Where]:
    """Add the moments that changes are taken from, so that the record reaches them too."""
    references = [
        where.model_copy(update={"time_s": (where.change_from_s,), "since": "start"})
        for where in wanted
        if where.change_from_s is not None
    ]
    return [*wanted, *references]


def run_sessions(experiment: Experiment, members: int, seed: int) -> Ensembles:
    """Prepare the ensembles of all sessions that something is asked of.

    A quantity that is uncertain in several sessions gets the same draws in all of them, so that
    relations compare one person under two packs and not two persons.

    Raises
    ------
    BadInput
        For a session that does not say how long the cold is on.
    """
    ran: dict[str, Simulation] = {}
    refused: dict[str, str] = {}
    for name, asked in wanted_of(experiment).items():
        session = experiment.sessions[name]
        wanted = _with_references([where for where in asked if why_not(where, session) is None])
        try:
            ran[name] = simulation(session, wanted, members=members, seed=seed)
        except NoProcedure as missing:
            refused[name] = f"this version cannot run {missing.what}"
        except BadInput as problem:
            raise BadInput(
                experiment.path or experiment.key, problem.key, problem.value, problem.expected
            ) from None
    _share_draws(ran, members, seed)
    return Ensembles(ran, refused)


def _share_draws(ran: Mapping[str, Simulation], members: int, seed: int) -> None:
    names = {name: run.prior().uncertain for name, run in ran.items()}
    union = sorted({quantity for uncertain in names.values() for quantity in uncertain})
    row = {quantity: i for i, quantity in enumerate(union)}
    z = scores(len(union), members, seed)
    for name, run in ran.items():
        run.z = z[[row[quantity] for quantity in names[name]]]


def _marked(session: Session) -> dict[str, str]:
    """Return the values under `[assumed]` as text, by their dotted keys."""
    tables = session.to_dict().get("assumed", {})
    return {
        f"{section}.{key}": _text(value)
        for section, values in tables.items()
        for key, value in values.items()
    }


def _text(value: object) -> str:
    """Write a value of a file in a few words."""
    if isinstance(value, dict):
        return ", ".join(f"{key} {_text(item)}" for key, item in value.items())
    if isinstance(value, list):
        return "; ".join(map(_text, value))
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)
