"""Draw the mask of the irregular lesion of the examples: `python tools/lesion_mask.py FILE`.

A seborrhoeic keratosis of about 14 x 10 mm with a lobed edge and a bay, 0.1 mm a pixel. White is
lesion. The same call always gives the same file.
"""

from __future__ import annotations

import sys

import numpy as np
from PIL import Image

PIXEL_MM = 0.1
SIZE_MM = 20.0
# Length of the mean radius, and amplitude and phase of the waves along the edge.
RADIUS_MM = 5.6
WAVES = ((2, 1.5, 0.4), (3, 0.7, 1.9), (5, 0.45, 0.2), (8, 0.2, 2.6))
BAY = (4.8, 2.2, 1.7)  # middle and radius of a bite out of the edge, mm


def lesion() -> np.ndarray:
    """Return the mask, True inside the lesion."""
    count = round(SIZE_MM / PIXEL_MM)
    middle = (np.arange(count) + 0.5) * PIXEL_MM - SIZE_MM / 2.0
    x, y = np.meshgrid(middle, middle)
    angle = np.arctan2(y, x)
    edge = RADIUS_MM + sum(a * np.cos(n * angle + phase) for n, a, phase in WAVES)
    bay_x, bay_y, bay_r = BAY
    return (np.hypot(x, y) < edge) & (np.hypot(x - bay_x, y - bay_y) > bay_r)


def main() -> None:
    """Write the mask as a PNG of one bit a pixel."""
    Image.fromarray(lesion()).save(sys.argv[1], optimize=True)


if __name__ == "__main__":
    main()
