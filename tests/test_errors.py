"""Errors are one printable line each, survive pickling and carry their exit code."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cryodose.errors import (
    MISSING,
    BadInput,
    BadInputs,
    CryodoseError,
    NoProcedure,
    Refused,
    one_line,
    show_value,
)


def test_bad_input_is_file_key_value_expectation() -> None:
    error = BadInput("a.toml", "exposure.agent", "cubed", 'one of "cubed-ice"')
    assert str(error) == 'a.toml: exposure.agent = "cubed": expected one of "cubed-ice"'


def test_bad_input_without_file_or_key() -> None:
    assert str(BadInput(None, "", MISSING, "a table")) == "<input>: expected a table"


def test_missing_value_says_so() -> None:
    assert "exposure.site = (missing)" in str(BadInput("a", "exposure.site", MISSING, "a site"))


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (True, "true"),
        (1.5, "1.5"),
        ("a\nb\x1b[31m", '"a\\nb\\x1b[31m"'),
        ('say "x"', '"say \\"x\\""'),
        ([1, (2, {"k": "v"})], '[1, [2, {k = "v"}]]'),
        ({}, "{}"),
        (1 << 4000, "(an integer of 4001 bits)"),
        ("\ud800", '"\\ud800"'),
    ],
)
def test_values_are_shown_as_toml(value: object, shown: str) -> None:
    assert show_value(value) == shown


def test_deep_values_are_cut() -> None:
    value: object = 1
    for _ in range(100_000):
        value = [value]
    assert show_value(value) == "[[[[...]]]]"
    while isinstance(value, list):  # taken apart here: Python would recurse
        value = value.pop()


@given(st.text(), st.text(), st.text(), st.text())
def test_every_bad_input_is_one_printable_line(file: str, key: str, value: str, say: str) -> None:
    line = str(BadInput(file, key, value, say))
    assert line.isprintable()
    assert len(line.splitlines()) == 1


@given(st.recursive(st.none() | st.floats() | st.text(), st.lists, max_leaves=20))
def test_shown_values_are_short(value: object) -> None:
    assert len(show_value(value)) <= 60


def test_bad_inputs_are_lines_and_limited() -> None:
    one = BadInput("a", "k", 1, "x")
    assert str(BadInputs([one, one])) == f"{one}\n{one}"
    assert str(BadInputs([one] * 30)).splitlines()[-1] == "and 10 more"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (BadInput("a", "k", MISSING, "x"), 2),
        (BadInputs([BadInput("a", "k", 1, "x")]), 2),
        (Refused(["cold urticaria"]), 3),
        (NoProcedure("cryosauna"), 2),
        (NoProcedure("cryochamber", "gel", "f.toml"), 2),
    ],
)
def test_exit_codes_and_pickling(error: CryodoseError, code: int) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert error.exit_code == code
    assert str(again) == str(error)
    assert type(again) is type(error)


def test_missing_stays_itself_through_pickle() -> None:
    assert pickle.loads(pickle.dumps(MISSING)) is MISSING


def test_refused_and_no_procedure_say_why() -> None:
    assert str(Refused(["a", "b"])) == "refused: a; b"
    assert 'exposure.modality = "cryosauna"' in str(NoProcedure("cryosauna"))
    named = NoProcedure("cryochamber", "pig-skin", "f.toml")
    assert str(named).startswith('f.toml: subject.kind = "pig-skin": expected one')
    assert named.what == "cryochamber of pig-skin"


def test_one_line_cuts_to_width() -> None:
    assert one_line("x" * 500, 20) == "x" * 17 + "..."
