"""Register files, and words of registers as readings."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cryodose.errors import BadInput
from cryodose.sensors.cabin import Cabin
from cryodose.sensors.registers import (
    Device,
    Register,
    device_from,
    device_toml,
    encoded,
    load_registers,
    read_out,
)

NOW = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
CABIN = Cabin(-140.0, {"calf": ((0.0, 180.0), (33.0, 21.0))})


@given(st.sampled_from(["int16", "int32", "float32"]), st.integers(-32_000, 32_000))
def test_words_come_back(kind: str, count: int) -> None:
    register = Register("skin", 0, kind, 0.01)
    value = round(count * 0.01, 6)
    told = read_out(Device((register,)), {0: encoded(register, value)}, NOW)[0]
    assert told.value == pytest.approx(value, abs=1e-4)


def test_what_the_device_does_not_give_is_missing() -> None:
    register = Register("skin", 4, "int16", 0.1, "calf", -32768)
    device = Device((register,))
    for words, why in (({4: None}, "not answer"), ({}, "not answer"), ({4: [1, 2]}, "not answer"),
                       ({4: encoded(register, None)}, "no sensor")):  # fmt: skip
        told = read_out(device, words, NOW)[0]
        assert told.value is None
        assert why in told.why


def test_a_register_file_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "r.toml"
    path.write_text(device_toml(CABIN.device))
    assert load_registers(path) == CABIN.device


GOOD = {"format": "cryodose-registers/1",
        "register": [{"quantity": "oxygen", "address": 1}]}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"format": "x"}, "format"), ({"colour": 1}, "colour"), ({"unit": 300}, "0 to 247"),
        ({"unit": True}, "unit"), ({"sensor": ""}, "sensor"), ({"register": []}, "register"),
        ({"register": [1]}, "register[0]"),
        ({"register": [{"quantity": "mood", "address": 1}]}, "register[0].quantity"),
        ({"register": [{"quantity": "oxygen"}]}, "register[0].address"),
        ({"register": [{"quantity": "oxygen", "address": 65535}]}, "register[0].address"),
        ({"register": [{"quantity": "oxygen", "address": 1, "kind": "int8"}]}, "kind"),
        ({"register": [{"quantity": "oxygen", "address": 1, "scale": 0}]}, "scale"),
        ({"register": [{"quantity": "oxygen", "address": 1, "site": 1}]}, "site"),
        ({"register": [{"quantity": "oxygen", "address": 1, "absent": "x"}]}, "absent"),
        ({"register": [{"quantity": "oxygen", "address": 1, "x": 1}]}, "register[0].x"),
    ],
)  # fmt: skip
def test_faults_of_register_files(change: dict, words: str) -> None:
    with pytest.raises(BadInput, match=words.replace("[", r"\[")):
        device_from({**GOOD, **change}, "r.toml")
    assert device_from(GOOD).registers[0].scale == 1.0


def test_files_that_are_none(tmp_path: Path) -> None:
    path = tmp_path / "r.toml"
    for content in (b"= 1", b"\xff", b"x" * 1_000_001):
        path.write_bytes(content)
        with pytest.raises(BadInput, match=r"r\.toml"):
            load_registers(path)
    with pytest.raises(BadInput, match="none of this name"):
        load_registers(tmp_path / "none.toml")


def test_the_cabin_plays_its_prediction() -> None:
    skin = [CABIN.values(t)["skin", "calf"] for t in (0.0, 90.0, 180.0, 999.0)]
    assert skin == pytest.approx([33.0, 27.0, 21.0, 21.0], abs=0.5)
    assert CABIN.values(0.0)["gas", ""] == pytest.approx(22.0)
    assert CABIN.values(300.0)["gas", ""] == pytest.approx(-140.0, abs=0.1)
    assert CABIN.values(5.0) == CABIN.values(5.0)
    assert dict(CABIN.messages(0.0))["cryodose/cabin/oxygen"] == "20.90"
