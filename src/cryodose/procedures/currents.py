"""A current over time: what moves ions, what the skin feels, and what a session adds up to."""

from __future__ import annotations

from dataclasses import dataclass

from cryodose.session import Cryoelectrophoresis, Current
from cryodose.units import A_PER_MA, SECONDS_PER_MINUTE


@dataclass(frozen=True)
class Leg:
    """A current for a while, under an electrode of known area.

    Attributes
    ----------
    begin_s, end_s : since the current began
    mean_ma_cm2 : mean of the absolute value: what heats and reddens
    net_ma_cm2 : what moves ions; 0 for a current that alternates evenly
    peak_ma_cm2 : highest value, worked out from the duty where a file states none
    pulse_s : length of one pulse; the whole leg where the current is continuous
    """

    begin_s: float
    end_s: float
    mean_ma_cm2: float
    net_ma_cm2: float
    peak_ma_cm2: float
    pulse_s: float
    waveform: str

    @property
    def duration_s(self) -> float:
        """Length of the leg."""
        return self.end_s - self.begin_s


def duration_s(exposure: Cryoelectrophoresis) -> float:
    """Return how long donor and electrode are on."""
    if exposure.duration_s is not None:
        return exposure.duration_s
    return sum(step.duration_s for step in exposure.programme or ())


def legs_of(exposure: Cryoelectrophoresis, area_cm2: float) -> tuple[Leg, ...]:
    """Return the legs of a session; whatever its programme leaves of the time is passive."""
    legs: list[Leg] = []
    now = 0.0
    for step in exposure.programme or ():
        legs.append(_leg(step, area_cm2, now, now + step.duration_s))
        now += step.duration_s
    end = duration_s(exposure)
    if exposure.current is not None:
        legs.append(_leg(exposure.current, area_cm2, 0.0, end))
    elif end > now:
        legs.append(Leg(now, end, 0.0, 0.0, 0.0, end - now, "continuous"))
    return tuple(legs)


def _leg(current: Current, area_cm2: float, begin_s: float, end_s: float) -> Leg:
    mean = mean_ma_cm2(current, area_cm2)
    net = 0.0 if current.waveform == "alternating" else mean
    peak = max(current.peak_ma_cm2 or 0.0, mean / (current.duty or 1.0))
    length = end_s - begin_s
    if current.waveform != "continuous" and current.frequency_hz:
        length = min((current.duty or 1.0) / current.frequency_hz, length)
    return Leg(begin_s, end_s, mean, net, peak, length, current.waveform)


def mean_ma_cm2(current: Current, area_cm2: float) -> float:
    """Return the mean density, whichever way a file states it."""
    if current.mean_ma_cm2 is not None:
        return current.mean_ma_cm2
    return (current.mean_ma or 0.0) / area_cm2


def charge_ma_min_cm2(legs: tuple[Leg, ...]) -> float:
    """Return mean current times time per area, mA min/cm2, all legs added up."""
    return sum(leg.mean_ma_cm2 * leg.duration_s for leg in legs) / SECONDS_PER_MINUTE


def pulse_energy_of(leg: Leg, area_cm2: float, load_ohm: float) -> float:
    """Return the energy of one pulse into a load, J; 0 for a continuous current."""
    if leg.waveform == "continuous":
        return 0.0
    peak = leg.peak_ma_cm2 * area_cm2 * A_PER_MA
    return peak * peak * load_ohm * leg.pulse_s
