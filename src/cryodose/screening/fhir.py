"""Reads a FHIR R4 Patient or Bundle: whose records they are, and what they say."""

from __future__ import annotations

from collections import Counter
from typing import Any

from cryodose.errors import BadInput
from cryodose.screening.facts import Facts
from cryodose.screening.fhir_records import READ_KINDS, add_record
from cryodose.screening.fhir_values import items, text_of, when_of
from cryodose.screening.rules import RuleSet

Record = dict[str, Any]
_DEPTH = 4
_SUBJECTS = ("subject", "patient")
_NAMES = 120


class _Box:
    """The resources of a bundle with their names, and who is who among them."""

    def __init__(self, most: int, file: object) -> None:
        self.most, self.file = most, file
        self.entries: list[tuple[str, Record, Record]] = []
        self.by_name: dict[str, Record] = {}
        self.people: dict[str, list[Record]] = {}
        self.empty = 0

    def add(self, resource: object, url: str, depth: int) -> None:
        """Take one resource in, and those of a bundle within it."""
        if depth > _DEPTH:
            expected = f"bundles within bundles at most {_DEPTH} deep"
            raise BadInput(self.file, "entry", "...", expected)
        kind = resource.get("resourceType") if isinstance(resource, dict) else None
        if not isinstance(resource, dict) or not isinstance(kind, str):
            self.empty += 1
        elif kind == "Bundle":
            self._unpack(resource, depth)
        else:
            self._take(resource, kind, url)

    def _unpack(self, bundle: Record, depth: int) -> None:
        entries = bundle.get("entry")
        if entries is not None and not isinstance(entries, list):
            raise BadInput(self.file, "entry", entries, "a list of entries")
        for entry in entries or ():
            if isinstance(entry, dict):
                self.add(entry.get("resource"), text_of(entry.get("fullUrl")), depth + 1)
            else:
                self.empty += 1

    def _take(self, resource: Record, kind: str, url: str) -> None:
        name = _name_of(resource, url)
        self._keep(name, resource, resource)
        self.by_name.setdefault(name, resource)
        if url:
            self.by_name.setdefault(url, resource)
        if kind == "Patient":
            same = self.people.setdefault(name, [])
            # Two that differ are enough to know that there are several.
            same += [resource] if len(same) < 2 and resource not in same else []
        elif "contained" in resource and kind != "FamilyMemberHistory":
            for inner in items(resource["contained"]):
                if isinstance(inner, dict) and inner.get("resourceType") in READ_KINDS:
                    self._keep(f"{name}#{text_of(inner.get('id'))}"[:_NAMES], inner, resource)

    def _keep(self, name: str, record: Record, holder: Record) -> None:
        if len(self.entries) >= self.most:
            expected = f"at most {self.most} entries"
            raise BadInput(self.file, "entry", len(self.entries) + 1, expected)
        self.entries.append((name, record, holder))

    def find(self, reference: object, holder: Record) -> Record | None:
        """Return the resource that a reference names."""
        text = reference_of(reference)
        if text.startswith("#"):
            inner = (c for c in items(holder.get("contained")) if isinstance(c, dict))
            return next((c for c in inner if c.get("id") == text[1:]), None)
        return self.by_name.get(text) or self.by_name.get(_tail(text))


def reference_of(value: object) -> str:
    """Return the text of a reference."""
    return text_of(value.get("reference")) if isinstance(value, dict) else ""


def _tail(reference: str) -> str:
    """Return type and id of a reference, without server and version."""
    parts = reference.split("/_history/", maxsplit=1)[0].rstrip("/").split("/")
    return "/".join(parts[-2:])


def _name_of(resource: Record, url: str) -> str:
    kind, own = resource["resourceType"], text_of(resource.get("id"))
    if own:
        return f"{kind}/{own}"[:_NAMES]
    tail = _tail(url)
    name = tail if tail.startswith(f"{kind}/") else f"{kind} {url}".strip()
    return name[:_NAMES]


