"""The handler of the server: one thread a request, and streams that end with their reader."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from io import BytesIO
from typing import Any

import pytest
from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from cryodose.clinic.handler import Handler

SCOPE = {
    "type": "http",
    "method": "POST",
    "path": "/health",
    "query_string": b"",
    "headers": [(b"host", b"localhost"), (b"content-type", b"text/plain")],
}
Messages = list[dict[str, Any]]


class Exchange:
    """What a server would hand to the application, and what it got back."""

    def __init__(self, *body: bytes, leaves_after: int | None = None) -> None:
        self.parts, self.sent = list(body), Messages()
        self.leaves_after = leaves_after
        self.gone = asyncio.Event()

    async def receive(self) -> dict[str, Any]:
        if self.parts:
            body = self.parts.pop(0)
            return {"type": "http.request", "body": body, "more_body": bool(self.parts)}
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: dict[str, Any]) -> None:
        self.sent.append(message)
        if len(self.sent) == self.leaves_after:
            self.gone.set()

    @property
    def body(self) -> bytes:
        return b"".join(m.get("body", b"") for m in self.sent)


def run(exchange: Callable[[], Exchange], answer: Callable[[Any], HttpResponseBase]) -> Exchange:
    """Let a handler with one view of ours answer one request."""
    handler = Handler()
    handler.get_response = answer  # type: ignore[assignment]  # in place of middleware and view

    async def once() -> Exchange:
        given = exchange()
        async with asyncio.timeout(10):
            await handler(SCOPE, given.receive, given.send)
        return given

    return asyncio.run(once())


def test_a_request_is_read_and_answered_in_one_thread_that_is_not_the_loop() -> None:
    seen: list[str] = []

    def answer(request: Any) -> HttpResponse:
        seen.append(threading.current_thread().name)
        return HttpResponse(request.body[::-1], status=201, headers={"X-A": "b"})

    got = run(lambda: Exchange(b"ab", b"c"), answer)
    assert got.body == b"cba"
    assert got.sent[0]["status"] == 201
    assert (b"X-A", b"b") in got.sent[0]["headers"]
    assert seen[0].startswith("request")


def test_the_answer_is_closed_in_the_thread_of_its_connection() -> None:
    closed: list[str] = []

    class Answer(HttpResponse):
        def close(self) -> None:
            closed.append(threading.current_thread().name)
            super().close()

    run(lambda: Exchange(b""), lambda request: Answer("x"))
    assert len(closed) == 1
    assert closed[0].startswith("request")


def test_a_file_arrives_whole() -> None:
    content = bytes(range(256)) * 1000
    got = run(lambda: Exchange(b""), lambda request: FileResponse(BytesIO(content)))
    assert got.body == content


def test_a_stream_ends_when_its_reader_leaves() -> None:
    ended: list[str] = []

    async def endless() -> AsyncIterator[str]:
        try:
            while True:
                yield "beat"
                await asyncio.sleep(0.01)
        finally:
            ended.append("yes")

    got = run(
        lambda: Exchange(b"", leaves_after=4), lambda request: StreamingHttpResponse(endless())
    )
    assert ended == ["yes"]
    assert got.body.startswith(b"beatbeat")


def test_a_stream_that_breaks_says_so_to_the_server() -> None:
    async def broken() -> AsyncIterator[str]:
        yield "one"
        raise LookupError("two")

    with pytest.raises(LookupError, match="two"):
        run(lambda: Exchange(b""), lambda request: StreamingHttpResponse(broken()))


def test_a_body_that_never_ends_is_not_read(settings: Any) -> None:
    settings.ATTACHMENT_BYTES = 1_000_000
    asked: list[Any] = []
    part = b"x" * 500_000
    got = run(lambda: Exchange(*[part] * 100), asked.append)
    assert got.sent[0]["status"] == 413
    assert asked == []
    assert len(got.parts) > 90


def test_a_reader_who_leaves_while_sending_is_no_error() -> None:
    asked: list[Any] = []

    def gone() -> Exchange:
        made = Exchange()
        made.gone.set()
        return made

    got = run(gone, lambda request: asked.append(request) or HttpResponse())
    assert (got.sent, asked) == ([], [])
