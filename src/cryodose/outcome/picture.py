"""Temperature over depth and time of the central member, for a picture of the tissue."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cryodose import evidence
from cryodose.dosing.simulation import Simulation
from cryodose.procedures import Probe

Array = NDArray[np.float64]

_PICTURE_DEPTHS = 33


@dataclass(frozen=True)
class Picture:
    """Temperature over depth and time of the central member.

    Attributes
    ----------
    depth_mm : (n_depths,); time_s : (n_times,); t_c : (n_depths, n_times)
    layers_mm : depth at which each layer begins, from the skin inwards
    """

    depth_mm: Array
    time_s: Array
    t_c: Array
    layers_mm: dict[str, float]


def picture_of(run: Simulation) -> Picture:
    """Depth and time of the central member, from the skin to the bone."""
    nominal = Simulation(run.session, 1, run.seed, run.request, np.ones(1))
    values = nominal.values()
    depth = {k: float(v[0]) for k, v in nominal.response().depth_mm.items()}
    most = evidence.value("numerics", "picture_depth_mm")
    depths = np.linspace(0.0, min(depth.get("joint", most), most), _PICTURE_DEPTHS)
    probes = tuple(Probe(float(d)) for d in depths)
    fine = replace(nominal, request=replace(run.request, probes=probes), _responses={}).response()
    t = np.stack([fine.t_probe_c[p.name][:, 0] for p in probes])
    layers = {"skin": 0.0}
    if "adipose_mm" in values:
        skin = float(values["epidermis_mm"][0] + values["dermis_mm"][0])
        layers |= {
            "fat": skin,
            "muscle": skin + float(values["adipose_mm"][0]),
            "bone": depth["joint"],
        }
    return Picture(depths, fine.time_s, t, layers)
