"""A live session as a stream of server-sent events: two tablets see the same at the same time."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator

from django.http import StreamingHttpResponse
from django.utils import translation

from cryodose.clinic import clock
from cryodose.clinic.access import ClinicRequest, rule
from cryodose.clinic.live.payload import payload
from cryodose.clinic.live.watch import LOOK_S, WATCH
from cryodose.clinic.models import SessionRecord

# A page that hears nothing for longer than this knows that the server is gone.
BEAT_S = 2.0
# Then the page asks anew, and the gate looks again whether it still may.
LONGEST_S = 300.0


@rule("session.run", of=SessionRecord)
def session_stream(request: ClinicRequest, session: SessionRecord) -> StreamingHttpResponse:
    """Send the state of a session now, and again whenever something has happened."""
    WATCH.fetch(session.pk)
    language = translation.get_language() or "en"
    return StreamingHttpResponse(
        states(session, language),
        content_type="text/event-stream; charset=utf-8",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def states(session: SessionRecord, language: str) -> AsyncIterator[str]:
    """Yield the stream of a session."""
    begun_s = time.monotonic()
    told, told_s, known = -1, 0.0, 0
    with WATCH.wanted(session.pk):
        while time.monotonic() - begun_s < LONGEST_S:
            seen = WATCH.get(session.pk)
            if seen is not None and (seen.number != told or time.monotonic() - told_s >= BEAT_S):
                with translation.override(language), seen.lock:
                    data = payload(seen.story, clock.now(), known)
                known += len(data["readings"])
                told, told_s = data["number"], time.monotonic()
                yield f"id: {told}\ndata: {json.dumps(data)}\n\n"
            await asyncio.sleep(LOOK_S)
