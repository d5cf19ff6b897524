"""The inverse question put together: readings, search, dose, and what would change the answer."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cryodose import evidence
from cryodose.dosing.bands import weighted_quantiles
from cryodose.dosing.build_up import BuiltUp, build_up, capped
from cryodose.dosing.goals import goals_of
from cryodose.dosing.limits import Limit, build_up_limits, limits_elsewhere, limits_of, step_s
from cryodose.dosing.other_gas import other_gas, site_of_limit
from cryodose.dosing.readings import check_readings, narrowed
from cryodose.dosing.repeats import holds_after, longest_that_holds, safe_applications
from cryodose.dosing.search import Dose, chance_of_all, decide, dose_of, search, window
from cryodose.dosing.simulation import Simulation, simulation
from cryodose.procedures import Cycle, Probe, Request, Response, is_cold_gas, states_time
from cryodose.procedures.body_response import INNER
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
    build_up: tuple[BuiltUp, ...] = ()


def plan_dose(
    session: Session, members: int, seed: int, probes: tuple[Probe, ...], *, resolution: int = 1
) -> Planned:
    """Return the dose of a session.

    The ensemble runs once with the cold on for as long as the search looks; shortest and longest
    time are read off its trajectories. The longest is then run with its removal and shortened
    until every limit holds through the after-drop too; a run at the dose shows what follows, and
    a day of repeats how often.
    """
    base = cold_on(session, members, seed, probes, resolution)
    narrowed, ignored = with_readings(session, base)
    goals, limits = goals_of(session), limits_here(session, narrowed, base)
    run = (narrowed.response_everywhere(), narrowed.weights)
    # What holds in any session first: the next ones of a build-up are told beside this one.
    lasting = tuple(x for x in limits if x not in build_up_limits(session))
    found = window(goals, lasting, *run, step_s(session))
    longest = longest_that_holds(narrowed, found.longest_s, limits)
    if longest < found.longest_s:
        found = replace(found, longest_s=longest, limiting=_after_drop(narrowed, longest, limits))
    sessions, found = build_up(session, found, goals, run), capped(found, session)
    _, dose_s = decide(found.shortest_s, found.longest_s)
    at_dose, applications, after = None, 0, None
    if dose_s is not None:
        at_dose = kept_on(narrowed, dose_s)
        after = at_dose.response_everywhere()
        applications = max(safe_applications(narrowed, dose_s, limits), 1)
    dose = dose_of(found, goals, limits, run, after)
    if is_cold_gas(session):
        dose = nearest(dose)
    others: tuple[Alternative, ...] = ()
    if dose.verdict != "dose" or site_of_limit(dose.limiting) is not None:
        others = alternatives(session, seed, probes, dose.limiting)
    return Planned(dose, narrowed, at_dose, applications, others, ignored, sessions)


def _after_drop(run: Simulation, longest_s: float, limits: tuple[Limit, ...]) -> str:
    """Return the limit that stops the next longer application after its removal."""
    cold = sorted((x for x in limits if x.t_c is not None), key=lambda x: x.site != INNER)
    failing = (x.name for x in cold if not holds_after(run, longest_s + step_s(run.session), (x,)))
    return next(failing, cold[0].name)


def nearest(dose: Dose) -> Dose:
    """Keep of the many limits of a whole body those of time, the core, and the nearest of the skin.

    What is left out holds for longer and with more to spare.
    """
    skin = [x for x in dose.limits if x.limit.t_c is not None and x.limit.name != "core"]
    order = sorted(skin, key=lambda x: (x.allowed_s or np.inf, x.margin_k or 0.0))
    kept = {x.limit.name for x in order[:_SHOWN_LIMITS]} | {dose.limiting}
    far = {x.limit.name for x in skin} - kept
    return replace(dose, limits=tuple(x for x in dose.limits if x.limit.name not in far))


def cold_on(
    session: Session, members: int, seed: int, probes: tuple[Probe, ...], resolution: int
) -> Simulation:
    """Return the ensemble with the cold on for as long as a search looks."""
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


def with_readings(session: Session, base: Simulation) -> tuple[Simulation, tuple[str, ...]]:
    """Weigh the ensemble by the person's readings, taken in the session as its file states it."""
    if not session.measured:
        return base, ()
    check_readings(session, base.site, base.request.exit_s)
    before = base
    if states_time(session):
        before = simulation(session, session.measured, members=base.members, seed=base.seed)
    after, ignored = narrowed(before)
    if after is before:
        return base, ignored
    return replace(base, weights=after.weights, z=after.scores(), _responses={}), ignored


