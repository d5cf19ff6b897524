"""Every name that FORMAT.md prints is a key or a name of the schema, and the other way round."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, get_args

import pytest

from cryodose.session import Source, names
from cryodose.session.contact import ActivitySpan, PackCycle
from cryodose.session.electrophoresis import Current, Precooling, ProgrammeStep
from cryodose.session.expected import RelationRow
from cryodose.session.exposure import EXPOSURES
from cryodose.session.gas import GasLevel, Stage
from cryodose.session.measured import Measured
from cryodose.session.nitrogen import FreezeCycle, Lesion
from cryodose.session.relations import WHERE_KEYS
from cryodose.session.subject import Baseline, SiteSize, Subject
from cryodose.session.translate import file_keys

TEXT = (Path(__file__).parents[2] / "experiments" / "FORMAT.md").read_text(encoding="utf-8")
TABLES = (
    ActivitySpan,
    Baseline,
    Current,
    FreezeCycle,
    GasLevel,
    Lesion,
    Measured,
    PackCycle,
    Precooling,
    ProgrammeStep,
    RelationRow,
    SiteSize,
    Source,
    Stage,
    Subject,
    *EXPOSURES.values(),
)
KEYS = {key for table in TABLES for key in file_keys(table)}
SIDED = {f"{key}_{side}" for key in WHERE_KEYS for side in "ab"}
NAMES = {str(name) for group in vars(names).values() for name in get_args(group)}
SECTIONS = {"title", "key", "assumed", "variant", "source", "measured", "expected"}

# Words of the prose: commands, headings, endings of names, figures and one-off examples.
PROSE = {
    "_C", "_s", "_mm", "_kg", "_percent", "_sd", "_a", "_b", "...", "base", "true", "A-D", "z",
    "validate", "--json", "cryodose simulate FILE", "cryodose validate FILE...",
    "[source]", "[assumed]", "[exposure]", "[subject.properties]", "[[variant]]",
    "subject.kind", "exposure.modality", "[lowest, highest]", "[low, high]",
    "complete", '"3 x 0.5 mm"',
}  # fmt: skip
MEDIA = {
    "agar", "agar-1.5%", "agarose-1%", "agarose-1%-nacl-2%", "agar-lard-50%", "gelatin",
    "collagen", "skin-phantom",
}  # fmt: skip


def backticked() -> list[str]:
    body = TEXT.split("## What `validate` reports")[0]
    return sorted(set(re.findall(r"`([^`]+)`", body)))


def words_of(token: str) -> list[str]:
    """Split an example such as `{on_s, off_s}` or `site = "calf"` into keys and names."""
    return [word for word in re.findall(r'"[^"]*"|[^\s{}=,|\[\]]+', token) if word]


def is_known(word: str) -> bool:
    bare = word.strip('"')
    dotted = bare.split(".")
    return (
        bare in KEYS | SIDED | NAMES | SECTIONS | PROSE | MEDIA
        or re.fullmatch(r"-?[0-9.]+", bare) is not None
        or (len(dotted) > 1 and all(part in KEYS | SECTIONS | SHARED for part in dotted))
    )


SHARED = {"subject", "exposure", "assumed"}


@pytest.mark.parametrize("token", backticked())
def test_every_printed_name_is_known(token: str) -> None:
    if token in PROSE | MEDIA:
        return
    unknown = [word for word in words_of(token) if not is_known(word) and word != "...overrides"]
    assert unknown == []


def test_the_document_was_really_read() -> None:
    assert len(backticked()) > 200


@pytest.mark.parametrize("token", sorted(MEDIA))
def test_every_printed_medium_is_valid(token: str) -> None:
    assert Subject.model_validate({"kind": "gel", "medium": token}).medium == token


def first_column(heading: str) -> list[str]:
    part = TEXT.split(heading)[1].split("\n## ")[0]
    rows = re.findall(r"^\| (`.*?) \|", part, re.MULTILINE)
    return [name for row in rows for name in re.findall(r"`([^`]+)`", row)]


@pytest.mark.parametrize(
    ("heading", "table"), [("## [subject]", Subject), ("## [[measured]] (", Measured)]
)
def test_every_key_of_the_tables_is_in_the_schema(heading: str, table: Any) -> None:
    keys = first_column(heading)
    assert len(keys) > 14
    assert [key for key in keys if key not in file_keys(table) and key != "..."] == []


@pytest.mark.parametrize("name", sorted(NAMES))
def test_the_schema_has_no_name_that_the_document_lacks(name: str) -> None:
    assert re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", TEXT)
