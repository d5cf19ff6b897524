"""From sex, age, height, mass and body fat to the layers of every segment.

Skin area, body mass and body fat are conserved: areas share out the area of the person, lean volume
is scaled to the lean mass, and the pattern of subcutaneous fat to its mass.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

import numpy as np
from numpy.typing import NDArray

from cryodose import evidence
from cryodose.body.segments import (
    column,
    property_of,
    segment_names,
    shapes,
    site_column,
    stack,
)
from cryodose.solve.grid import Shape
from cryodose.units import MM_PER_M, PERCENT

Array = NDArray[np.float64]

_ROUNDS = 8
_LOW = -9.0  # numerical: logarithm of the least scale of the fat pattern
_HIGH = 5.0  # numerical: and of the greatest
_LEAST_SLOPE, _MOST_SLOPE = 0.3, 3.0  # numerical: between which a secant is believed
_LEAST_LEAN = 0.05  # numerical: lean tissue never vanishes, whatever the input
# numerical: part of the nominal lean radius that a measured girth leaves at least
_LEAST_INSIDE = 0.3


@dataclass(frozen=True)
class Person:
    """People, every array (n,). `female` is 1 for women, 0 for men, between for a mixed group.

    `adipose_mm` and `girth_mm` hold what was measured, segment -> (n,): there the person's fat and
    lean tissue are not shared out by the table.
    """

    female: Array
    age_y: Array
    height_m: Array
    mass_kg: Array
    fat_percent: Array
    subcutaneous_share: Array
    dermis_share: Array
    adipose_mm: Mapping[str, Array] = field(default_factory=dict)
    girth_mm: Mapping[str, Array] = field(default_factory=dict)

    @property
    def n(self) -> int:
        """Number of people."""
        return len(self.mass_kg)

    @property
    def area_m2(self) -> Array:
        """Skin area after Du Bois, (n,)."""
        a, b, c = (
            evidence.value("thermoregulation", f"size.du_bois{k}") for k in ("", "_mass", "_height")
        )
        return np.asarray(a * self.mass_kg**b * self.height_m**c)

    @property
    def basal_w(self) -> Array:
        """Basal metabolic rate after Harris and Benedict, W."""

        def of(sex: str) -> Array:
            v = [
                evidence.value("thermoregulation", f"metabolism.{sex}_{k}")
                for k in ("offset", "mass", "height", "age")
            ]
            kcal = v[0] + v[1] * self.mass_kg + v[2] * self.height_m - v[3] * self.age_y
            return np.asarray(kcal)

        kcal = self.female * of("female") + (1.0 - self.female) * of("male")
        watts = kcal * evidence.value("thermoregulation", "metabolism.w_per_kcal_d")
        least = evidence.value("thermoregulation", "metabolism.least_w")
        return np.asarray(np.maximum(watts, least))


def estimated_fat_percent(female: float, age_y: float, bmi: float) -> float:
    """Return body fat from mass, height, age and sex (doi 10.1079/BJN19910073), percent.

    Standard error 4.1; held between 4 and 60 percent. Valid for adults.
    """
    b, a, male, offset, least, most = (
        evidence.value("thermoregulation", f"size.fat_{k}")
        for k in ("bmi", "age", "male", "offset", "least", "most")
    )
    found = b * bmi + a * age_y - male * (1.0 - female) - offset
    return float(np.clip(found, least, most))


@dataclass(frozen=True)
class Sizes:
    """Layers of every segment.

    Attributes
    ----------
    thickness_m : ndarray, shape (5, S, n)
    area_m2 : ndarray, shape (S, n)
    diameter_m : ndarray, shape (S, n)
        Across the segment, skin to skin.
    """

    thickness_m: Array
    area_m2: Array
    diameter_m: Array


def _radius(lean_m: Array, cover_m: Array) -> Array:
    """Return the radius (half thickness of a slab) at the skin, (S, n).

    Solves V_lean / A_skin = `lean_m` under a cover of thickness `cover_m`: for a cylinder
    (R - d)^2 = 2 R e, for a sphere (R - d)^3 = 3 R^2 e, for a slab R = d + e.
    """
    e, d = lean_m, cover_m
    found = np.where(_is(Shape.SLAB), d + e, d + e + np.sqrt(e * e + 2.0 * d * e))
    ball = _is(Shape.SPHERE)[:, 0]
    e, d = e[ball], d[ball]
    # Cardano: with R = y + d + e the sphere is y^3 = 3 p y + 2 q, with one real root.
    p, q = e * (2.0 * d + e), e * (3.0 * d * d / 2.0 + 3.0 * d * e + e * e)
    root = np.sqrt(np.maximum(q * q - p**3, 0.0))
    found[ball] = d + e + np.cbrt(q + root) + np.cbrt(q - root)
    return np.asarray(found)


@cache
def _is(shape: Shape) -> NDArray[np.bool_]:
    return np.array([[s is shape] for s in shapes()])


@cache
def _power() -> Array:
    """Return the power of the radius in the volume of each segment, (S, 1)."""
    return np.array([[int(s) + 1.0] for s in shapes()])


def _inside(radius: Array, depth: Array | float) -> Array:
    """Return the volume per skin area that lies deeper than `depth`, m, (S, n)."""
    power = _power()
    left = np.maximum(radius - depth, 0.0) / radius
    return np.asarray(radius * left**power / power)


def _pattern_mm(female: Array) -> Array:
    """Return the table's fat layer, women and men mixed by `female`, (S, n)."""
    women, men = site_column("adipose_female_mm"), site_column("adipose_male_mm")
    return np.asarray(women * female + men * (1.0 - female))


