"""What a dose aims at, as objects that find the moment each member gets there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cryodose import evidence
from cryodose.errors import BadInput
from cryodose.physics.nerve import velocity_ratio
from cryodose.procedures import Probe, Response, is_cold_gas
from cryodose.procedures.readout import first_below
from cryodose.session import (
    AnalgesiaGoal,
    DeliveredMassGoal,
    MeanSkinGoal,
    Session,
    SkinTemperatureGoal,
    TissueTemperatureGoal,
)
from cryodose.session import Goal as StatedGoal
from cryodose.units import PERCENT, minutes

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Goal:
    """One aim: words, where it is read, how sure it must be, and its source."""

    kind: str
    words: str
    probability: float
    source: str
    stated: StatedGoal
    probe: Probe | None = None

    def reached_s(self, response: Response) -> Array:
        """Return when each member reaches the goal with the cold still on, (n,); nan: never."""
        goal, n = self.stated, response.t_skin_c.shape[1]
        if isinstance(goal, AnalgesiaGoal):
            onset = response.values["analgesia_c"]
            level = np.full(n, goal.target_c) if goal.target_c is not None else onset
            outlast = evidence.value("goals", "analgesia.outlast_s")
            held = max((goal.duration_s or 0.0) - outlast, 0.0)
            onset = first_below(response.time_s, response.t_skin_c, level)
            after = response.time_s[:, None] > onset
            warm = np.where(after, response.t_skin_c, -np.inf) > level
            again = np.where(warm.any(axis=0), response.time_s[warm.argmax(axis=0)], np.inf)
            return np.asarray(np.where(again < onset + held, np.nan, onset + held))
        if isinstance(goal, SkinTemperatureGoal):
            return first_below(response.time_s, response.t_skin_c, np.full(n, goal.target_c))
        if isinstance(goal, MeanSkinGoal):
            mean = response.everywhere["mean"].t_skin_c
            return first_below(response.time_s, mean, mean[0] + goal.change_c)
        t = response.t_probe_c[(self.probe or Probe(0.0, "nerve")).name]
        if isinstance(goal, TissueTemperatureGoal):
            if goal.target_c is not None:
                return first_below(response.time_s, t, np.full(n, goal.target_c))
            return first_below(response.time_s, t, t[0] + (goal.change_c or 0.0))
        if isinstance(goal, DeliveredMassGoal):
            raise TypeError("a mass of a drug is no goal of a cold pack")
        change = (velocity_ratio(t, t[0], response.values["nerve_q10"]) - 1.0) * PERCENT
        return first_below(response.time_s, change, np.full(n, goal.change_percent))


def goals_of(session: Session) -> tuple[Goal, ...]:
    """Return the goals of a session.

    Without any: skin numb to pain, and in cold gas the usual fall of the mean skin.

    Raises
    ------
    BadInput
        For the mean skin of a session that cools only one site.
    """
    stated = session.goals or (_usual(session),)
    return tuple(_goal(g, session) for g in stated)


def _usual(session: Session) -> StatedGoal:
    if is_cold_gas(session):
        fall = evidence.value("goals", "mean-skin.change_c")
        return MeanSkinGoal.model_validate({"change_C": fall})
    return AnalgesiaGoal()


def _goal(goal: StatedGoal, session: Session) -> Goal:
    sure = (
        goal.probability
        or session.plan.probability
        or evidence.value("goals", "search.probability")
    )
    if isinstance(goal, AnalgesiaGoal):
        q = evidence.quantity("goals", "analgesia.t_skin_c")
        target = goal.target_c if goal.target_c is not None else q.value
        lasting = f" for {minutes(goal.duration_s):g} min" if goal.duration_s else ""
        return Goal(
            goal.kind, f"pain relief{lasting}: skin at or below {target:g} °C", sure, q.source, goal
        )
    if isinstance(goal, SkinTemperatureGoal):
        q = evidence.quantity("goals", "skin-temperature.t_skin_c")
        return Goal(goal.kind, f"skin at or below {goal.target_c:g} °C", sure, q.source, goal)
    if isinstance(goal, MeanSkinGoal):
        if not is_cold_gas(session):
            expected = "this goal only with modality cryosauna or cryochamber"
            raise BadInput(None, "goal.kind", goal.kind, expected)
        q = evidence.quantity("goals", "mean-skin.change_c")
        words = f"mean skin cooled by {-goal.change_c:g} °C"
        return Goal(goal.kind, words, sure, q.source, goal)
    if isinstance(goal, TissueTemperatureGoal):
        probe = Probe(goal.depth_mm, goal.depth_from)
        where = "below the fat" if goal.depth_from == "adipose" else "below the skin"
        what = (
            f"at or below {goal.target_c:g} °C"
            if goal.target_c is not None
            else f"cooled by {-(goal.change_c or 0.0):g} °C"
        )
        q = evidence.quantity("goals", "tissue-temperature.change_c")
        return Goal(
            goal.kind, f"tissue {goal.depth_mm:g} mm {where} {what}", sure, q.source, goal, probe
        )
    if isinstance(goal, DeliveredMassGoal):
        raise BadInput(None, "goal.kind", goal.kind, f"a goal of {session.modality}")
    q = evidence.quantity("goals", "nerve-velocity.change_percent")
    name = goal.nerve or "nerve"
    words = f"{name} conducting {-goal.change_percent:g} percent slower"
    return Goal(goal.kind, words, sure, q.source, goal, Probe(0.0, "nerve", goal.nerve or ""))
