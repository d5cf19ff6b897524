"""The fields of a freeze as NetCDF-4, by the extra `files`."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import h5netcdf
import numpy as np
from numpy.typing import NDArray

from cryodose import __version__
from cryodose.io.atomic import replacing
from cryodose.io.netcdf import BAND
from cryodose.outcome.freeze import NOTICE, FreezePictures, FreezeResult
from cryodose.outcome.head import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Mapping

Array = NDArray[np.float64]
_WORDS: Mapping[str, tuple[str, str]] = {
    "time": ("s", "time since the first freeze began"),
    "quantile": ("1", "share of the ensemble at or below"),
    "isotherm": ("degC", "temperature of the isotherm"),
    "radius": ("mm", "distance from the axis of the spot"),
    "depth": ("mm", "depth below the skin"),
    "film_time": ("s", "time since the first freeze began"),
    "x": ("mm", "sideways"),
    "y": ("mm", "along"),
}


def write_freeze_netcdf(
    path: str | os.PathLike[str], result: FreezeResult, shown: FreezePictures
) -> None:
    """Write the fields of a freeze to a NetCDF-4 file, whole or not at all.

    `isotherm_depth` holds the ensemble; `coldest`, `death` and `temperature` the cut of the central
    member; `map_*` the skin from above. Session, seed and version are attributes.

    Raises
    ------
    BadInput
        If there is no writing there.
    """
    reach, cut, film, top = shown.reach, shown.section, shown.film, shown.surface
    axes = {
        "time": reach.time_s,
        "quantile": np.array(BAND),
        "isotherm": reach.t_marks_c,
        "radius": cut.r_mm,
        "depth": cut.z_mm,
        "film_time": film.time_s,
        "x": top.x_mm,
        "y": top.y_mm,
    }
    depth = np.stack([reach.low_mm, reach.median_mm, reach.high_mm], axis=-1)
    fields: list[tuple[str, tuple[str, ...], Array, str, str]] = [
        ("isotherm_depth", ("isotherm", "time", "quantile"), depth, "mm", "reach of the isotherm"),
        ("coldest", ("depth", "radius"), cut.t_min_c, "degC", "coldest temperature"),
        ("death", ("depth", "radius"), cut.death, "1", f"share of {cut.cell}s that die"),
        ("temperature", ("film_time", "depth", "radius"), film.t_c, "degC", "temperature"),
        ("map_coldest", ("y", "x"), top.t_min_c, "degC", "coldest just below the skin"),
        ("map_death", ("y", "x"), top.death, "1", "least share that dies down to the base"),
        ("map_lesion", ("y", "x"), top.lesion.astype(np.int8), "1", "1 inside the lesion"),
        ("map_target", ("y", "x"), top.target.astype(np.int8), "1", "1 inside lesion and margin"),
    ]
    with replacing(path) as part, h5netcdf.File(part, "w") as file:
        file.dimensions = {name: len(values) for name, values in axes.items()}
        for name, values in axes.items():
            unit, words = _WORDS[name]
            _variable(file, name, (name,), values, (unit, words))
        for name, dimensions, values, unit, words in fields:
            _variable(file, name, dimensions, values, (unit, words))
        for layer, begin in cut.layers_mm.items():
            file["coldest"].attrs[f"{layer}_from_mm"] = float(begin)
        file.attrs["Conventions"] = "CF-1.11"
        file.attrs["title"] = result.session.title or "cryodose"
        file.attrs["source"] = f"cryodose {__version__}, {SCHEMA}"
        file.attrs["session"] = json.dumps(result.session.to_dict(), ensure_ascii=False)
        file.attrs["seed"] = result.seed
        file.attrs["members"] = result.members
        file.attrs["comment"] = NOTICE


def _variable(
    file: h5netcdf.File,
    name: str,
    dimensions: tuple[str, ...],
    values: NDArray[np.generic],
    said: tuple[str, str],
) -> None:
    variable = file.create_variable(name, dimensions, data=values)
    variable.attrs["units"], variable.attrs["long_name"] = said
