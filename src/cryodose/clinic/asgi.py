"""The site as an ASGI server runs it, with the watch over live sessions beside it."""

from __future__ import annotations

import os
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cryodose.clinic.settings")

import django

django.setup(set_prefix=False)

from cryodose.clinic.handler import Handler  # noqa: E402  # needs Django

_site = Handler()


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Answer a request; at the start and the end of the server, start and end the watch."""
    if scope["type"] != "lifespan":
        await _site(scope, receive, send)
        return
    from cryodose.clinic.live.watch import WATCH

    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            WATCH.start()
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            WATCH.stop()
            await send({"type": "lifespan.shutdown.complete"})
            return
