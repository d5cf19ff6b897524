"""Reads a patient file, ours or FHIR, within bounds, and with one telling line per fault."""

from __future__ import annotations

import os

from cryodose.files import read_json, read_toml
from cryodose.screening.facts import Facts
from cryodose.screening.fhir import facts_from_fhir
from cryodose.screening.form import bad_format, facts_from_form
from cryodose.screening.load import load_rules
from cryodose.screening.rules import RuleSet


def read_facts(
    path: str | os.PathLike[str], rules: RuleSet | None = None, *, subject: str = ""
) -> Facts:
    """Return what a patient file says.

    Parameters
    ----------
    path : path-like
        FHIR R4 in JSON of at most 128 MB, or our own format in TOML (``.toml``, at most 2 MB) or
        JSON.
    rules : RuleSet, optional
        Default those of the package.
    subject : str
        Whose records count where a FHIR bundle holds several people.

    Raises
    ------
    BadInput
        Naming file, key, value and expectation.
    """
    read = read_toml if os.fspath(path).endswith(".toml") else read_json
    return facts_from(read(path), rules, subject=subject, file=path)


def facts_from(
    data: object, rules: RuleSet | None = None, *, subject: str = "", file: object = None
) -> Facts:
    """Return what data says that has the shape of a patient file or of a FHIR resource.

    Parameters and errors as for `read_facts`.
    """
    used = load_rules() if rules is None else rules
    if isinstance(data, dict) and "resourceType" in data:
        return facts_from_fhir(data, used, subject=subject, file=file)
    if isinstance(data, dict) and "format" in data:
        return facts_from_form(data, used, file)
    raise bad_format(file, data)
