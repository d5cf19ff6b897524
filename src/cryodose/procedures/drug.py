"""A drug as the evidence tables know it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cryodose import evidence
from cryodose.errors import BadInput
from cryodose.physics.ionisation import mean_charge

Array = NDArray[np.float64]

_MANY = 9  # groups of a kind that a table can name


@dataclass(frozen=True)
class Drug:
    """A drug.

    Attributes
    ----------
    key, name : as files and people write it
    kind : class of ion: ``cation``, ``anion``, ``neutral`` or ``protein``
    polarity : electrode that drives it in
    mass_g_mol : of the ion or acid without its counter-ion
    bases, acids : pKa of its groups
    fixed_charge : charge that no pH changes
    salt_ions : counter-ions of a molecule of the salt it is given as
    """

    key: str
    name: str
    kind: str
    polarity: str
    mass_g_mol: float
    bases: tuple[float, ...]
    acids: tuple[float, ...]
    fixed_charge: float
    salt_ions: float = 0.0

    def charge(self, ph: ArrayLike) -> Array:
        """Return the mean charge at a pH."""
        return mean_charge(ph, self.bases, self.acids, self.fixed_charge)


def drug_of(key: str) -> Drug:
    """Return a drug by its key.

    Raises
    ------
    BadInput
        For a drug without charge and mass in the tables.
    """
    if not evidence.has("drugs", key):
        known = ", ".join(f'"{name}"' for name in evidence.names("drugs"))
        raise BadInput(None, "exposure.drug", key, f"a drug with evidence: one of {known}")
    return Drug(
        key,
        evidence.text("drugs", f"{key}.name"),
        evidence.text("drugs", f"{key}.class"),
        evidence.text("drugs", f"{key}.polarity"),
        evidence.value("drugs", f"{key}.mass_g_mol"),
        _groups(key, "base"),
        _groups(key, "acid"),
        _number(key, "fixed_charge", 0.0),
        _number(key, "salt_ions", 0.0),
    )


def _number(key: str, name: str, other: float) -> float:
    path = f"{key}.{name}"
    return evidence.value("drugs", path) if evidence.has("drugs", path) else other


def _groups(key: str, kind: str) -> tuple[float, ...]:
    names = [f"{key}.pka_{kind}_{i}" for i in range(1, _MANY)]
    return tuple(evidence.value("drugs", n) for n in names if evidence.has("drugs", n))


def measured_of(drug: Drug) -> dict[str, evidence.Quantity]:
    """Return what was measured of a drug; it stands beside predictions and never enters them."""
    names = [n for n in evidence.names("drugs", drug.key) if n.startswith("measured_")]
    return {
        n.removeprefix("measured_"): evidence.quantity("drugs", f"{drug.key}.{n}") for n in names
    }
