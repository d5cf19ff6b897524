"""Start the site: data folder, secret, migrations, the first link, and one server process."""

from __future__ import annotations

import os
import secrets
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from cryodose.clinic.environment import Environment, read_environment
from cryodose.errors import BadInput


@dataclass(frozen=True)
class Started:
    """What a start has found and done; `link` is empty where somebody can log in already."""

    address: str
    link: str


def prepare_folder(env: Environment) -> None:
    """Make the data folder and the secret in it, both for this user alone.

    Raises
    ------
    BadInput
        If the folder cannot be written.
    """
    try:
        env.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not env.secret_key:
            _write_secret(env.data / "secret-key")
    except OSError as error:
        expected = f"a folder that can be written ({error.strerror})"
        raise BadInput("environment", "CRYODOSE_DATA", str(env.data), expected) from None


def _write_secret(file: Path) -> None:
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "w", encoding="ascii") as stream:
        stream.write(secrets.token_urlsafe(48) + "\n")


def set_up_django() -> None:
    """Load Django with our settings."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cryodose.clinic.settings")
    django.setup()


def migrate() -> None:
    """Bring the database up to date."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)


def first_link(address: str, *, demo: bool = False) -> str:
    """Return a one-time link for the first administrator, or nothing where there is one.

    An older link that nobody has used ends, so that only the last one printed works. With `demo`
    the link leads into a clinic full of people who do not exist.
    """
    from django.urls import reverse
    from django.utils import timezone

    from cryodose.clinic.models import Invitation, Membership, Role

    if Membership.objects.filter(role=Role.ADMINISTRATOR, ended_at=None).exists():
        return ""
    old = Invitation.objects.filter(user=None, made_by=None, used_at=None)
    old.update(expires_at=timezone.now())
    clinic = None
    if demo:
        from cryodose.clinic.services.demo import fill

        clinic = fill()
    _, secret = Invitation.issue(clinic=clinic)
    return address.rstrip("/") + reverse("welcome", kwargs={"token": secret})


def start(host: str, port: int, *, demo: bool) -> Started:
    """Do everything that comes before the first request.

    Parameters
    ----------
    host, port : str, int
        Where the server will listen.
    demo : bool
        Fill an empty database with people who do not exist.
    """
    from cryodose.clinic import clock

    if demo:
        os.environ.setdefault("CRYODOSE_SECOND_FACTOR", "optional")
    env = read_environment()
    clock.claim(env, host)
    clock.speed_of(env)
    prepare_folder(env)
    set_up_django()
    migrate()
    own = f"http://{'localhost' if host in ('127.0.0.1', '::1', '') else host}:{port}"
    address = env.origin.geturl() if env.origin is not None else own
    return Started(address, first_link(address, demo=demo))


def serve(host: str, port: int, *, demo: bool = False, out: TextIO = sys.stderr) -> None:
    """Run the site until it is interrupted."""
    import uvicorn

    started = start(host, port, demo=demo)
    print(f"cryodose clinic: {started.address}", file=out)
    if started.link:
        print("First start: make yourself administrator with this link. It works once:", file=out)
        print(f"  {started.link}", file=out)
    print("Stop with Ctrl-C.", file=out, flush=True)
    uvicorn.run(
        "cryodose.clinic.asgi:application",
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        lifespan="on",
        server_header=False,
        # Who a proxy speaks for is decided in one place: middleware/requests.py.
        proxy_headers=False,
        # Streams never end by themselves; a stop must not wait for them.
        timeout_graceful_shutdown=2,
    )
