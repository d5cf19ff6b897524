"""Curves and the depth-time picture as NetCDF-4, by the extra `files`."""

from __future__ import annotations

import json
import os

import h5netcdf
import numpy as np
from numpy.typing import NDArray

from cryodose import __version__
from cryodose.io.atomic import replacing
from cryodose.outcome import Curve, Picture, Simulated
from cryodose.outcome.head import SCHEMA
from cryodose.outcome.types import NOTICE

Array = NDArray[np.float64]
BAND = (0.05, 0.5, 0.95)
_CELSIUS = "degC"  # CF reads "C" as coulomb; every other unit of a curve is its own name there


def write_netcdf(path: str | os.PathLike[str], shown: Simulated) -> None:
    """Write a result to a NetCDF-4 file, whole or not at all.

    Each curve is a variable over time and quantile; `picture` is the temperature of the central
    person over depth and time. The session, seed and version needed to recompute are attributes.

    Parameters
    ----------
    path : path-like
        File to write.
    shown : Simulated
        A simulation, or the one inside a plan.

    Raises
    ------
    BadInput
        If there is no writing there.
    """
    time_s = shown.curves[0].time_s
    picture = shown.picture
    with replacing(path) as part, h5netcdf.File(part, "w") as file:
        file.dimensions = {
            "time": len(time_s),
            "quantile": len(BAND),
            "depth": len(picture.depth_mm),
            "picture_time": len(picture.time_s),
        }
        _axis(file, "time", time_s, "s", "time since the start")
        _axis(file, "quantile", np.array(BAND), "1", "share of the ensemble at or below")
        for curve in shown.curves:
            _curve(file, curve)
        _picture(file, picture)
        file.attrs["Conventions"] = "CF-1.11"
        file.attrs["title"] = shown.session.title or "cryodose"
        file.attrs["source"] = f"cryodose {__version__}, {SCHEMA}"
        file.attrs["session"] = json.dumps(shown.session.to_dict(), ensure_ascii=False)
        file.attrs["seed"] = shown.run.seed
        file.attrs["members"] = shown.run.members
        file.attrs["exit_s"] = float(shown.run.request.exit_s)
        file.attrs["comment"] = NOTICE


def _axis(file: h5netcdf.File, name: str, values: Array, unit: str, words: str) -> None:
    axis = file.create_variable(name, (name,), data=values)
    axis.attrs["units"] = unit
    axis.attrs["long_name"] = words


def _curve(file: h5netcdf.File, curve: Curve) -> None:
    data = np.stack([curve.low, curve.median, curve.high], axis=1)
    name = curve.name.replace("+", "_").replace("-", "_")
    variable = file.create_variable(name, ("time", "quantile"), data=data)
    variable.attrs["units"] = _CELSIUS if curve.unit == "C" else curve.unit
    variable.attrs["long_name"] = curve.words


def _picture(file: h5netcdf.File, picture: Picture) -> None:
    _axis(file, "depth", picture.depth_mm, "mm", "depth below the surface of the skin")
    _axis(file, "picture_time", picture.time_s, "s", "time since the start")
    variable = file.create_variable("picture", ("depth", "picture_time"), data=picture.t_c)
    variable.attrs["units"] = _CELSIUS
    variable.attrs["long_name"] = "temperature of the central member"
    for layer, depth in picture.layers_mm.items():
        variable.attrs[f"{layer}_from_mm"] = float(depth)
