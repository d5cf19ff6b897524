"""The settings of a clinic: environment variables, read once and checked before anything starts."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit
from zoneinfo import available_timezones

from cryodose.clinic.cds_clients import CdsClient, read_clients
from cryodose.errors import BadInput

PREFIX = "CRYODOSE_"
# Belong to the tests, to the check on a build server and to the compiled core.
NOT_OURS = frozenset({"CRYODOSE_CI", "CRYODOSE_ISA", "CRYODOSE_TEST_DATABASE_URL"})
_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
_YES_NO = ("0", "1")
_LEAST_SECRET = 32


@dataclass(frozen=True)
class Variable:
    """One environment variable; `default` is what holds without it."""

    name: str
    default: str
    words: str


VARIABLES = (
    Variable("CRYODOSE_DATA", "cryodose-data", "Folder of the database, attachments and secret."),
    Variable("CRYODOSE_DATABASE_URL", "", "postgres://user:password@host:port/name; else SQLite."),
    Variable("CRYODOSE_SECRET_KEY", "", "Signs sessions and links; else a file in the folder."),
    Variable("CRYODOSE_ORIGIN", "", "Address of the site, such as https://clinic.example.org."),
    Variable("CRYODOSE_TRUST_PROXY", "0", "1: one reverse proxy stands before us and says who."),
    Variable("CRYODOSE_LANGUAGE", "en", "Language of pages before anybody chose: en or ru."),
    Variable("CRYODOSE_TIME_ZONE", "UTC", "Time zone of the pages, such as Europe/Paris."),
    Variable("CRYODOSE_SECOND_FACTOR", "required", "required or optional."),
    Variable("CRYODOSE_IDLE_MINUTES", "30", "Minutes without a request until a login ends."),
    Variable("CRYODOSE_ATTACHMENT_MB", "12", "Largest attachment in megabytes."),
    Variable("CRYODOSE_ROOM_AIR_DAYS", "7", "Days for which every reading of a room is kept."),
    Variable("CRYODOSE_METRICS_TOKEN", "", "Bearer token of /metrics; without it: loopback only."),
    Variable("CRYODOSE_LOG_LEVEL", "INFO", "DEBUG, INFO, WARNING or ERROR."),
    Variable("CRYODOSE_CDS_ORIGINS", "", "Sites whose pages may ask CDS Hooks, with commas."),
    Variable("CRYODOSE_CDS_CLIENTS", "", "JSON file of CDS Hooks clients and their public keys."),
    Variable("CRYODOSE_TEST_CLOCK_SPEED", "1", "Of tests: live sessions go so many times faster."),
)


@dataclass(frozen=True)
class Environment:
    """The settings of a clinic, checked.

    Attributes
    ----------
    database : SplitResult or None
        Address of a PostgreSQL; None means SQLite in the data folder.
    origin : SplitResult or None
        Address under which browsers reach the site; None means this machine alone.
    cds_origins : tuple of str
        Origins from which a browser may ask the CDS Hooks services.
    cds_clients : tuple of CdsClient
        Whose signed tokens count there; empty means tokens of users and devices alone.
    """

    data: Path
    database: SplitResult | None
    secret_key: str
    origin: SplitResult | None
    trust_proxy: bool
    language: str
    time_zone: str
    second_factor_required: bool
    idle_minutes: int
    attachment_mb: int
    room_air_days: int
    metrics_token: str
    log_level: str
    clock_speed: int
    cds_origins: tuple[str, ...] = ()
    cds_clients: tuple[CdsClient, ...] = ()

    @property
    def is_https(self) -> bool:
        """Whether browsers reach the site by https."""
        return self.origin is not None and self.origin.scheme == "https"

    @property
    def hosts(self) -> list[str]:
        """Names under which the site answers."""
        own = ["localhost", "127.0.0.1", "[::1]"]
        return own if self.origin is None else [*own, self.origin.hostname or ""]


def read_environment(given: Mapping[str, str] | None = None) -> Environment:
    """Return the settings that environment variables give.

    Parameters
    ----------
    given : mapping, optional
        Default the environment of this process.

    Raises
    ------
    BadInput
        Naming variable, value and expectation; also for an unknown ``CRYODOSE_`` variable, since
        a slip of the pen in a name must not move a clinic to another database.
    """
    found = dict(os.environ if given is None else given)
    known = {v.name: v.default for v in VARIABLES}
    for name in sorted(found):
        if name.startswith(PREFIX) and name not in known and name not in NOT_OURS:
            raise BadInput("environment", name, found[name], f"one of {', '.join(known)}")
    values = {name: found.get(name, "").strip() or default for name, default in known.items()}
    secret = values["CRYODOSE_SECRET_KEY"]
    if secret and len(secret) < _LEAST_SECRET:
        # Its value is never shown, not even a wrong one.
        expected = f"at least {_LEAST_SECRET} characters"
        raise BadInput("environment", "CRYODOSE_SECRET_KEY", "(hidden)", expected)
    return Environment(
        data=Path(values["CRYODOSE_DATA"]).expanduser().absolute(),
        database=_database(values),
        secret_key=secret,
        origin=_origin(values),
        trust_proxy=_one_of(values, "CRYODOSE_TRUST_PROXY", _YES_NO) == "1",
        language=_one_of(values, "CRYODOSE_LANGUAGE", ("en", "ru")),
        time_zone=_time_zone(values),
        second_factor_required=_one_of(values, "CRYODOSE_SECOND_FACTOR", ("required", "optional"))
        == "required",
        idle_minutes=_whole(values, "CRYODOSE_IDLE_MINUTES", 1, 720),
        attachment_mb=_whole(values, "CRYODOSE_ATTACHMENT_MB", 1, 100),
        room_air_days=_whole(values, "CRYODOSE_ROOM_AIR_DAYS", 2, 3650),
        metrics_token=values["CRYODOSE_METRICS_TOKEN"],
        log_level=_one_of(values, "CRYODOSE_LOG_LEVEL", _LEVELS),
        clock_speed=_clock_speed(values),
        cds_origins=_origins(values),
        cds_clients=_clients(values),
    )


def _origins(values: Mapping[str, str]) -> tuple[str, ...]:
    found = []
    for text in values["CRYODOSE_CDS_ORIGINS"].split(","):
        origin = text.strip().rstrip("/")
        if not origin:
            continue
        parts = _split(origin)
        bare = parts is not None and not (parts.path or parts.query or parts.fragment)
        if parts is None or parts.scheme not in ("http", "https") or not parts.netloc or not bare:
            expected = "origins such as https://ehr.example.org, with commas between them"
            raise BadInput("environment", "CRYODOSE_CDS_ORIGINS", origin, expected)
        found.append(origin.lower())
    return tuple(found)


def _clients(values: Mapping[str, str]) -> tuple[CdsClient, ...]:
    path = values["CRYODOSE_CDS_CLIENTS"]
    return read_clients(Path(path).expanduser()) if path else ()


def database_settings(env: Environment) -> dict[str, object]:
    """Return what Django wants to know about the database."""
    if env.database is None:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(env.data / "clinic.sqlite3"),
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                # Writers queue up instead of failing, and readers never wait for them.
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
            },
        }
    url = env.database
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(url.path.lstrip("/")),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        # A socket's folder cannot be a host in an address, so it may follow as ?host=/folder.
        "HOST": unquote(url.hostname or "") or parse_qs(url.query).get("host", [""])[0],
        "PORT": str(url.port or ""),
        # Threads that answer requests keep their connection (handler.py).
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": 10},
    }


def _one_of(values: Mapping[str, str], name: str, names: tuple[str, ...]) -> str:
    if values[name] not in names:
        raise BadInput("environment", name, values[name], f"one of {', '.join(names)}")
    return values[name]


def _whole(values: Mapping[str, str], name: str, low: int, high: int) -> int:
    text = values[name]
    if not (text.isascii() and text.isdigit() and low <= int(text[:9]) <= high):
        raise BadInput("environment", name, text, f"a whole number from {low} to {high}")
    return int(text)


def _clock_speed(values: Mapping[str, str]) -> int:
    """Return the speed of the clock; only a test on this machine alone may change it."""
    name = "CRYODOSE_TEST_CLOCK_SPEED"
    speed = _whole(values, name, 1, 120)
    for real in ("CRYODOSE_ORIGIN", "CRYODOSE_DATABASE_URL"):
        if speed != 1 and values[real]:
            raise BadInput("environment", name, speed, f"1 where {real} is set")
    return speed


def _time_zone(values: Mapping[str, str]) -> str:
    zone = values["CRYODOSE_TIME_ZONE"]
    if zone not in available_timezones():
        raise BadInput("environment", "CRYODOSE_TIME_ZONE", zone, "a zone such as Europe/Paris")
    return zone


def _origin(values: Mapping[str, str]) -> SplitResult | None:
    text, expected = values["CRYODOSE_ORIGIN"], "https://clinic.example.org"
    if not text:
        return None
    parts = _split(text)
    if parts is None or parts.scheme not in ("http", "https") or parts.path.strip("/"):
        raise BadInput("environment", "CRYODOSE_ORIGIN", text, expected)
    if not parts.hostname:
        raise BadInput("environment", "CRYODOSE_ORIGIN", text, expected)
    return parts


def _database(values: Mapping[str, str]) -> SplitResult | None:
    text = values["CRYODOSE_DATABASE_URL"]
    if not text:
        return None
    parts = _split(text)
    known = ("postgres", "postgresql")
    if parts is None or parts.scheme not in known or not parts.path.strip("/"):
        # The address may hold a password, so a wrong one is not shown either.
        expected = "postgres://user:password@host:port/name"
        raise BadInput("environment", "CRYODOSE_DATABASE_URL", "(hidden)", expected)
    return parts


def _split(text: str) -> SplitResult | None:
    try:
        parts = urlsplit(text)
        return parts if parts.port != 0 else None
    except ValueError:
        return None
