"""The person at thermal neutrality: the steady state whose skin and core become the set points."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cryodose import evidence
from cryodose.body.films import Surroundings, loss, magnus, room
from cryodose.body.whole import WholeBody
from cryodose.physics.air import saturation_kpa
from cryodose.solve.body_problem import BodyState, BodyTissue
from cryodose.solve.body_reference import solve_columns

Array = NDArray[np.float64]

_ROUNDS = 5
_FIRST_C = (29.0, 31.0)  # numerical: where the search for the neutral room begins
# numerical: kelvin of the core for each of the room, between which a secant is believed
_LEAST_SLOPE = 0.2
_MOST_SLOPE = 5.0  # numerical: its upper end
_SKIN_C = 33.0  # numerical: skin at which the first film is taken
_TANGENT_K = 0.5  # numerical: width over which the slope of the heat loss is taken


@dataclass(frozen=True)
class _Columns:
    """All columns with basal flows and nothing at the skin: linear in blood and in heat.

    ``T = base + T_artery answer - q push`` for a heat q lost through the skin; each (C, S, n).
    """

    base: Array
    answer: Array
    push: Array

    def means(self, weight: Array) -> tuple[Array, Array, Array]:
        """Return the means of the three over the cells, (S, n) each."""
        total = weight.sum(axis=0)
        base, answer, push = (
            (weight * x).sum(axis=0) / total for x in (self.base, self.answer, self.push)
        )
        return base, answer, push

    def at(self, t_artery_c: Array, loss_w_m2: Array) -> Array:
        """Return the temperatures for arterial blood and heat loss, (C, S, n)."""
        return np.asarray(self.base + t_artery_c * self.answer - loss_w_m2 * self.push)


@dataclass(frozen=True)
class _Steady:
    """What a room makes of people: skin, blood and loss, and the brain that follows."""

    t_surface_c: Array
    t_artery_c: Array
    t_pool_c: Array
    loss_w_m2: Array
    t_brain_c: Array


def neutral(body: WholeBody) -> tuple[WholeBody, BodyState, Array]:
    """Return the body with its set points, its state at neutrality, and the neutral room, (n,).

    Nude, standing, in still air of the temperature at which basal flows hold the brain at its set
    point without shivering. The columns are linear in arterial blood and in the heat that leaves
    them, so three tridiagonal solves serve every trial; the room follows by secant, the film by
    its tangent.
    """
    tissue, wanted = body.tissue, body.control.t_core_set_c
    columns = _columns(tissue)
    before, now = (np.full_like(wanted, t) for t in _FIRST_C)
    found = _steady(body, columns, before, np.full(tissue.area_m2.shape, _SKIN_C))
    miss_before = found.t_brain_c - wanted
    found = _steady(body, columns, now, found.t_surface_c)
    for _ in range(_ROUNDS):
        miss = found.t_brain_c - wanted
        slope = (miss - miss_before) / np.where(now == before, 1.0, now - before)
        # Near the answer both differences are round-off: a slope outside its range is noise.
        slope = np.where((slope > _LEAST_SLOPE) & (slope < _MOST_SLOPE), slope, 1.0)
        before, miss_before = now, miss
        now = now - miss / slope
        found = _steady(body, columns, now, found.t_surface_c)
    t = columns.at(found.t_artery_c, found.loss_w_m2)
    zero = np.zeros(body.person.n)
    state = BodyState(
        t, np.ones_like(t), found.t_surface_c, found.t_pool_c, zero, zero.copy(), zero.copy()
    )
    tissue = replace(tissue, t_set_c=t)
    control = replace(body.control, t_skin_set_c=found.t_surface_c)
    return replace(body, tissue=tissue, control=control), state, now


def _columns(tissue: BodyTissue) -> _Columns:
    pushed = np.zeros_like(tissue.flow_w_m2k)
    pushed[0] = 1.0
    right = np.stack([tissue.heat_w_m2, tissue.flow_w_m2k, pushed], axis=1)
    solved = solve_columns(tissue.flow_w_m2k[:, None], tissue.face_w_m2k[:, None], right)
    return _Columns(solved[:, 0], solved[:, 1], solved[:, 2])


def _still(body: WholeBody, t_room_c: Array) -> Surroundings:
    n = len(t_room_c)
    humidity = np.full(n, evidence.value("ambient", "air.relative_humidity"))
    speed = np.full(n, evidence.value("devices", "room.speed_m_s"))
    return room(t_room_c, humidity, speed, body.tissue.area_m2.shape[0])


def breath_w(rest_w: Array, t_air_c: Array, vapour_kpa: Array) -> Array:
    """Return the heat of breathing, W: JOS-3's law, dry and moist part."""
    dry, wet, t_out, p_out = (
        evidence.value("thermoregulation", f"breath.{k}")
        for k in ("dry_k", "wet_kpa", "t_out_c", "p_out_kpa")
    )
    return np.asarray(rest_w * (dry * (t_out - t_air_c) + wet * (p_out - vapour_kpa)))


