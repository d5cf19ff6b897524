"""Backup and restore: one archive with the database, the attachments and the secret.

The database is copied first, as it stands at one moment, while the site goes on. A picture is on
the disk before its row is, so every picture that the copy knows of is there to be packed.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlunsplit

import cryodose
from cryodose.clinic.clock import MARK
from cryodose.clinic.environment import Environment
from cryodose.errors import BadInput
from cryodose.io.atomic import replacing

FORMAT = "cryodose-backup/1"
SQLITE, POSTGRES = "clinic.sqlite3", "clinic.pgdump"
SECRET, PICTURES = "secret-key", "attachments"
MANIFEST = "manifest.json"
# In the data folder: when the last archive was written.
LAST = "last-backup.json"
_PIECE = 1 << 20


@dataclass(frozen=True)
class Report:
    """What was packed or unpacked."""

    files: int
    bytes: int


def backup(env: Environment, target: Path) -> Report:
    """Write an archive of everything; it appears under its name only when it is whole.

    Parameters
    ----------
    env : Environment
    target : Path
        Must not exist.

    Raises
    ------
    BadInput
        If there is nothing to back up, or the archive cannot be written.
    """
    if target.exists():
        raise BadInput("command line", "FILE", str(target), "a file that is not there")
    # Whoever else works on this machine must not read it.
    usual = os.umask(0o077)
    try:
        with tempfile.TemporaryDirectory(prefix="cryodose-backup-") as folder:
            database = _copied(env, Path(folder))
            with replacing(target) as part, tarfile.open(part, "w:gz") as tar:
                report = _pack(tar, env, database)
            _note(env, target)
            return report
    finally:
        os.umask(usual)


def _note(env: Environment, target: Path) -> None:
    """Write down for the settings page that a backup was made; it is whole without the note."""
    if not env.data.is_dir():
        return
    told = {
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "file": target.name,
        "bytes": target.stat().st_size,
        "version": cryodose.__version__,
    }
    with suppress(OSError, BadInput):
        with replacing(env.data / LAST) as part:
            part.write_text(json.dumps(told), encoding="utf-8")
        # The site may run as another user, and there is no secret in it.
        (env.data / LAST).chmod(0o644)


def _copied(env: Environment, folder: Path) -> Path:
    if env.database is not None:
        copy = folder / POSTGRES
        _run("pg_dump", "--format=custom", f"--file={copy}", _address(env))
        return copy
    if (env.data / MARK).exists():
        expected = "a folder with the ordinary clock, not one of a test"
        raise BadInput("environment", "CRYODOSE_DATA", str(env.data), expected)
    source = env.data / SQLITE
    if not source.exists():
        raise BadInput("environment", "CRYODOSE_DATA", str(env.data), "a folder with a clinic")
    copy = folder / SQLITE
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(copy)) as new:
        old.backup(new)
        # One file is easier to move than three.
        new.execute("PRAGMA journal_mode=DELETE")
    return copy


def _address(env: Environment) -> str:
    if env.database is None:
        raise BadInput("environment", "CRYODOSE_DATABASE_URL", "", "the address of a PostgreSQL")
    scheme = env.database._replace(scheme="postgresql")
    return urlunsplit(scheme)


def _has_tables(env: Environment) -> bool:
    import psycopg

    try:
        with psycopg.connect(_address(env)) as link:
            row = link.execute(
                "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
            ).fetchone()
    except psycopg.Error:
        expected = "a database that answers"
        raise BadInput("environment", "CRYODOSE_DATABASE_URL", "(hidden)", expected) from None
    return row is not None and row[0] > 0


def _run(tool: str, *words: str) -> None:
    found = shutil.which(tool)
    if found is None:
        raise BadInput("command line", tool, "", "the client tools of PostgreSQL installed")
    done = subprocess.run(  # noqa: S603  # a tool by its full path, with words of ours
        [found, *words], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BadInput("command line", tool, done.stderr.strip()[-300:], "a database that answers")


def _pack(tar: tarfile.TarFile, env: Environment, database: Path) -> Report:
    sums: dict[str, str] = {}
    total = 0
    for name, path in [(database.name, database), *_beside(env)]:
        content_sum = _sum(path)
        tar.add(path, arcname=name, recursive=False)
        sums[name] = content_sum
        total += path.stat().st_size
    manifest = {
        "format": FORMAT,
        "version": cryodose.__version__,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "sha256": sums,
    }
    text = json.dumps(manifest, indent=1).encode()
    entry = tarfile.TarInfo(MANIFEST)
    entry.size, entry.mode = len(text), 0o600
    tar.addfile(entry, io.BytesIO(text))
    return Report(len(sums), total)


def _beside(env: Environment) -> Iterator[tuple[str, Path]]:
    secret = env.data / SECRET
    if secret.exists():
        yield SECRET, secret
    home = env.data / PICTURES
    for path in sorted(home.rglob("*")):
        if path.is_file():
            yield f"{PICTURES}/{path.relative_to(home).as_posix()}", path


def _sum(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def restore(env: Environment, source: Path) -> Report:
    """Unpack an archive into an empty data folder (and an empty PostgreSQL).

    Raises
    ------
    BadInput
        If the folder holds a clinic already, or the archive is not whole; then nothing is changed.
    """
    if (env.data / SQLITE).exists() or (env.data / PICTURES).exists():
        raise BadInput("environment", "CRYODOSE_DATA", str(env.data), "a folder without a clinic")
    if env.database is not None and _has_tables(env):
        raise BadInput(
            "environment", "CRYODOSE_DATABASE_URL", "(hidden)", "a database without a clinic"
        )
    wanted = SQLITE if env.database is None else POSTGRES
    env.data.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=env.data.parent) as folder:
        fresh = Path(folder) / "data"
        report = _unpacked(source, fresh)
        if not (fresh / wanted).exists():
            expected = f"a backup with {wanted}, as CRYODOSE_DATABASE_URL asks for"
            raise BadInput(source, "", expected=expected)
        if env.database is not None:
            words = ("--no-owner", "--exit-on-error", "--single-transaction")
            _run("pg_restore", *words, f"--dbname={_address(env)}", str(fresh / wanted))
            (fresh / wanted).unlink()
        (fresh / MANIFEST).unlink()
        env.data.mkdir(mode=0o700, exist_ok=True)
        for entry in sorted(fresh.iterdir()):
            if (env.data / entry.name).exists():
                (env.data / entry.name).unlink()
            entry.rename(env.data / entry.name)
    return report


def _unpacked(source: Path, folder: Path) -> Report:
    """Unpack, and compare every file with the manifest."""
    try:
        with tarfile.open(source, "r:gz") as tar:
            tar.extractall(folder, filter="data")  # the filter keeps it inside
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        sums = dict(manifest["sha256"])
        is_ours = manifest["format"] == FORMAT
    except (OSError, EOFError, tarfile.TarError, ValueError, KeyError, TypeError) as error:
        kind = type(error).__name__
        raise BadInput(source, "", expected=f"a whole backup of a clinic ({kind})") from None
    found = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    if not is_ours or found != {*sums, MANIFEST}:
        raise BadInput(source, "", expected="a whole backup of a clinic (files are missing)")
    for name, wanted in sums.items():
        if _sum(folder / name) != wanted:
            raise BadInput(source, name, expected="the content that was backed up")
    return Report(len(sums), sum((folder / n).stat().st_size for n in sums))
