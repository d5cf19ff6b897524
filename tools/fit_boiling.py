"""Fit the two boiling parameters of the spray to the skin temperatures of one experiment.

    python tools/fit_boiling.py [members]

Draws film level and wetting temperature from the ranges of the literature, everything else of the
session from its own prior (spot, start temperature, water, conductivity; the spread between
studies left out), and weighs every draw by how well it meets the measured temperatures. Prints the
median and the 5 and 95 percent points that stand in `evidence/cryogens.toml`, and warns where
they have moved.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from cryodose import evidence
from cryodose.dosing.bands import weighted_quantiles
from cryodose.dosing.ensemble import scores
from cryodose.procedures import Probe, Request, cycles_of, liquid_nitrogen, site_of
from cryodose.session import load_experiment

FILE = Path(__file__).parents[1] / "experiments" / "liquid-nitrogen" / "gaspar1997-spray.toml"
# What is believed before: median and factor of the film level, mean and deviation of the wetting.
FILM = (476.0, 1.6)  # 220 to 1030 W/m2/K, implied by skin data
WETTING = (-110.0, 25.0)  # -138 degC in a pool on metal, much warmer on a poor conductor
ERROR_C = 5.0  # of a thermocouple in a gradient of 20 to 30 K/mm
DEPTH_MM = (0.8, 1.0, 1.2)
DEPTH_ERROR_MM = 0.12


def main() -> None:
    members = int(sys.argv[1]) if len(sys.argv) > 1 else 3000
    experiment = load_experiment(FILE)
    session = experiment.base
    prior = liquid_nitrogen.prior(session)
    z = scores(len(prior.uncertain) + 3, members, 1)
    values = prior.values(z[:-3])
    values["intensity"] = np.ones(members)
    values["film_w_m2k"] = FILM[0] * FILM[1] ** z[-3]
    values["t_wetting_c"] = WETTING[0] + WETTING[1] * z[-2]
    depth = 1.0 + DEPTH_ERROR_MM * z[-1]
    cycles, _ = cycles_of(session)
    request = Request(cycles, 1.0, tuple(Probe(d) for d in DEPTH_MM), precision="f32")
    response = liquid_nitrogen.run(session, site_of(session), values, request)
    log_weight = np.zeros(members)
    for row in experiment.measured:
        (time_s,), (mean,) = row.time_s or (0.0,), row.mean
        rows = [response.at(response.t_probe_c[f"skin+{d:g}"], time_s) for d in DEPTH_MM]
        t = np.array([np.interp(depth[m], DEPTH_MM, [r[m] for r in rows]) for m in range(members)])
        log_weight -= ((t - mean) / ERROR_C) ** 2 / 2.0
    weight = np.exp(log_weight - log_weight.max())
    weight /= weight.sum()
    print(f"effective draws: {1.0 / np.sum(weight**2):.0f} of {members}")
    for name in ("film_w_m2k", "t_wetting_c", "spot_mm", "t_skin_c", "wet_w_m2k", "k_factor"):
        low, middle, high = weighted_quantiles(values[name], (0.05, 0.5, 0.95), weight)
        print(f"{name}: {middle:.4g} ({low:.4g} to {high:.4g})")
    kinds = {"film_w_m2k": "spray", "t_wetting_c": "agent.liquid-nitrogen"}
    for name, kind in kinds.items():
        kept = evidence.quantity("cryogens", f"{kind}.{name}")
        print(f"kept {name}: {kept.value:g} ({kept.low:g} to {kept.high:g})")


if __name__ == "__main__":
    main()
