"""`[safety]`: what a current must know about the person, the pad and the day."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from cryodose.session.exposure_parts import MAX_ENTRIES, BodySite, Duration
from cryodose.session.fields import Number, OneOf, Table

__all__ = ["EarlierDose", "Safety"]

Electrode = Literal["ag-agcl", "inert"]


class EarlierDose(Table):
    """A current that the same skin has already had today; without a time it counts as unknown."""

    site: BodySite
    ma_min: Annotated[float, Number(0, 10000, "mA min")]
    duration_s: Duration | None = None


class Safety(Table):
    """Answers without which nobody may switch a current on; what is left out was not asked."""

    implanted_device: bool | None = None
    metal_in_field: bool | None = None
    broken_skin: bool | None = None
    pregnant: bool | None = None
    epilepsy: bool | None = None
    drug_allergy: bool | None = None
    reduced_sensation: bool | None = None
    cold_hypersensitivity: bool | None = None
    thyroid_disease: bool | None = None
    tumour_in_field: bool | None = None
    electrode: Annotated[Electrode, OneOf("electrode")] | None = None
    donor_volume_ml: Annotated[float, Number(0.01, 1000, "mL")] | None = None
    buffer_mmol_l: Annotated[float, Number(0, 2000, "mmol/l")] | None = None
    return_site: BodySite | None = None
    earlier: Annotated[tuple[EarlierDose, ...], Field(max_length=MAX_ENTRIES)] | None = None
