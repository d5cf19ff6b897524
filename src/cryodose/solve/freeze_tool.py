r"""A tool with a heat of its own: lumped, cooled by its coolant, warmed by the skin.

.. math:: C \frac{dT}{dt} = G (T_c - T) + Q

Within a super-step this is solved exactly twice. Before it, with the load along its tangent over
the temperature of the tool, ``Q = Q_0 - U (T - T_0)``: the mean over the step is what the skin
touches. After it, with the heat that the tissue really gave, so that none is lost or made. A tool
of hardly any heat follows the tissue, one of a great deal its coolant alone, and no step is too
long.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

# numerical: below this many time constants in a step the mean is taken from its series
FEW = 1.0e-3
# numerical: the first terms of the series of the mean over a step
SERIES = (0.5, -1.0 / 6.0)


@dataclass(frozen=True)
class Load:
    """Heat from the skin at the present temperature of the tool, W, and its slope, W/K."""

    heat_w: float
    slope_w_k: float


@dataclass
class Tool:
    """The tool of one member: J/K, W/K, degC; `heat_w` is its load in the step just taken."""

    capacity_j_k: float
    coolant_w_k: float
    t_c: float
    coolant_c: float = 0.0
    heat_w: float = 0.0

    def mean_c(self, dt_s: float, load: Load) -> float:
        """Return the mean temperature of a step whose load follows its tangent."""
        x = (self.coolant_w_k + load.slope_w_k) * dt_s / self.capacity_j_k
        rise = self._rise(dt_s, load.heat_w)
        return self.t_c + rise * (SERIES[0] + SERIES[1] * x if x < FEW else (1.0 - _reached(x)) / x)

    def after_c(self, dt_s: float) -> float:
        """Return the temperature some time after the begin of a step, under its load."""
        x = self.coolant_w_k * dt_s / self.capacity_j_k
        return self.t_c + self._rise(dt_s, self.heat_w) * _reached(x)

    def _rise(self, dt_s: float, heat_w: float) -> float:
        """Return by how much the temperature would rise at its present speed, K."""
        gain = self.coolant_w_k * (self.coolant_c - self.t_c) + heat_w
        return gain * dt_s / self.capacity_j_k


def _reached(x: float) -> float:
    """Return (1 - exp(-x)) / x."""
    return float(-np.expm1(-x) / x) if x > 0 else 1.0
