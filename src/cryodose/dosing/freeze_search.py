"""Looks for the freeze that kills a lesion and spares what lies below: estimate, then verify."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from cryodose import evidence
from cryodose.dosing.freeze_dose import EndPoint, FreezeLimit
from cryodose.dosing.freeze_ensemble import FreezeEnsemble, Passages, harm_s, kill_s
from cryodose.dosing.freeze_target import POLICY, Spared, Target, killed, on_axis, spared_of
from cryodose.procedures.freeze_death import death_field
from cryodose.procedures.freeze_response import FreezeResponse
from cryodose.units import MM_PER_M

Array = NDArray[np.float64]

# numerical: halos that are looked at, mm beyond the lesion
HALOS_MM = (1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0)
# numerical: the band of their times
BAND = (0.05, 0.5, 0.95)
# numerical: times that are tried with real freezes and thaws, at most
TRIALS = 4


def share_by(times_s: Array, time_s: float) -> float:
    """Return the share of members whose time has come."""
    return float(np.mean(times_s <= time_s))


def time_of(times_s: Array, share: float) -> float:
    """Return the earliest time by which at least a share of the members have theirs; inf: never."""
    ordered = np.sort(times_s)
    index = max(math.ceil(share * len(ordered) - 1.0e-9) - 1, 0)
    return float(ordered[index]) if share <= 1.0 else math.inf


def last_before(times_s: Array, share: float) -> float:
    """Return until when at most a share of the members have theirs; inf: always."""
    ordered = np.sort(times_s)
    index = math.floor(share * len(ordered) + 1.0e-9)
    return float(ordered[index]) if index < len(ordered) else math.inf


@dataclass(frozen=True)
class Estimate:
    """What one run with the cold never off says of every time, for a number of cycles.

    Attributes
    ----------
    kill_s : (n,), how long a freeze must last to kill the whole target
    harm_s : structure -> (n,), how long it may last
    """

    cycles: int
    kill_s: Array
    harm_s: dict[str, Array]
    spared: tuple[Spared, ...]

    def needed_s(self, wanted: float) -> float:
        """Return the shortest freeze that kills with a probability."""
        return time_of(self.kill_s, wanted)

    def longest_s(self) -> tuple[float, str]:
        """Return the longest freeze that spares everything, and what decides it."""
        times = {s.name: last_before(self.harm_s[s.name], s.accepted) for s in self.spared}
        if not times:
            return math.inf, ""
        name = min(times, key=lambda key: times[key])
        return times[name], name if math.isfinite(times[name]) else ""


def estimated(found: Passages, target: Target, cycles: int) -> Estimate:
    """Return the estimate for a number of cycles."""
    spared = spared_of(found.response, target)
    harms = {s.name: harm_s(found, s.depth_m, s.cell, cycles) for s in spared}
    return Estimate(cycles, kill_s(found, target, cycles), harms, spared)


@dataclass(frozen=True)
class Trial:
    """Real freezes and thaws of one length: what they kill and harm."""

    freeze_s: float
    response: FreezeResponse = field(repr=False)
    killed: float
    harmed: dict[str, float]
    is_safe: bool


def tried(ensemble: FreezeEnsemble, target: Target, freeze_s: float, cycles: int) -> Trial:
    """Run an ensemble with real freezes and thaws."""
    response = ensemble.run(freeze_s, cycles)
    column = on_axis(response)
    fields = {}
    harmed = {}
    spared = spared_of(response, target)
    for s in spared:
        if s.cell not in fields:
            fields[s.cell] = death_field(column, s.cell)[:, 0]
        harmed[s.name] = float(np.mean(s.harmed(response, fields[s.cell])))
    safe = all(harmed[s.name] <= s.accepted for s in spared)
    return Trial(freeze_s, response, float(np.mean(killed(response, target))), harmed, safe)


@dataclass(frozen=True)
class Found:
    """The best freeze of a number of cycles.

    `best` is None where no time that was tried is safe.
    """

    estimate: Estimate
    best: Trial | None
    trials: tuple[Trial, ...]
    cap_s: float


def search(ensemble: FreezeEnsemble, target: Target, estimate: Estimate, cap_s: float) -> Found:
    """Return the shortest freeze that kills surely enough, or the surest one that is safe.

    The estimate says where to begin; every time is run with its thaw, because the cold goes on
    inwards after it is off. What the runs show over the estimate moves the next time.
    """
    least, step = (evidence.value(POLICY, f"search.{k}") for k in ("least_s", "step_s"))
    trials: dict[float, Trial] = {}
    time = _bounded(min(estimate.needed_s(target.wanted), estimate.longest_s()[0]), least, cap_s)
    while len(trials) < TRIALS and time not in trials:
        trials[time] = trial = tried(ensemble, target, time, estimate.cycles)
        if trial.is_safe and trial.killed >= target.wanted:
            break
        time = _next(estimate, trial, target, (least, step, cap_s))
        time = _between(time, list(trials.values()), target, (least, step, cap_s))
    safe = [t for t in trials.values() if t.is_safe]
    enough = [t for t in safe if t.killed >= target.wanted]
    best = min(enough, key=lambda t: t.freeze_s) if enough else None
    best = best or max(safe, key=lambda t: (t.killed, -t.freeze_s), default=None)
    return Found(estimate, best, tuple(trials.values()), cap_s)


def _bounded(time_s: float, least_s: float, cap_s: float) -> float:
    step = evidence.value(POLICY, "search.step_s")
    if not math.isfinite(time_s):
        return cap_s
    return float(min(max(math.ceil(time_s / step) * step, least_s), cap_s))


def _next(
    estimate: Estimate, trial: Trial, target: Target, span: tuple[float, float, float]
) -> float:
    """Return the time where the estimate, moved by what the trial showed, meets what is wanted."""
    least, step, cap = span
    if not trial.is_safe:
        times = [trial.freeze_s - step]
        for s in estimate.spared:
            off = trial.harmed[s.name] - share_by(estimate.harm_s[s.name], trial.freeze_s)
            if trial.harmed[s.name] > s.accepted:
                allowed = max(s.accepted - off, 0.0)
                times.append(last_before(estimate.harm_s[s.name], allowed))
        return _bounded(math.floor(min(times) / step) * step, least, cap)
    off = trial.killed - share_by(estimate.kill_s, trial.freeze_s)
    needed = time_of(estimate.kill_s, min(max(target.wanted - off, 0.0), 1.0))
    return _bounded(max(needed, trial.freeze_s + step), least, cap)


def _between(
    time_s: float, trials: list[Trial], target: Target, span: tuple[float, float, float]
) -> float:
    """Return a time that no trial has ruled out: above what was too little, below what harmed.

    Where nothing lies between, the time itself, which then ends the search.
    """
    least, step, cap = span
    low = max((t.freeze_s for t in trials if t.killed < target.wanted and t.is_safe), default=0.0)
    high = min((t.freeze_s for t in trials if not t.is_safe), default=math.inf)
    if low < time_s < high:
        return time_s
    middle = (low + min(high, cap)) / 2.0
    middle = max(math.floor(middle / step) * step, least)
    return middle if low < middle < high else trials[-1].freeze_s


def limits_of(found: Found, trial: Trial, cap: FreezeLimit) -> tuple[FreezeLimit, ...]:
    """Return every limit with what a trial does to it, that of the time last."""
    rows = []
    for s in found.estimate.spared:
        times = found.estimate.harm_s[s.name]
        off = trial.harmed[s.name] - share_by(times, trial.freeze_s)
        allowed = last_before(times, min(max(s.accepted - off, 0.0), 1.0))
        ruled_out = [t.freeze_s for t in found.trials if t.harmed[s.name] > s.accepted]
        kept = [t.freeze_s for t in found.trials if t.harmed[s.name] <= s.accepted]
        allowed = min([allowed, *ruled_out])
        allowed = max([allowed, *(t for t in kept if not ruled_out or t < min(ruled_out))])
        allowed = math.inf if allowed >= found.cap_s and not ruled_out else allowed
        rows.append(
            FreezeLimit(s.name, s.words, s.accepted, trial.harmed[s.name], allowed, s.source)
        )
    return (*rows, cap)


def end_points(
    found: Passages, estimate: Estimate, target: Target, cap_s: float
) -> tuple[EndPoint, ...]:
    """Return what freezing to a visible halo does, by the width of the halo.

    Where it is not seen within the longest time, the way to freeze must change. Read off the run
    with the cold never off, each member stopped when its own ice is seen so far beyond the lesion.
    """
    r = found.response
    seen_m = r.radius_skin_m[:, r.edge]
    return tuple(
        _end_point(
            halo_mm,
            np.array(
                [
                    _first(r.time_s, seen_m[:, m], r.layers.lesion_radius_m[m] + halo_mm / MM_PER_M)
                    for m in range(r.n)
                ]
            ),
            estimate,
            target,
            cap_s,
        )
        for halo_mm in HALOS_MM
    )


def _end_point(
    halo_mm: float, stop_s: Array, estimate: Estimate, target: Target, cap_s: float
) -> EndPoint:
    seen = stop_s <= cap_s
    if not seen.any():
        return EndPoint(halo_mm, 0.0, math.nan, math.nan, math.nan, math.nan, math.nan, False)
    stop = stop_s[seen]
    sure = float(np.mean(estimate.kill_s[seen] <= stop))
    harms = [float(np.mean(estimate.harm_s[s.name][seen] <= stop)) for s in estimate.spared]
    spares = all(h <= s.accepted for h, s in zip(harms, estimate.spared, strict=True))
    low, median, high = (time_of(stop, q) for q in BAND)
    worst, reached = max(harms, default=0.0), float(np.mean(seen))
    often = reached >= evidence.value(POLICY, "lethal.useful_probability")
    feasible = often and spares and sure >= target.wanted
    return EndPoint(halo_mm, reached, sure, worst, low, median, high, feasible)


def _first(time_s: Array, radius_m: Array, wanted_m: float) -> float:
    """Return when a radius first reaches a size, between two moments; inf: never."""
    there = np.flatnonzero(radius_m >= wanted_m)
    if not len(there):
        return math.inf
    j = int(there[0])
    if j == 0:
        return float(time_s[0])
    share = (wanted_m - radius_m[j - 1]) / (radius_m[j] - radius_m[j - 1])
    return float(time_s[j - 1] + share * (time_s[j] - time_s[j - 1]))


def begun(found: Passages, target: Target, cycles: tuple[int, ...]) -> dict[int, Estimate]:
    """Return the estimates for several numbers of cycles from one run with the cold never off."""
    return {count: estimated(found, target, count) for count in cycles}
