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
ML_PER_M3 = 1.0e6
PERCENT = 100.0
PA_PER_MMHG = 133.322387415
KILO = 1000.0
FARADAY_C_MOL = 96485.33212
GAS_J_MOLK = 8.314462618
A_PER_MA = 1.0e-3
UG_PER_G = 1.0e6
SECONDS_PER_HOUR = 3600.0
HOURS_PER_DAY = 24.0
UM_PER_M = 1.0e6
CM_PER_M = 100.0
L_PER_M3 = 1000.0
UL_PER_M3 = 1.0e9
MOL_PER_MMOL = 1.0e-3


def mm_to_m(length_mm: float) -> float:
    """Return metres."""
    return length_mm / MM_PER_M


def kelvin(t_c: float) -> float:
    """Return the absolute temperature in K."""
    return t_c + ZERO_C_K


def radius_m_from_girth_mm(girth_mm: float) -> float:
    """Return the radius in m of a round limb from its circumference in mm."""
    return girth_mm / MM_PER_M / (2.0 * math.pi)


def a_m2_from_ma_cm2(density_ma_cm2: float) -> float:
    """Return a current density in A/m2."""
    return density_ma_cm2 * A_PER_MA * CM2_PER_M2


def ma_min_from_coulomb(charge_c: float) -> float:
    """Return a charge in mA min."""
    return charge_c / A_PER_MA / SECONDS_PER_MINUTE


def minutes(time_s: float) -> float:
    """Return minutes."""
    return time_s / SECONDS_PER_MINUTE
