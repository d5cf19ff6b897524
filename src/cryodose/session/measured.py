"""`[[measured]]`: where and when something was measured, and the number."""

from __future__ import annotations

from typing import Annotated, Any, Self, get_args

from pydantic import Field, model_validator

from cryodose.session.exposure_parts import MAX_ENTRIES
from cryodose.session.fields import Number, Numbers, OneOf, Pair, Table, Text, Whole, fail
from cryodose.session.names import (
    CoreSite,
    DepthFrom,
    Layer,
    MeasuredSite,
    Nerve,
    Quantity,
    Since,
    Unit,
    WeightedRegion,
)
from cryodose.session.quantities import BOUNDS, NEEDS_TIME, OWN_KEYS, REQUIRED_KEYS, TIMES, UNITS
from cryodose.session.spread import sd_from_interval, sd_from_range

__all__ = ["Measured", "Where"]

_WEEK_S = 604800
# Weights are printed with two digits, so the sum of a dozen may miss one by this much.
_WEIGHT_ROUNDING = 0.05
_Temperature = Annotated[float, Number(-200, 100, "C")]


class Where(Table):
    """What is compared, and where and when.

    Attributes
    ----------
    variant : str
        Key of the session; ``"base"`` is the one without overrides.
    time_s : tuple of float, optional
        Moments in s since `since`; one, or as many as a curve has places.
    change : bool
        Relative to the start value, or to the value at `change_from_s`.
    """

    quantity: Annotated[Quantity, OneOf("quantity")]
    variant: Annotated[str, Text("the key of a variant", 100)] = "base"
    site: Annotated[MeasuredSite, OneOf("site")] | None = None
    depth_mm: Annotated[float, Number(0, 500, "mm")] | None = None
    depth_from: Annotated[DepthFrom, OneOf("depth_from")] = "skin"
    layer: Annotated[Layer, OneOf("layer")] | None = None
    from_edge_mm: Annotated[float, Number(-500, 500, "mm")] | None = None
    weights: (
        Annotated[
            dict[Annotated[WeightedRegion, OneOf("region")], Annotated[float, Number(0, 1)]],
            Field(min_length=1, max_length=MAX_ENTRIES),
        ]
        | None
    ) = None
    nerve: Annotated[Nerve, OneOf("nerve")] | None = None
    time_s: Annotated[tuple[float, ...], Numbers(-86400, _WEEK_S, "s")] | None = None
    since: Annotated[Since, OneOf("since")] = "start"
    when_skin_c: _Temperature | None = None
    read_delay_s: Annotated[tuple[float, float], Pair(0, 86400, "s")] | None = None
    change: bool = False
    change_from_s: Annotated[float, Number(0, _WEEK_S, "s")] | None = None
    target_c: _Temperature | None = None
    change_c: Annotated[float, Number(-300, 300, "C")] | None = None
    isotherm_c: _Temperature | None = None

    @model_validator(mode="after")
    def _fits_the_quantity(self) -> Self:
        self._check_place()
        self._check_moment()
        for key, quantities in OWN_KEYS.items():
            if getattr(self, key.lower()) is not None and self.quantity not in quantities:
                fail(key, f"this key only with quantity {_either(quantities)}")
        needed = REQUIRED_KEYS.get(self.quantity)
        if needed is not None and getattr(self, needed.lower()) is None:
            fail(needed, f'a number in C with quantity "{self.quantity}"')
        if self.weights is not None:
            total = sum(self.weights.values())
            if abs(total - 1) > _WEIGHT_ROUNDING:
                fail("weights", f"weights whose sum is 1 (here it is {total:g})")
        return self

    def _check_place(self) -> None:
        cores = get_args(CoreSite)
        if self.quantity == "core-temperature" and self.site not in cores:
            fail("site", f"site with core-temperature: one of {_listed(cores)}")
        if self.site in cores and self.quantity not in ("core-temperature", *TIMES):
            fail("site", f'a site of the body with quantity "{self.quantity}", not of the core')
        if self.site == "blood" and self.quantity != "delivered-mass":
            fail("site", 'the site "blood" only with quantity "delivered-mass"')
        if self.layer is not None and self.depth_mm is not None:
            fail("layer", "either depth_mm or layer, not both")

    def _check_moment(self) -> None:
        if self.time_s is not None and self.when_skin_c is not None:
            fail("when_skin_C", "either time_s or when_skin_C, not both")
        if self.quantity in TIMES:
            for key in ("time_s", "when_skin_C", "read_delay_s"):
                if getattr(self, key.lower()) is not None:
                    fail(key, f'no moment with quantity "{self.quantity}", which is a time itself')
        elif self.quantity in NEEDS_TIME and self.time_s is None and self.when_skin_c is None:
            fail("time_s", f'time_s or when_skin_C with quantity "{self.quantity}"')
        if self.since == "start" and self.time_s is not None and min(self.time_s) < 0:
            fail("time_s", 'numbers from 0 to 604800 s with since = "start"')
        if self.change_from_s is not None and not self.change:
            fail("change_from_s", "this key only with change = true")


