"""Codes of diseases and medicines: which system, which spelling, which hierarchy."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

ICD10, SNOMED, LOINC, ATC = "icd10", "snomed", "loinc", "atc"
_SYSTEMS = {
    "http://snomed.info/sct": SNOMED,
    "urn:oid:2.16.840.1.113883.6.96": SNOMED,
    "http://loinc.org": LOINC,
    "urn:oid:2.16.840.1.113883.6.1": LOINC,
    "http://www.whocc.no/atc": ATC,
    "https://www.whocc.no/atc": ATC,
    "urn:oid:2.16.840.1.113883.6.73": ATC,
    "urn:oid:2.16.840.1.113883.6.3": ICD10,
    "urn:oid:2.16.840.1.113883.6.90": ICD10,
}
_ICD10 = re.compile(r"[A-TV-Z]\d[0-9A-Z](?:\.?[0-9A-Z]{1,4})?")
_RANGE = re.compile(r"([A-Z]\d\d)-([A-Z]\d\d)")
_MARKS = " \t+*†!#-"


@lru_cache(maxsize=256)
def system_of(uri: str) -> str | None:
    """Return the short name of a code system, or None for one that the rules do not know."""
    plain = uri.strip().rstrip("/").lower()
    if plain.startswith("http://snomed.info/sct"):
        return SNOMED
    if re.search(r"icd-?10(?!-?pcs)", plain):
        return ICD10
    return _SYSTEMS.get(plain)


@lru_cache(maxsize=16384)
def plain_code(system: str, code: str) -> str | None:
    """Return a code in the spelling of the rules, or None where it is no code of its system.

    ICD-10 loses its dot, its dagger and its case; SNOMED CT must be digits.

    Examples
    --------
    >>> plain_code("icd10", " i73.0+")
    'I730'
    """
    text = code.strip()
    if system == ICD10:
        upper = text.strip(_MARKS).upper()
        return upper.replace(".", "") if _ICD10.fullmatch(upper) else None
    if system == SNOMED:
        return text if text.isascii() and text.isdigit() else None
    if system == ATC:
        upper = text.upper()
        return upper if upper.isascii() and upper.isalnum() else None
    return text


def icd10_keys(code: str) -> Iterator[str]:
    """Yield a code and everything above it, down to its category of three characters.

    Examples
    --------
    >>> list(icd10_keys("I2510"))
    ['I25', 'I251', 'I2510']
    """
    for end in range(3, len(code) + 1):
        yield code[:end]


def atc_keys(code: str) -> Iterator[str]:
    """Yield an ATC code and every group above it."""
    for end in range(1, len(code) + 1):
        yield code[:end]


def icd10_prefixes(entries: Iterable[str]) -> Iterator[str]:
    """Yield the prefixes that a list of codes and ranges stands for.

    Raises
    ------
    ValueError
        Naming an entry that is neither a code nor a range.

    Examples
    --------
    >>> list(icd10_prefixes(["I73.0", "E10-E12"]))
    ['I730', 'E10', 'E11', 'E12']
    """
    for entry in entries:
        found = _RANGE.fullmatch(entry)
        if found is None:
            code = plain_code(ICD10, entry)
            if code is None:
                raise ValueError(entry)
            yield code
            continue
        yield from _between(found.group(1), found.group(2), entry)


def _between(first: str, last: str, entry: str) -> Iterator[str]:
    letters = [chr(n) for n in range(ord(first[0]), ord(last[0]) + 1)]
    codes = [f"{a}{n:02d}" for a in letters for n in range(100)]
    chosen = [c for c in codes if first <= c <= last]
    if not chosen:
        raise ValueError(entry)
    yield from chosen
