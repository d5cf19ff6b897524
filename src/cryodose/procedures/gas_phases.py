"""The stretches of a session in cold gas: waiting, stages, room, robe, each with what surrounds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cryodose import evidence
from cryodose.body.films import Surroundings, film_law, gas, room
from cryodose.body.neutral import breath_w
from cryodose.body.segments import HEAD, column, segment_names, segment_of
from cryodose.body.whole import WholeBody
from cryodose.physics.gas import Gas
from cryodose.procedures.body_beliefs import garment_key, gas_exposure
from cryodose.session import Session
from cryodose.session.gas import Stage

Array = NDArray[np.float64]
Values = Mapping[str, Array]

_USUAL_W_M2K = 10.0  # numerical: film at which two garments on one segment become one
_LEAST_S = 1.0e-3  # numerical: a shorter stay is none


@dataclass(frozen=True)
class Phase:
    """A stretch with unchanged surroundings: its law of heat loss, (3, S, n), and breath, (n,)."""

    duration_s: float
    film_u: Array
    film_g: Array
    breath_w: Array


@dataclass(frozen=True)
class Setting:
    """A session with drawn values, ready to say what surrounds the body and when."""

    session: Session
    values: Values
    body: WholeBody

    @property
    def n(self) -> int:
        """Number of people."""
        return self.body.person.n

    def _device(self, key: str) -> float:
        return evidence.value("devices", f"{self.session.modality}.{key}")

    def waiting(self) -> Phase:
        """Return the wait in the room before the session, lightly dressed."""
        around = self._clothed(self._room(), "wait_clo", shod=False)
        return self._phase(evidence.value("devices", "room.wait_s"), around, around)

    def stages(self, on_s: float) -> list[Phase]:
        """Return the stages of the device; the last one ends at `on_s`."""
        found, begin = [], 0.0
        listed = gas_exposure(self.session).stages
        for i, stage in enumerate(listed):
            is_last = i == len(listed) - 1
            end = on_s if is_last else min(begin + stage.duration_s, on_s)
            if end - begin > _LEAST_S:
                around = self._covered(self._gas(stage))
                found.append(self._phase(end - begin, around, self._air_breathed(around)))
            begin = max(begin, end)
        return found

    def after(self, recovery_s: float) -> list[Phase]:
        """Return the room after the exit: first as in the device, then in a robe."""
        robe = evidence.value("devices", "room.robe_after_s")
        bare = self._covered(self._room())
        found = []
        if recovery_s > 0:
            found.append(self._phase(min(recovery_s, robe), bare, bare))
        if recovery_s > robe:
            around = self._clothed(bare, "robe_clo", shod=True)
            found.append(self._phase(recovery_s - robe, around, around))
        return found

    def _phase(self, duration_s: float, around: Surroundings, breathed: Surroundings) -> Phase:
        u, g = film_law(around, self.body.frame)
        nose = segment_names().index("nose")
        breath = breath_w(self.body.rest_w, breathed.t_gas_c[nose], breathed.vapour_kpa[nose])
        return Phase(duration_s, u, g, breath)

    def _room(self) -> Surroundings:
        v = self.values
        return room(
            v["t_room_c"], v["relative_humidity"], v["room_speed_m_s"], len(segment_names())
        )

    def _air_breathed(self, around: Surroundings) -> Surroundings:
        return (
            around
            if evidence.flag("devices", f"{self.session.modality}.head_inside")
            else (self._room())
        )

    def _gas(self, stage: Stage) -> Surroundings:
        """Return gas and walls of a stage at every segment.

        The stated or displayed temperature gives the fall of the gas near the body below the room
        times a share; the gas is colder the nearer to the floor.
        """
        v, modality = self.values, self.session.modality
        coldest = evidence.value("devices", "room.coldest_c")
        fall = self._fall(stage)
        t = np.maximum(v["t_room_c"] + fall + self._by_height(stage, fall), coldest)
        wall = np.maximum(v["t_room_c"] + fall * v["wall_share"], coldest) * np.ones_like(t)
        where = np.ones((len(segment_names()), 1), dtype=np.bool_)
        inside = gas(evidence.text("devices", f"{modality}.gas"))
        plain = self._room()
        speed = np.broadcast_to(v["gas_speed_m_s"], t.shape).copy()
        vapour = np.zeros_like(t)
        if evidence.flag("devices", f"{modality}.head_inside"):
            kinds: tuple[tuple[Gas, NDArray[np.bool_]], ...] = ((inside, where),)
        else:
            for name in HEAD:
                where[segment_names().index(name)] = False
            kinds = ((inside, where), (gas("air"), ~where))
            neck = segment_names().index("neck")
            t[neck] = v["t_room_c"] + fall * v["rim_share"]
            wall[neck] = v["t_room_c"]
            out = ~where[:, 0]
            t[out], wall[out] = plain.t_gas_c[out], plain.t_wall_c[out]
            speed[out], vapour[out] = plain.speed_m_s[out], plain.vapour_kpa[out]
        return Surroundings(kinds, t, wall, speed, vapour, np.zeros_like(t), np.zeros_like(t))

    def _fall(self, stage: Stage) -> Array:
        """Return the fall of the gas at the level of the sensor below the room, negative K, (n,).

        Gas that was measured along the body goes before what a display says of it.
        """
        v, room = self.values, self.values["t_room_c"]
        if stage.gas_temperature_c is not None:
            return np.asarray((stage.gas_temperature_c - room) * v["gas_share"])
        if gas_exposure(self.session).gas_profile:
            measured = self._measured(np.array([[self._device("level_m")]]))[0] - room
            return np.asarray(measured * v["gas_share"] * self._part(stage))
        return np.asarray((_label(stage) - room) * v["display_share"])

    def _measured(self, height_m: Array) -> Array:
        """Return the gas temperature measured at heights, degC."""
        ranked = sorted(gas_exposure(self.session).gas_profile or (), key=lambda p: p.height_m)
        levels = [p.gas_temperature_c for p in ranked]
        return np.asarray(np.interp(height_m, [p.height_m for p in ranked], levels))

    def _part(self, stage: Stage) -> Array:
        """Return the fall of a stage over that of the coldest one, whose gas is measured, (n,)."""
        room = self.values["t_room_c"]
        most = min(_label(s) for s in gas_exposure(self.session).stages) - room
        share = np.divide(_label(stage) - room, most, out=np.ones_like(room), where=most < 0.0)
        return np.clip(share, 0.0, 1.0)

    def _by_height(self, stage: Stage, fall: Array) -> Array:
        """Return how much warmer the gas is at each segment than at the sensor, (S, n)."""
        height = column("height_share") * self.body.person.height_m
        level = self._device("level_m")
        if gas_exposure(self.session).gas_profile:
            offset = self._measured(height) - self._measured(np.array(level))
            return np.asarray(offset * self._part(stage))
        # A warm stage has hardly a gradient: it grows with the fall, up to the stated one.
        full = evidence.value("devices", "room.gradient_at_k")
        part = np.clip(-fall / full, 0.0, 1.0)
        return np.asarray(self.values["gradient_k_m"] * (height - level) * part)

    def _covered(self, around: Surroundings) -> Surroundings:
        """Put the session's coverings on."""
        covered, resistance = np.zeros_like(around.t_gas_c), np.zeros_like(around.t_gas_c)
        is_wet = np.zeros(covered.shape, dtype=np.bool_)
        clo = evidence.value("devices", "room.clo_m2k_w")
        for region, garment in (gas_exposure(self.session).coverings or {}).items():
            wet = evidence.flag("devices", f"garment.{garment_key(garment)}.is_wet")
            for name, share in covers(region).items():
                i, r = segment_names().index(name), self.values[f"covering.{region}"] * clo
                better = share * r > covered[i] * resistance[i]
                covered[i], resistance[i] = _both((covered[i], resistance[i]), (share, r))
                is_wet[i] = np.where(better, wet, is_wet[i])
        return replace(around, covered=covered, resistance_m2k_w=resistance, is_wet=is_wet)

    def _clothed(self, around: Surroundings, key: str, *, shod: bool) -> Surroundings:
        """Put a robe on the trunk and the limbs; keep what covers more."""
        bare = (*HEAD, "neck", "hand", "finger", *(() if shod else ("foot", "toe", "ankle")))
        is_bare = np.array([[s in bare] for s in segment_names()])
        r = np.broadcast_to(
            self.values[key] * evidence.value("devices", "room.clo_m2k_w"), around.covered.shape
        )
        take = ~is_bare & (r >= around.covered * around.resistance_m2k_w)
        return replace(
            around,
            covered=np.where(take, 1.0, around.covered),
            resistance_m2k_w=np.where(take, r, around.resistance_m2k_w),
            is_wet=None if around.is_wet is None else ~take & around.is_wet,
        )


