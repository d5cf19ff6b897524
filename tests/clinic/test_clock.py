"""The clock of live sessions: the server's; a fast one only where no record can be real."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from cryodose.clinic import clock
from cryodose.clinic.backup import backup
from cryodose.clinic.environment import Environment, read_environment
from cryodose.errors import BadInput

HERE = "127.0.0.1"


def env_of(folder: Path, speed: str = "30", **more: str) -> Environment:
    return read_environment({"CRYODOSE_DATA": str(folder), clock.NAME: speed, **more})


def test_clock_is_the_server_s() -> None:
    assert clock.speed() == 1
    assert abs(clock.now() - timezone.now()) < timedelta(seconds=1)


@pytest.mark.parametrize("speed", ["0", "-1", "1.5", "121", "fast"])
def test_speed_is_a_whole_number(tmp_path: Path, speed: str) -> None:
    with pytest.raises(BadInput, match=clock.NAME):
        env_of(tmp_path, speed)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CRYODOSE_ORIGIN", "https://clinic.example.org"),
        ("CRYODOSE_DATABASE_URL", "postgres://user@host/name"),
    ],
)
def test_fast_clock_is_for_this_machine_alone(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(BadInput, match=clock.NAME):
        env_of(tmp_path, **{name: value})
    with pytest.raises(BadInput, match=clock.NAME):
        clock.claim(env_of(tmp_path), "0.0.0.0")
    assert list(tmp_path.iterdir()) == []


def test_fast_clock_never_meets_real_records(tmp_path: Path) -> None:
    (tmp_path / "clinic.sqlite3").write_bytes(b"")
    with pytest.raises(BadInput, match="ordinary clock"):
        clock.claim(env_of(tmp_path), HERE)
    with pytest.raises(BadInput, match=clock.NAME):
        clock.speed_of(env_of(tmp_path))
    clock.claim(env_of(tmp_path, "1"), "0.0.0.0")
    assert clock.speed_of(env_of(tmp_path, "1")) == 1
    assert [p.name for p in tmp_path.iterdir()] == ["clinic.sqlite3"]


def test_folder_of_a_fast_clock_stays_one(tmp_path: Path) -> None:
    fast = env_of(tmp_path / "new")
    clock.claim(fast, HERE)
    assert clock.speed_of(fast) == 30
    clock.claim(fast, HERE)
    for other in ("1", "2"):
        with pytest.raises(BadInput, match="begun"):
            clock.speed_of(env_of(tmp_path / "new", other))
    with pytest.raises(BadInput, match="ordinary clock"):
        backup(fast, tmp_path / "archive.tar.gz")
    (tmp_path / "new" / clock.MARK).write_text("30x")
    with pytest.raises(BadInput, match="begun"):
        clock.speed_of(fast)


def test_fast_clock_runs_so_many_times_faster(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fast, passed = env_of(tmp_path / "new"), [100.0]
    clock.claim(fast, HERE)
    monkeypatch.setattr(settings, "ENVIRONMENT", fast)
    monkeypatch.setattr(clock.time, "monotonic", lambda: passed[0])
    clock._begun.cache_clear()
    try:
        begin = clock.now()
        passed[0] = 104.0
        assert clock.now() - begin == timedelta(seconds=120)
        assert abs(begin - timezone.now()) < timedelta(seconds=10)
    finally:
        clock._begun.cache_clear()
