"""Every file of TOML or JSON that users hand in is read within the same bounds."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from cryodose.course import load_course
from cryodose.errors import BadInput
from cryodose.files import TOML_BYTES
from cryodose.screening import load_rules, read_facts
from cryodose.screening.overlay import overlaid
from cryodose.sensors.registers import load_registers
from cryodose.session import load_experiment, load_session
from cryodose.session.room import load_room


def overlay(path: Path) -> object:
    return overlaid(load_rules(), path)


READERS: tuple[Callable[[Path], object], ...] = (
    load_course,
    load_experiment,
    load_registers,
    load_room,
    load_session,
    overlay,
    read_facts,
)
# A reader of TOML that took this as it is would be busy for minutes.
ENDLESS = ".".join("a" * 200_000) + " = 1"


@pytest.mark.parametrize("read", READERS, ids=lambda f: f.__name__)
@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (ENDLESS.encode(), "line 1.*keys of fewer than 40 parts"),
        (b"a = " + b"[" * 100_000, "nested less deep"),
        (b"a = " + b"9" * 5000, "valid TOML"),
        (b"x = 1\ny = \xff", "text in UTF-8"),
        (b"x = 1\nx = 2\n", "line 2.*valid TOML"),
    ],
    ids=["endless-key", "deep", "long-number", "no-utf8", "twice"],
)
def test_a_bomb_is_one_line_at_once(
    read: Callable[[Path], object], content: bytes, expected: str, tmp_path: Path
) -> None:
    path = tmp_path / "bad.toml"
    path.write_bytes(content)
    before = time.process_time()
    with pytest.raises(BadInput, match=expected) as caught:
        read(path)
    assert str(caught.value).startswith(f"{path}: ")
    # Not a measure of speed: the endless key alone would take a hundred times as long.
    assert time.process_time() - before < 20


@pytest.mark.parametrize("read", READERS, ids=lambda f: f.__name__)
def test_what_is_no_file(read: Callable[[Path], object], tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="there is none of this name"):
        read(tmp_path / "none.toml")
    folder = tmp_path / "folder.toml"
    folder.mkdir()
    with pytest.raises(BadInput, match="a directory"):
        read(folder)
    huge = tmp_path / "huge.toml"
    with huge.open("wb") as stream:
        stream.truncate(100_000_000)
    with pytest.raises(BadInput, match=f"at most {TOML_BYTES} bytes"):
        read(huge)
