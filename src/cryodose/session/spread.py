"""Standard deviations from the spreads that papers print in their place."""

from __future__ import annotations

import math
from functools import lru_cache

__all__ = ["expected_range", "normal_quantile", "sd_from_interval", "sd_from_range"]

# The range of a sample of unknown size is taken as that of four, the smallest group seen.
DEFAULT_SAMPLE = 4
_REACH = 9.0
_STEPS = 1800


def sd_from_interval(half_width: float, confidence: float, n: int | None) -> float:
    """Compute the standard deviation from a confidence interval of the mean.

    The interval describes the mean of `n` people, so the spread of the people is wider by
    the square root of `n`. Where `n` is not known the half width is only divided by the
    normal quantile: the result is then the standard error.

    Parameters
    ----------
    half_width : float
        Half the width of the interval, in the unit of the mean.
    confidence : float
        Level of the interval, between 0 and 1.
    n : int or None
        Number of people.

    Returns
    -------
    float
        Standard deviation in the unit of `half_width`.
    """
    return half_width / normal_quantile((1 + confidence) / 2) * math.sqrt(n or 1)


def sd_from_range(low: float, high: float, n: int | None) -> float | None:
    """Compute the standard deviation from the ends of a normal sample.

    Parameters
    ----------
    low, high : float
        Ends of the range, in the unit of the mean.
    n : int or None
        Size of the sample; 4 is taken where it is not known.

    Returns
    -------
    float or None
        Standard deviation; None for a sample of one, which has no spread.
    """
    size = DEFAULT_SAMPLE if n is None else n
    return None if size < 2 else (high - low) / expected_range(size)


@lru_cache(maxsize=64)
def expected_range(n: int) -> float:
    """Compute the expected range of `n` independent standard normal values.

    The integral of ``1 - F**n - (1 - F)**n`` over the line, F the normal distribution
    function (L. H. C. Tippett, Biometrika 17:364, 1925, doi:10.1093/biomet/17.3-4.364).

    Parameters
    ----------
    n : int
        Size of the sample, at least 2.

    Returns
    -------
    float
        Expected range in standard deviations, right to 1e-6.

    Raises
    ------
    ValueError
        If `n` is less than 2.
    """
    if n < 2:
        raise ValueError("a range needs at least two values")
    step = 2 * _REACH / _STEPS
    total = 0.0
    for index in range(_STEPS + 1):
        below = 0.5 * math.erfc((_REACH - index * step) / math.sqrt(2))
        total += 1 - below**n - (1 - below) ** n
    return total * step


@lru_cache(maxsize=8)
def normal_quantile(p: float) -> float:
    """Compute a quantile of the standard normal distribution.

    Parameters
    ----------
    p : float
        Probability, between 0 and 1.

    Returns
    -------
    float
        Quantile in standard deviations.
    """
    # Imported here: few files need it and the module is slow to load.
    from statistics import NormalDist

    return NormalDist().inv_cdf(p)
