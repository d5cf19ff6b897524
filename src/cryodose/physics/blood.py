"""Blood as a heat source, and conduction from the side, in Pennes' form."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


def perfusion_w_m3k(
    flow_per_s: ArrayLike, density_kg_m3: float, specific_heat_j_kgk: float
) -> Array:
    r"""Return Pennes' exchange :math:`w \rho_b c_b` (doi 10.1152/jappl.1948.1.2.93)."""
    return np.asarray(np.asarray(flow_per_s) * density_kg_m3 * specific_heat_j_kgk)


def lateral_w_m3k(k_w_mk: ArrayLike, length_m: ArrayLike, width_m: ArrayLike) -> Array:
    r"""Return the exchange of tissue under a rectangle with the uncooled tissue beside it.

    The slowest mode of a rectangle of sides a, b whose rim keeps its temperature decays like
    :math:`k \pi^2 (1/a^2 + 1/b^2)`; a cell is drawn to its undisturbed temperature at that rate.
    """
    a, b = np.asarray(length_m), np.asarray(width_m)
    return np.asarray(np.asarray(k_w_mk) * np.pi**2 * (1.0 / a**2 + 1.0 / b**2))


def beside_edge(
    distance_m: ArrayLike, time_s: ArrayLike, diffusivity_m2_s: ArrayLike, sink_length_m: ArrayLike
) -> Array:
    r"""Return the share of the change under a pack that is seen beside its edge.

    Half at the edge itself by symmetry; beyond it :math:`\tfrac12 e^{-x/\ell}` with
    :math:`1/\ell^2 = 1/(\alpha t) + 1/\ell_b^2`: spreading by conduction, held back by blood.
    """
    spread2 = np.asarray(diffusivity_m2_s) * np.asarray(time_s, dtype=np.float64)
    sink2 = np.asarray(sink_length_m) ** 2
    x, length = np.broadcast_arrays(
        np.asarray(distance_m, dtype=np.float64), np.sqrt(spread2 * sink2 / (spread2 + sink2))
    )
    # At time 0 nothing has spread: the length is 0 and only the edge itself has its half.
    reach = np.divide(x, length, out=np.full(x.shape, np.inf), where=length > 0)
    return np.asarray(np.where(x > 0, np.exp(-reach), 1.0) / 2.0)
