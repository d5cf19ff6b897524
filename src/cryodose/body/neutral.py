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

_ROUNDS = 4
_FIRST_C = (29.0, 31.0)  # numerical: where the search for the neutral room begins
# numerical: kelvin of the core for each of the room, between which a secant is believed
_LEAST_SLOPE = 0.2
_MOST_SLOPE = 5.0  # numerical: its upper end
_SKIN_C = 33.0  # numerical: skin at which the first film is taken
_TANGENT_K = 0.5  # numerical: width over which the slope of the heat loss is taken


@dataclass(frozen=True)
class _Columns:
    """All columns with basal flows and nothing at the skin: linear in blood and in heat.

    ``T = base + T_artery answer - q push`` for a heat q lost through the skin; each (C, S, n), or
    their means.
    """

    base: Array
    answer: Array
    push: Array

    def means(self, weight: Array) -> _Columns:
        """Return the three with their means over the cells, (S, n) each."""
        share = weight / weight.sum(axis=0)
        return _Columns(*((share * x).sum(axis=0) for x in (self.base, self.answer, self.push)))

    def of(self, index: int | tuple[slice, int]) -> _Columns:
        """Return the three of some cells or of one segment."""
        return _Columns(self.base[index], self.answer[index], self.push[index])

    def at(self, t_artery_c: Array, loss_w_m2: Array) -> Array:
        """Return the temperatures for arterial blood and heat loss."""
        return np.asarray(self.base + t_artery_c * self.answer - loss_w_m2 * self.push)


@dataclass(frozen=True)
class _Steady:
    """What a room makes of people: skin, blood and loss, and the brain that follows."""

    t_room_c: Array
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
    its tangent at the skin that the last two rooms foretell.
    """
    tissue, wanted = body.tissue, body.control.t_core_set_c
    columns = _columns(tissue)
    rest = _Rest.of(body, columns)
    before, now = (
        rest.steady(np.full_like(wanted, t), np.full(tissue.area_m2.shape, _SKIN_C))
        for t in _FIRST_C
    )
    for _ in range(_ROUNDS):
        gap = now.t_room_c - before.t_room_c
        gap = np.where(gap == 0.0, 1.0, gap)
        slope = (now.t_brain_c - before.t_brain_c) / gap
        # Near the answer both differences are round-off: a slope outside its range is noise.
        is_sound = (slope > _LEAST_SLOPE) & (slope < _MOST_SLOPE)
        step = (wanted - now.t_brain_c) / np.where(is_sound, slope, 1.0)
        along = np.where(is_sound, (now.t_surface_c - before.t_surface_c) / gap, 0.0)
        surface = now.t_surface_c + along * step
        before, now = now, rest.steady(now.t_room_c + step, surface)
    t = columns.at(now.t_artery_c, now.loss_w_m2)
    zero = np.zeros(body.person.n)
    state = BodyState(
        t, np.ones_like(t), now.t_surface_c, now.t_pool_c, zero, zero.copy(), zero.copy()
    )
    tissue = replace(tissue, t_set_c=t)
    control = replace(body.control, t_skin_set_c=now.t_surface_c)
    return replace(body, tissue=tissue, control=control), state, now.t_room_c


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


@dataclass(frozen=True)
class _Rest:
    """What stays the same in every room: the columns, their means over blood and brain, flows."""

    body: WholeBody
    skin: _Columns
    vein: _Columns
    brain: _Columns
    back: Array
    carry_w_k: Array
    humidity: float

    @classmethod
    def of(cls, body: WholeBody, columns: _Columns) -> _Rest:
        """Return it for people with basal flows."""
        tissue, control = body.tissue, body.control
        brain = control.brain_segment
        deep = (tissue.layer == tissue.layer.max())[:, None]
        total = tissue.flow_w_m2k.sum(axis=0)
        back = control.exchange_w_m2k / (total + control.exchange_w_m2k)
        return cls(
            body,
            columns.of(0),
            columns.means(tissue.flow_w_m2k),
            columns.of((slice(None), brain)).means(
                np.where(deep, tissue.heat_j_m2k[:, brain], 0.0)
            ),
            back,
            tissue.area_m2 * total * (1.0 - back),
            evidence.value("ambient", "air.relative_humidity"),
        )

    def steady(self, t_room_c: Array, surface: Array) -> _Steady:
        """Return the steady state in still air of a room, with the film near a skin."""
        half = self.body.tissue.half_w_m2k
        u, g = _tangent(self.body, t_room_c, surface)
        # Heat lost through the skin is linear in arterial blood: q = alpha + beta T_artery.
        part = 1.0 + u * (self.skin.push + 1.0 / half)
        alpha, beta = (u * self.skin.base - g) / part, u * self.skin.answer / part
        vein_base = self.vein.base - alpha * self.vein.push
        vein_answer = self.vein.answer - beta * self.vein.push
        given_back = 1.0 - self.back * vein_answer
        artery_pool = (1.0 - self.back) / given_back
        artery_base = self.back * vein_base / given_back
        vapour = saturation_kpa(t_room_c, magnus()) * self.humidity
        breath = breath_w(self.body.rest_w, t_room_c, vapour)
        held = (self.carry_w_k * (1.0 - vein_answer * artery_pool)).sum(axis=0)
        given = (self.carry_w_k * (vein_base + vein_answer * artery_base)).sum(axis=0)
        pool = (given - breath) / held
        artery = artery_pool * pool + artery_base
        lost = alpha + beta * artery
        brain = self.body.control.brain_segment
        return _Steady(
            t_room_c,
            self.skin.at(artery, lost) - lost / half,
            artery,
            pool,
            lost,
            self.brain.at(artery[brain], lost[brain]),
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
