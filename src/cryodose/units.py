"""Conversions; the only place that converts, so that a factor is never written twice."""

from __future__ import annotations

import math
from typing import TypeVar

T = TypeVar("T")

ZERO_C_K = 273.15
MM_PER_M = 1000.0
MM_PER_CM = 10.0
CM2_PER_M2 = 1.0e4
SECONDS_PER_MINUTE = 60.0
SECONDS_PER_HOUR = 3600.0
ML_PER_M3 = 1.0e6
L_PER_M3 = 1.0e3
PERCENT = 100.0
PA_PER_MMHG = 133.322387415
KILO = 1000.0


def mm_to_m(length_mm: float) -> float:
    """Return metres."""
    return length_mm / MM_PER_M


def kelvin(t_c: float) -> float:
    """Return the absolute temperature in K."""
    return t_c + ZERO_C_K


def radius_m_from_girth_mm(girth_mm: float) -> float:
    """Return the radius in m of a round limb from its circumference in mm."""
    return girth_mm / MM_PER_M / (2.0 * math.pi)


def minutes(time_s: float) -> float:
    """Return minutes."""
    return time_s / SECONDS_PER_MINUTE
