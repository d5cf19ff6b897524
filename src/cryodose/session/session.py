"""A session: who is exposed to what cold, after all merging and checking."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from cryodose.errors import MISSING, BadInput
from cryodose.session.contact import ColdPack
from cryodose.session.exposure import Exposure
from cryodose.session.fields import Table
from cryodose.session.goals import Goal, PlanOptions
from cryodose.session.measured import Measured
from cryodose.session.safety import Safety
from cryodose.session.subject import Subject

__all__ = ["Session"]


@dataclass(frozen=True, slots=True)
class Session:
    """One subject and one exposure, ready to be run or planned.

    Attributes
    ----------
    subject : Subject
        Who or what is exposed.
    exposure : CryoSauna, CryoChamber, ColdPack, Immersion, LiquidNitrogen, Cryoelectrophoresis
        To what.
    title : str or None
        What the file calls it.
    assumed : tuple of str
        Dotted key paths whose values came from `[assumed]`, such as ``subject.age_y``.
    goals : tuple of goals
        What a plan shall reach; empty in experiments.
    measured : tuple of Measured
        Skin readings of this person; empty in experiments, which hold their own.
    plan : PlanOptions
        How a plan is computed.
    safety : Safety
        Answers that a plan with a current needs.
    folder : str
        Where its file lies, for files that it names; empty without one.

    Raises
    ------
    BadInput
        If subject and exposure do not fit together.
    """

    subject: Subject
    exposure: Exposure
    title: str | None = None
    assumed: tuple[str, ...] = ()
    goals: tuple[Goal, ...] = ()
    measured: tuple[Measured, ...] = ()
    plan: PlanOptions = field(default_factory=PlanOptions)
    safety: Safety = field(default_factory=Safety)
    folder: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        """Check what neither part can check alone."""
        # Animal skin, gels and membranes have none of the sites of the body.
        pack = self.exposure
        if isinstance(pack, ColdPack) and pack.site is None and self.subject.kind == "human":
            expected = 'a site of the body, such as "calf", for a cold pack'
            raise BadInput(None, "exposure.site", MISSING, expected)
        if self.modality in ("cryosauna", "cryochamber"):
            return
        if self.subject.sessions_before is not None:
            expected = "this key only for a cryosauna or a cryochamber"
            raise BadInput(None, "subject.sessions_before", self.subject.sessions_before, expected)
        if self.subject.sites:
            expected = (
                "sizes of single sites only for a cryosauna or a cryochamber; "
                "skinfold_mm, adipose_mm and girth_mm of [subject] are those of the treated site"
            )
            raise BadInput(None, "subject.sites", ", ".join(self.subject.sites), expected)

    @property
    def modality(self) -> str:
        """Name of the procedure, such as ``cold-pack``."""
        return self.exposure.modality

    def to_dict(self) -> dict[str, Any]:
        """Give the session with the keys of a file, for a record or another program.

        Returns
        -------
        dict
            Plain data that `session_from_dict` reads back as an equal session.
        """
        data: dict[str, Any] = {} if self.title is None else {"title": self.title}
        for section, part in (("subject", self.subject), ("exposure", self.exposure)):
            for key, value in _dump(part).items():
                if f"{section}.{key}" in self.assumed:
                    data.setdefault("assumed", {}).setdefault(section, {})[key] = value
                else:
                    data.setdefault(section, {})[key] = value
        if "exposure.modality" not in self.assumed:
            data.setdefault("exposure", {})["modality"] = self.modality
        if self.goals:
            data["goal"] = [{**_dump(goal), "kind": goal.kind} for goal in self.goals]
        if self.measured:
            data["measured"] = [_dump(reading) for reading in self.measured]
        for section, table in (("plan", self.plan), ("safety", self.safety)):
            if dumped := _dump(table):
                data[section] = dumped
        return data


def _dump(table: Table) -> dict[str, Any]:
    # JSON mode makes plain lists; what the file left out stays out.
    return table.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude_none=True)