def limits_here(session: Session, run: Simulation, base: Simulation) -> tuple[Limit, ...]:
    """Return the limits of a session, at every site that the cold reaches.

    A reading may make a site count as lean, never the other way round: precautions stay.
    """
    response = run.response_everywhere()
    lean = min(_lean(run.response(), run.weights), _lean(base.response(), base.weights))
    found = limits_of(session, run.site, lean)
    if is_cold_gas(session):
        return found
    even = np.full(run.members, 1.0 / run.members)
    sites = {k: r for k, r in response.everywhere.items() if k != INNER}
    return found + limits_elsewhere({k: _lean(r, even) for k, r in sites.items()})


def _lean(response: Response, weights: NDArray[np.float64]) -> float:
    """Return the fat over a site in the leaner end of belief, mm."""
    if "adipose_mm" not in response.values:
        return np.inf
    return float(weighted_quantiles(response.values["adipose_mm"], (LEAN_SHARE,), weights)[0])


def kept_on(run: Simulation, dose_s: float) -> Simulation:
    """Return the same people with the cold on for a time, and what follows."""
    key = "gas_session.follow_s" if is_cold_gas(run.session) else "interval.time_s"
    rest = evidence.value("limits", key)
    request = replace(run.request, cycles=(Cycle(dose_s, 0.0),), recovery_s=rest)
    return replace(run, request=request, z=run.scores(), _responses={})


def alternatives(
    session: Session, seed: int, probes: tuple[Probe, ...], limiting: str = ""
) -> tuple[Alternative, ...]:
    """Return what other packs and cloths would allow; water for an immersion; garments in gas.

    Those that reach the goal come first, the widest window at their head: a cloth that leaves room
    before bare skin that leaves none.
    """
    members = int(evidence.value("numerics", "members_dose"))
    found = []
    for words, other in _others(replace(session, measured=()), limiting):
        few = members // 4 if is_cold_gas(other) else members
        run = cold_on(other, few, seed, probes, 1)
        limits = limits_here(other, run, run)
        step = step_s(other)
        dose = search(goals_of(other), limits, run.response_everywhere(), run.weights, step)
        longest = longest_that_holds(run, dose.longest_s, limits)
        verdict, _ = decide(dose.shortest_s, longest)
        chance = chance_of_all(goals_of(other), run.response(), run.weights, longest)
        found.append(Alternative(words, verdict, longest, dose.shortest_s, chance))
    order = {"dose": 0, "goal-not-reached": 1, "refused": 2}

    def rank(a: Alternative) -> tuple[int, float, float]:
        room = a.longest_s - a.shortest_s if a.verdict == "dose" and a.shortest_s else 0.0
        return order[a.verdict], -room, -a.probability_at_longest

    return tuple(sorted(found, key=rank))


def _others(session: Session, limiting: str) -> list[tuple[str, Session]]:
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
        return other_gas(session, exposure, limiting)
    if not isinstance(exposure, ColdPack):
        return []
    found = []
    for agent in evidence.words("regions", "alternative.agents"):
        for barrier in evidence.words("regions", "alternative.barriers"):
            if (agent, barrier) == (exposure.agent, exposure.barrier or "none"):
                continue
            fresh: dict[str, str | None] = {"agent": agent, "barrier": barrier}
            if agent != exposure.agent:
                fresh |= {"agent_temperature_c": None, "agent_mass_kg": None}
            words = f"{evidence.text('agents', f'{agent}.name')} over {barrier.replace('-', ' ')}"
            if barrier == "none":
                words = f"{evidence.text('agents', f'{agent}.name')} on bare skin"
            found.append((words, replace(session, exposure=exposure.model_copy(update=fresh))))
    return found
