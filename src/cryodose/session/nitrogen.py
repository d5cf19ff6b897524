"""Exposure of a spot to a cryogen (`liquid-nitrogen`): spray, probe, swab, needle, vapour."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from cryodose.session.exposure_parts import MAX_ENTRIES, BodySite, Duration, Length
from cryodose.session.fields import Number, OneOf, Table, Text, fail
from cryodose.session.names import Cryogen, DiagnosedBy, NearLesion, Technique

__all__ = ["FreezeCycle", "Lesion", "LiquidNitrogen"]

_NOZZLE = r"^(?:[A-D]|[1-9][0-9]{0,2} x [0-9]{1,2}(?:\.[0-9]{1,4})? mm)$"


class FreezeCycle(Table):
    """One freeze and the thaw after it: `thaw_s` long, or until all has thawed."""

    freeze_s: Duration
    thaw_s: Duration | None = None
    thaw: Annotated[Literal["complete"], OneOf("thaw")] | None = None

    @model_validator(mode="after")
    def _one_thaw(self) -> Self:
        if self.thaw_s is None and self.thaw is None:
            fail("thaw_s", 'thaw_s (a number from 0 to 86400 s) or thaw = "complete"')
        if self.thaw_s is not None and self.thaw is not None:
            fail("thaw", 'either thaw_s or thaw = "complete", not both')
        return self


class Lesion(Table):
    """The lesion under treatment, in mm: what it is, who says so, and what lies under or beside it.

    `near` is left out where nobody looked; an empty list says that nothing of it is near.
    """

    kind: Annotated[str, Text("a name of the lesion", 100)] | None = None
    diameter_mm: Annotated[float, Number(0, 200, "mm")] | None = None
    depth_mm: Annotated[float, Number(0, 100, "mm")] | None = None
    keratin_mm: Annotated[float, Number(0, 50, "mm")] | None = None
    diagnosed_by: Annotated[DiagnosedBy, OneOf("diagnosed_by")] | None = None
    near: (
        Annotated[tuple[Annotated[NearLesion, OneOf("near")], ...], Field(max_length=MAX_ENTRIES)]
        | None
    ) = None


class LiquidNitrogen(Table):
    """A cryogen on a spot, in one or more cycles of freezing and thawing.

    `lesion_mask` is the path of a PNG; `pixel_mm` is the width of its pixels. Without `cycles` a
    session can be planned but not simulated.
    """

    modality: Literal["liquid-nitrogen"] = "liquid-nitrogen"
    agent: Annotated[Cryogen, OneOf("agent")] = "liquid-nitrogen"
    technique: Annotated[Technique, OneOf("technique")] | None = None
    spot_diameter_mm: Annotated[float, Number(0.1, 300, "mm")] | None = None
    lesion_mask: Annotated[str, Text("a path that ends in .png", 1000, r"(?i)\.png$")] | None = None
    pixel_mm: Annotated[float, Number(0.001, 10, "mm")] | None = None
    nozzle: (
        Annotated[
            str, Text('a nozzle such as "3 x 0.5 mm" (holes, width) or a letter A-D', 30, _NOZZLE)
        ]
        | None
    ) = None
    distance_mm: Length | None = None
    probe_diameter_mm: Annotated[float, Number(0.1, 200, "mm")] | None = None
    probe_temperature_c: Annotated[float, Number(-210, 40, "C")] | None = None
    insertion_mm: Annotated[float, Number(0, 300, "mm")] | None = None
    cycles: Annotated[tuple[FreezeCycle, ...], Field(min_length=1, max_length=MAX_ENTRIES)] = ()
    site: BodySite | None = None
    lesion: Lesion | None = None

    @model_validator(mode="after")
    def _one_spot(self) -> Self:
        if self.spot_diameter_mm is not None and self.lesion_mask is not None:
            fail("lesion_mask", "either spot_diameter_mm or lesion_mask, not both")
        if self.lesion_mask is not None and self.pixel_mm is None:
            fail("pixel_mm", "a number from 0.001 to 10 mm beside lesion_mask")
        if self.pixel_mm is not None and self.lesion_mask is None:
            fail("pixel_mm", "this key only beside lesion_mask")
        return self
