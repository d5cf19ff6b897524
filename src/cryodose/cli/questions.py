"""The questions of `init`, with what is suggested and what is allowed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import get_args

from cryodose.cli.guard import say
from cryodose.cli.phrases import goal_of
from cryodose.errors import MISSING, BadInput

Answers = dict[str, str]
UNKNOWN = "-"


@dataclass(frozen=True)
class Question:
    """One question.

    Attributes
    ----------
    name : str
        Option that answers it.
    words : str
    suggested : str
    allowed : callable
        Gives the names that are allowed; none for a free answer.
    modality : str
        Ask only for this one; empty: always.
    """

    name: str
    words: str
    suggested: str
    allowed: Callable[[], tuple[str, ...]] = tuple
    modality: str = ""


def _names(of: str) -> Callable[[], tuple[str, ...]]:
    def names() -> tuple[str, ...]:
        from cryodose.session import names as known

        return tuple(
            str(n) for n in get_args(getattr(known, of)) if n != "none" or of != "PackAgent"
        )

    return names


QUESTIONS = (
    Question("modality", "A pack or a bath?", "cold-pack", lambda: ("cold-pack", "immersion")),
    Question("site", "Where does it lie?", "ankle", _names("Site"), "cold-pack"),
    Question("agent", "What is laid on?", "crushed-ice", _names("PackAgent"), "cold-pack"),
    Question("barrier", "What is between?", "damp-cloth", _names("Barrier"), "cold-pack"),
    Question("water", "How cold is the water, in C?", "12", modality="immersion"),
    Question("immersed", "How far in?", "lower-leg", _names("Immersed"), "immersion"),
    Question("sex", "Female or male?", "female", lambda: ("female", "male")),
    Question("age", "How old, in years?", "40"),
    Question("fat", "Fat under the skin there, in mm (- if unknown)?", UNKNOWN),
    Question("goal", "What for (analgesia, skin:12C, ...)?", "analgesia"),
)


def complete(given: Answers, *, ask: bool) -> Answers:
    """Return an answer to every question that applies.

    Parameters
    ----------
    given : dict
        What was said by options; it is checked, and not asked again.
    ask : bool
        Ask for the rest; otherwise take what is suggested.

    Raises
    ------
    BadInput
        For an answer that is not allowed, an option that does not fit, or an end of the answers.
    """
    answers: Answers = {}
    for question in QUESTIONS:
        if question.modality and question.modality != answers["modality"]:
            if question.name in given:
                expected = f"this option only with --modality {question.modality}"
                raise BadInput("command line", f"--{question.name}", given[question.name], expected)
            continue
        if question.name in given:
            if (wrong := fault(question, given[question.name])) is not None:
                raise wrong
            answers[question.name] = given[question.name]
        else:
            answers[question.name] = _asked(question) if ask else question.suggested
    return answers


def fault(question: Question, answer: str) -> BadInput | None:
    """Return what is wrong with an answer, or None."""
    key = f"--{question.name}"
    allowed = question.allowed()
    if allowed and answer not in allowed:
        return BadInput("command line", key, answer, f"one of {', '.join(allowed)}")
    if question.name in ("water", "age", "fat") and answer != UNKNOWN:
        try:
            float(answer)
        except ValueError:
            return BadInput("command line", key, answer, "a number")
    if question.name == "goal":
        try:
            goal_of(answer)
        except BadInput as error:
            return error
    return None


def _asked(question: Question) -> str:
    allowed = question.allowed()
    if allowed:
        say(f"  {', '.join(allowed)}")
    while True:
        try:
            answer = input(f"{question.words} [{question.suggested}] ").strip()
        except EOFError:
            expected = "an answer; --yes takes what is suggested"
            raise BadInput("command line", f"--{question.name}", MISSING, expected) from None
        answer = answer or question.suggested
        wrong = fault(question, answer)
        if wrong is None:
            return answer
        say(f"  {wrong.expected}")
