"""What each measured quantity needs: its units, its places and its own keys."""

from __future__ import annotations

from typing import Final

__all__ = ["BOUNDS", "NEEDS_TIME", "OWN_KEYS", "REQUIRED_KEYS", "TIMES", "UNITS"]

_TEMPERATURES: Final = (
    "skin-temperature",
    "mean-skin-temperature",
    "core-temperature",
    "tissue-temperature",
    "surface-temperature",
)
# The answer itself is a time.
TIMES: Final = ("time-to-temperature", "time-to-change", "time-of-minimum")

# The first unit of a quantity is the one that `low` and `high` of [[expected]] are in.
UNITS: Final[dict[str, tuple[str, ...]]] = {
    **dict.fromkeys(_TEMPERATURES, ("C",)),
    **dict.fromkeys(TIMES, ("s",)),
    "isotherm-depth": ("mm",),
    "isotherm-diameter": ("mm",),
    "necrosis-depth": ("mm",),
    "frozen-volume": ("mm3", "cm3"),
    "necrosis-volume": ("mm3", "cm3"),
    "skin-conductance-change": ("percent",),
    "muscle-flow-change": ("percent", "mL/100g/min"),
    "nerve-velocity-change": ("percent", "m/s"),
    "delivered-mass": ("ug", "mg", "ug/cm2"),
    "transport-number": ("-", "percent"),
    "tissue-concentration": ("ug/cm3",),
    "delivery-rate": ("ug/cm2/h",),
    "volume-flux": ("uL/cm2/h",),
}

# Widest values that can be measured, by unit; changes may have either sign.
BOUNDS: Final[dict[str, tuple[float, float]]] = {
    "C": (-273.15, 300),
    "s": (-604800, 604800),
    "mm": (-1000, 1000),
    "mm3": (-1e9, 1e9),
    "cm3": (-1e6, 1e6),
    "m/s": (-150, 150),
    "mL/100g/min": (-1000, 1000),
    "ug": (-1e9, 1e9),
    "mg": (-1e6, 1e6),
    "ug/cm2": (-1e7, 1e7),
    "ug/cm3": (-1e7, 1e7),
    "ug/cm2/h": (-1e7, 1e7),
    "uL/cm2/h": (-1e6, 1e6),
    "-": (-10, 10),
    "percent": (-1000, 10000),
}

# Meaningless without a moment; isotherm, necrosis and steady values have a natural one.
NEEDS_TIME: Final = (
    *_TEMPERATURES,
    "skin-conductance-change",
    "muscle-flow-change",
    "nerve-velocity-change",
    "delivered-mass",
    "tissue-concentration",
)

# Keys that only some quantities have.
OWN_KEYS: Final[dict[str, tuple[str, ...]]] = {
    "weights": ("mean-skin-temperature",),
    "nerve": ("nerve-velocity-change",),
    "target_C": ("time-to-temperature",),
    "change_C": ("time-to-change",),
    "isotherm_C": ("isotherm-depth", "isotherm-diameter", "frozen-volume"),
}
REQUIRED_KEYS: Final = {"time-to-temperature": "target_C", "time-to-change": "change_C"}
