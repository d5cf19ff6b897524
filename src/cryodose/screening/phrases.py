"""Reads the words of a record: which rule they name, and whether they say that it is so.

A denial reaches only over the words directly beside it. In "no asthma, epilepsy" the epilepsy
counts: a reader who is not sure must count.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal, NamedTuple

Tense = Literal["", "past", "denied", "elsewhere"]
_TENSES: tuple[Tense, ...] = ("", "past", "elsewhere", "denied")
_NEAR = 80
_NEVER = re.compile(r"(?!)")
_CLAUSE = re.compile(r"[.;,!?()\[\]]|\b(?:and|or|but|with|plus|however|although|though|while)\b")
# What may stand between a disease and "ruled out" without changing the meaning.
_BETWEEN = r"(?:(?:disease|disorder|syndrome|is|are|was|were|has|have|had|been|now)\b[\s,:()-]*)*"
# After "ruled out" comes nothing, or when and how: "ruled out pneumonia" is about pneumonia.
_DONE = r"(?=\s*(?:$|[.;,)!\]]|(?:in|on|by|after|per|today)\b|\d))"
_VALUE = re.compile(r"[a-z]*\s*[:=]\s*(\w+)?")
_NO_VALUES = frozenset({"no", "none", "negative", "nil", "absent", "denied", "false", "never", "n"})


class Words(NamedTuple):
    """Words by which one case of a rule is known, and longer ones that mean something else."""

    pattern: re.Pattern[str]
    other: frozenset[str]

    @classmethod
    def of(cls, words: Iterable[str], not_words: Iterable[str] = ()) -> Words:
        """Compile words; where two begin at one place, the longer is meant."""
        other = frozenset(not_words)
        return cls(any_of({*words, *other}), other)

    def places(self, text: str) -> list[tuple[int, int]]:
        """Return where the words stand."""
        found = self.pattern.finditer(text)
        return [m.span() for m in found if m.group() not in self.other]


class Phrases:
    """Tells how a text speaks of a disease at one place.

    Parameters
    ----------
    lists : dict
        The lists of words under ``[text]`` of the rule set.
    """

    def __init__(self, lists: dict[str, tuple[str, ...]]) -> None:
        fillers = "|".join(map(re.escape, lists["fillers"]))
        gap = rf"\s+(?:(?:{fillers})\s+)*$"
        denied = any_of(lists["denied_before"], whole=True).pattern
        near = any_of(lists["elsewhere_near"], whole=True).pattern
        past = any_of(lists["past_before"], whole=True).pattern
        after = any_of(lists["denied_after"], whole=True).pattern
        # "not without", and the value of a list: "asthma: no epilepsy: yes".
        self._denied = re.compile(rf"(?<!not )(?<!no )(?<![:=] )(?<![:=]){denied}{gap}")
        self._near = re.compile(rf"{near}{gap}")
        self._past = re.compile(rf"{past}{gap}")
        self._after = re.compile(rf"^[a-z]*[\s,:()-]*{_BETWEEN}(?:{after}){_DONE}")
        self._others = any_of(lists["elsewhere_before"], whole=True)
        self._behind = any_of(lists["elsewhere_after"], whole=True)

    def tense(self, text: str, places: Iterable[tuple[int, int]]) -> Tense | None:
        """Return how a text speaks of what stands at some places; what counts goes first."""
        found = {self._at(text, start, end) for start, end in places}
        return next((t for t in _TENSES if t in found), None)

    def _at(self, text: str, start: int, end: int) -> Tense:
        ahead = _last_clause(text[max(0, start - _NEAR) : start])
        behind = text[end : end + _NEAR]
        value = _VALUE.match(behind)
        if value is not None:
            # "epilepsy: yes" in a list; whatever is not a plain no counts.
            said = value.group(1) or ""
            others = self._others.search(ahead) is not None
            return "elsewhere" if others else "denied" if said in _NO_VALUES else ""
        same = _first_clause(behind)
        if self._others.search(ahead) or self._near.search(ahead) or self._behind.search(same):
            return "elsewhere"
        if self._denied.search(ahead) or self._after.match(behind):
            return "denied"
        return "past" if self._past.search(ahead) else ""


def plain_text(text: str) -> str:
    """Return a text in lower case with single spaces; the end of a line ends a clause."""
    lines = (" ".join(line.split()) for line in text.lower().splitlines())
    return "; ".join(line for line in lines if line)


def any_of(words: Iterable[str], *, whole: bool = False) -> re.Pattern[str]:
    """Return a pattern for words at their beginning, or whole ones; the longest goes first."""
    longest_first = sorted(words, key=lambda w: (-len(w), w))
    if not longest_first:
        return _NEVER
    end = r"\b" if whole else ""
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))}){end}")


def _last_clause(ahead: str) -> str:
    cut = 0
    for found in _CLAUSE.finditer(ahead):
        cut = found.end()
    return ahead[cut:]


def _first_clause(behind: str) -> str:
    found = _CLAUSE.search(behind)
    return behind if found is None else behind[: found.start()]
