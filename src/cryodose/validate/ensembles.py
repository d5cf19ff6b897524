"""Runs the sessions of one experiment on shared draws."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cryodose.dosing.ensemble import scores
from cryodose.dosing.simulation import Simulation, simulation
from cryodose.errors import BadInput, NoProcedure
from cryodose.session import Experiment, Session, Where
from cryodose.validate.results import Assumed

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
    for name, wanted in wanted_of(experiment).items():
        try:
            ran[name] = simulation(experiment.sessions[name], wanted, members=members, seed=seed)
        except NoProcedure as missing:
            refused[name] = f"this version cannot run {missing.modality}"
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
        f"{section}.{key}": str(value)
        for section, values in tables.items()
        for key, value in values.items()
    }
