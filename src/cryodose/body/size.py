"""From sex, age, height, mass and body fat to the layers of every segment.

Skin area, body mass and body fat are conserved: areas share out the area of the person, lean volume
is scaled to the lean mass, and the pattern of subcutaneous fat to its mass.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from cryodose import evidence
from cryodose.body.segments import column, property_of, shapes, site_column, stack
from cryodose.solve.grid import Shape
from cryodose.units import MM_PER_M, PERCENT

Array = NDArray[np.float64]

_ROUNDS = 24
_NEWTON = 12
_LOW = -9.0  # numerical: logarithm of the least scale of the fat pattern
_HIGH = 5.0  # numerical: and of the greatest
_LEAST_LEAN = 0.05  # numerical: lean tissue never vanishes, whatever the input


@dataclass(frozen=True)
class Person:
    """People, every array (n,). `female` is 1 for women, 0 for men, between for a mixed group."""

    female: Array
    age_y: Array
    height_m: Array
    mass_kg: Array
    fat_percent: Array
    subcutaneous_share: Array
    dermis_share: Array

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
    r = 3.0 * e + 3.0 * d
    for _ in range(_NEWTON):
        f = (r - d) ** 3 - 3.0 * e * r * r
        r = r - f / (3.0 * (r - d) ** 2 - 2.0 * 3.0 * e * r)
    found[ball] = r
    return np.asarray(found)


@cache
def _is(shape: Shape) -> NDArray[np.bool_]:
    return np.array([[s is shape] for s in shapes()])


@cache
def _power() -> Array:
    """Return the power of the radius in the volume of each segment, (S, 1)."""
    return np.array([[int(s) + 1.0] for s in shapes()])


def _shell(radius: Array, outer: Array, thickness: Array) -> Array:
    """Return the volume of a layer per skin area; `outer` is the depth at which it begins, m."""
    r_out = np.maximum(radius - outer, 0.0)
    r_in = np.maximum(radius - outer - thickness, 0.0)
    power = _power()
    return np.asarray((r_out**power - r_in**power) / (power * radius ** (power - 1.0)))


def _pattern_mm(female: Array) -> Array:
    """Return the table's fat layer, women and men mixed by `female`, (S, n)."""
    women, men = site_column("adipose_female_mm"), site_column("adipose_male_mm")
    return np.asarray(women * female + men * (1.0 - female))


def body_sizes(person: Person) -> Sizes:
    """Return layers whose mass, area and fat add up to the person's."""
    area = column("area_m2") / column("area_m2").sum() * person.area_m2
    women, men = (
        evidence.value("thermoregulation", f"size.dermis_{sex}_share") for sex in ("female", "male")
    )
    factor = (person.female * women + (1.0 - person.female) * men) * person.dermis_share
    epidermis = np.full_like(area, evidence.value("physiology", "body.epidermis_mm") / MM_PER_M)
    dermis = site_column("dermis_mm") * factor / MM_PER_M
    skin = epidermis + dermis
    density = stack("density_kg_m3")
    deep_share = column("deep_share")
    lean_density = deep_share * density[4] + (1.0 - deep_share) * density[3]
    fat_mass = person.mass_kg * person.fat_percent / PERCENT * person.subcutaneous_share
    fat_volume = fat_mass / property_of("fat", "density_kg_m3")
    lean_nominal = np.broadcast_to(column("lean_mm") / MM_PER_M, area.shape)
    nominal_mass = (area * lean_nominal * lean_density).sum(axis=0)
    scale = np.ones(person.n)
    pattern = _pattern_mm(person.female) / MM_PER_M
    grown = np.zeros(person.n)
    for _ in range(_ROUNDS):
        lean, fat = lean_nominal * scale, pattern * np.exp(grown)
        radius = _radius(lean, skin + fat)
        # Volume goes nearly with thickness, so this fixed point closes in fast.
        volume = (area * _shell(radius, skin, fat)).sum(axis=0)
        grown = np.clip(grown + np.log(fat_volume / volume), _LOW, _HIGH)
        skin_mass = _mass("epidermis", area, _shell(radius, np.zeros_like(skin), epidermis))
        skin_mass += _mass("dermis", area, _shell(radius, epidermis, dermis))
        lean_mass = person.mass_kg - fat_mass - skin_mass
        scale = np.maximum(lean_mass / nominal_mass, _LEAST_LEAN)
    fat = pattern * np.exp(grown)
    lean = lean_nominal * scale
    radius = _radius(lean, skin + fat)
    return _layers((epidermis, dermis, fat), radius, area)


def _mass(tissue: str, area: Array, shell: Array) -> Array:
    return np.asarray((area * shell).sum(axis=0) * property_of(tissue, "density_kg_m3"))


def _layers(outer: tuple[Array, Array, Array], radius: Array, area: Array) -> Sizes:
    inside = radius - sum(outer)
    deep = inside * column("deep_share") ** (1.0 / _power())
    thickness = np.stack([*outer, inside - deep, deep])
    return Sizes(thickness, np.asarray(area), 2.0 * radius)
