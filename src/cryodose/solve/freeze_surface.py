r"""The surface of the skin under spray, tool and air: a balance over half a cell.

With T_s the surface, Theta_1 the potential of the first cell and d its thickness,

.. math:: q(T_s) = 2 (\Theta_1 - \Theta(T_s)) / d

is solved at the start of every super-step. During its stages the flux follows the potential of the
cell along the tangent, ``q + B (Theta - Theta_1)`` with ``B = (2/d) q' / (q' + 2 k / d)``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cryodose.solve.freeze_member import Curves, Line, member
from cryodose.solve.freeze_problem import FreezeProblem
from cryodose.solve.freeze_tool import Load, Tool

Array = NDArray[np.float64]

# numerical: Newton corrections of a surface temperature; piecewise lines need few
CORRECTIONS = 40
# numerical: change in K below which a surface temperature is found
SURFACE_K = 1.0e-9
# numerical: least slope of the balance over that of the half cell, where a boiling curve falls
LEAST_SLOPE = 0.1


@dataclass(frozen=True)
class Outside:
    """What touches the surface now."""

    on: bool
    t_tool_c: float


class Surface:
    """The surface cells of one member, (n_y, n_x)."""

    def __init__(self, problem: FreezeProblem, m: int, curves: Curves, thick_m: float) -> None:
        cold = problem.cold
        shape = problem.grid.shape[1:]
        material = problem.grid.material[0].reshape(shape)
        cover = cold.cover if problem.is_3d else member(cold.cover, m)
        self.cover = np.asarray(cover, dtype=np.float64).reshape(shape)
        self.spray = Line(member(cold.t_knot_c, m), member(cold.q_knot_w_m2, m))
        self.tool = (cold.tool_time_s, member(cold.t_tool_c, m))
        self.h_contact = float(member(cold.h_contact_w_m2k, m))
        self.h_air, self.t_air = float(member(cold.h_air_w_m2k, m)), float(member(cold.t_air_c, m))
        self.curves, self.material, self.half = curves, material, 2.0 / thick_m
        self.mass = cold.mass and {k: float(member(a, m)) for k, a in vars(cold.mass).items()}

    def tool_c(self, since_s: float) -> float:
        """Return the temperature of the tool some time after its phase began."""
        return float(np.interp(since_s, *self.tool))

    def new_tool(self, area: Array) -> Tool | None:
        """Return the tool as it is put on, with the heat of its area of contact."""
        if not self.mass:
            return None
        size = float(np.sum(area * self.cover)) or 1.0  # off the skin its size does not matter
        return Tool(
            self.mass["capacity_j_m2k"] * size,
            self.mass["coolant_w_m2k"] * size,
            self.mass["t_start_c"],
        )

    def load(self, t: Array, slope: Array, area: Array, t_tool_c: float) -> Load:
        """Return the load of the tool, from what `solve` found at its temperature."""
        touched = area * self.cover * self.h_contact
        eased = 1.0 - slope / self.half
        return Load(float(np.sum(touched * (t - t_tool_c))), float(np.sum(touched * eased)))

    def flux(self, t: Array, out: Outside) -> tuple[Array, Array]:
        """Return the flux out of the skin at a surface temperature, and its slope."""
        air, rise = self.h_air * (t - self.t_air), np.full(t.shape, self.h_air)
        if not out.on:
            return air, rise
        agent = self.spray(t) + self.h_contact * (t - out.t_tool_c)
        slope = self.spray.slope(t) + self.h_contact
        c = self.cover
        return c * agent + (1.0 - c) * air, c * slope + (1.0 - c) * rise

    def solve(self, theta: Array, t_guess: Array, out: Outside) -> tuple[Array, Array, Array]:
        """Return surface temperature, flux and its slope B against the potential of the cells."""
        t = t_guess.copy()
        low, high = np.full(t.shape, -np.inf), np.full(t.shape, np.inf)
        for _ in range(CORRECTIONS):
            q, rise = self.flux(t, out)
            through = self.half * self.curves.slope("theta_of_t", self.material, t)
            fault = q - self.half * (theta - self.curves.value("theta_of_t", self.material, t))
            low, high = np.where(fault < 0, t, low), np.where(fault > 0, t, high)
            new = t - fault / np.maximum(rise + through, LEAST_SLOPE * through)
            outside = ((new <= low) | (new >= high)) & (np.abs(new - t) >= SURFACE_K)
            outside &= np.isfinite(low) & np.isfinite(high)
            new[outside] = (low[outside] + high[outside]) / 2
            done = np.max(np.abs(new - t)) < SURFACE_K
            t = new
            if done:
                break
        q, rise = self.flux(t, out)
        through = self.half * self.curves.slope("theta_of_t", self.material, t)
        q = self.half * (theta - self.curves.value("theta_of_t", self.material, t))
        rise = np.maximum(rise, 0.0)
        return t, q, self.half * rise / (rise + through)
