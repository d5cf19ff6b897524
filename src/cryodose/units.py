"""Conversions; the only place that converts, so that a factor is never written twice."""

from __future__ import annotations

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


def kelvin(t_c: float) -> float:
    """Return the absolute temperature in K."""
    return t_c + ZERO_C_K


def a_m2_from_ma_cm2(density_ma_cm2: float) -> float:
    """Return a current density in A/m2."""
    return density_ma_cm2 * A_PER_MA * CM2_PER_M2


def ma_min_from_coulomb(charge_c: float) -> float:
    """Return a charge in mA min."""
    return charge_c / A_PER_MA / SECONDS_PER_MINUTE


def minutes(time_s: float) -> float:
    """Return minutes."""
    return time_s / SECONDS_PER_MINUTE


def ml_100g_min(perfusion_per_s: float, density_kg_m3: float) -> float:
    """Return a perfusion in mL per 100 g of tissue and minute.

    Examples
    --------
    >>> round(ml_100g_min(4e-4, 1090.0), 2)
    2.2
    """
    per_gram = perfusion_per_s * ML_PER_M3 / (density_kg_m3 * KILO)
    return per_gram * PERCENT * SECONDS_PER_MINUTE


# Unit names as UCUM codes and as people write them, with the size of one of them in the
# unit of its kind.
_UNIT_NAMES: dict[str, tuple[str, float]] = {
    "mm[hg]": ("pressure", 1.0),
    "mmhg": ("pressure", 1.0),
    "mm hg": ("pressure", 1.0),
    "kpa": ("pressure", KILO / PA_PER_MMHG),
    "pa": ("pressure", 1.0 / PA_PER_MMHG),
    "/min": ("rate", 1.0),
    "1/min": ("rate", 1.0),
    "{beats}/min": ("rate", 1.0),
    "beats/min": ("rate", 1.0),
    "beats/minute": ("rate", 1.0),
    "bpm": ("rate", 1.0),
    "g/dl": ("haemoglobin", 1.0),
    "g/l": ("haemoglobin", 0.1),
    # One mole of haemoglobin monomer is 16 114.5 g: so the laboratories that use mmol/L count.
    "mmol/l": ("haemoglobin", 1.61145),
    "kg": ("mass", 1.0),
    "g": ("mass", 1.0 / KILO),
    "[lb_av]": ("mass", 0.45359237),
    "lb": ("mass", 0.45359237),
    "lbs": ("mass", 0.45359237),
    "pounds": ("mass", 0.45359237),
    "kilograms": ("mass", 1.0),
    "cm": ("length", 1.0),
    "m": ("length", 100.0),
    "mm": ("length", 0.1),
    "[in_i]": ("length", 2.54),
    "in": ("length", 2.54),
    "inches": ("length", 2.54),
    "[ft_i]": ("length", 30.48),
    "ft": ("length", 30.48),
    "min": ("time", 1.0),
    "s": ("time", 1.0 / SECONDS_PER_MINUTE),
    "h": ("time", SECONDS_PER_MINUTE),
    "a": ("age", 1.0),
    "y": ("age", 1.0),
    "1": ("number", 1.0),
}


# The size of a degree in degrees Celsius, and its zero on the Celsius scale.
_TEMPERATURES: dict[str, tuple[float, float]] = {
    "cel": (1.0, 0.0),
    "degc": (1.0, 0.0),
    "°c": (1.0, 0.0),
    "c": (1.0, 0.0),
    "[degf]": (5.0 / 9.0, -160.0 / 9.0),
    "degf": (5.0 / 9.0, -160.0 / 9.0),
    "°f": (5.0 / 9.0, -160.0 / 9.0),
    "f": (5.0 / 9.0, -160.0 / 9.0),
    "k": (1.0, -ZERO_C_K),
}


def converted(number: float, unit: str, wanted: str) -> float | None:
    """Return a number in another unit, or None where the two units do not measure the same.

    Parameters
    ----------
    number : float
    unit, wanted : str
        UCUM codes or usual names: ``mm[Hg]``, ``kPa``, ``g/L``, ``[lb_av]``.

    Examples
    --------
    >>> round(converted(21.3, "kPa", "mmHg"), 1)
    159.8
    >>> converted(21.3, "kPa", "kg") is None
    True
    """
    named, asked = unit.strip().lower(), wanted.strip().lower()
    if named in _TEMPERATURES and asked in _TEMPERATURES:
        (size, zero_c), (other, other_c) = _TEMPERATURES[named], _TEMPERATURES[asked]
        return (number * size + zero_c - other_c) / other
    old, new = _UNIT_NAMES.get(named), _UNIT_NAMES.get(asked)
    if old is None or new is None or old[0] != new[0]:
        return None
    return number * old[1] / new[1]


_CELSIUS = {"cel": (1.0, 0.0), "°c": (1.0, 0.0), "k": (1.0, -ZERO_C_K)}
_FAHRENHEIT = {"[degf]", "degf", "f", "°f"}


def celsius(number: float, unit: str) -> float | None:
    """Return a temperature in degrees Celsius, or None where the unit is none of temperature.

    Examples
    --------
    >>> celsius(0.0, "[degF]") == (0.0 - 32.0) / 1.8
    True
    >>> celsius(1.0, "kg") is None
    True
    """
    named = unit.strip().lower()
    if named in _FAHRENHEIT:
        return (number - 32.0) / 1.8
    scale = _CELSIUS.get(named)
    return None if scale is None else number * scale[0] + scale[1]
