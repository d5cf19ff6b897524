"""A lesion of any shape from a picture, and the heat problem of its freeze in three dimensions."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cryodose.errors import BadInput
from cryodose.session import LiquidNitrogen
from cryodose.units import MM_PER_M

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]

# numerical: largest picture, pixels
MOST_PIXELS = 4_000_000
# numerical: a pixel is lesion from half of full brightness
BRIGHT = 128
# numerical: largest side of a lesion, mm, as for a spot
MOST_MM = 300.0
# numerical: smallest area of a lesion, mm2
LEAST_MM2 = 0.1


@dataclass(frozen=True)
class Mask:
    """Where a lesion is, seen from above: rows go down the picture, columns to the right.

    Attributes
    ----------
    is_lesion : (n_rows, n_columns) bool
    pixel_m : width of a pixel
    """

    is_lesion: Flags
    pixel_m: float

    @property
    def area_mm2(self) -> float:
        """Area of the lesion."""
        return float(self.is_lesion.sum()) * (self.pixel_m * MM_PER_M) ** 2

    @property
    def diameter_mm(self) -> float:
        """Diameter of the circle of the same area."""
        return float(2.0 * np.sqrt(self.area_mm2 / np.pi))


def mask_of(exposure: LiquidNitrogen, folder: str = "") -> Mask | None:
    """Return the mask that an exposure names, or None.

    Parameters
    ----------
    folder : str
        Where a relative path begins: the folder of the session file; else the working directory.

    Raises
    ------
    BadInput
        For a picture that is not there, is no PNG, is too large or marks no lesion.
    """
    if exposure.lesion_mask is None or exposure.pixel_mm is None:
        return None
    path = Path(folder, exposure.lesion_mask)
    try:
        changed = os.stat(path).st_mtime_ns
    except (OSError, ValueError):
        raise _bad(exposure, "a PNG file, but there is none of this name") from None
    return _read(str(path), changed, exposure)


def _bad(exposure: LiquidNitrogen, expected: str) -> BadInput:
    return BadInput(None, "exposure.lesion_mask", exposure.lesion_mask, expected)


@lru_cache(maxsize=4)
def _read(path: str, changed: int, exposure: LiquidNitrogen) -> Mask:
    try:
        from PIL import Image, UnidentifiedImageError
    except ModuleNotFoundError:
        raise _bad(exposure, 'nothing: pictures need Pillow (the extra "report")') from None
    try:
        with Image.open(path, formats=("PNG",)) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                expected = f"a picture of at most {MOST_PIXELS} pixels"
                raise _bad(exposure, f"{expected} (here {picture.width} x {picture.height})")
            grey = np.asarray(picture.convert("L"))
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        raise _bad(exposure, "a picture in the PNG format") from None
    mask = Mask(np.asarray(grey >= BRIGHT), float(exposure.pixel_mm or 0.0) / MM_PER_M)
    rows, columns = np.nonzero(mask.is_lesion)
    if not len(rows) or mask.area_mm2 < LEAST_MM2:
        raise _bad(exposure, f"white pixels where the lesion is, {LEAST_MM2:g} mm2 at least")
    side = (max(np.ptp(rows), np.ptp(columns)) + 1) * mask.pixel_m * MM_PER_M
    if side > MOST_MM:
        expected = f"a pixel that makes the lesion at most {MOST_MM:g} mm wide, not {side:.4g}"
        raise BadInput(None, "exposure.pixel_mm", exposure.pixel_mm, expected)
    return mask
