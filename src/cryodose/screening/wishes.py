"""A wished goal tells of a disease: who wants bronchitis treated has bronchitis."""

from __future__ import annotations

from cryodose.evidence.catalogue import indication
from cryodose.screening.codes import ICD10, SNOMED
from cryodose.screening.facts import Code, Coded


def disease_of(wish: str) -> Coded:
    """Return what a wish says about the person, for the rules to judge.

    Parameters
    ----------
    wish : str
        A goal in the words of a person, or a key of the catalogue.
    """
    row = indication(wish)
    if row is None:
        return Coded("wish", (), (wish,), "present")
    codes = [Code(ICD10, c, True) for c in row.icd10 if "-" not in c]
    codes += [Code(SNOMED, c, True) for c in row.snomed]
    return Coded(f"wish {row.key}", tuple(codes), (row.name,), "present")
