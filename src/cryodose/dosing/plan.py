"""The inverse question put together: readings, search, dose, and what would change the answer."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from cryodose import evidence
from cryodose.dosing.calibrate import plausible, update
from cryodose.dosing.goals import Goal, goals_of
from cryodose.dosing.limits import Limit, limits_of
from cryodose.dosing.other_gas import other_gas
from cryodose.dosing.repeats import safe_applications
from cryodose.dosing.search import Dose, search
from cryodose.dosing.simulation import Simulation, simulation
from cryodose.procedures import Cycle, Probe, Request, is_cold_gas, states_time
from cryodose.session import ColdPack, CryoChamber, CryoSauna, Immersion, Session

# numerical: the leaner end of belief, as low in the evidence tables, decides what counts as thin
LEAN_SHARE = 0.05
_SHOWN_LIMITS = 5


@dataclass(frozen=True)
class Alternative:
    """What another pack, cloth or water would allow."""

    words: str
    verdict: str
    longest_s: float
    shortest_s: float | None
    probability_at_longest: float


@dataclass(frozen=True)
class Planned:
    """A dose, the run with the cold on that it was read from, and the session at that dose."""

    dose: Dose
    searched: Simulation
    at_dose: Simulation | None
    applications: int
    alternatives: tuple[Alternative, ...]
    ignored: tuple[str, ...]


def plan_dose(
    session: Session, members: int, seed: int, probes: tuple[Probe, ...], *, resolution: int = 1
) -> Planned:
    """Return the dose of a session.

    The ensemble runs once with the cold on for as long as the search looks; shortest and longest
    time are read off its trajectories. A second run at the dose shows rewarming and after-drop.
    """
    base = _cold_on(session, members, seed, probes, resolution)
    narrowed, ignored = _with_readings(session, base)
    goals, limits = goals_of(session), _limits(session, narrowed)
    dose = search(goals, limits, narrowed.response(), narrowed.weights)
    if is_cold_gas(session):
        dose = _nearest(dose)
    at_dose, applications = None, 0
    if dose.dose_s is not None:
        at_dose = _at_dose(narrowed, dose.dose_s)
        # A session of the whole body is not repeated on the same day.
        applications = (
            1 if is_cold_gas(session) else safe_applications(narrowed, dose.dose_s, limits)
        )
    others: tuple[Alternative, ...] = ()
    if dose.verdict != "dose":
        others = alternatives(session, seed, probes)
    return Planned(dose, narrowed, at_dose, applications, others, ignored)


def _nearest(dose: Dose) -> Dose:
    """Keep of the many limits of a whole body those of time, the core, and the nearest of the skin.

    What is left out holds for longer and with more to spare.
    """
    skin = [x for x in dose.limits if x.limit.t_c is not None and x.limit.name != "core"]
    order = sorted(skin, key=lambda x: (x.allowed_s or np.inf, x.margin_k or 0.0))
    kept = {x.limit.name for x in order[:_SHOWN_LIMITS]} | {dose.limiting}
    far = {x.limit.name for x in skin} - kept
    return replace(dose, limits=tuple(x for x in dose.limits if x.limit.name not in far))


def _cold_on(
    session: Session, members: int, seed: int, probes: tuple[Probe, ...], resolution: int
) -> Simulation:
    key = "gas_session.search_s" if is_cold_gas(session) else "search.time_s"
    length = evidence.value("limits", key)
    needed = {p.name: p for p in (*probes, *_probes(session))}
    probes = tuple(needed.values())
    # Single precision moves a temperature by thousandths of a kelvin and halves the time.
    request = Request((Cycle(length, 0.0),), 0.0, probes, resolution, precision="f32")
    return Simulation(session, members, seed, request, np.full(members, 1.0 / members))


def _probes(session: Session) -> tuple[Probe, ...]:
    goals = (g.probe for g in goals_of(session) if g.probe is not None)
    return (*goals, Probe(0.0, "nerve"))


def _with_readings(session: Session, base: Simulation) -> tuple[Simulation, tuple[str, ...]]:
    """Weigh the ensemble by the person's readings, taken in the session as its file states it.

    A reading that the model cannot explain is left out and named: it is more likely a slip than
    a person unlike all others, and believing it could lengthen a dose.
    """
    if not session.measured:
        return base, ()
    before = base
    if states_time(session):
        before = simulation(session, session.measured, members=base.members, seed=base.seed)
    kept, ignored = plausible(before, session.measured)
    after = update(before, kept)
    return replace(base, weights=after.weights, z=after.scores(), _responses={}), ignored


def _limits(session: Session, run: Simulation) -> tuple[Limit, ...]:
    values = run.response().values
    lean = (
        float(np.quantile(values["adipose_mm"], LEAN_SHARE)) if "adipose_mm" in values else np.inf
    )
    return limits_of(session, run.site, lean)


def _at_dose(run: Simulation, dose_s: float) -> Simulation:
    key = "gas_session.follow_s" if is_cold_gas(run.session) else "interval.time_s"
    rest = evidence.value("limits", key)
    request = replace(run.request, cycles=(Cycle(dose_s, 0.0),), recovery_s=rest)
    return replace(run, request=request, z=run.scores(), _responses={})


def alternatives(
    session: Session, seed: int, probes: tuple[Probe, ...], members: int = 96
) -> tuple[Alternative, ...]:
    """Return what other packs and cloths would allow; water for an immersion."""
    found = []
    for words, other in _others(session):
        few = members // 2 if is_cold_gas(other) else members
        run = _cold_on(other, few, seed, probes, 1)
        dose = search(goals_of(other), _limits(other, run), run.response(), run.weights)
        chance = _chance(dose.longest_s, goals_of(other), run)
        found.append(Alternative(words, dose.verdict, dose.longest_s, dose.shortest_s, chance))
    order = {"dose": 0, "goal-not-reached": 1, "refused": 2}
    return tuple(sorted(found, key=lambda a: (order[a.verdict], -a.probability_at_longest)))


def _chance(time_s: float, goals: tuple[Goal, ...], run: Simulation) -> float:
    reached = [np.nan_to_num(g.reached_s(run.response()), nan=np.inf) <= time_s for g in goals]
    return float(np.sum(np.where(np.all(reached, axis=0), run.weights, 0.0)))


def _others(session: Session) -> list[tuple[str, Session]]:
    exposure = session.exposure
    if isinstance(exposure, Immersion):
        steps = [float(w) for w in evidence.words("regions", "alternative.water_c")]
        return [
            (
                f"water at {t:g} °C",
                replace(session, exposure=exposure.model_copy(update={"water_temperature_c": t})),
            )
            for t in steps
            if t != exposure.water_temperature_c
        ]
    if isinstance(exposure, CryoSauna | CryoChamber):
        return other_gas(session, exposure)
    if not isinstance(exposure, ColdPack):
        return []
    found = []
    for agent in evidence.words("regions", "alternative.agents"):
        for barrier in evidence.words("regions", "alternative.barriers"):
            if (agent, barrier) == (exposure.agent, exposure.barrier or "none"):
                continue
            fresh = {
                "agent": agent,
                "barrier": barrier,
                "agent_temperature_c": None,
                "agent_mass_kg": None,
            }
            words = f"{evidence.text('agents', f'{agent}.name')} over {barrier.replace('-', ' ')}"
            if barrier == "none":
                words = f"{evidence.text('agents', f'{agent}.name')} on bare skin"
            found.append((words, replace(session, exposure=exposure.model_copy(update=fresh))))
    return found
