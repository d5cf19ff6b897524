"""A backup taken during load restores to a consistent state; a broken one restores nothing."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tarfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from cryodose.clinic.backup import MANIFEST, restore
from cryodose.clinic.environment import read_environment
from cryodose.errors import BadInput
from tests.clinic.make import picture
from tests.clinic.server import (
    Server,
    deliver,
    environment,
    make_plans,
    new_database,
    send_pictures,
    world,
)


def cryodose(env: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "cryodose", *words],
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(params=["sqlite", "postgres"])
def places(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], dict[str, str]]:
    """Return a function that gives the settings of a clinic by name."""
    url = request.getfixturevalue("postgres") if request.param == "postgres" else ""

    def place(name: str) -> dict[str, str]:
        database = new_database(url, f"{name}_{time.time_ns()}") if url else ""
        return environment(tmp_path / name, database)

    return place


def test_backup_during_load_restores_whole(
    places: Callable[[str], dict[str, str]], tmp_path: Path
) -> None:
    env, archive = places("old"), tmp_path / "clinic.tar.gz"
    made = world(env, "make", "4", "600")
    server, stop = Server(env), threading.Event()
    server.start()

    def load(session: str) -> None:
        deliver(server, made["cookie"], session, {"kind": "started", "key": "s"}, stop)
        for n in range(10_000):
            data = {"quantity": "skin", "value": 25.0, "source": "http"}
            event = {"kind": "reading", "key": f"{session}-{n}", "data": data}
            if not deliver(server, made["cookie"], session, event, stop):
                return

    cookie, person = made["cookie"], made["people"][0]
    threads = [threading.Thread(target=load, args=(s,), daemon=True) for s in made["sessions"]]
    threads += [
        threading.Thread(target=make_plans, args=(server, cookie, person, stop), daemon=True),
        threading.Thread(
            target=send_pictures, args=(server, cookie, person, picture(), stop), daemon=True
        ),
    ]
    told = server.told
    try:
        for thread in threads:
            thread.start()
        while len(told.acknowledged) < 20 or len(told.plans) < 2 or told.pictures < 5:
            time.sleep(0.05)
        before, plans, pictures = dict(told.acknowledged), dict(told.plans), told.pictures
        done = cryodose(env, "backup", str(archive))
        assert done.returncode == 0, done.stderr
        # It did go on meanwhile, or nothing was rehearsed.
        assert len(told.acknowledged) > len(before)
    finally:
        stop.set()
        for thread in threads:
            thread.join(timeout=15)
        server.kill()
    assert cryodose(env, "backup", str(archive)).returncode == 2
    other = places("new")
    done = cryodose(other, "restore", str(archive))
    assert done.returncode == 0, done.stderr + done.stdout
    found = world(other, "read")
    keys = {(e["session"], e["key"]) for e in found["events"]}
    assert {(session, key) for key, (session, _) in before.items()} <= keys
    assert pictures <= found["pictures"] <= told.pictures + 1
    kept = {title: (digest, same) for title, digest, _, same in world(other, "plans")["plans"]}
    assert {title: (digest, True) for title, digest in plans.items()}.items() <= kept.items()
    # And the site that went on has lost nothing either.
    assert told.refused == []
    assert world(env, "faults")["faults"] == world(other, "faults")["faults"] == []
    again = cryodose(other, "restore", str(archive))
    assert again.returncode == 2
    assert "without a clinic" in again.stderr
    assert archive.stat().st_mode & 0o077 == 0


def archive_of(folder: Path, files: dict[str, bytes], manifest: object) -> Path:
    path = folder / "x.tar.gz"
    with tarfile.open(path, "w:gz") as tar:
        for name, content in {**files, MANIFEST: json.dumps(manifest).encode()}.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return path


BAD = {"format": "cryodose-backup/1", "sha256": {"clinic.sqlite3": "0" * 64}}


@pytest.mark.parametrize(
    ("files", "manifest"),
    [
        ({}, BAD),
        ({"clinic.sqlite3": b"changed"}, BAD),
        ({"clinic.sqlite3": b"x", "more": b"x"}, BAD),
        ({"../outside": b"x"}, BAD),
        ({"/outside": b"x"}, BAD),
        ({}, []),
        ({}, {"format": "other", "sha256": {}}),
        ({}, {"format": "cryodose-backup/1", "sha256": {}}),
    ],
)
def test_broken_archive_restores_nothing(
    tmp_path: Path, files: dict[str, bytes], manifest: object
) -> None:
    archive = archive_of(tmp_path, files, manifest)
    env = read_environment({"CRYODOSE_DATA": str(tmp_path / "a" / "data")})
    with pytest.raises(BadInput):
        restore(env, archive)
    assert not env.data.exists()
    assert not (tmp_path / "a" / "outside").exists()
    assert not Path("/outside").exists()


def test_cut_archive_restores_nothing(tmp_path: Path) -> None:
    archive = archive_of(tmp_path, {"clinic.sqlite3": b"x" * 5000}, BAD)
    archive.write_bytes(archive.read_bytes()[:-20])
    env = read_environment({"CRYODOSE_DATA": str(tmp_path / "data")})
    with pytest.raises(BadInput, match="whole backup"):
        restore(env, archive)
    assert not env.data.exists()


def test_nothing_to_back_up_is_one_line(tmp_path: Path) -> None:
    done = cryodose(environment(tmp_path, ""), "backup", str(tmp_path / "x.tar.gz"))
    assert done.returncode == 2
    assert "a folder with a clinic" in done.stderr
    assert not (tmp_path / "x.tar.gz").exists()
