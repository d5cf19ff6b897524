"""The `[subject]` table: who or what is exposed."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from cryodose.session.fields import Number, OneOf, Table, Text, Whole, fail
from cryodose.session.names import Kind, Membrane, Sex, Site, Species

__all__ = ["Baseline", "GelProperties", "SiteSize", "Subject"]

_SHARE = r"(?:100(?:\.0+)?|[0-9]{1,2}(?:\.[0-9]+)?)%"
_MEDIUM = (
    rf"^(?:agar|agar-{_SHARE}|agarose-{_SHARE}|agarose-{_SHARE}-nacl-{_SHARE}"
    rf"|agar-lard-{_SHARE}|gelatin|collagen|skin-phantom)$"
)
_MEDIUM_SAYS = (
    'medium: one of "agar", "agar-1.5%", "agarose-1%", "agarose-1%-nacl-2%", "agar-lard-50%" '
    '(any share from 0 to 100 %), "gelatin", "collagen", "skin-phantom"'
)

_Skin = Annotated[float, Number(-5, 50, "C")]
_Core = Annotated[float, Number(20, 45, "C")]
_Muscle = Annotated[float, Number(0, 45, "C")]
_Spread = Annotated[float, Number(0, 20, "C")]
_Start = Annotated[float, Number(-60, 60, "C")]
_Conductivity = Annotated[float, Number(0.01, 500, "W/(m K)")]
_HeatCapacity = Annotated[float, Number(100, 10000, "J/(kg K)")]
_Freezing = Annotated[float, Number(-100, 60, "C")]


class Baseline(Table):
    """Start values that were measured.

    Attributes
    ----------
    skin_c, mean_skin_c, core_c, muscle_c : float, optional
        Temperature in degC, each with a standard deviation `..._sd`.
    """

    skin_c: _Skin | None = None
    mean_skin_c: _Skin | None = None
    core_c: _Core | None = None
    muscle_c: _Muscle | None = None
    skin_c_sd: _Spread | None = None
    mean_skin_c_sd: _Spread | None = None
    core_c_sd: _Spread | None = None
    muscle_c_sd: _Spread | None = None

    @model_validator(mode="after")
    def _warm_inside(self) -> Self:
        core, skin = self.core_c, self.mean_skin_c
        if core is not None and skin is not None and skin >= core:
            fail("mean_skin_C", f"less than core_C = {core:g} C")
        return self


class GelProperties(Table):
    """Thermal values of a gel that go before those of its medium."""

    conductivity_w_mk: _Conductivity | None = None
    density_kg_m3: Annotated[float, Number(10, 20000, "kg/m3")] | None = None
    specific_heat_j_kgk: _HeatCapacity | None = None
    latent_heat_kj_kg: Annotated[float, Number(0, 1000, "kJ/kg")] | None = None
    freezing_c: _Freezing | None = None
    solidus_c: _Freezing | None = None
    conductivity_frozen_w_mk: _Conductivity | None = None
    specific_heat_frozen_j_kgk: _HeatCapacity | None = None

    @model_validator(mode="after")
    def _solidus_below_freezing(self) -> Self:
        freezing, solidus = self.freezing_c, self.solidus_c
        if freezing is not None and solidus is not None and solidus > freezing:
            fail("solidus_C", f"at most freezing_C = {freezing:g} C")
        return self


_Fold = Annotated[float, Number(1, 120, "mm")]
_Layer = Annotated[float, Number(0, 100, "mm")]
_Girth = Annotated[float, Number(50, 2000, "mm")]


class SiteSize(Table):
    """What a tape or a caliper found at one site of the body.

    Attributes
    ----------
    skinfold_mm, adipose_mm : float, optional
        Double fold, or single layer of fat; at most one is set.
    girth_mm : float, optional
        Circumference.
    """

    skinfold_mm: _Fold | None = None
    adipose_mm: _Layer | None = None
    girth_mm: _Girth | None = None

    @model_validator(mode="after")
    def _one_layer(self) -> Self:
        if self.skinfold_mm is not None and self.adipose_mm is not None:
            fail("adipose_mm", "either skinfold_mm or adipose_mm, not both")
        if not self.model_fields_set:
            fail("girth_mm", "skinfold_mm, adipose_mm or girth_mm")
        return self


class Subject(Table):
    """A person, the mean of a group, animal skin, a gel or excised skin.

    Attributes
    ----------
    age_y, height_m, mass_kg, body_fat_percent : float, optional
        Of the person or the group's mean; `..._sd` is the group's standard deviation.
    skinfold_mm, adipose_mm : float, optional
        Double fold, or single layer of fat, at the treated site; at most one is set.
    sites : dict of str to SiteSize, optional
        What was measured at single sites, for a whole body in cold gas.
    sessions_before : int, optional
        Sessions in a cryosauna or cryochamber that the person is used to; None is not known.
    """

    kind: Annotated[Kind, OneOf("kind of subject")] = "human"
    species: Annotated[Species, OneOf("species")] | None = None
    layer: Annotated[Membrane, OneOf("layer")] | None = None
    sex: Annotated[Sex, OneOf("sex")] | None = None
    age_y: Annotated[float, Number(0, 120, "y")] | None = None
    age_y_sd: Annotated[float, Number(0, 60, "y")] | None = None
    height_m: Annotated[float, Number(0.3, 2.6, "m")] | None = None
    height_m_sd: Annotated[float, Number(0, 1, "m")] | None = None
    mass_kg: Annotated[float, Number(1, 400, "kg")] | None = None
    mass_kg_sd: Annotated[float, Number(0, 200, "kg")] | None = None
    body_fat_percent: Annotated[float, Number(2, 75, "percent")] | None = None
    body_fat_percent_sd: Annotated[float, Number(0, 40, "percent")] | None = None
    skin_type: Annotated[int, Whole(1, 6)] | None = None
    skin_type_sd: Annotated[float, Number(0, 3)] | None = None
    prior_exercise: bool | None = None
    sessions_before: Annotated[int, Whole(0, 10_000)] | None = None
    skinfold_mm: _Fold | None = None
    skinfold_mm_sd: Annotated[float, Number(0, 60, "mm")] | None = None
    adipose_mm: _Layer | None = None
    adipose_mm_sd: Annotated[float, Number(0, 50, "mm")] | None = None
    girth_mm: _Girth | None = None
    girth_mm_sd: Annotated[float, Number(0, 1000, "mm")] | None = None
    sites: Annotated[dict[Annotated[Site, OneOf("site")], SiteSize], Field(min_length=1)] | None = (
        None
    )
    medium: Annotated[str, Text(_MEDIUM_SAYS, 60, _MEDIUM)] | None = None
    properties: GelProperties | None = None
    initial_temperature_c: _Start | None = None
    initial_temperature_c_sd: _Spread | None = None
    baseline: Baseline | None = None

    @model_validator(mode="after")
    def _fits_the_kind(self) -> Self:
        if self.skinfold_mm is not None and self.adipose_mm is not None:
            fail("adipose_mm", "either skinfold_mm or adipose_mm, not both")
        if self.kind == "gel" and self.medium is None and self.properties is None:
            fail("medium", 'a medium or [subject.properties] with kind = "gel"')
        self._only_for("gel", "medium", "properties")
        self._only_for("human", "sessions_before")
        self._only_for("skin-in-vitro", "species", "layer")
        if self.kind == "human" and self.initial_temperature_c is not None:
            fail(
                "initial_temperature_C",
                'this key only for a gel or excised skin; for kind = "human" use baseline',
            )
        return self

    def _only_for(self, kind: str, *keys: str) -> None:
        for key in keys:
            if self.kind != kind and getattr(self, key) is not None:
                fail(key, f'this key only with kind = "{kind}", and kind is "{self.kind}"')
