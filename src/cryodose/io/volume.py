"""Volumes for imaging programs: NIfTI-1 for 3D Slicer, VTK for ParaView; by the extra `volume`."""

from __future__ import annotations

import gzip
import tempfile
from pathlib import Path
from typing import Any

import nibabel
import numpy as np
from numpy.typing import NDArray
from pyevtk.hl import gridToVTK

from cryodose.io.atomic import write_whole
from cryodose.outcome.freeze_views import FreezeVolume

Array = NDArray[np.float64]
# The zero of a gzip file's clock: the same volume gives the same bytes.
_NO_TIME = 0


def nifti_paths(path: str, volume: FreezeVolume) -> dict[str, str]:
    """Return the file of every field: the first one `path` itself, the others beside it."""
    ending = next(e for e in (".nii.gz", ".nii") if path.lower().endswith(e))
    stem, written = path[: -len(ending)], path[-len(ending) :]
    first, *others = volume.fields
    return {first: path, **{name: f"{stem}-{name.split('_')[0]}{written}" for name in others}}


def write_nifti(path: str, volume: FreezeVolume, step_mm: float) -> None:
    """Write each field as a NIfTI-1 file of cubes, in mm; up is out of the skin.

    Parameters
    ----------
    path : str
        Ends in ``.nii`` or ``.nii.gz``. Holds the first field; see `nifti_paths`.
    volume : FreezeVolume
    step_mm : float
        Width of the cubes: the format knows no uneven grids.

    Raises
    ------
    BadInput
        If there is no writing there.
    """
    even = volume.even(step_mm)
    affine = np.diag([step_mm, step_mm, -step_mm, 1.0])
    starts = [(face[0] + face[1]) / 2.0 for face in (even.x_mm, even.y_mm, even.z_mm)]
    affine[:3, 3] = starts[0], starts[1], -starts[2]
    for name, file in nifti_paths(path, volume).items():
        image: Any = nibabel.Nifti1Image(  # type: ignore[no-untyped-call]  # has no types
            np.ascontiguousarray(even.fields[name].transpose(2, 1, 0), dtype=np.float32), affine
        )
        image.header.set_xyzt_units("mm", "sec")
        image.header["descrip"] = f"cryodose {name}".encode()
        data = image.to_bytes()
        if file.lower().endswith(".gz"):
            data = gzip.compress(data, mtime=_NO_TIME)
        write_whole(file, data)


def write_vtk(path: str, volume: FreezeVolume) -> None:
    """Write all fields as one VTK file of a rectilinear grid (``.vtr``), in mm, z into the skin.

    Raises
    ------
    BadInput
        If there is no writing there.
    """
    fields = {
        name: np.asfortranarray(values.transpose(2, 1, 0), dtype=np.float64)
        for name, values in volume.fields.items()
    }
    axes = [np.ascontiguousarray(a, dtype=np.float64) for a in (volume.x_mm, volume.y_mm)]
    with tempfile.TemporaryDirectory() as folder:
        stem = Path(folder) / "volume"
        written = gridToVTK(
            str(stem), *axes, np.ascontiguousarray(volume.z_mm, dtype=np.float64), cellData=fields
        )
        write_whole(path, Path(written).read_bytes())
