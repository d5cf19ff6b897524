"""Runs each request in one thread of a few, each with a database connection that stays open.

Django's own handler changes the thread at every middleware, some thirty times a request, and opens
a connection for each: most of the time of a page went there. Only streams are asynchronous here.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from django.core import signals
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.http import HttpResponse
from django.urls import set_script_prefix

from cryodose.clinic.middleware.limits import largest_body

# Some may wait for the disk or compute a plan while others are answered.
THREADS = 16
T = TypeVar("T")


class Handler(ASGIHandler):
    """Answers requests; see the module."""

    def __init__(self) -> None:
        super().__init__()
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="request")

    def load_middleware(self, is_async: bool = False) -> None:
        """Load the middleware as a chain of plain functions."""
        super().load_middleware(is_async=False)

    async def handle(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request, and stop a stream when its reader has left."""
        counted = _Counted(receive)
        try:
            body = await self.read_body(counted)
        except RequestAborted:
            if counted.left < 0:
                refused = HttpResponse("Too large.\n", status=413, content_type="text/plain")
                await self.send_response(refused, send)
            return
        try:
            response = await self._in_thread(self._answer, scope, body)
            if response.streaming:
                await self._stream(response, receive, send)
            else:
                await self.send_response(response, send)
        finally:
            body.close()

    async def _in_thread(self, run: Callable[..., T], *given: Any) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, run, *given)

    def _answer(self, scope: Any, body: Any) -> Any:
        """Run middleware and view, from the first to the last in this thread."""
        set_script_prefix(get_script_prefix(scope))
        # Closes a connection that the database has given up.
        signals.request_started.send(sender=type(self), scope=scope)
        request, refused = self.create_request(scope, body)
        response: Any = refused if request is None else self.get_response(request)
        response._handler_class = type(self)
        if not response.streaming:
            response.close()
        elif not response.is_async:
            response.streaming_content = _later(list(response.streaming_content))
        return response

    async def _stream(self, response: Any, receive: Any, send: Any) -> None:
        sending = asyncio.create_task(self.send_response(response, send))
        leaving = asyncio.create_task(self.listen_for_disconnect(receive))
        await asyncio.wait((sending, leaving), return_when=asyncio.FIRST_COMPLETED)
        for task in (sending, leaving):
            task.cancel()
        results = await asyncio.gather(sending, leaving, return_exceptions=True)
        await self._in_thread(response.close)
        if isinstance(results[0], Exception):
            raise results[0]


class _Counted:
    """Ends a body that is too large as it comes: one in chunks says nothing before."""

    def __init__(self, receive: Callable[[], Awaitable[Any]]) -> None:
        self._receive = receive
        self.left = largest_body()

    async def __call__(self) -> Any:
        message = await self._receive()
        self.left -= len(message.get("body", b""))
        return message if self.left >= 0 else {"type": "http.disconnect"}


async def _later(parts: Iterable[bytes]) -> AsyncIterator[bytes]:
    for part in parts:
        yield part
