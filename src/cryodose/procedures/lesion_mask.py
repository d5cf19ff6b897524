"""The picture of a lesion from above: which skin is lesion."""

from __future__ import annotations

import os
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cryodose.errors import BadInput
from cryodose.session import LiquidNitrogen
from cryodose.units import MM_PER_M

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]

KEY = "exposure.lesion_mask"
# numerical: a picture larger than this is a mistake, or an attack
MOST_PIXELS = 16_000_000
MOST_BYTES = 50_000_000
# numerical: what is lighter than this (of 255) is lesion
LIGHT = 127
# numerical: a grown mask is worked out with pixels no finer than this, m
FINEST_M = 1.0e-4


@dataclass(frozen=True)
class Mask:
    """Lesion by pixel, (n_y, n_x), and the width of a pixel, m."""

    lesion: Flags
    pixel_m: float


def read_mask(exposure: LiquidNitrogen) -> Mask:
    """Read the mask of a session: light pixels are lesion.

    Raises
    ------
    BadInput
        If it cannot be read, is no PNG, is too large, or marks nothing or everything.
    """
    path, pixel_mm = exposure.lesion_mask, exposure.pixel_mm
    if path is None or pixel_mm is None:
        raise BadInput(None, KEY, path, "a PNG and pixel_mm")
    lesion = _pixels(path) > LIGHT
    if not lesion.any():
        raise BadInput(None, KEY, path, "a picture with light pixels, which are lesion")
    if lesion.all():
        raise BadInput(None, KEY, path, "a picture with dark pixels, which are healthy skin")
    return Mask(lesion, pixel_mm / MM_PER_M)


def _pixels(path: str) -> NDArray[np.uint8]:
    try:
        from PIL import Image
    except ModuleNotFoundError:
        expected = "Pillow to read it: pip install cryodose[report]"
        raise BadInput(None, KEY, path, expected) from None
    try:
        if os.stat(path).st_size > MOST_BYTES:
            raise BadInput(None, KEY, path, f"a file of at most {MOST_BYTES} bytes")
        with Image.open(path, formats=("PNG",)) as picture:
            width, height = picture.size
            if width * height > MOST_PIXELS:
                raise BadInput(None, KEY, path, f"at most {MOST_PIXELS} pixels")
            grey = picture.convert("RGBA")
            shown = Image.new("RGBA", picture.size, (0, 0, 0, 255))
            shown.alpha_composite(grey)
            return np.asarray(shown.convert("L"))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "no PNG"
        raise BadInput(None, KEY, path, f"a PNG that can be read ({reason})") from None


def equivalent_mm(mask: Mask) -> float:
    """Return the diameter of the circle with the area of a lesion, mm."""
    area_m2 = float(mask.lesion.sum()) * mask.pixel_m**2
    return 2.0 * float(np.sqrt(area_m2 / np.pi)) * MM_PER_M


def grown(mask: Mask, margin_m: float) -> Mask:
    """Return the lesion with a margin around it, in a picture that holds all of it.

    Every pixel whose middle lies within the margin of the middle of a pixel of the lesion.
    """
    coarse = _coarsened(mask)
    reach = int(np.ceil(margin_m / coarse.pixel_m))
    padded = np.pad(coarse.lesion, reach + 1)
    out: Flags = padded.copy()
    for step_y in range(-reach, reach + 1):
        width = (margin_m / coarse.pixel_m) ** 2 - step_y**2
        if width < 0:
            continue
        out |= _widened(np.roll(padded, step_y, axis=0), int(np.sqrt(width)))
    return Mask(np.asarray(out), coarse.pixel_m)


def _widened(rows: Flags, reach: int) -> Flags:
    """Return rows whose marked pixels are widened to both sides."""
    count = np.cumsum(np.pad(rows, ((0, 0), (reach + 1, reach))), axis=1, dtype=np.int64)
    return np.asarray(count[:, 2 * reach + 1 :] - count[:, : -2 * reach - 1] > 0)


def _coarsened(mask: Mask) -> Mask:
    """Return a mask with pixels that are not needlessly fine; a part of a pixel counts as whole."""
    factor = int(FINEST_M / mask.pixel_m)
    if factor <= 1:
        return mask
    n_y, n_x = (-(-n // factor) for n in mask.lesion.shape)
    whole = np.zeros((n_y * factor, n_x * factor), dtype=np.bool_)
    whole[: mask.lesion.shape[0], : mask.lesion.shape[1]] = mask.lesion
    found = whole.reshape(n_y, factor, n_x, factor).any(axis=(1, 3))
    return Mask(np.asarray(found), mask.pixel_m * factor)
