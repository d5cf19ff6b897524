"""What a procedure is asked for and what it answers: arrays over time and members."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from cryodose import evidence

Array = NDArray[np.float64]
From = Literal["skin", "adipose", "fat", "joint", "nerve"]


@dataclass(frozen=True)
class Probe:
    """A place below the skin: `depth_mm` from the skin or from below the fat, or a named layer.

    `from_edge_mm` lies beside the edge of the cold; None: below its centre. `half_way` stands for
    a depth: half way down a needle.
    """

    depth_mm: float = 0.0
    depth_from: From = "skin"
    nerve: str = ""
    from_edge_mm: float | None = None
    half_way: bool = False

    @property
    def name(self) -> str:
        """Stable name of the place, e.g. ``adipose+10``, ``joint`` or ``nerve tibial-motor``."""
        if self.nerve:
            return f"nerve {self.nerve}"
        named = self.depth_from in ("fat", "joint", "nerve")
        name = self.depth_from if named else f"{self.depth_from}+{self.depth_mm:g}"
        name = "half-way" if self.half_way else name
        return name if self.from_edge_mm is None else f"{name} edge{self.from_edge_mm:+g}"


def muscle_depth_mm() -> float:
    """Return where a start temperature of the muscle is taken if no depth is stated."""
    return evidence.value("physiology", "probe.muscle_depth_mm")


@dataclass(frozen=True)
class Cycle:
    """Cold on, then off; with `until_thawed` off until no ice is left, for `off_s` at most."""

    on_s: float
    off_s: float
    until_thawed: bool = False


@dataclass(frozen=True)
class Request:
    """How a session is to be run.

    Attributes
    ----------
    cycles : tuple of Cycle
        Cold on and off; the last off time is followed by `recovery_s`.
    resolution : int
        Multiplies the number of cells and of time steps.
    activity : tuple of (duration_s, effort)
        What the person does from the end of cooling: muscle flow as a multiple of rest. Rest after.
    muscle_probe : Probe
        Where a measured start temperature of the muscle was taken.
    mean_rule : tuple of (site, weight)
        Whose weighted mean a measured start of the mean skin is; empty: all skin by area.
    isotherms_c : tuple of float
        Temperatures whose reach in frozen tissue is wanted.
    coarseness : float
        Of a freeze: divides the number of cells along each axis and of time steps, for ensembles
        and searches.
    """

    cycles: tuple[Cycle, ...]
    recovery_s: float
    probes: tuple[Probe, ...] = ()
    resolution: int = 1
    activity: tuple[tuple[float, float], ...] = ()
    muscle_probe: Probe = field(default_factory=lambda: Probe(muscle_depth_mm(), "adipose"))
    mean_rule: tuple[tuple[str, float], ...] = ()
    precision: Literal["f32", "f64"] = "f64"
    isotherms_c: tuple[float, ...] = ()
    coarseness: float = 1.0

    @property
    def cells(self) -> float:
        """Number of cells along an axis and of time steps over those of a standard freeze."""
        return self.resolution / self.coarseness

    @property
    def exit_s(self) -> float:
        """End of the last cooling since the start."""
        before = sum(c.on_s + c.off_s for c in self.cycles[:-1])
        return before + self.cycles[-1].on_s if self.cycles else 0.0

    def spans(self) -> tuple[tuple[float, float], ...]:
        """Return begin and end of every cooling."""
        found, now = [], 0.0
        for cycle in self.cycles:
            found.append((now, now + cycle.on_s))
            now += cycle.on_s + cycle.off_s
        return tuple(found)


@dataclass(frozen=True)
class Response:
    """What the tissue did. First axis time (first entry: the start), last axis members.

    Attributes
    ----------
    time_s : (n_out,); exit_s : end of the last cooling
    t_skin_c : (n_out, n), the surface itself
    t_probe_c : probe name -> (n_out, n); depth_mm : probe name -> (n,)
    skin_flow, muscle_flow : (n_out, n), fraction of the start
    heat_out_j_m2 : (n_out, n), through the skin since the start
    t_pack_c : (n_out, n), nan without a pack of finite mass
    ice_mm : (n_out, n), thickness of the ice in a segment of a whole body; None of anything else
    shiver_w : (n_out, n), heat of shivering of a whole body; None of anything else
    values : the drawn quantities, name -> (n,)
    spans : begin and end of every cooling, s
    everywhere : responses of other sites of the same run, by name; of a whole body every site, the
        core sites and the ``mean`` skin
    """

    time_s: Array
    exit_s: float
    t_skin_c: Array
    t_probe_c: dict[str, Array]
    depth_mm: dict[str, Array]
    skin_flow: Array
    muscle_flow: Array
    heat_out_j_m2: Array
    t_pack_c: Array
    values: dict[str, Array]
    site: str
    spans: tuple[tuple[float, float], ...]
    energy_residual: float
    ice_mm: Array | None = None
    shiver_w: Array | None = None
    everywhere: Mapping[str, Response] = field(default_factory=dict, repr=False)

    def is_on(self) -> NDArray[np.bool_]:
        """Tell for every moment whether the cold is on; its last moment counts, the first not."""
        on = np.zeros(len(self.time_s), dtype=np.bool_)
        for begin, end in self.spans:
            on |= (self.time_s > begin) & (self.time_s <= end * (1.0 + 1.0e-12))
        return on

    def at(self, series: Array, time_s: float) -> Array:
        """Return a series at a time by linear interpolation, (n,)."""
        t = self.time_s
        if not t[0] <= time_s <= t[-1] + 1.0e-6:
            raise ValueError(f"{time_s:g} s lies outside the simulated {t[-1]:g} s")
        j = int(np.clip(np.searchsorted(t, time_s, side="right") - 1, 0, len(t) - 2))
        weight = min(max((time_s - t[j]) / (t[j + 1] - t[j]), 0.0), 1.0)
        return np.asarray(series[j] + weight * (series[j + 1] - series[j]))
