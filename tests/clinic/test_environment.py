"""Settings by environment: each wrong one is an error that names variable and expectation."""

from __future__ import annotations

from pathlib import Path

import pytest

from cryodose.clinic.environment import VARIABLES, database_settings, read_environment
from cryodose.errors import BadInput

ROOT = Path(__file__).resolve().parents[2]


def test_nothing_set_is_sqlite_on_this_machine() -> None:
    env = read_environment({})
    assert env.database is None
    assert env.second_factor_required
    assert not env.is_https
    found = database_settings(env)
    assert found["ENGINE"].endswith("sqlite3")
    assert found["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CRYODOSE_DATABSE_URL", "postgres://a@b/c"),
        ("CRYODOSE_DATABASE_URL", "mysql://user:secret@host/name"),
        ("CRYODOSE_DATABASE_URL", "postgres://user:secret@host"),
        ("CRYODOSE_DATABASE_URL", "postgres://user:secret@host:0/name"),
        ("CRYODOSE_DATABASE_URL", "postgres://user:secret@[host/name"),
        ("CRYODOSE_SECRET_KEY", "secret"),
        ("CRYODOSE_ORIGIN", "clinic.example.org"),
        ("CRYODOSE_ORIGIN", "https://"),
        ("CRYODOSE_ORIGIN", "https://clinic.example.org/path"),
        ("CRYODOSE_LANGUAGE", "fr"),
        ("CRYODOSE_TIME_ZONE", "Mars/Olympus"),
        ("CRYODOSE_SECOND_FACTOR", "no"),
        ("CRYODOSE_IDLE_MINUTES", "0"),
        ("CRYODOSE_IDLE_MINUTES", "½"),
        ("CRYODOSE_IDLE_MINUTES", "9" * 5000),
        ("CRYODOSE_ATTACHMENT_MB", "1e3"),
        ("CRYODOSE_TRUST_PROXY", "yes"),
        ("CRYODOSE_LOG_LEVEL", "LOUD"),
    ],
)
def test_wrong_value_is_one_line_without_secrets(name: str, value: str) -> None:
    with pytest.raises(BadInput) as caught:
        read_environment({name: value})
    told = str(caught.value)
    assert told.startswith(f"environment: {name} = ")
    assert "\n" not in told
    assert "secret" not in told.replace("CRYODOSE_SECRET_KEY", "")


@pytest.mark.parametrize(
    ("url", "host", "port", "name"),
    [
        ("postgres://ann:p%40ss@db.example:5433/clinic", "db.example", "5433", "clinic"),
        ("postgresql://ann@/clinic?host=/run/postgresql", "/run/postgresql", "", "clinic"),
    ],
)
def test_postgres_by_one_setting(url: str, host: str, port: str, name: str) -> None:
    found = database_settings(read_environment({"CRYODOSE_DATABASE_URL": url}))
    assert (found["HOST"], found["PORT"], found["NAME"]) == (host, port, name)
    assert found["USER"] == "ann"


def test_every_variable_is_in_the_guide() -> None:
    text = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
    assert [v.name for v in VARIABLES if f"`{v.name}`" not in text] == []
