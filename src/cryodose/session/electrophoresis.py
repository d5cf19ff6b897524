"""Exposure to a drug driven by current, from a cold or frozen donor (`cryoelectrophoresis`)."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from cryodose.session.exposure_parts import MAX_ENTRIES, BodySite, Duration, RoomTemperature
from cryodose.session.fields import Number, OneOf, Table, fail
from cryodose.session.names import DonorState, Drug, PackAgent, Polarity, Vasoactive, Waveform

__all__ = ["Cryoelectrophoresis", "Current", "Precooling", "ProgrammeStep"]

_Concentration = Annotated[float, Number(0, 20000, "mmol/l")]
# Programme times come from decimal text, so their sum may miss the whole by rounding only.
_ROUNDING = 1e-9


class Current(Table):
    """A current, whole (`mean_ma`) or per area (`mean_ma_cm2`); zero is passive."""

    mean_ma: Annotated[float, Number(0, 1000, "mA")] | None = None
    mean_ma_cm2: Annotated[float, Number(0, 100, "mA/cm2")] | None = None
    waveform: Annotated[Waveform, OneOf("waveform")] = "continuous"
    frequency_hz: Annotated[float, Number(0, 1e7, "Hz")] | None = None
    duty: Annotated[float, Number(0, 1)] | None = None
    peak_ma_cm2: Annotated[float, Number(0, 1000, "mA/cm2")] | None = None

    @model_validator(mode="after")
    def _one_mean(self) -> Self:
        if self.mean_ma is None and self.mean_ma_cm2 is None:
            fail("mean_mA", "mean_mA or mean_mA_cm2")
        if self.mean_ma is not None and self.mean_ma_cm2 is not None:
            fail("mean_mA_cm2", "either mean_mA or mean_mA_cm2, not both")
        for key in ("frequency_hz", "duty"):
            if self.waveform == "continuous" and getattr(self, key) is not None:
                fail(key, 'this key only with waveform = "pulsed" or "alternating"')
        return self


class ProgrammeStep(Current):
    """A current for a while."""

    duration_s: Duration


class Precooling(Table):
    """A cold pack just before the current."""

    agent: Annotated[PackAgent, OneOf("agent")]
    duration_s: Duration


class Cryoelectrophoresis(Table):
    """A drug in a donor under an electrode.

    Exactly one of `current` (with `duration_s`) and `programme` is set.
    """

    modality: Literal["cryoelectrophoresis"] = "cryoelectrophoresis"
    drug: Annotated[Drug, OneOf("drug")]
    donor_percent: Annotated[float, Number(0, 100, "percent")] | None = None
    donor_mmol_l: _Concentration | None = None
    donor_ph: Annotated[float, Number(0, 14)] | None = None
    competing_ion_mmol_l: _Concentration | None = None
    donor_state: Annotated[DonorState, OneOf("donor state")] | None = None
    polarity: Annotated[Polarity, OneOf("polarity")]
    area_cm2: Annotated[float, Number(0.001, 5000, "cm2")] | None = None
    current: Current | None = None
    programme: (
        Annotated[tuple[ProgrammeStep, ...], Field(min_length=1, max_length=MAX_ENTRIES)] | None
    ) = None
    duration_s: Duration | None = None
    vasoactive: Annotated[Vasoactive, OneOf("vasoactive drug")] | None = None
    precooling: Precooling | None = None
    room_temperature_c: RoomTemperature | None = None
    site: BodySite | None = None

    @model_validator(mode="after")
    def _one_drive(self) -> Self:
        if self.donor_percent is not None and self.donor_mmol_l is not None:
            fail("donor_mmol_l", "either donor_percent or donor_mmol_l, not both")
        if self.current is None and self.programme is None:
            fail("current", "current or programme")
        if self.current is not None and self.programme is not None:
            fail("programme", "either current or programme, not both")
        if self.programme is None and self.duration_s is None:
            fail("duration_s", "a number from 0 to 86400 s (only a programme has its own)")
        if self.programme is not None and self.duration_s is not None:
            total = sum(step.duration_s for step in self.programme)
            if total > self.duration_s * (1 + _ROUNDING):
                fail("duration_s", f"at least the {total:g} s that the programme takes")
        return self
