"""Judges one rule for one person: the strictest case that counts, and what is missing."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from cryodose.screening.dates import days_after, months_later
from cryodose.screening.facts import Answer, Coded
from cryodose.screening.gather import Gathered
from cryodose.screening.phrases import Tense
from cryodose.screening.result import Finding
from cryodose.screening.rules import RANK, Case, Limit, Rule, RuleSet

_UNDATED = "no date known, so it counts"
WHICH = ": which disease of this group"
_BROAD = "the code is wider than the rule, so it counts until it is clear"


@dataclass(slots=True)
class Judged:
    """What a rule says: a finding or none, what is missing, what no longer counts."""

    finding: Finding | None = None
    missing: list[str] = field(default_factory=list)
    over: list[tuple[str, str]] = field(default_factory=list)
    conflicts: list[tuple[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class _Hits:
    """Reasons why a case counts, and what could still make it count."""

    because: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    untils: list[date | None] = field(default_factory=list)
    class_: str = ""


@dataclass(frozen=True, slots=True)
class Judge:
    """Judges rules against gathered facts.

    Parameters
    ----------
    rules : RuleSet
    book : Gathered
    device : str
    stage : str
        "once", "session" or "all".
    """

    rules: RuleSet
    book: Gathered
    device: str
    stage: str

    def judge(self, rule: Rule) -> Judged:
        """Return what a rule says."""
        told = Judged()
        for n, case in enumerate(rule.cases):
            if case.device and case.device != self.device:
                continue
            hits = self._hits(rule, n, case, told)
            # A milder case cannot make a rule stricter than what was found already.
            found = 0 if told.finding is None else RANK[told.finding.effect]
            if RANK[case.effect] > max(found, RANK["caution"]):
                told.missing += hits.missing
            if hits.because and told.finding is None:
                told.finding = self._finding(rule, case, hits)
        if told.finding is None or told.finding.effect != "stop":
            told.missing += [f"{e.words}{WHICH}" for e in self._unclear(rule)]
        if told.finding is not None:
            self._note_denial(rule, told)
            if told.finding.effect == "stop":
                told.missing.clear()
        told.missing = list(dict.fromkeys(told.missing))
        return told

    def _unclear(self, rule: Rule) -> list[Coded]:
        """Return records that name the family of a disease, where the rule may mean a member."""
        found = self.book.maybe.get(rule.id, ())
        if any(c.state != "now" or c.months is not None for c in rule.cases if c.by == "finding"):
            return list(found)
        return [e for e in found if e.state != "past"]

    def _hits(self, rule: Rule, n: int, case: Case, told: Judged) -> _Hits:
        hits = _Hits()
        if case.by == "device":
            hits.because.append(case.why)
        elif case.by == "measure":
            self._measure(case, hits)
        elif case.by == "rules":
            self._other_rules(rule, hits, told)
        else:
            if self._counts(case):
                for entry, tense, broad in self.book.touched.get((rule.id, n), ()):
                    self._entry(case, entry, tense, hits, told)
                    if broad and hits.because and hits.because[-1].startswith(entry.words):
                        hits.because[-1] += f" ({_BROAD})"
            if not case.when_settled:
                self._questions(rule, case, hits, told)
        if case.also and hits.because:
            self._also(case, hits)
        return hits

    def _counts(self, case: Case) -> bool:
        """Tell whether recorded entries count, given what was measured."""
        if case.settled_by:
            return not self._settled(case.settled_by)
        return not case.when_settled or self._settled(case.when_settled)

    def _settled(self, quantities: tuple[str, ...]) -> bool:
        book = self.book
        return all(
            q in book.readings and book.readings[q].holds and q not in book.unread
            for q in quantities
        )

    def _measure(self, case: Case, hits: _Hits) -> None:
        limit = case.limit
        if limit is None:
            return
        reading = self.book.readings.get(limit.quantity)
        if reading is not None and limit.broken(reading.low, reading.high):
            hits.because.append(f"{reading.words} (limit: {_limit_words(case, self.rules)})")
            hits.untils.append(None)
            return
        fresh = reading is not None and reading.holds
        fresh = fresh and (self.stage != "session" or (reading is not None and reading.today))
        if limit.quantity in self.book.unread or not (fresh or case.optional):
            hits.missing.append(limit.quantity)

    def _other_rules(self, rule: Rule, hits: _Hits, told: Judged) -> None:
        worst = 0
        for other_id in rule.rules:
            other = self.rules.rules[other_id]
            found = self.judge(other)
            if _asked(other, self.stage):
                hits.missing += found.missing
            told.over += found.over
            if found.finding is None:
                continue
            worst = max(worst, RANK[found.finding.effect])
            hits.because += [f"{other_id}: {why}" for why in found.finding.because]
            hits.untils.append(found.finding.until)
        if hits.because and worst < RANK["ask"]:
            hits.class_ = "caution"

    def _entry(self, case: Case, entry: Coded, tense: Tense, hits: _Hits, told: Judged) -> None:
        state = "past" if tense == "past" else entry.state
        if state == "past" and case.state == "now" and case.months is None:
            told.over.append((entry.words, "no longer present"))
            return
        if state == "present" and case.state == "past":
            return
        on = self.book.on
        start = entry.start if entry.start is not None and entry.start.first <= on else None
        words = f"{entry.words}, {'in the past' if state == 'past' else 'present'}"
        if case.older_than_days is not None:
            if start is None:
                hits.missing.append(f"{entry.where} since when")
            elif days_after(start.first, case.older_than_days) < on:
                hits.because.append(f"{words}, since {start}")
                hits.untils.append(None)
            return
        if case.months is None:
            hits.because.append(words)
            hits.untils.append(None)
        elif start is None:
            hits.because.append(f"{words}; {_UNDATED}")
            hits.untils.append(None)
        else:
            until = months_later(min(start.last, on), case.months)
            if until > on:
                hits.because.append(f"{words}, {start}")
                hits.untils.append(until)
            else:
                why = f"waiting time of {case.months} months over since {until}"
                told.over.append((entry.words, why))

    def _questions(self, rule: Rule, case: Case, hits: _Hits, told: Judged) -> None:
        asked = (case.questions or ()) if case.own_evidence else rule.questions
        for key in asked:
            if key in self.book.skipped and not self.book.answers.get(key):
                continue
            bad = self.rules.questions[key].bad
            given = self.book.answers.get(key, ())
            said = [a for a in given if self._is_of_time(a, rule, bad)]
            told.over += [
                (f"{a.where}: {a.question} answered {a.say} on {a.at}", "too long ago to count")
                for a in given
                if a not in said and a.at is not None
            ]
            yes = [a for a in said if a.say == bad]
            if yes:
                for answer in yes:
                    self._answer(case, answer, hits)
            elif not any(a.say not in (bad, "unknown") for a in said):
                hits.missing.append(key)

    def _is_of_time(self, answer: Answer, rule: Rule, bad: str) -> bool:
        """Tell whether an answer is recent enough; a bad one of the one-off part always is."""
        if answer.at is None:
            # What a record says of a medicine counts; what it does not say is no answer.
            return answer.say == bad
        age = (self.book.on - answer.at.first).days
        policy = self.rules.policy
        same_day = age <= policy["session_valid_days"]
        if rule.stage == "session":
            return same_day
        if answer.say == bad:
            return True
        if rule.stage == "both" and self.stage == "session":
            return same_day
        own = self.rules.questions[answer.question].valid_days
        return age <= (policy["answers_valid_days"] if own is None else own)

    def _answer(self, case: Case, answer: Answer, hits: _Hits) -> None:
        on = self.book.on
        words = f"{answer.where}: {answer.question} answered {answer.say}"
        since = answer.since if answer.since and answer.since.first <= on else None
        if case.older_than_days is not None:
            if since is None:
                hits.missing.append(f"{answer.question} since when")
            elif days_after(since.first, case.older_than_days) < on:
                hits.because.append(f"{words}, since {since}")
                hits.untils.append(None)
            return
        if case.months is None or since is None:
            note = f"; {_UNDATED}" if case.months is not None else ""
            hits.because.append(words + note)
            hits.untils.append(None)
            return
        until = months_later(min(since.last, on), case.months)
        if until > on:
            hits.because.append(f"{words}, {since}")
            hits.untils.append(until)

    def _also(self, case: Case, hits: _Hits) -> None:
        said = self.book.answers.get(case.also, ())
        bad = self.rules.questions[case.also].bad
        if any(a.say == bad for a in said):
            return
        hits.because.clear()
        hits.untils.clear()
        if not any(a.say not in (bad, "unknown") for a in said):
            hits.missing.append(case.also)

    def _finding(self, rule: Rule, case: Case, hits: _Hits) -> Finding:
        untils = [u for u in hits.untils if u is not None]
        until = max(untils) if untils and len(untils) == len(hits.untils) else None
        effect_class = case.class_ if not hits.class_ else "caution"
        why = [case.why] if case.why and case.by != "device" else []
        return Finding(
            rule.id,
            rule.condition,
            effect_class,
            "caution" if hits.class_ else case.effect,
            (*sorted(set(hits.because)), *why),
            rule.sources,
            until,
            self._change(rule, case, until),
            rule.conflict,
        )

    def _change(self, rule: Rule, case: Case, until: date | None) -> str:
        """Say what would make a case not count any more; empty where nothing is known."""
        if until is not None:
            return f"from {until.isoformat()} on"
        limit = case.limit
        if limit is None:
            return case.change or rule.waiting
        wanted = case.change or f"with {limit.quantity.replace('_', ' ')} {self._within(limit)}"
        reading = self.book.readings.get(limit.quantity)
        # What was measured on the day of the session holds for that day; a plan can be changed.
        planned = self.rules.measures[limit.quantity].ends_after_days == 0
        if reading is None or not reading.today or planned or limit.quantity == "age":
            return wanted
        return f"{wanted}, measured on another day"

    def _within(self, limit: Limit) -> str:
        unit = self.rules.measures[limit.quantity].unit
        words = {"at_least": "below", "above": "not above", "below": "not below"}[limit.kind]
        return f"{words} {limit.number:g}" + ("" if unit == "1" else f" {unit}")

    def _note_denial(self, rule: Rule, told: Judged) -> None:
        """Report an answer that contradicts a record; the record counts."""
        if rule.id not in self.book.touched_rules:
            return
        for key in rule.questions:
            bad = self.rules.questions[key].bad
            said = self.book.answers.get(key, ())
            if said and all(a.say not in (bad, "unknown") for a in said):
                told.conflicts.append((rule.id, f"answered {said[0].say} to {key}, but on record"))


def _asked(rule: Rule, stage: str) -> bool:
    return stage == "all" or rule.stage in (stage, "both")


def _limit_words(case: Case, rules: RuleSet) -> str:
    limit = case.limit
    if limit is None:
        return ""
    unit = rules.measures[limit.quantity].unit
    words = {"at_least": "at least", "above": "above", "below": "below"}[limit.kind]
    return f"{words} {limit.number:g}" + ("" if unit == "1" else f" {unit}")
