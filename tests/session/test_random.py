"""Random text and random tables: nothing but errors for users ever comes out."""

from __future__ import annotations

import contextlib
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from cryodose.errors import CryodoseError
from cryodose.session import load_session, names, parse_session, session_from_dict
from cryodose.session.compose import compose_experiment
from cryodose.session.exposure import EXPOSURES
from cryodose.session.measured import Measured
from cryodose.session.subject import Subject
from cryodose.session.translate import file_keys

SECTIONS = ["title", "source", "subject", "exposure", "assumed", "variant", "measured", "expected"]
MODELS = (Subject, Measured, *EXPOSURES.values())
KEYS = [*SECTIONS, "goal", "plan", "kind", "key", *{k for m in MODELS for k in file_keys(m)}]
NAMES = [*names.Modality.__args__, *names.Quantity.__args__, "gel", "calf", "base", "less"]

keys = st.sampled_from(KEYS) | st.text(max_size=8)
scalars = (
    st.sampled_from(NAMES)
    | st.text(max_size=20)
    | st.booleans()
    | st.integers(-(10**6), 10**6)
    | st.integers()
    | st.floats()
    | st.dates()
    | st.times()
    | st.datetimes()
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=5),
    max_leaves=25,
)
tables = st.dictionaries(keys, values, max_size=8)


def assert_only_our_errors(data: object) -> None:
    told: list[CryodoseError] = []
    for build in (session_from_dict, compose_experiment):
        try:
            build(data, "r.toml")
        except CryodoseError as error:
            told.append(error)
    assert all(error.exit_code == 2 for error in told)
    assert all(line.isprintable() for error in told for line in str(error).split("\n"))


@given(tables)
def test_random_tables(data: dict[str, Any]) -> None:
    assert_only_our_errors(data)


@settings(max_examples=40)
@given(st.sampled_from(list(EXPOSURES)), tables, tables, st.lists(tables, max_size=2), tables)
def test_random_tables_of_the_right_shape(
    modality: str,
    exposure: dict[str, Any],
    subject: dict[str, Any],
    rows: list[dict[str, Any]],
    assumed: dict[str, Any],
) -> None:
    data = {
        "title": "T",
        "source": {"key": "k", "citation": "c", "read": "text"},
        "exposure": {**exposure, "modality": modality},
        "subject": subject,
        "assumed": {"exposure": assumed, "subject": assumed},
        "measured": rows,
        "variant": [{"key": "v", "exposure": assumed, "subject": subject}],
        "expected": [{"relation": "less", "a": "base", "b": "v", **row} for row in rows],
    }
    assert_only_our_errors(data)
    del data["source"]
    assert_only_our_errors(data)


@given(st.text())
def test_random_text(text: str) -> None:
    with contextlib.suppress(CryodoseError):
        parse_session(text)


@given(st.lists(st.sampled_from([*KEYS, *"[]{}=.,\"'#\n ", "1", "true", "-", "[["]), max_size=40))
def test_random_tokens(tokens: list[str]) -> None:
    with contextlib.suppress(CryodoseError):
        parse_session("".join(tokens))


@given(st.binary(max_size=200))
def test_random_bytes_in_a_file(tmp_path_factory: Any, content: bytes) -> None:
    path = tmp_path_factory.mktemp("r") / "r.toml"
    path.write_bytes(content)
    with contextlib.suppress(CryodoseError):
        load_session(path)