def _steady(body: WholeBody, columns: _Columns, t_room_c: Array, surface: Array) -> _Steady:
    """Return the steady state with basal flows in still air, with the film near a skin."""
    tissue, control = body.tissue, body.control
    u, g = _tangent(body, t_room_c, surface)
    # Heat lost through the skin is linear in arterial blood: q = alpha + beta T_artery.
    part = 1.0 + u * (columns.push[0] + 1.0 / tissue.half_w_m2k)
    alpha, beta = (u * columns.base[0] - g) / part, u * columns.answer[0] / part
    base, answer, push = columns.means(tissue.flow_w_m2k)
    vein_base, vein_answer = base - alpha * push, answer - beta * push
    total = tissue.flow_w_m2k.sum(axis=0)
    back = control.exchange_w_m2k / (total + control.exchange_w_m2k)
    given_back = 1.0 - back * vein_answer
    artery_pool, artery_base = (1.0 - back) / given_back, back * vein_base / given_back
    carry = tissue.area_m2 * total * (1.0 - back)
    vapour = saturation_kpa(t_room_c, magnus()) * evidence.value("ambient", "air.relative_humidity")
    breath = breath_w(body.rest_w, t_room_c, vapour)
    held = (carry * (1.0 - vein_answer * artery_pool)).sum(axis=0)
    given = (carry * (vein_base + vein_answer * artery_base)).sum(axis=0)
    pool = (given - breath) / held
    artery = artery_pool * pool + artery_base
    lost = alpha + beta * artery
    skin = columns.base[0] + artery * columns.answer[0] - lost * columns.push[0]
    brain = control.brain_segment
    weight = np.where(
        (tissue.layer == tissue.layer.max())[:, None], tissue.heat_j_m2k[:, brain], 0.0
    )
    t_brain = columns.base[:, brain] + artery[brain] * columns.answer[:, brain]
    t_brain = t_brain - lost[brain] * columns.push[:, brain]
    return _Steady(
        skin - lost / tissue.half_w_m2k,
        artery,
        pool,
        lost,
        (weight * t_brain).sum(axis=0) / weight.sum(axis=0),
    )


def _tangent(body: WholeBody, t_room_c: Array, surface: Array) -> tuple[Array, Array]:
    """Return U and G of the line ``q = U T_s - G`` that touches the loss at a skin, (S, n)."""
    both = np.stack([surface - _TANGENT_K, surface + _TANGENT_K])
    u, g = loss(_still(body, t_room_c), body.frame, both)
    low, high = u * both - g
    slope = (high - low) / (2.0 * _TANGENT_K)
    return slope, slope * surface - (low + high) / 2.0


def deep_mean(tissue: BodyTissue, t_c: Array) -> Array:
    """Return the mean temperature of the deepest layer of every segment, (S, n)."""
    deep = tissue.layer == tissue.layer.max()
    weight = tissue.heat_j_m2k[deep]
    return np.asarray((weight * t_c[deep]).sum(axis=0) / weight.sum(axis=0))
