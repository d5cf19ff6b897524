"""`[[goal]]` and `[plan]`: what a plan shall reach and how it is computed."""

from __future__ import annotations

from typing import Annotated, Literal, Self, TypeAlias

from pydantic import Field, model_validator

from cryodose.session.fields import Number, OneOf, Table, Text, Whole, fail
from cryodose.session.names import DepthFrom, Nerve

__all__ = [
    "GOALS",
    "AnalgesiaGoal",
    "DeliveredMassGoal",
    "Goal",
    "MeanSkinGoal",
    "NerveVelocityGoal",
    "PlanOptions",
    "SkinTemperatureGoal",
    "TissueTemperatureGoal",
]

_Target = Annotated[float, Number(-196, 45, "C")]
_Chance = Annotated[float, Number(0.001, 0.999)]
_Span = Annotated[float, Number(0, 86400, "s")]
_CLOCK = r"^(?:[01][0-9]|2[0-3]):[0-5][0-9]$"


class AnalgesiaGoal(Table):
    """No pain at the site for a while, or the skin temperature that stands for it."""

    kind: Literal["analgesia"] = "analgesia"
    duration_s: _Span | None = None
    target_c: _Target | None = None
    probability: _Chance | None = None


class SkinTemperatureGoal(Table):
    """Skin at the site at this temperature or below."""

    kind: Literal["skin-temperature"] = "skin-temperature"
    target_c: _Target
    probability: _Chance | None = None


class TissueTemperatureGoal(Table):
    """Tissue at a depth at this temperature or below, or colder by this change."""

    kind: Literal["tissue-temperature"] = "tissue-temperature"
    depth_mm: Annotated[float, Number(0, 500, "mm")]
    depth_from: Annotated[DepthFrom, OneOf("depth_from")] = "skin"
    target_c: _Target | None = None
    change_c: Annotated[float, Number(-60, 0, "C")] | None = None
    probability: _Chance | None = None

    @model_validator(mode="after")
    def _one_target(self) -> Self:
        if self.target_c is None and self.change_c is None:
            fail("target_C", "target_C or change_C (numbers in C)")
        if self.target_c is not None and self.change_c is not None:
            fail("change_C", "either target_C or change_C, not both")
        return self


class NerveVelocityGoal(Table):
    """Nerve conduction slower by this much (negative is slower)."""

    kind: Literal["nerve-velocity"] = "nerve-velocity"
    change_percent: Annotated[float, Number(-100, 0, "percent")]
    nerve: Annotated[Nerve, OneOf("nerve")] | None = None
    probability: _Chance | None = None


class DeliveredMassGoal(Table):
    """So much of a drug out of the donor and into the skin."""

    kind: Literal["delivered-mass"] = "delivered-mass"
    target_ug: Annotated[float, Number(0.001, 1e7, "ug")]
    probability: _Chance | None = None


class MeanSkinGoal(Table):
    """Mean skin of the whole body colder by this change; only in cold gas."""

    kind: Literal["mean-skin"] = "mean-skin"
    change_c: Annotated[float, Number(-60, 0, "C")]
    probability: _Chance | None = None


Goal: TypeAlias = Annotated[
    AnalgesiaGoal
    | SkinTemperatureGoal
    | TissueTemperatureGoal
    | NerveVelocityGoal
    | DeliveredMassGoal
    | MeanSkinGoal,
    Field(discriminator="kind"),
]

GOALS: dict[str, type[Table]] = {
    "analgesia": AnalgesiaGoal,
    "skin-temperature": SkinTemperatureGoal,
    "tissue-temperature": TissueTemperatureGoal,
    "nerve-velocity": NerveVelocityGoal,
    "delivered-mass": DeliveredMassGoal,
    "mean-skin": MeanSkinGoal,
}


class PlanOptions(Table):
    """How the plan is computed; what is left out is the program's choice."""

    start: Annotated[str, Text('a time of day "HH:MM"', 5, _CLOCK)] | None = None
    max_s: Annotated[float, Number(1, 86400, "s")] | None = None
    seed: Annotated[int, Whole(0, 2**32 - 1)] | None = None
    members: Annotated[int, Whole(16, 100000)] | None = None
    probability: Annotated[float, Number(0.5, 0.999)] | None = None
