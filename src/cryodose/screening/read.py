"""Reads a patient file, ours or FHIR, within bounds, and with one telling line per fault."""

from __future__ import annotations

import json
import os
import tomllib
from typing import Any

from cryodose.errors import BadInput
from cryodose.screening.facts import Facts
from cryodose.screening.fhir import facts_from_fhir
from cryodose.screening.form import bad_format, facts_from_form
from cryodose.screening.load import load_rules
from cryodose.screening.rules import RuleSet

MAX_FILE_BYTES = 128_000_000
_MAX_TOML_BYTES = 2_000_000
_MOST_PARTS = 2_000_000


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
    toml = os.fspath(path).endswith(".toml")
    text = read_text(path, _MAX_TOML_BYTES if toml else MAX_FILE_BYTES)
    if toml:
        return facts_from(_toml(text, path), rules, subject=subject, file=path)
    return facts_from(parse_json(text, path), rules, subject=subject, file=path)


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


def read_json(path: str | os.PathLike[str]) -> Any:
    """Return what a JSON file of at most 128 MB says; errors as for `parse_json`."""
    return parse_json(read_text(path), path)


def parse_json(text: str, file: object = None) -> Any:
    """Return what a JSON text says.

    Raises
    ------
    BadInput
        If it is no JSON, nested too deep, of too many parts, or gives one key of an object twice.
    """
    # Each part costs some hundred bytes of memory, however short it is in the file.
    if len(text) > _MOST_PARTS:
        parts = text.count("{") + text.count("[")
        if parts > _MOST_PARTS:
            raise BadInput(file, "objects and lists", parts, f"at most {_MOST_PARTS}")

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) < len(pairs):
            names = [key for key, _ in pairs]
            twice = next(n for n in names if names.count(n) > 1)
            raise BadInput(file, twice, made[twice], "each key once")
        return made

    def refuse(name: str) -> Any:
        raise BadInput(file, "", expected=f"JSON, which has no {name}")

    try:
        return json.loads(text, object_pairs_hook=once, parse_constant=refuse)
    except RecursionError:
        raise BadInput(file, "", expected="JSON that is nested less deep") from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        found = error.doc[error.pos : error.pos + 20]
        raise BadInput(file, place, found, f"valid JSON ({error.msg.lower()})") from None
    except ValueError as error:
        raise BadInput(file, "", expected=f"JSON with numbers of usual size ({error})") from None


def _toml(text: str, file: object) -> Any:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        raise BadInput(file, "", expected=f"valid TOML ({error})") from None


def read_text(path: str | os.PathLike[str], most: int = MAX_FILE_BYTES) -> str:
    """Return a text file in UTF-8 of at most `most` bytes; BadInput where it cannot be read."""
    try:
        with open(path, "rb") as stream:
            content = stream.read(most + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise BadInput(path, "", expected=f"a readable file ({reason})") from None
    if len(content) > most:
        raise BadInput(path, "size in bytes", len(content), f"at most {most} bytes")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        found = content[error.start : error.start + 1]
        raise BadInput(path, f"byte {error.start}", found, "text in UTF-8") from None