def body_sizes(person: Person) -> Sizes:
    """Return layers whose mass, area and fat add up to the person's.

    A measured fat layer or girth stands as it is; what is left of the person's fat and lean mass
    is shared out over the other segments. Where measured sites alone hold more than the person
    has, they are believed, and the others keep a trace.
    """
    area = column("area_m2") / column("area_m2").sum() * person.area_m2
    epidermis, dermis = _skin(person, area)
    skin = epidermis + dermis
    lean_nominal = np.broadcast_to(column("lean_mm") / MM_PER_M, area.shape)
    pattern = _pattern_mm(person.female) / MM_PER_M
    known_fat, known_radius = _measured(person, area.shape)
    is_fat, is_girth = ~np.isnan(known_fat), ~np.isnan(known_radius)
    fat_mass = person.mass_kg * person.fat_percent / PERCENT * person.subcutaneous_share
    fat_density = property_of("fat", "density_kg_m3")
    lean_kg = area * lean_nominal * _lean_density()
    free = (lean_kg * ~is_girth).sum(axis=0)
    # Begin as if all layers were flat and skin weighed nothing.
    flat_fat = (area * pattern).sum(axis=0)
    grown = _Secant(np.log(fat_mass / fat_density / flat_fat))
    scale = (person.mass_kg - fat_mass) / lean_kg.sum(axis=0)
    for _ in range(_ROUNDS):
        fat = np.where(is_fat, known_fat, pattern * np.exp(grown.x))
        radius = _radius(lean_nominal * scale, skin + fat)
        radius = np.where(is_girth, _held(known_radius, radius, skin + fat), radius)
        below = [_inside(radius, d) for d in (0.0, epidermis, skin, skin + fat)]
        # The lean mass is what skin and the fat to come leave: so hardly moved by this fat.
        fat_now = area * (below[2] - below[3])
        known, trace = (fat_now * is_fat).sum(axis=0), np.exp(_LOW) * fat_mass / fat_density
        wanted = np.maximum(fat_mass / fat_density - known, trace)
        shells = zip(("epidermis", "dermis"), below, below[1:], strict=False)
        skin_mass = sum(_mass(tissue, area, above - deeper) for tissue, above, deeper in shells)
        lean_mass = person.mass_kg - skin_mass - (wanted + known) * fat_density
        if person.girth_mm:
            lean_mass = lean_mass - (area * _lean_density() * below[3] * is_girth).sum(axis=0)
        scale = np.maximum(lean_mass / free, _LEAST_LEAN)
        if not np.all(is_fat):
            grown.step(np.log(wanted / (fat_now * ~is_fat).sum(axis=0)))
    fat = np.where(is_fat, known_fat, pattern * np.exp(grown.x))
    radius = _radius(lean_nominal * scale, skin + fat)
    radius = np.where(is_girth, _held(known_radius, radius, skin + fat), radius)
    return _layers((epidermis, dermis, fat), radius, area)


class _Secant:
    """The logarithm of how thick fat lies, led to where nothing is missing, (n,).

    What is missing falls nearly as fast as this grows: a slope far from that is round-off.
    """

    def __init__(self, x: Array) -> None:
        self.x = np.clip(x, _LOW, _HIGH)
        self._slope = np.ones_like(x)
        self._before: tuple[Array, Array] | None = None

    def step(self, missing: Array) -> None:
        """Take a step with what is missing at the present place."""
        if self._before is not None:
            x, was = self._before
            gap = self.x - x
            slope = (was - missing) / np.where(gap == 0.0, 1.0, gap)
            is_sound = (slope > _LEAST_SLOPE) & (slope < _MOST_SLOPE)
            self._slope = np.where(is_sound, slope, self._slope)
        self._before = (self.x, missing)
        self.x = np.clip(self.x + missing / self._slope, _LOW, _HIGH)


@cache
def _lean_density() -> Array:
    """Return the density of what lies inside the fat, kg/m3, (S, 1)."""
    density, deep = stack("density_kg_m3"), column("deep_share")
    return np.asarray(deep * density[4] + (1.0 - deep) * density[3])


def _skin(person: Person, area: Array) -> tuple[Array, Array]:
    """Return the thickness of epidermis and dermis, (S, n) each, m."""
    women, men = (
        evidence.value("thermoregulation", f"size.dermis_{sex}_share") for sex in ("female", "male")
    )
    factor = (person.female * women + (1.0 - person.female) * men) * person.dermis_share
    epidermis = np.full_like(area, evidence.value("physiology", "body.epidermis_mm") / MM_PER_M)
    return epidermis, site_column("dermis_mm") * factor / MM_PER_M


def _measured(person: Person, shape: tuple[int, ...]) -> tuple[Array, Array]:
    """Return measured fat layers and radii, m; nan where nothing was measured, (S, n) each."""
    fat, radius = np.full(shape, np.nan), np.full(shape, np.nan)
    for name, value in person.adipose_mm.items():
        fat[segment_names().index(name)] = value / MM_PER_M
    for name, value in person.girth_mm.items():
        radius[segment_names().index(name)] = value / MM_PER_M / (2.0 * np.pi)
    return fat, radius


def _held(known: Array, free: Array, cover: Array) -> Array:
    """Return a measured radius, but never one that its own skin and fat would fill."""
    return np.asarray(np.maximum(known, cover + _LEAST_INSIDE * np.maximum(free - cover, 0.0)))


def _mass(tissue: str, area: Array, shell: Array) -> Array:
    return np.asarray((area * shell).sum(axis=0) * property_of(tissue, "density_kg_m3"))


def _layers(outer: tuple[Array, Array, Array], radius: Array, area: Array) -> Sizes:
    inside = radius - sum(outer)
    deep = inside * column("deep_share") ** (1.0 / _power())
    thickness = np.stack([*outer, inside - deep, deep])
    return Sizes(thickness, np.asarray(area), 2.0 * radius)