def _both(one: tuple[Array, Array], other: tuple[float, Array]) -> tuple[Array, Array]:
    """Return part covered and resistance of two garments on one segment, as of one garment.

    The smaller lies over the larger one, or under it: there the better of the two counts, and it
    never takes the larger one off. Heat passes as it does through both at a usual film.
    """
    is_wider = one[0] >= other[0]
    wide, narrow = np.maximum(one[0], other[0]), np.minimum(one[0], other[0])
    r_wide, r_narrow = np.where(is_wider, one[1], other[1]), np.where(is_wider, other[1], one[1])
    passes_wide = 1.0 / (1.0 + _USUAL_W_M2K * r_wide)
    passes_narrow = 1.0 / (1.0 + _USUAL_W_M2K * np.maximum(r_wide, r_narrow))
    passes = (wide - narrow) * passes_wide + narrow * passes_narrow
    return wide, (wide / passes - 1.0) / _USUAL_W_M2K


def _label(stage: Stage) -> float:
    """Return what is stated of the gas of a stage, degC."""
    stated, shown = stage.gas_temperature_c, stage.displayed_temperature_c
    label = shown if stated is None else stated
    if label is None:  # the format asks for one of the two
        raise TypeError("a stage without a temperature")
    return label


def covers(region: str) -> dict[str, float]:
    """Return which part of which segments a garment on a region covers."""
    if evidence.has("devices", f"covers.{region}"):
        return {
            name: evidence.value("devices", f"covers.{region}.{name}")
            for name in evidence.names("devices", f"covers.{region}")
        }
    if region in evidence.names("regions", "group"):
        return {segment_of(s): 1.0 for s in evidence.words("regions", f"group.{region}")}
    return {segment_of(region): 1.0}
