"""What a current with a drug does, as an object and as plain data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cryodose import evidence
from cryodose.dosing.current_limits import CurrentLimit, time_words
from cryodose.dosing.current_search import CurrentChoice
from cryodose.dosing.drug_plan import DrugDose
from cryodose.evidence import Source
from cryodose.outcome.fact import Fact, finite
from cryodose.outcome.head import head_of, release_of
from cryodose.outcome.notebook import notebook_html
from cryodose.outcome.release import released
from cryodose.outcome.tell import Headline, chance
from cryodose.outcome.tell import time_words as lasting
from cryodose.outcome.types import Curve
from cryodose.procedures import Assumption
from cryodose.screening import Screening
from cryodose.session import Session

Array = NDArray[np.float64]

NOTICE = (
    "Decision support for trained people and a research tool; not a certified medical device. "
    "Stop the current at pain, burning or white skin."
)
KINDS = ("drug-plan", "drug-simulation")


@dataclass(frozen=True)
class DepthProfile:
    """Drug over depth and time in the central member.

    Attributes
    ----------
    depth_mm : (n_depths,); time_s : (n_times,); ug_cm3 : (n_depths, n_times)
    """

    depth_mm: Array
    time_s: Array
    ug_cm3: Array


@dataclass(frozen=True)
class DrugResult:
    """A plan (`kind` ``drug-plan``, with a dose) or a simulation (``drug-simulation``, without).

    Attributes
    ----------
    dose : DrugDose or None
    curves : tuple of Curve
        ``delivered``, ``in-skin``, ``in-blood`` in ug, ``skin`` in C, ``skin-flow`` in percent,
        ``depth-1mm`` in ug/cm3; empty where a plan is refused.
    profile : DepthProfile or None
    claims : tuple of str
        What is said of the method, answered with evidence.
    not_asked : tuple of str
        Questions of safety that the session leaves open.
    screening : Screening or None
        What the rules say about the person; None where nobody was screened.
    """

    kind: str
    session: Session
    dose: DrugDose | None
    curves: tuple[Curve, ...]
    profile: DepthProfile | None
    facts: tuple[Fact, ...]
    warnings: tuple[str, ...]
    claims: tuple[str, ...]
    not_asked: tuple[str, ...]
    assumed: tuple[Assumption, ...]
    sources: tuple[Source, ...]
    site: str
    seed: int
    members: int
    screening: Screening | None = None

    @property
    def released(self) -> bool:
        """Whether no rule, no limit and no open question stands against the current."""
        allowed = self.dose is not None and self.dose.verdict != "refused"
        return allowed and not self.not_asked and released(self.screening)

    @property
    def exit_code(self) -> int:
        """0 for a plan, 3 for a refusal."""
        return 3 if self.dose is not None and self.dose.verdict == "refused" else 0

    @property
    def told(self) -> Headline:
        """The answer in one line and the sentence behind it."""
        return told(self.dose, next((f for f in self.facts if f.name == "delivered_ug"), None))

    def curve(self, name: str) -> Curve:
        """Return a curve by name."""
        return next(c for c in self.curves if c.name == name)

    def _repr_html_(self) -> str:
        return notebook_html(self.session.title, self.told, {}, NOTICE)

    def to_dict(self) -> dict[str, Any]:
        """Return the result as plain data, as the JSON schema in the docs has it."""
        return {
            **head_of(
                self.kind, self.session, site=self.site, members=self.members, seed=self.seed
            ),
            **self._decided(),
            "facts": {f.name: f.to_dict() for f in self.facts},
            "curves": [c.to_dict() for c in self.curves],
            "warnings": list(self.warnings),
            "claims": list(self.claims),
            "not_asked": list(self.not_asked),
            "assumed": [vars(a) for a in self.assumed],
            "sources": [vars(s) for s in self.sources],
            "notice": NOTICE,
        }

    def _decided(self) -> dict[str, Any]:
        if self.dose is None:
            return {}
        return release_of(self.screening, is_released=self.released) | _dose(self.dose)


def told(dose: DrugDose | None, delivered: Fact | None) -> Headline:
    """Return the answer of a plan or a simulation in plain words."""
    mass = ""
    if delivered is not None:
        low, middle, high = (
            f"{float(f'{v:.3g}'):.10g}" for v in (delivered.low, delivered.median, delivered.high)
        )
        mass = f"{middle} ug leave the donor (90 % of people: {low} to {high})."
    if dose is None:
        return Headline("Simulated as the file states it.", mass)
    if dose.time_s is None:
        return Headline("Do not switch this on.", "Refused; the reasons are below.")
    answer = f"{lasting(dose.time_s)} of current, {dose.ma_min:.3g} mA min"
    if dose.verdict == "dose":
        sure = ""
        if dose.target_ug is not None and dose.probability_at_dose is not None:
            sure = f" {chance(dose.probability_at_dose)} reach {dose.target_ug:g} ug."
        return Headline(f"{answer}.", f"{mass}{sure} Limits hold until {lasting(dose.longest_s)}.")
    return Headline(f"{answer} at most: not enough.", mass)


def limit_words(limit: CurrentLimit) -> tuple[str, str]:
    """Return a limit with its numbers, and whether it holds."""
    return time_words(limit), "holds" if limit.holds else "passed"


CHOICE_HEAD = ("Current", "Density", "For", "Charge", "Reached by", "Sessions")


def choice_row(choice: CurrentChoice) -> tuple[str, ...]:
    """Return one current for the target as a line of a table."""
    several = "in no number" if choice.sessions is None else str(choice.sessions)
    return (
        f"{choice.mean_ma:g} mA",
        f"{choice.mean_ma_cm2:.3g} mA/cm2",
        lasting(choice.time_s),
        f"{choice.ma_min:.3g} mA min",
        chance(choice.probability),
        several,
    )


def choice_title(dose: DrugDose) -> str:
    """Return the heading of the table of currents."""
    return f"Which current for {dose.target_ug:g} ug"


def open_words(result: DrugResult) -> tuple[str, ...]:
    """Return what keeps a plan from being released: questions, and nobody screened."""
    if result.dose is None or result.dose.verdict == "refused" or result.released:
        return ()
    found = []
    if result.not_asked:
        listed = ", ".join(_question(name) for name in result.not_asked)
        found.append(f"NOT RELEASED: not asked, and each could forbid the current: {listed}.")
    if result.screening is None:
        found.append("NOT RELEASED: nobody was screened; see cryodose screen, and --patient.")
    return tuple(found)


def _question(name: str) -> str:
    key = f"questions.{name}"
    if evidence.has("current_limits", key):
        return evidence.text("current_limits", key)
    return name.replace("_", " ")


def _dose(dose: DrugDose) -> dict[str, Any]:
    keys = ("time_s", "ma_min", "longest_s", "needed_s", "target_ug", "wanted_probability")
    numbers = {k: finite(getattr(dose, k)) for k in (*keys, "probability_at_dose")}
    limits = [
        {**vars(x), **{k: finite(getattr(x, k)) for k in ("value", "allowed", "allowed_s")}}
        for x in dose.limits
    ]
    return {
        "verdict": dose.verdict,
        **numbers,
        "numb_probability": round(dose.numb_probability, 5),
        "limits": limits,
        "reasons": list(dose.reasons),
        "choices": [
            {k: finite(v) if isinstance(v, float) else v for k, v in vars(c).items()}
            for c in dose.choices
        ],
    }
