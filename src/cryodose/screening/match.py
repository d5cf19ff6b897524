"""Which rules a recorded disease, device or medicine touches: compiled once for a rule set."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from itertools import combinations
from typing import NamedTuple

from cryodose.screening.codes import (
    ATC,
    ICD10,
    SNOMED,
    atc_keys,
    icd10_block,
    icd10_keys,
    icd10_prefixes,
    plain_code,
)
from cryodose.screening.facts import Code, Coded
from cryodose.screening.phrases import Phrases, Tense, Words, any_of, plain_text
from cryodose.screening.rules import Case, Rule, RuleSet

Target = tuple[str, int]
_TEXT_LENGTH = 400


class Read(NamedTuple):
    """What a recorded entry means to the rules.

    `targets` are the cases touched, each with "past" where the words say so; `tense` is "denied" or
    "elsewhere" where words were found that do not count; `broad` says that a code is wider than
    its rule; `maybe` are rules of which a code names the family, but not the member; `differ` says
    that two of its codes name different diseases.
    """

    targets: tuple[tuple[Target, Tense], ...]
    questions: frozenset[str]
    tense: Tense
    broad: bool
    unknown: tuple[Code, ...]
    maybe: frozenset[str]
    differ: bool


class _Found(NamedTuple):
    """What one code means: whether it is known, what it touches, asks, and may stand for."""

    known: bool
    targets: frozenset[Target] = frozenset()
    questions: frozenset[str] = frozenset()
    maybe: frozenset[str] = frozenset()
    broad: bool = False


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
        self._words: list[tuple[Words, Target]] = []
        for rule in rules.rules.values():
            for n, case in enumerate(rule.cases):
                if case.by == "finding":
                    self._add(rule, case, (rule.id, n))
        for question in rules.questions.values():
            for group in question.atc:
                self._atc[group].add(question.id)
        medicines = [(q.words, q.id) for q in rules.questions.values() if q.words]
        self._medicines = [(any_of(words), key) for words, key in medicines]
        self._any_word = any_of(
            {w for r in rules.rules.values() for c in r.cases for w in _words_of(r, c)}
        )
        self._phrases = Phrases(rules.text)
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
            self._words.append((Words.of(words, rule.not_words), target))

    def read(self, entry: Coded) -> Read:
        """Return which cases, and which questions, an entry touches."""
        targets: dict[Target, Tense] = {}
        questions: set[str] = set()
        unknown: list[Code] = []
        maybe: set[str] = set()
        named: list[frozenset[str]] = []
        understood = broad = False
        for code in entry.codes:
            found = self.code(code.system, code.code)
            if not found.known:
                unknown.append(code)
                continue
            understood = True
            targets.update(dict.fromkeys(found.targets, ""))
            questions |= found.questions
            maybe |= found.maybe
            broad = broad or found.broad
            if found.targets:
                named.append(frozenset(rule for rule, _ in found.targets))
        # Displays repeat the code; where the code is understood, only free words add to it.
        shown = () if understood else tuple(c.display for c in entry.codes if c.display)
        tense: Tense = ""
        for text in (*entry.texts, *shown):
            said, asked = (self.text if len(text) <= _TEXT_LENGTH else self._read_text)(text)
            questions |= asked
            for target, how in said:
                if how in ("", "past"):
                    # What counts goes before what does not, and a code before words.
                    targets[target] = "" if targets.get(target) == "" else how
                else:
                    tense = how
        if not entry.codes and not targets and not questions and not tense:
            unknown += [Code("text", t[:_TEXT_LENGTH], False) for t in entry.texts[:1]]
        return Read(
            tuple(targets.items()),
            frozenset(questions),
            "" if targets else tense,
            broad,
            tuple(unknown),
            frozenset(maybe - {rule for rule, _ in targets}),
            len(named) > 1 and any(a.isdisjoint(b) for a, b in combinations(named, 2)),
        )

    def _read_code(self, system: str, code: str) -> _Found:
        if not system:
            return self._read_bare(code)
        plain = plain_code(system, code)
        if system == ICD10:
            return self._read_icd10(plain, code)
        if plain is None:
            return _Found(False)
        if system == SNOMED:
            found = self._snomed.get(plain)
            return _Found(found is not None, frozenset(found or ()), broad=plain in self._broad)
        if system == ATC:
            asked = frozenset().union(*(self._atc.get(k, ()) for k in atc_keys(plain)))
            return _Found(True, questions=asked)
        return _Found(False)

    def _read_icd10(self, plain: str | None, code: str) -> _Found:
        if plain is not None:
            above = frozenset().union(*(self._icd.get(k, ()) for k in icd10_keys(plain)))
            below = {t[0] for k, v in self._icd.items() if k.startswith(plain) for t in v}
            maybe = frozenset(below - {t[0] for t in above})
            return _Found(True, above, maybe=maybe, broad=plain in self._broad)
        block = icd10_block(code)
        if block is None:
            return _Found(False)
        first, last = block
        inside = [v for k, v in self._icd.items() if first <= k[:3] <= last]
        return _Found(True, frozenset().union(*inside), broad=True)

    def _read_bare(self, code: str) -> _Found:
        """Read a code without its system: it counts where it is surely one of a rule's."""
        for system in (ICD10, SNOMED):
            found = self._read_code(system, code)
            if found.targets and (system == SNOMED or "." in code):
                return found
        return _Found(False)

    def _read_text(self, text: str) -> tuple[tuple[tuple[Target, Tense], ...], frozenset[str]]:
        plain = plain_text(text)
        found: list[tuple[Target, Tense]] = []
        if self._any_word.search(plain):
            for words, target in self._words:
                tense = self._phrases.tense(plain, words.places(plain))
                if tense is not None:
                    found.append((target, tense))
        asked = {key for words, key in self._medicines if words.search(plain)}
        return tuple(found), frozenset(asked)


def _words_of(rule: Rule, case: Case) -> tuple[str, ...]:
    if case.by != "finding":
        return ()
    return (case.words or ()) if case.own_evidence else rule.words


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
