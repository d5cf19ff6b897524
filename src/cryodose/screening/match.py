"""Which rules a recorded disease, device or medicine touches: compiled once for a rule set."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from typing import Literal, NamedTuple

from cryodose.screening.codes import (
    ATC,
    ICD10,
    SNOMED,
    atc_keys,
    icd10_keys,
    icd10_prefixes,
    plain_code,
)
from cryodose.screening.facts import Code, Coded
from cryodose.screening.rules import Case, Rule, RuleSet

Target = tuple[str, int]
Tense = Literal["", "past", "denied", "elsewhere"]
_TEXT_LENGTH = 400
_NEAR = 80
_TENSES: tuple[Tense, ...] = ("", "past", "elsewhere", "denied")
_NEVER = re.compile(r"(?!)")


class Read(NamedTuple):
    """What a recorded entry means to the rules.

    `targets` are the cases touched, each with "past" where the words say so; `tense` is "denied" or
    "elsewhere" where words were found that do not count.
    """

    targets: tuple[tuple[Target, Tense], ...]
    questions: frozenset[str]
    tense: Tense
    broad: bool
    unknown: tuple[Code, ...]


class Matcher:
    """Index from codes and words to the cases of rules.

    Parameters
    ----------
    rules : RuleSet
    """

    def __init__(self, rules: RuleSet) -> None:
        self._icd: dict[str, set[Target]] = defaultdict(set)
        self._snomed: dict[str, set[Target]] = defaultdict(set)
        self._broad: set[str] = set()
        self._atc: dict[str, set[str]] = defaultdict(set)
        self._words: list[tuple[re.Pattern[str], re.Pattern[str], Target]] = []
        for rule in rules.rules.values():
            for n, case in enumerate(rule.cases):
                if case.by == "finding":
                    self._add(rule, case, (rule.id, n))
        for question in rules.questions.values():
            for group in question.atc:
                self._atc[group].add(question.id)
        medicines = [(q.words, q.id) for q in rules.questions.values() if q.words]
        self._medicines = [(_any_of(words), key) for words, key in medicines]
        self._any_word = _any_of(
            {w for r in rules.rules.values() for c in r.cases for w in _words_of(r, c)}
        )
        fillers = "|".join(map(re.escape, rules.text["fillers"]))
        denied = _any_of(rules.text["denied_before"], whole=True).pattern
        # Directly before the word, or with fillers between: "no history of asthma".
        self._denied_before = re.compile(rf"{denied}[\s:-]*(?:(?:{fillers})\b[\s:-]*)*$")
        self._denied_after = _any_of(rules.text["denied_after"], whole=True)
        self._elsewhere = _any_of(rules.text["elsewhere"], whole=True)
        self._before = _any_of(rules.text["before"], whole=True)
        self.text = lru_cache(maxsize=8192)(self._read_text)
        self.code = lru_cache(maxsize=16384)(self._read_code)

    def _add(self, rule: Rule, case: Case, target: Target) -> None:
        own = case.own_evidence
        icd10 = (case.icd10 or ()) if own else rule.icd10
        snomed = (case.snomed or ()) if own else rule.snomed
        for prefix in icd10_prefixes(icd10):
            self._icd[prefix].add(target)
        for code in snomed:
            self._snomed[code].add(target)
        for code in rule.broad:
            if not own:
                plain = code if code.isdigit() else plain_code(ICD10, code) or code
                self._broad.add(plain)
                (self._snomed if code.isdigit() else self._icd)[plain].add(target)
        words = _words_of(rule, case)
        if words:
            self._words.append((_any_of(words), _any_of(rule.not_words), target))

    def read(self, entry: Coded) -> Read:
        """Return which cases, and which questions, an entry touches."""
        targets: dict[Target, Tense] = {}
        questions: set[str] = set()
        unknown: list[Code] = []
        understood = broad = False
        for code in entry.codes:
            known, found, asked = self.code(code.system, code.code)
            if not known:
                unknown.append(code)
                continue
            understood = True
            targets.update(dict.fromkeys(found, ""))
            questions |= asked
            broad = broad or code.code.replace(".", "") in self._broad
        # Displays repeat the code; where the code is understood, only free words add to it.
        shown = () if understood else tuple(c.display for c in entry.codes if c.display)
        tense: Tense = ""
        if not targets and not questions:
            for text in (*entry.texts, *shown):
                said, asked = (self.text if len(text) <= _TEXT_LENGTH else self._read_text)(text)
                questions |= asked
                for target, how in said:
                    if how in ("", "past"):
                        # Words that count go before words that do not.
                        targets[target] = "" if targets.get(target) == "" else how
                    else:
                        tense = how
        if not entry.codes and not targets and not questions and not tense:
            unknown += [Code("text", t[:_TEXT_LENGTH], False) for t in entry.texts[:1]]
        tense = "" if targets else tense
        return Read(tuple(targets.items()), frozenset(questions), tense, broad, tuple(unknown))

    def _read_code(self, system: str, code: str) -> tuple[bool, frozenset[Target], frozenset[str]]:
        none: frozenset[Target] = frozenset()
        plain = plain_code(system, code)
        if plain is None:
            return False, none, frozenset()
        if system == ICD10:
            keys = icd10_keys(plain)
            return True, frozenset().union(*(self._icd.get(k, ()) for k in keys)), frozenset()
        if system == SNOMED:
            found = self._snomed.get(plain)
            return found is not None, frozenset(found or ()), frozenset()
        if system == ATC:
            asked = frozenset().union(*(self._atc.get(k, ()) for k in atc_keys(plain)))
            return True, none, asked
        return False, none, frozenset()

    def _read_text(self, text: str) -> tuple[tuple[tuple[Target, Tense], ...], frozenset[str]]:
        plain = " ".join(text.lower().split())
        found: list[tuple[Target, Tense]] = []
        if self._any_word.search(plain):
            for words, not_words, target in self._words:
                if words.search(plain):
                    told = not_words.sub(" ", plain)
                    hits = words.finditer(told)
                    tenses = {self._tense(told, m.start(), m.end()) for m in hits}
                    found += [(target, t) for t in _TENSES if t in tenses][:1]
        asked = {key for words, key in self._medicines if words.search(plain)}
        return tuple(found), frozenset(asked)

    def _tense(self, text: str, start: int, end: int) -> Tense:
        ahead, behind = text[max(0, start - _NEAR) : start], text[end : end + _NEAR]
        if self._elsewhere.search(ahead) or self._elsewhere.search(behind):
            return "elsewhere"
        if self._denied_before.search(ahead) or self._denied_after.search(behind):
            return "denied"
        return "past" if self._before.search(ahead) else ""


def _words_of(rule: Rule, case: Case) -> tuple[str, ...]:
    if case.by != "finding":
        return ()
    return (case.words or ()) if case.own_evidence else rule.words


def _any_of(words: Iterable[str], *, whole: bool = False) -> re.Pattern[str]:
    longest_first = sorted(words, key=lambda w: (-len(w), w))
    if not longest_first:
        return _NEVER
    end = r"\b" if whole else ""
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))}){end}")


_MATCHERS: dict[int, tuple[RuleSet, Matcher]] = {}
_MOST_MATCHERS = 8


def matcher_of(rules: RuleSet) -> Matcher:
    """Return the index of a rule set; the last few are kept."""
    kept = _MATCHERS.get(id(rules))
    if kept is not None and kept[0] is rules:
        return kept[1]
    if len(_MATCHERS) >= _MOST_MATCHERS:
        _MATCHERS.pop(next(iter(_MATCHERS)))
    _MATCHERS[id(rules)] = (rules, Matcher(rules))
    return _MATCHERS[id(rules)][1]
