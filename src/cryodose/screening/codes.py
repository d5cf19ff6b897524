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
_ICD10 = re.compile(r"[A-Z]\d[0-9A-Z](?:\.?[0-9A-Z]{1,4})?")
_RANGE = re.compile(r"([A-Z]\d\d)-([A-Z]\d\d)")
_MARKS = " \t+*†!#-"
# A concept with its term or with a refinement: its focus stands first.
_CONCEPT = re.compile(r"(\d{6,18})\s*(?:[|:].*)?", re.ASCII | re.DOTALL)
_THIRD = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# The chapters of ICD-10, whose numerals are codes of the classification too.
_CHAPTERS = {
    "I": "A00-B99", "II": "C00-D48", "III": "D50-D89", "IV": "E00-E90", "V": "F00-F99",
    "VI": "G00-G99", "VII": "H00-H59", "VIII": "H60-H95", "IX": "I00-I99", "X": "J00-J99",
    "XI": "K00-K93", "XII": "L00-L99", "XIII": "M00-M99", "XIV": "N00-N99", "XV": "O00-O99",
    "XVI": "P00-P96", "XVII": "Q00-Q99", "XVIII": "R00-R99", "XIX": "S00-T98", "XX": "V01-Y98",
    "XXI": "Z00-Z99", "XXII": "U00-U99",
}  # fmt: skip


@lru_cache(maxsize=256)
def system_of(uri: str) -> str | None:
    """Return the short name of a code system, or None for one that the rules do not know."""
    plain = uri.strip().rstrip("/").lower()
    if "snomed" in plain:
        return SNOMED
    if re.search(r"icd[- ]?10(?!-?pcs)", plain):
        return ICD10
    if "loinc" in plain:
        return LOINC
    if re.search(r"\batc\b", plain):
        return ATC
    return _SYSTEMS.get(plain)


@lru_cache(maxsize=16384)
def plain_code(system: str, code: str) -> str | None:
    """Return a code in the spelling of the rules, or None where it is no code of its system.

    ICD-10 loses its dot, its dagger and its case; SNOMED CT must be digits, and loses its term.

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
        found = _CONCEPT.fullmatch(text)
        return found.group(1) if found else None
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


def icd10_block(code: str) -> tuple[str, str] | None:
    """Return the first and last category of a block or chapter, or None where it is neither.

    Examples
    --------
    >>> icd10_block("G60-G64"), icd10_block("VI")
    (('G60', 'G64'), ('G00', 'G99'))
    """
    plain = code.strip(_MARKS).upper().replace("–", "-")
    found = _RANGE.fullmatch(_CHAPTERS.get(plain, plain))
    return None if found is None else (found.group(1), found.group(2))


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
    >>> [p for p in icd10_prefixes(["I73.0", "E10-E12"]) if p[2].isdigit()]
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
    # National editions have letters in the third place: C7A lies between C79 and C80.
    codes = [f"{a}{n}{c}" for a in letters for n in range(10) for c in _THIRD]
    chosen = [c for c in codes if first <= c <= last]
    if not chosen:
        raise ValueError(entry)
    yield from chosen
