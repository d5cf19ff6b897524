"""The clinic under test: its own data folder, and one database that is made once.

Django is set up here and not in pyproject.toml, so that no other test of the suite waits for it.
"""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

FOLDER = tempfile.mkdtemp(prefix="cryodose-clinic-")
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)
for name in [n for n in os.environ if n.startswith("CRYODOSE_DATABASE")]:
    del os.environ[name]
os.environ["DJANGO_SETTINGS_MODULE"] = "cryodose.clinic.settings"
os.environ["CRYODOSE_DATA"] = FOLDER
os.environ["CRYODOSE_SECOND_FACTOR"] = "optional"
if os.environ.get("CRYODOSE_TEST_DATABASE_URL"):
    os.environ["CRYODOSE_DATABASE_URL"] = os.environ["CRYODOSE_TEST_DATABASE_URL"]

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import translation  # noqa: E402

from cryodose.clinic.live.room_watch import RoomWatch  # noqa: E402
from cryodose.clinic.middleware.limits import LIMITER  # noqa: E402
from tests.clinic import make  # noqa: E402

ASKED_FOR = "postgresql" if os.environ.get("CRYODOSE_TEST_DATABASE_URL") else "sqlite"
assert connection.vendor == ASKED_FOR, f"Django was set up earlier, with {connection.vendor}"

# Tests log in by hundreds; a slow digest proves nothing here.
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave what never touches the database out of the run on another one."""
    if not os.environ.get("CRYODOSE_TEST_DATABASE_URL"):
        return
    touching = [
        item
        for item in items
        if item.get_closest_marker("django_db")
        or {"db", "transactional_db"} & set(getattr(item, "fixturenames", ()))
    ]
    config.hook.pytest_deselected(items=[item for item in items if item not in touching])
    items[:] = touching


@pytest.fixture(autouse=True)
def fresh_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no test use up the requests of another, or speak its language."""
    LIMITER.clear()
    # No server runs here, and its watch with it; what `/health` says of that has a test of its own.
    monkeypatch.setattr(RoomWatch, "is_started", True)
    translation.activate("en")


@pytest.fixture
def house(db: None) -> make.House:
    """Return two clinics with somebody of every role, and a record of every kind in each."""
    return make.house()


@pytest.fixture
def logged_in() -> Callable[[Any], Client]:
    """Return a function that gives a browser in which a user is logged in."""

    def log_in(user: Any) -> Client:
        client = Client(HTTP_HOST="localhost")
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return log_in


@pytest.fixture
def operator(house: make.House, logged_in: Callable[[Any], Client]) -> Client:
    """Return the browser of an operator of the first clinic."""
    return logged_in(house.own.users["operator"])


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Return the address of a throw-away PostgreSQL."""
    script = Path(__file__).resolve().parents[2] / "tools" / "database.sh"
    done = subprocess.run(["sh", str(script), "start"], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"no database: tools/database.sh installs PostgreSQL ({done.stderr.strip()})")
    folder, url = done.stdout.split()
    yield url
    subprocess.run(["sh", str(script), "stop", folder], check=True)
