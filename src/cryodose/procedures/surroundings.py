"""What touches the skin in each time step: pack, bath, water or air."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from cryodose import evidence
from cryodose.physics.air import Magnus, combined, evaporation_film, radiation_w_m2k, saturation_kpa
from cryodose.procedures.request import Request
from cryodose.solve import Phase, Schedule, solve_steps

Array = NDArray[np.float64]
Values = dict[str, Array]


class Cold(Protocol):
    """How a procedure touches the skin while the cold is on."""

    def pack(self, since_on_s: Array) -> Array | None:
        """Return the conductance to a pack of finite mass, (n_steps, n), or None."""

    def film(self, since_on_s: Array) -> tuple[Array, Array] | None:
        """Return film and temperature of a bath, (n_steps, n) each, or None under a pack."""


@dataclass(frozen=True)
class Air:
    """Room air on bare skin."""

    values: Values
    t_skin_c: Array

    def film(self, wettedness: float | None = None) -> tuple[Array, Array]:
        """Return film and effective temperature, (n,) each.

        Convection, radiation and the water that evaporates, linearised half way between the start
        temperature of the skin and the room.
        """
        v = self.values
        room = v["t_room_c"]
        middle = (self.t_skin_c + room) / 2.0
        sigma = evidence.value("ambient", "radiation.stefan_boltzmann_w_m2k4")
        h_r = radiation_w_m2k(middle, evidence.value("ambient", "air.emissivity"), sigma)
        magnus = magnus_coefficients()
        if wettedness is None:
            wettedness = evidence.value("ambient", "air.skin_wettedness")
        lewis = evidence.value("ambient", "air.lewis_k_kpa")
        vapour = v["relative_humidity"] * saturation_kpa(room, magnus)
        h_v = wettedness * lewis * v["h_air_w_m2k"]
        h_e, t_e = evaporation_film(middle, vapour, h_v, magnus)
        return combined([(v["h_air_w_m2k"], room), (h_r, room), (h_e, t_e)])


def magnus_coefficients() -> Magnus:
    """Return the coefficients of the vapour pressure from the evidence tables."""
    keys = ("magnus_kpa", "magnus_b", "magnus_c")
    return Magnus(*(evidence.value("ambient", f"vapour.{k}") for k in keys))


@dataclass(frozen=True)
class Timeline:
    """Steps of a session and, for every step, whether the cold is on and since when."""

    dt_s: Array
    since_s: Array  # middle of the step since the cold was last put on or taken off
    is_on: NDArray[np.bool_]
    is_first: NDArray[np.bool_]  # first step of a cycle after the first one
    effort: Array  # muscle flow as a multiple of rest


def steps_for(duration_s: float, resolution: int) -> int:
    """Return the number of graded steps of a phase: with the square root of its length."""
    root = evidence.value("numerics", "steps_per_root_second")
    least, most = (int(evidence.value("numerics", f"steps_{k}")) for k in ("least", "most"))
    return resolution * int(np.clip(root * np.sqrt(duration_s), least, most))


def timeline(request: Request) -> Timeline:
    """Return the steps of cycles followed by a recovery."""
    spans = _spans(request)
    dt, span = solve_steps(
        [Phase(s.length_s, steps_for(s.length_s, request.resolution)) for s in spans]
    )
    is_on = np.array([s.is_on for s in spans])[span]
    effort = np.array([s.effort for s in spans])[span]
    ends = np.cumsum(dt)
    begins = np.concatenate([[0.0], ends[:-1]])
    switch = np.diff(is_on.astype(np.int8), prepend=2) != 0
    origin = begins[np.maximum.accumulate(np.where(switch, np.arange(len(dt)), 0))]
    is_first = switch & is_on
    is_first[0] = False
    return Timeline(dt, ends - dt / 2.0 - origin, is_on, is_first, effort)


class _Span(NamedTuple):
    length_s: float
    is_on: bool
    effort: float


def _spans(request: Request) -> list[_Span]:
    """Stretches of unchanged surroundings and effort, none of them empty."""
    found: list[_Span] = []
    for index, cycle in enumerate(request.cycles):
        found.append(_Span(cycle.on_s, True, 1.0))
        if index < len(request.cycles) - 1:
            found.append(_Span(cycle.off_s, False, 1.0))
    left = request.cycles[-1].off_s + request.recovery_s
    for duration_s, effort in request.activity:
        found.append(_Span(min(duration_s, left), False, effort))
        left -= found[-1].length_s
    found.append(_Span(left, False, 1.0))
    return [s for s in found if s.length_s > 0]


def schedule(line: Timeline, cold: Cold, air: Air, wet_s: float) -> Schedule:
    """Return the boundary conditions of every step, all columns.

    `wet_s`: how long the skin stays wet after the cold came off.
    """
    n, steps = len(air.t_skin_c), len(line.dt_s)
    on = line.is_on
    dry_h, dry_t = air.film()
    h, t = np.tile(dry_h, (steps, 1)), np.tile(dry_t, (steps, 1))
    is_wet = ~on & (line.since_s < wet_s) & np.logical_or.accumulate(on)
    if is_wet.any():
        h[is_wet], t[is_wet] = air.film(wettedness=1.0)
    zero = np.zeros((steps, 1))
    since = line.since_s[on]
    contact = cold.pack(since)
    if contact is not None:
        h[on] = 0.0
        touch = np.zeros((steps, n))
        touch[on] = contact
        room_h, room_t = (
            np.broadcast_to(air.values[k], (steps, n)) for k in ("pack_room_w_m2k", "t_room_c")
        )
        effort = line.effort[:, None]
        return Schedule(line.dt_s, h, t, zero, touch, room_h, room_t, line.is_first, effort)
    film = cold.film(since)
    if film is not None:
        h[on], t[on] = film
    no = np.zeros(steps, dtype=np.bool_)
    return Schedule(line.dt_s, h, t, zero, zero, zero, zero, no, line.effort[:, None])
