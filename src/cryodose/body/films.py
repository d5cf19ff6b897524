"""What surrounds each segment as one film law: gas, walls, vapour and clothes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cryodose import evidence
from cryodose.body.segments import column, shapes
from cryodose.physics.air import Magnus, evaporation_film, saturation_kpa
from cryodose.physics.gas import (
    Crossflow,
    Gas,
    Plate,
    forced_w_m2k,
    grashof,
    mixed_w_m2k,
    natural_w_m2k,
    slender_share,
    state_at,
    wall_radiation_w_m2k,
)
from cryodose.solve.grid import Shape

Array = NDArray[np.float64]

T_LOW_C = -10.0  # numerical: span of skin temperatures of a quadratic film law
T_HIGH_C = 40.0  # numerical: its upper end
# numerical: where the quadratics meet the law, in cold gas and in rooms
_NODES_COLD = (-4.0, 16.0, 36.0)
_NODES_ROOM = (14.0, 26.0, 36.0)  # numerical: the skin that is met in rooms
_WET_STEPS = 4
_STILL = 0.02  # numerical: slowest flow, m/s, that the law of cross flow is asked for


@cache
def gas(name: str) -> Gas:
    """Return a gas by its name in the evidence tables."""
    keys = ("molar_kg_mol", "cp_j_kgk", "mu_0_pa_s", "mu_s_k", "k_0_w_mk", "k_s_k")
    own = [evidence.value("gases", f"{name}.{k}") for k in keys]
    general = ("t_0_k", "pressure_pa", "gas_constant_j_molk")
    return Gas(*own, *(evidence.value("gases", f"reference.{k}") for k in general))


@cache
def magnus() -> Magnus:
    """Return the coefficients of the vapour pressure."""
    return Magnus(*(evidence.value("ambient", f"vapour.magnus_{k}") for k in ("kpa", "b", "c")))


@dataclass(frozen=True)
class Frame:
    """Sizes that the gas sees: across a segment and the height along which it falls, (S, n)."""

    diameter_m: Array
    run_m: Array
    film_share: Array  # (n,)

    @cached_property
    def slenderness(self) -> Array:
        """Height over diameter; 0 for flat segments."""
        round_ = np.array([[s is not Shape.SLAB] for s in shapes()])
        return np.where(round_, self.run_m / self.diameter_m, 0.0)


class _Laws(NamedTuple):
    """Coefficients of everything that takes heat from skin, read once."""

    plate: Plate
    cross: Crossflow
    slender: tuple[float, float]
    gravity_m_s2: float
    mixing: float
    sigma_w_m2k4: float
    emissivity: float
    dry_wettedness: float
    lewis_k_kpa: float


@cache
def _laws() -> _Laws:
    def number(key: str, table: str = "gases") -> float:
        return evidence.value(table, key)

    return _Laws(
        Plate(*(number(f"plate.{k}") for k in "abc")),
        Crossflow(*(number(f"crossflow.{k}") for k in "abcd")),
        (number("slender.a"), number("slender.b")),
        number("reference.gravity_m_s2"),
        number("crossflow.mixing"),
        number("radiation.stefan_boltzmann_w_m2k4", "ambient"),
        number("air.emissivity", "ambient"),
        number("air.skin_wettedness", "ambient"),
        number("air.lewis_k_kpa", "ambient"),
    )


@dataclass(frozen=True)
class Surroundings:
    """Gas, walls, moving air, vapour and clothes of every segment.

    Attributes
    ----------
    gases : tuple of (Gas, ndarray of bool (S, 1))
        Each gas with the segments that stand in it.
    t_gas_c, t_wall_c : ndarray, shape (S, n)
    speed_m_s : ndarray, shape (S, n)
    vapour_kpa : ndarray, shape (S, n)
    covered, resistance_m2k_w : ndarray, shape (S, n)
        Part of a segment under a garment, and the garment's resistance.
    wettedness : ndarray, shape (S, n), optional
        Part of the skin from which water evaporates; None: that of dry resting skin.
    is_wet : ndarray of bool, shape (S, n), optional
        Where the garment is wet: water evaporates from all of its outside; None: nowhere.
    """

    gases: tuple[tuple[Gas, NDArray[np.bool_]], ...]
    t_gas_c: Array
    t_wall_c: Array
    speed_m_s: Array
    vapour_kpa: Array
    covered: Array
    resistance_m2k_w: Array
    wettedness: Array | None = None
    is_wet: NDArray[np.bool_] | None = None


def convection_w_m2k(around: Surroundings, frame: Frame, t_skin_c: Array) -> Array:
    """Return the convective film of every segment at a skin temperature, (S, n)."""
    laws = _laws()
    film = np.zeros(np.broadcast_shapes(t_skin_c.shape, around.t_gas_c.shape))
    for kind, where in around.gases:
        state = state_at(kind, (t_skin_c + around.t_gas_c) / 2.0)
        gr = grashof(state, t_skin_c - around.t_gas_c, frame.run_m, laws.gravity_m_s2)
        free = natural_w_m2k(state, gr, frame.run_m, laws.plate)
        free = free * slender_share(gr, frame.slenderness, *laws.slender)
        speed = np.maximum(around.speed_m_s, _STILL)
        blown = forced_w_m2k(state, speed, frame.diameter_m, laws.cross)
        film = np.where(where, mixed_w_m2k(free, blown, laws.mixing), film)
    return film * frame.film_share


def loss(around: Surroundings, frame: Frame, t_skin_c: Array) -> tuple[Array, Array]:
    """Return U and G of ``q = U T_s - G`` for a skin temperature, W/m2/K and W/m2, (S, n).

    Dry and vapour exchange act on the bare part; under a garment they stand behind its resistance.
    The film of a garment is that of bare skin at its temperature. A wet garment evaporates at the
    temperature of its own outside; the heat that its water stores, and sets free as it freezes,
    is left out: in the cold the skin under it is told colder than it gets.
    """
    h_c = convection_w_m2k(around, frame, t_skin_c)
    laws = _laws()
    h_r = wall_radiation_w_m2k(t_skin_c, around.t_wall_c, laws.emissivity, laws.sigma_w_m2k4)
    h_r = h_r * column("radiates_share")
    wet = laws.dry_wettedness if around.wettedness is None else around.wettedness
    h_v = wet * laws.lewis_k_kpa * h_c
    h_e, t_e = evaporation_film(t_skin_c, around.vapour_kpa, h_v, magnus())
    h = h_c + h_r + h_e
    g = h_c * around.t_gas_c + h_r * around.t_wall_c + h_e * t_e
    behind = around.covered / (1.0 + h * around.resistance_m2k_w)
    bare = 1.0 - around.covered
    u_all, g_all = h * (bare + behind), g * (bare + behind)
    if around.is_wet is None or not np.any(around.is_wet):
        return np.asarray(u_all), np.asarray(g_all)
    dry = (h_c + h_r, h_c * around.t_gas_c + h_r * around.t_wall_c)
    u_wet, g_wet = _through_wet(around, t_skin_c, dry, laws.lewis_k_kpa * h_c)
    u_wet, g_wet = h * bare + u_wet * around.covered, g * bare + g_wet * around.covered
    return np.where(around.is_wet, u_wet, u_all), np.where(around.is_wet, g_wet, g_all)


def _through_wet(
    around: Surroundings, t_skin_c: Array, dry: tuple[Array, Array], h_v_w_m2kpa: Array
) -> tuple[Array, Array]:
    """Return U and G of skin under a wet garment; `dry` are film and gain of its outside, dry.

    Newton's steps for the temperature of the outside: the film of evaporation is its tangent.
    """
    r = around.resistance_m2k_w
    t_out = t_skin_c
    for _ in range(_WET_STEPS):
        h_e, t_e = evaporation_film(t_out, around.vapour_kpa, h_v_w_m2kpa, magnus())
        h, g = dry[0] + h_e, dry[1] + h_e * t_e
        t_out = (t_skin_c + r * g) / (1.0 + r * h)
    return h / (1.0 + r * h), g / (1.0 + r * h)


def film_law(around: Surroundings, frame: Frame) -> tuple[Array, Array]:
    """Return the quadratics U(T_s) and G(T_s) through three skin temperatures, (3, S, n) each.

    Between cold gas and a room the two quadratics are blended: without a step, or gas a little
    colder would take a little less heat.
    """
    warmest, coldest = _NODES_ROOM[0], _NODES_COLD[0]
    cold = np.clip((warmest - around.t_gas_c) / (warmest - coldest), 0.0, 1.0)
    if np.all(cold == 1.0):
        return _through(around, frame, _NODES_COLD)
    u, g = _through(around, frame, _NODES_ROOM)
    if not np.any(cold):
        return u, g
    u_cold, g_cold = _through(around, frame, _NODES_COLD)
    return u + cold * (u_cold - u), g + cold * (g_cold - g)


@cache
def _inverse(nodes: tuple[float, ...]) -> Array:
    """Return what makes the coefficients of a polynomial of its values at some places."""
    return np.asarray(np.linalg.inv(np.vander(nodes, increasing=True)))


def _through(
    around: Surroundings, frame: Frame, nodes: tuple[float, float, float]
) -> tuple[Array, Array]:
    skin = np.multiply.outer(nodes, np.ones_like(around.t_gas_c))
    inverse = _inverse(nodes)
    u, g = (np.tensordot(inverse, x, axes=1) for x in loss(around, frame, skin))
    return u, g


def room(t_room_c: Array, humidity: Array, speed_m_s: Array, segments: int) -> Surroundings:
    """Return bare skin everywhere in the air of a room, walls as warm as its air."""
    shape = (segments, len(t_room_c))
    t = np.broadcast_to(t_room_c, shape)
    vapour = np.broadcast_to(humidity * saturation_kpa(t_room_c, magnus()), shape)
    zero = np.zeros(shape)
    everywhere = np.ones((segments, 1), dtype=np.bool_)
    speed = np.broadcast_to(speed_m_s, shape)
    return Surroundings(((gas("air"), everywhere),), t, t, speed, vapour, zero, zero)
