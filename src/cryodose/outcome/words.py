"""Warnings, and reasons with what would change them, in plain words."""

from __future__ import annotations

import numpy as np

from cryodose import evidence
from cryodose.dosing.plan import Planned
from cryodose.outcome.gas_words import gas_warnings
from cryodose.outcome.room import NOT_ASSESSED
from cryodose.outcome.tell import chance, time_words
from cryodose.procedures import is_cold_gas
from cryodose.session import ColdPack, Session


def warnings_of(session: Session, planned: Planned) -> tuple[str, ...]:
    """Return the cautions of a plan."""
    if is_cold_gas(session):
        return gas_warnings(session, planned)
    found = list(planned.ignored)
    dose, run = planned.dose, planned.at_dose
    if run is not None:
        alarm = evidence.value("limits", "skin_alarm.t_skin_c")
        chance = float(run.weights[run.response().t_skin_c.min(axis=0) <= alarm].sum())
        if chance > evidence.value("limits", "skin_alarm.probability"):
            found.append(
                f"The skin may fall to {alarm:g} °C or below ({chance:.0%} of the ensemble): "
                "look at it every few minutes."
            )
    exposure = session.exposure
    if isinstance(exposure, ColdPack):
        agent = exposure.agent
        cold = exposure.agent_temperature_c
        if cold is None:
            cold = evidence.quantity("agents", f"{agent}.agent_temperature_c").low
        if (exposure.barrier or "none") == "none" and cold < evidence.value(
            "limits", "freezing.t_skin_c"
        ):
            found.append(
                f"{evidence.text('agents', f'{agent}.name').capitalize()} may be colder than 0 °C: "
                "put a damp cloth between it and the skin. Frostbite from such packs is published."
            )
    if dose.dose_s is not None and planned.applications < int(
        evidence.value("limits", "interval.a_day")
    ):
        found.append(
            f"Only {planned.applications} application(s) on one day hold every limit: the tissue "
            "is still cold when the next one would begin. Plan again before any further one."
        )
    if any(x.limit.name == "nerve" for x in dose.limits):
        found.append("A nerve lies near the skin here: stop at tingling or weakness.")
    if session.modality == "liquid-nitrogen":
        found.append(NOT_ASSESSED)
    found.append(
        "Nobody was screened: never use cold with cold urticaria, cryoglobulinaemia, Raynaud's "
        "disease, numb skin or poor circulation."
    )
    return tuple(found)


def reasons_of(planned: Planned) -> tuple[str, ...]:
    """Return why a plan refuses or does not reach its goal, and what would change it."""
    dose = planned.dose
    if dose.verdict == "dose":
        return ()
    least = evidence.value("limits", "least_dose.time_s")
    limit = next((x for x in dose.limits if x.limit.name == dose.limiting), None)
    bound = limit.limit.words if limit is not None else dose.limiting
    searched = time_words(planned.searched.request.exit_s)
    found = []
    if dose.verdict == "refused":
        found.append(
            f"No safe dose: {bound} holds for less than {time_words(max(least, dose.longest_s))}."
        )
    else:
        for goal in dose.goals:
            if goal.needed_s is not None and goal.needed_s <= dose.longest_s:
                continue
            wanted = f"{goal.goal.words} (with probability {goal.goal.probability:.0%})"
            needs = (
                f"would take {time_words(np.ceil(goal.needed_s))}"
                if goal.needed_s is not None
                else f"is not reached within {searched}"
            )
            found.append(
                f"{wanted} {needs}; the limit is {time_words(dose.longest_s)} ({bound}). "
                f"At that time the probability is {goal.probability_at_dose:.0%}."
            )
    found += _later(planned)
    better = [a for a in planned.alternatives if a.verdict == "dose"]
    if better:
        first = better[0]
        needs = time_words(first.shortest_s or 0.0)
        found.append(f"What would change it: {first.words} reaches the goal in {needs}.")
    else:
        what = "Nothing else" if is_cold_gas(planned.searched.session) else "No other pack or cloth"
        found.append(f"{what} tried reaches the goal within the limits either.")
    return tuple(found)


def _later(planned: Planned) -> list[str]:
    """Say which later session may last longer, where it is only too early for that."""
    longer = [x for x in planned.build_up if x.longest_s > planned.dose.longest_s]
    if not longer:
        return []
    one = next((x for x in longer if x.verdict == "dose"), longer[-1])
    lasts = f"From session {one.number} on it may last {time_words(one.longest_s)}"
    if one.verdict == "dose" and one.dose_s is not None:
        return [f"{lasts}; the goal is then reached in {time_words(one.dose_s)}."]
    return [f"{lasts}; the goal is then reached with {chance(one.probability_at_dose)}."]
