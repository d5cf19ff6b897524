"""A lesion from a picture, with a margin of healthy skin around it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cryodose.procedures.freeze_mask import Mask

Flags = NDArray[np.bool_]

# numerical: a grown mask is worked out with pixels no finer than this, m
FINEST_M = 1.0e-4


def with_margin(mask: Mask, margin_m: float) -> tuple[Mask, Mask]:
    """Return the lesion, and the lesion with a margin, in one picture that holds all of it.

    The margin is every pixel whose middle lies within it of the middle of a pixel of the lesion.
    """
    coarse = _coarsened(mask)
    reach = int(np.ceil(margin_m / coarse.pixel_m))
    padded = np.pad(coarse.is_lesion, reach + 1)
    out: Flags = padded.copy()
    for step_y in range(-reach, reach + 1):
        width = (margin_m / coarse.pixel_m) ** 2 - step_y**2
        if width >= 0:
            out |= _widened(np.roll(padded, step_y, axis=0), int(np.sqrt(width)))
    return Mask(padded, coarse.pixel_m), Mask(np.asarray(out), coarse.pixel_m)


def _widened(rows: Flags, reach: int) -> Flags:
    """Return rows whose marked pixels are widened to both sides."""
    count = np.cumsum(np.pad(rows, ((0, 0), (reach + 1, reach))), axis=1, dtype=np.int64)
    return np.asarray(count[:, 2 * reach + 1 :] - count[:, : -2 * reach - 1] > 0)


def _coarsened(mask: Mask) -> Mask:
    """Return a mask with pixels that are not needlessly fine; a part of a pixel counts as whole."""
    factor = int(FINEST_M / mask.pixel_m)
    if factor <= 1:
        return mask
    n_y, n_x = (-(-n // factor) for n in mask.is_lesion.shape)
    whole = np.zeros((n_y * factor, n_x * factor), dtype=np.bool_)
    whole[: mask.is_lesion.shape[0], : mask.is_lesion.shape[1]] = mask.is_lesion
    found = whole.reshape(n_y, factor, n_x, factor).any(axis=(1, 3))
    return Mask(np.asarray(found), mask.pixel_m * factor)
