"""What the forms of the planner share: sliders with their numbers, groups, and the way back."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _l

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    Words = str | _StrPromise
else:
    # Only the stubs know what lazy texts are.
    Words = str
SECONDS = 60.0
SITES = {
    "ankle": _l("Ankle"),
    "knee": _l("Knee"),
    "calf": _l("Calf"),
    "thigh": _l("Thigh"),
    "foot": _l("Foot"),
    "sole": _l("Sole"),
    "toe": _l("Toe"),
    "hand": _l("Hand"),
    "finger": _l("Finger"),
    "forearm": _l("Forearm"),
    "upper-arm": _l("Upper arm"),
    "shoulder": _l("Shoulder"),
    "neck": _l("Neck"),
    "chest": _l("Chest"),
    "abdomen": _l("Abdomen"),
    "back": _l("Back (body)"),
    "pelvis": _l("Pelvis"),
    "forehead": _l("Forehead"),
    "cheek": _l("Cheek"),
    "nose": _l("Nose"),
    "ear": _l("Ear"),
}


class Slider(forms.NumberInput):
    """A slider and its number, kept together by `planner.js`; without it the number alone works."""

    template_name = "clinic/widgets/slider.html"

    def __init__(self, low: float, high: float, step: float, words: Words) -> None:
        super().__init__({"min": f"{low:g}", "max": f"{high:g}", "step": f"{step:g}"})
        self.words = words

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """Add what the slider is called."""
        return {**super().get_context(name, value, attrs), "words": self.words}


class Listed(forms.TextInput):
    """A text with suggestions; anything else may be written."""

    template_name = "clinic/widgets/listed.html"

    def __init__(self, suggestions: Sequence[str]) -> None:
        super().__init__()
        self.suggestions = suggestions

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """Add the suggestions."""
        return {**super().get_context(name, value, attrs), "suggestions": self.suggestions}


def number(
    label: Words, span: tuple[float, float], start: float, step: float = 1, hint: Words = ""
) -> forms.FloatField:
    """Return a number within bounds, with a slider."""
    low, high = span
    return forms.FloatField(
        label=label,
        min_value=low,
        max_value=high,
        initial=start,
        help_text=hint,
        widget=Slider(low, high, step, label),
    )


def few(label: Words, choices: Mapping[str, Words], start: Sequence[str]) -> Any:
    """Return a choice of several."""
    return forms.MultipleChoiceField(
        label=label,
        choices=choices,
        initial=start,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class PlannerForm(forms.Form):
    """One procedure: what is chosen becomes a session file, and nothing else.

    `groups` name the fields that stand together.
    """

    groups: ClassVar[Sequence[tuple[Words, tuple[str, ...]]]] = ()

    def parts(self) -> list[tuple[Words, list[forms.BoundField]]]:
        """Return the fields by group, for the page."""
        return [(words, [self[name] for name in names]) for words, names in self.groups]

    @abstractmethod
    def session(self) -> dict[str, Any]:
        """Return what a session file would hold, without what is known of the person."""

    @classmethod
    @abstractmethod
    def given_by(cls, session: Mapping[str, Any]) -> dict[str, Any]:
        """Return what stood in the form that made a session; for trying it again."""


def kept(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is stated: a field left empty is left out."""
    return {k: v for k, v in found.items() if v is not None and v != ""}