def facts_from_fhir(
    resource: object, rules: RuleSet, *, subject: str = "", file: object = None
) -> Facts:
    """Return what a Patient, a Bundle or another resource says about one person.

    Parameters
    ----------
    resource : dict
        As `json` gives it.
    rules : RuleSet
        Says which codes of observations matter.
    subject : str
        Whose records count, such as ``Patient/p1``, where a bundle holds several people.
    file : object
        Name for errors.

    Returns
    -------
    Facts

    Raises
    ------
    BadInput
        If it is no FHIR resource, or too large or too deep, or has no such subject.
    """
    if not isinstance(resource, dict) or not isinstance(resource.get("resourceType"), str):
        raise BadInput(file, "resourceType", resource, "a FHIR resource")
    box = _Box(rules.policy["most_entries"], file)
    box.add(resource, "", 0)
    facts = Facts()
    names = _subject(box, subject, facts)
    others: Counter[str] = Counter()
    about = _About(names)
    for name, record, holder in box.entries:
        kind = record["resourceType"]
        if kind == "Patient":
            _patient(record, name, name in names, facts)
        elif about(record) and (holder is record or about(holder)):
            if not add_record(record, name, facts, rules, lambda r, h=holder: box.find(r, h)):  # type: ignore[misc]  # a default binds the loop's record
                others[kind] += 1
        else:
            facts.ignored.append((name, "about somebody else"))
    facts.ignored += [
        (f"{count} {kind[:_NAMES]}", "a kind of record that is not read")
        for kind, count in others.items()
    ]
    if box.empty:
        facts.ignored.append((f"{box.empty} entries", "without a resource"))
    return facts


def _subject(box: _Box, wanted: str, facts: Facts) -> set[str]:
    """Return the names of the person whose records count; empty where no patient is named."""
    patients = sorted(box.people)
    chosen = wanted or _of_composition(box)
    if wanted and _tail(wanted) not in patients and wanted not in box.by_name:
        raise BadInput(box.file, "subject", wanted, f"one of {', '.join(patients[:10])}")
    if not chosen and patients:
        chosen = _most_named(patients, box)
    if not chosen:
        named = {reference_of(r.get(k)) for _, r, _ in box.entries for k in _SUBJECTS} - {""}
        chosen = min(named, default="")
        if len({_tail(n) for n in named}) > 1:
            facts.open_points.append(("subject", f"records of several people: took {chosen}"))
    elif len(patients) > 1 and not wanted:
        facts.open_points.append(("subject", f"several people in one bundle: took {_tail(chosen)}"))
    facts.subject = _tail(chosen)
    if len(box.people.get(_tail(chosen), ())) > 1:
        facts.open_points.append(("subject", f"several people are called {_tail(chosen)}"))
    record = box.find({"reference": chosen}, {})
    same = {chosen, _tail(chosen)} - {""}
    return same | {n for n, r in box.by_name.items() if record is not None and r is record}


def _most_named(patients: list[str], box: _Box) -> str:
    """Return the patient whom most records name, so that another one changes nothing."""
    if len(patients) == 1:
        return patients[0]
    named: Counter[str] = Counter()
    for _, record, _ in box.entries:
        for key in _SUBJECTS:
            who = box.find(record.get(key), record) if isinstance(record.get(key), dict) else None
            if who is not None and who.get("resourceType") == "Patient":
                named[_tail(reference_of(record.get(key)))] += 1
                named[_name_of(who, "")] += 1
    return min(patients, key=lambda name: (-named[name], name))


def _of_composition(box: _Box) -> str:
    found = {
        reference_of(r.get("subject"))
        for _, r, _ in box.entries
        if r["resourceType"] == "Composition"
    }
    known = sorted(f for f in found if f and box.find({"reference": f}, {}) is not None)
    return known[0] if len(known) == 1 else ""


class _About:
    """Tells whether a record is about the person; one that names nobody counts."""

    def __init__(self, names: set[str]) -> None:
        self._names = names
        self._known: dict[str, bool] = {"": True}

    def __call__(self, record: Record) -> bool:
        for key in _SUBJECTS:
            if key in record:
                named = reference_of(record[key])
                known = self._known.get(named)
                return self._look(named) if known is None else known
        return True

    def _look(self, named: str) -> bool:
        names = self._names
        same = not names or named.startswith("#") or named in names or _tail(named) in names
        self._known[named] = same
        return same


def _patient(record: Record, name: str, is_subject: bool, facts: Facts) -> None:
    if not is_subject:
        facts.ignored.append((name, "somebody else"))
        return
    birth = when_of(record.get("birthDate"))
    if birth is not None:
        facts.births.append(birth)
    elif record.get("birthDate") is not None:
        facts.ignored.append((f"{name}: birthDate", "not a date"))
    sex = text_of(record.get("gender")).lower()
    if facts.sex and sex and sex != facts.sex:
        facts.conflicts.append((name, "more than one sex"))
        sex = "unknown"
    facts.sex = sex or facts.sex
    died = record.get("deceasedBoolean") is True or bool(record.get("deceasedDateTime"))
    if died:
        facts.open_points.append((name, "the record says that this person has died"))
