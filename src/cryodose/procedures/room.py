"""Oxygen in a room: what its use, its leaks and its worst days do to the air."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cryodose import evidence
from cryodose.physics.room_oxygen import Fan, displaced_share, ventilation_for
from cryodose.session.room import Nitrogen, RoomFile
from cryodose.solve.zones import Flows, OxygenHistory, follow_oxygen
from cryodose.units import (
    GAS_J_MOLK,
    HOURS_PER_DAY,
    L_PER_M3,
    PERCENT,
    SECONDS_PER_HOUR,
    kelvin,
)

Array = NDArray[np.float64]

_EVERY_S = 15
# numerical: as many sessions an hour as a room file may state; more are not looked for
MOST_PER_H = 60


@dataclass(frozen=True)
class Source:
    """Nitrogen over a span, kg/s.

    Extraction at the device catches a part of `device_kg_s`; nothing catches `free_kg_s`.
    """

    span_s: float
    device_kg_s: float = 0.0
    free_kg_s: float = 0.0


@dataclass(frozen=True)
class WorstCase:
    """One bad day.

    Attributes
    ----------
    floor_share, breathing_share : lowest share of oxygen in each zone
    warn_s, leave_s : when the first of both zones passes the alarms, since it began; inf: never
    reentry_s : from the end of the source until both zones are back at the first alarm; inf: never
    """

    name: str
    words: str
    floor_share: float
    breathing_share: float
    warn_s: float
    leave_s: float
    reentry_s: float


@dataclass(frozen=True)
class RoomAssessment:
    """What a room can bear.

    Attributes
    ----------
    history : OxygenHistory
        A normal day.
    needed_m3_h : ventilation that holds the first alarm's level against a session's gas for ever
    needed_mean_m3_h : the same against the mean of an hour
    sessions_per_h : largest number that keeps both zones at or above the first alarm
    one_session_share : mixed room, no ventilation, after one session (all of its gas)
    """

    file: RoomFile
    history: OxygenHistory
    warn_s: tuple[float, float]
    leave_s: tuple[float, float]
    needed_m3_h: float
    needed_mean_m3_h: float
    sessions_per_h: int
    one_session_share: float
    worst: tuple[WorstCase, ...]
    fan_m3_h: float

    @property
    def verdict(self) -> str:
        """``dose`` where a normal day stays above the first alarm, else ``refused``."""
        warn = evidence.value("room", "alarm.warn_share")
        return "dose" if float(self.history.share.min()) >= warn else "refused"


def gas_m3_per_kg(t_c: float) -> float:
    """Return the volume of a kilogram of nitrogen at room pressure (ideal gas), m3."""
    mass = evidence.value("room", "nitrogen.mass_kg_mol")
    return GAS_J_MOLK * kelvin(t_c) / (evidence.value("room", "air.pressure_pa") * mass)


def fan_m3_h(file: RoomFile) -> float:
    """Return the flow of the fan."""
    air = file.ventilation
    if air.air_changes_per_h is not None:
        return air.air_changes_per_h * file.room.m3
    return air.fresh_m3_h or 0.0


def zones_m3(file: RoomFile) -> Array:
    """Return the volumes of the floor layer and of the air above it."""
    share = min(evidence.value("room", "zones.floor_m") / file.room.height_m, 0.5)
    return file.room.m3 * np.array([share, 1.0 - share])


def flows_of(file: RoomFile, source: Source, fan: float) -> Flows:
    """Return every flow of a span.

    Parameters
    ----------
    fan : m3/s
    """
    air, volume = file.ventilation, zones_m3(file)
    even = volume / volume.sum()
    caught = air.device_extraction_percent / PERCENT
    mass = source.device_kg_s * (1.0 - caught) + source.free_kg_s
    gas = mass * gas_m3_per_kg(file.room.temperature_c)
    pooled = evidence.value("room", "zones.pooled_share")
    opening = np.array([1.0, 0.0] if air.opening == "low" else [0.0, 1.0])
    # Gas pushes out as much room air at all heights. What a fan moves beyond that leaves where its
    # opening is; the air that follows an exhaust comes in above the floor layer.
    fresh, out = np.zeros(2), gas * even
    if air.fan == "supply":
        fresh, out = fan * opening, out + fan * opening
    elif air.fan == "exhaust":
        beyond = max(fan - gas, 0.0)
        fresh, out = beyond * np.array([0.0, 1.0]), out + beyond * opening
    if file.room.door == "open":
        through = evidence.value("room", "zones.door_open_m3_h") / SECONDS_PER_HOUR
        fresh, out = fresh + through * even, out + through * even
    mixing = evidence.value("room", "zones.mixing_per_h") / SECONDS_PER_HOUR * float(volume[0])
    return Flows(source.span_s, fresh, gas * np.array([pooled, 1.0 - pooled]), out, mixing)


def steady_kg_s(nitrogen: Nitrogen) -> float:
    """Return what boils off and leaks all the time."""
    daily = nitrogen.boil_off_kg_day / HOURS_PER_DAY
    return (daily + nitrogen.leak_kg_h) / SECONDS_PER_HOUR


def day_of(file: RoomFile, sessions_per_h: float) -> tuple[Source, ...]:
    """Return the sources of a working day of sessions, evenly spread."""
    gas = file.nitrogen
    free, whole = steady_kg_s(gas), file.hours * SECONDS_PER_HOUR
    if sessions_per_h == 0:
        return (Source(whole, 0.0, free),)
    period = SECONDS_PER_HOUR / sessions_per_h
    rate = session_kg(gas) / gas.session_s
    count = max(int(whole // period), 1)
    pause = max(period - gas.session_s, 0.0)
    return tuple(
        s for _ in range(count) for s in (Source(gas.session_s, rate, free), Source(pause, 0, free))
    )


def session_kg(nitrogen: Nitrogen) -> float:
    """Return the nitrogen of one session, from the table where the file states none."""
    if nitrogen.per_session_kg is not None:
        return nitrogen.per_session_kg
    return evidence.value("room", "nitrogen.per_session_kg")


def run_room(file: RoomFile, sources: tuple[Source, ...], fan_m3h: float) -> OxygenHistory:
    """Return the oxygen along sources, from fresh air."""
    share = evidence.value("room", "air.oxygen_share")
    spans = tuple(flows_of(file, s, fan_m3h / SECONDS_PER_HOUR) for s in sources)
    return follow_oxygen(zones_m3(file), np.full(2, share), share, spans, _EVERY_S)


def first_below_s(history: OxygenHistory, share: float) -> tuple[float, float]:
    """Return when floor and upper zone first fall below a share; inf: never."""
    found = []
    for zone in range(2):
        values = history.share[:, zone]
        below = np.flatnonzero(values < share)
        if not len(below) or below[0] == 0:
            found.append(0.0 if len(below) else math.inf)
            continue
        after = int(below[0])
        ends = (values[after], values[after - 1])
        times = (history.time_s[after], history.time_s[after - 1])
        found.append(float(np.interp(share, ends, times)))
    return found[0], found[1]


def assess_room(file: RoomFile) -> RoomAssessment:
    """Return what a room can bear, on a normal day and on bad ones."""
    warn, leave = (evidence.value("room", f"alarm.{k}_share") for k in ("warn", "leave"))
    air_share = evidence.value("room", "air.oxygen_share")
    fan = fan_m3_h(file)
    history = run_room(file, day_of(file, file.nitrogen.sessions_per_h), fan)
    per_kg = gas_m3_per_kg(file.room.temperature_c)
    caught = 1.0 - file.ventilation.device_extraction_percent / PERCENT
    free = steady_kg_s(file.nitrogen) * SECONDS_PER_HOUR
    one = session_kg(file.nitrogen) * caught
    during = one / file.nitrogen.session_s * SECONDS_PER_HOUR + free
    mean = one * file.nitrogen.sessions_per_h + free
    kind: Fan = "supply" if file.ventilation.fan == "supply" else "exhaust"
    return RoomAssessment(
        file,
        history,
        first_below_s(history, warn),
        first_below_s(history, leave),
        ventilation_for(warn, during * per_kg, air_share, kind),
        ventilation_for(warn, mean * per_kg, air_share, kind),
        sessions_allowed(file, fan),
        displaced_share(file.room.m3, session_kg(file.nitrogen) * per_kg, air_share),
        worst_cases(file, fan),
        fan,
    )


@dataclass(frozen=True)
class RoomUse:
    """One session of a plan in its room, from fresh air, and on the day that the file states.

    Attributes
    ----------
    time_s, kg : of the session; its nitrogen goes with its time
    lowest : least share of oxygen on the floor and in the breathing zone, this session alone
    warn_s : when the first of both passes the first alarm; inf: never
    day_lowest : the same on a day with the stated sessions an hour, each as long as this one
    sessions_per_h : most that keep both zones at or above the first alarm; 0: not even one
    worst : the bad days of the room, with sessions of this length
    """

    file: RoomFile
    time_s: float
    kg: float
    lowest: tuple[float, float]
    warn_s: float
    day_lowest: tuple[float, float]
    sessions_per_h: int
    worst: tuple[WorstCase, ...]

    @property
    def bears_it(self) -> bool:
        """Whether this session alone keeps both zones at or above the first alarm."""
        return min(self.lowest) >= evidence.value("room", "alarm.warn_share")

    @property
    def bears_the_day(self) -> bool:
        """Whether the stated day of such sessions does."""
        return min(self.day_lowest) >= evidence.value("room", "alarm.warn_share")


def use_of_room(file: RoomFile, time_s: float) -> RoomUse:
    """Return what one session does to the air of a room.

    Parameters
    ----------
    time_s : length of the session; 0 for a device that frees no gas worth counting
    """
    gas, fan = file.nitrogen, fan_m3_h(file)
    kg = session_kg(gas) * time_s / gas.session_s
    often = min(gas.sessions_per_h, SECONDS_PER_HOUR / time_s) if time_s > 0 else 0.0
    update = {
        "session_s": time_s if time_s > 0 else gas.session_s,
        "per_session_kg": kg,
        "sessions_per_h": often,
    }
    mine = replace(file, nitrogen=gas.model_copy(update=update))
    free = steady_kg_s(gas)
    rest = Source(evidence.value("limits", "interval.time_s"), 0.0, free)
    rate = kg / time_s if time_s > 0 else 0.0
    once = run_room(file, (Source(time_s, rate, free), rest), fan)
    day = run_room(mine, day_of(mine, often), fan)
    warn = evidence.value("room", "alarm.warn_share")
    floor, upper = (float(v) for v in once.share.min(axis=0))
    day_floor, day_upper = (float(v) for v in day.share.min(axis=0))
    allowed = sessions_allowed(mine, fan)
    first = min(first_below_s(once, warn))
    day_low = (day_floor, day_upper)
    worst = worst_cases(mine, fan)
    return RoomUse(file, time_s, kg, (floor, upper), first, day_low, allowed, worst)


def sessions_allowed(file: RoomFile, fan_m3h: float) -> int:
    """Return the most sessions an hour that keep both zones at or above the first alarm."""
    warn = evidence.value("room", "alarm.warn_share")
    low, high = -1, min(int(SECONDS_PER_HOUR // file.nitrogen.session_s), MOST_PER_H)
    while low < high:
        middle = (low + high + 1) // 2
        history = run_room(file, day_of(file, float(middle)), fan_m3h)
        fine = float(history.share.min()) >= warn
        low, high = (middle, high) if fine else (low, middle - 1)
    return max(low, 0)


def worst_cases(file: RoomFile, fan_m3h: float) -> tuple[WorstCase, ...]:
    """Return the table of bad days."""
    gas = file.nitrogen
    stock = gas.vessel_l / L_PER_M3 * evidence.value("room", "nitrogen.liquid_kg_m3")
    rate = gas.hose_burst_kg_s or evidence.value("room", "nitrogen.burst_kg_s")
    soon, alone, spill = (
        evidence.value("room", k) for k in ("zones.burst_s", "zones.alone_s", "nitrogen.spill_s")
    )
    busy = max(gas.sessions_per_h, 1.0)
    # What draws the gas off at the device hangs on the same fan or the same fuse.
    off = {"fan": "none", "device_extraction_percent": 0.0}
    closed = replace(file, ventilation=file.ventilation.model_copy(update=off))
    day = day_of(replace(file, hours=min(file.hours, 2.0)), busy)
    found = [_bad(closed, "fan fails", "two hours of sessions without it", day, 0.0)]
    if stock > 0:
        burst = (
            _burst(rate, soon, stock),
            _burst(rate, alone, stock),
            Source(spill, 0, stock / spill),
        )
        found += [
            _bad(file, "hose bursts", "closed after two minutes", burst[:1], fan_m3h),
            _bad(file, "hose bursts, operator alone", "open for half an hour", burst[1:2], fan_m3h),
            _bad(closed, "hose bursts, fan fails", "closed after two minutes", burst[:1], 0.0),
            _bad(file, "vessel spills", "all of it boils away on the floor", burst[2:], fan_m3h),
        ]
    return tuple(found)


def _burst(rate_kg_s: float, open_s: float, stock_kg: float) -> Source:
    lasting = min(open_s, stock_kg / rate_kg_s)
    return Source(lasting, 0.0, rate_kg_s)


def _bad(
    file: RoomFile, name: str, words: str, sources: tuple[Source, ...], fan_m3h: float
) -> WorstCase:
    warn, leave = (evidence.value("room", f"alarm.{k}_share") for k in ("warn", "leave"))
    quiet = Source(HOURS_PER_DAY * SECONDS_PER_HOUR)
    history = run_room(file, (*sources, quiet), fan_m3h)
    end = sum(s.span_s for s in sources)
    after = history.time_s >= end - _EVERY_S / 2.0
    low = np.flatnonzero(history.share[after].min(axis=1) < warn)
    clock = history.time_s[after] - end
    back = 0.0
    if len(low):
        last = int(low[-1])
        back = float(clock[last + 1]) if last + 1 < len(clock) else math.inf
    lowest = history.share.min(axis=0)
    return WorstCase(
        name,
        words,
        float(lowest[0]),
        float(lowest[1]),
        min(first_below_s(history, warn)),
        min(first_below_s(history, leave)),
        max(back, 0.0),
    )