class Measured(Where):
    """One number, or one curve, that somebody measured.

    Attributes
    ----------
    mean : tuple of float
        As many numbers as `time_s` has, in `unit`.
    sd, ci90, ci95 : tuple of float, optional
        Standard deviation, or half widths of a confidence interval of the mean.
    range : tuple of float, optional
        Lowest and highest value.
    n : int, optional
        Number of people.
    """

    unit: Annotated[Unit, OneOf("unit")]
    mean: Annotated[tuple[float, ...], Numbers(-1e9, 1e9)]
    sd: Annotated[tuple[float, ...], Numbers(0, 1e9)] | None = None
    ci90: Annotated[tuple[float, ...], Numbers(0, 1e9)] | None = None
    ci95: Annotated[tuple[float, ...], Numbers(0, 1e9)] | None = None
    range: Annotated[tuple[float, float], Pair(-1e9, 1e9)] | None = None
    n: Annotated[int, Whole(1, 1000000)] | None = None
    note: Annotated[str, Text("a text", 5000)] | None = None

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        units = UNITS[self.quantity]
        if self.unit not in units:
            fail("unit", f'unit of "{self.quantity}": one of {_listed(units)}')
        low, high = BOUNDS[self.unit]
        if min(self.mean) < low or max(self.mean) > high:
            fail("mean", f"numbers from {low:g} to {high:g} {self.unit}")
        places = 1 if self.time_s is None else len(self.time_s)
        for key in ("mean", "sd", "ci90", "ci95"):
            self._check_length(key, places)
        spreads = [key for key in ("sd", "ci90", "ci95", "range") if _given(self, key)]
        if len(spreads) > 1:
            fail(spreads[1], f"one spread only, and {spreads[0]} is given too")
        if self.range is not None and places > 1:
            fail("range", "a range with a single value only, not with a curve")
        if self.range is not None and not self.range[0] <= self.mean[0] <= self.range[1]:
            fail("range", f"a range that holds mean = {self.mean[0]:g}")
        return self

    def _check_length(self, key: str, places: int) -> None:
        values = getattr(self, key)
        if values is not None and len(values) != places:
            what = f"{places} numbers" if places > 1 else "one number"
            fail(key, f"{what}, as many as time_s has (here {len(values)})")

    @property
    def sd_effective(self) -> tuple[float, ...] | None:
        """Standard deviation at each place, from whatever spread is given.

        `ci90` and `ci95` are intervals of the mean: half width by normal quantile, times
        the square root of `n` where that is known. `range` is divided by the expected range
        of a normal sample of size `n` (4 where that is not known).

        Returns
        -------
        tuple of float or None
            In `unit`; None where no spread is known.
        """
        if self.sd is not None:
            return self.sd
        if self.ci90 is not None:
            return tuple(sd_from_interval(half, 0.90, self.n) for half in self.ci90)
        if self.ci95 is not None:
            return tuple(sd_from_interval(half, 0.95, self.n) for half in self.ci95)
        if self.range is not None:
            sd = sd_from_range(*self.range, self.n)
            return None if sd is None else (sd,)
        return None


def _given(table: Any, key: str) -> bool:
    return getattr(table, key) is not None


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _either(names: tuple[str, ...]) -> str:
    return " or ".join(f'"{name}"' for name in names)
