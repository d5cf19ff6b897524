"""The site as an ASGI server runs it, with the watches over live sessions and rooms beside it."""

from __future__ import annotations

import os
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cryodose.clinic.settings")

import django

django.setup(set_prefix=False)

from cryodose.clinic.handler import Handler  # noqa: E402  # needs Django

_site = Handler()


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Answer a request; at the start and the end of the server, start and end the watches."""
    if scope["type"] != "lifespan":
        await _site(scope, receive, send)
        return
    from cryodose.clinic.live.room_watch import ROOM_WATCH
    from cryodose.clinic.live.watch import WATCH

    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            WATCH.start()
            ROOM_WATCH.start()
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            ROOM_WATCH.stop()
            WATCH.stop()
            await send({"type": "lifespan.shutdown.complete"})
            return
