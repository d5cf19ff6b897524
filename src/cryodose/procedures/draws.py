"""Uncertain numbers of a session: what is believed of each, and sampled values of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import NormalDist
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from cryodose.evidence import Quantity

Array = NDArray[np.float64]
# numerical: low and high of the evidence tables are the 5 and 95 percent points
Z95 = NormalDist().inv_cdf(0.95)


@dataclass(frozen=True)
class Assumption:
    """Something that the session did not state and the program had to take from somewhere."""

    key: str
    value: str
    unit: str
    source: str
    note: str = ""


@dataclass(frozen=True)
class Prior:
    """Named quantities of one session, and what had to be assumed for them.

    A quantity stated by the session is fixed or carries its measuring error; the others carry the
    range of the evidence tables.
    """

    quantities: Mapping[str, Quantity]
    assumed: tuple[Assumption, ...] = field(default=())

    @property
    def uncertain(self) -> tuple[str, ...]:
        """Names of the quantities that vary, in a fixed order."""
        return tuple(sorted(n for n, q in self.quantities.items() if q.spread != "fixed"))

    def values(self, z: Array) -> dict[str, Array]:
        """Return values for standard normal scores.

        Parameters
        ----------
        z : ndarray, shape (len(uncertain), n)
        """
        n = z.shape[1]
        index = {name: i for i, name in enumerate(self.uncertain)}
        return {
            name: _at(q, z[index[name]]) if name in index else np.full(n, q.value)
            for name, q in self.quantities.items()
        }

    def nominal(self) -> dict[str, Array]:
        """Return every quantity at its central value, for one member."""
        return self.values(np.zeros((len(self.uncertain), 1)))


def _at(q: Quantity, z: Array) -> Array:
    """Vectorised `Quantity.at`: a share |z|/1.645 of the way from the value to its low or high."""
    share = np.abs(z) / Z95
    end = np.where(z > 0, q.high, q.low)
    if q.spread == "lognormal":
        return np.asarray(q.value * np.exp(np.log(end / q.value) * share))
    return np.asarray(q.value + (end - q.value) * share)


def stated(key: str, value: float, unit: str, error: float = 0.0) -> Quantity:
    """Return a quantity stated by the session with the standard deviation of its measurement."""
    half = Z95 * error
    spread: Literal["normal", "fixed"] = "normal" if error > 0 else "fixed"
    return Quantity(key, value, unit, value - half, value + half, "session", "measured", spread)


def stated_positive(key: str, value: float, unit: str, relative: float) -> Quantity:
    """Return a stated positive quantity with a relative (log-normal) standard deviation."""
    if not relative > 0:
        return stated(key, value, unit)
    factor = float(np.exp(Z95 * relative))
    low, high = value / factor, value * factor
    return Quantity(key, value, unit, low, high, "session", "measured", "lognormal")
