"""The person at thermal neutrality: the steady state whose skin and core become the set points."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from cryodose import evidence
from cryodose.body.films import Surroundings, loss, magnus, room
from cryodose.body.whole import WholeBody
from cryodose.physics.air import saturation_kpa
from cryodose.solve.body_problem import BodyState, BodyTissue
from cryodose.solve.body_reference import solve_columns

Array = NDArray[np.float64]

_ROUNDS = 10
_FIRST_C = (29.0, 31.0)  # numerical: where the search for the neutral room begins
# numerical: kelvin of the core for each of the room, between which a secant is believed
_LEAST_SLOPE = 0.2
_MOST_SLOPE = 5.0  # numerical: its upper end
_SKIN_C = 33.0  # numerical: skin at which the first film is taken


def neutral(body: WholeBody) -> tuple[WholeBody, BodyState, Array]:
    """Return the body with its set points, its state at neutrality, and the neutral room, (n,).

    Nude, standing, in still air of the temperature at which basal flows hold the brain at its set
    point without shivering. The columns are linear in arterial temperature, so each trial is two
    tridiagonal solves; the room follows by secant.
    """
    wanted = body.control.t_core_set_c
    before, now = (np.full_like(wanted, t) for t in _FIRST_C)
    surface = np.full(body.tissue.area_m2.shape, _SKIN_C)
    state = _steady(body, before, surface)
    miss_before = _brain(body, state) - wanted
    state = _steady(body, now, state.t_surface_c)
    for _ in range(_ROUNDS):
        miss = _brain(body, state) - wanted
        slope = (miss - miss_before) / np.where(now == before, 1.0, now - before)
        # Near the answer both differences are round-off: a slope outside its range is noise.
        slope = np.where((slope > _LEAST_SLOPE) & (slope < _MOST_SLOPE), slope, 1.0)
        before, miss_before = now, miss
        now = now - miss / slope
        state = _steady(body, now, state.t_surface_c)
    tissue = replace(body.tissue, t_set_c=state.t_c)
    control = replace(body.control, t_skin_set_c=state.t_surface_c)
    return replace(body, tissue=tissue, control=control), state, now


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


def _steady(body: WholeBody, t_room_c: Array, surface: Array) -> BodyState:
    """Return the steady state with basal flows in still air."""
    tissue, control = body.tissue, body.control
    around = _still(body, t_room_c)
    u, g = loss(around, body.frame, surface)
    through = tissue.half_w_m2k / (tissue.half_w_m2k + u)
    own = tissue.flow_w_m2k.copy()
    own[0] += u * through
    source = tissue.heat_w_m2.copy()
    source[0] += g * through
    # The columns are linear: a base, and an answer to a kelvin of arterial blood.
    base = solve_columns(own, tissue.face_w_m2k, source)
    answer = solve_columns(own, tissue.face_w_m2k, tissue.flow_w_m2k)
    total = tissue.flow_w_m2k.sum(axis=0)
    vein_base = (tissue.flow_w_m2k * base).sum(axis=0) / total
    vein_answer = (tissue.flow_w_m2k * answer).sum(axis=0) / total
    back = control.exchange_w_m2k / (total + control.exchange_w_m2k)
    part = 1.0 - back * vein_answer
    artery_pool, artery_base = (1.0 - back) / part, back * vein_base / part
    carry = tissue.area_m2 * total * (1.0 - back)
    vapour = saturation_kpa(t_room_c, magnus()) * evidence.value("ambient", "air.relative_humidity")
    breath = breath_w(body.rest_w, t_room_c, vapour)
    held = (carry * (1.0 - vein_answer * artery_pool)).sum(axis=0)
    given = (carry * (vein_base + vein_answer * artery_base)).sum(axis=0)
    pool = (given - breath) / held
    t = base + (artery_pool * pool + artery_base) * answer
    out = through * (u * t[0] - g)
    n = len(t_room_c)
    zero = np.zeros(n)
    return BodyState(
        t, np.ones_like(t), t[0] - out / tissue.half_w_m2k, pool, zero, zero.copy(), zero.copy()
    )


def _brain(body: WholeBody, state: BodyState) -> Array:
    deep = deep_mean(body.tissue, state.t_c)
    return np.asarray(deep[body.control.brain_segment])


def deep_mean(tissue: BodyTissue, t_c: Array) -> Array:
    """Return the mean temperature of the deepest layer of every segment, (S, n)."""
    deep = tissue.layer == tissue.layer.max()
    weight = tissue.heat_j_m2k[deep]
    return np.asarray((weight * t_c[deep]).sum(axis=0) / weight.sum(axis=0))
