"""What stands before the application: who may ask, how much, how long; headers on every answer."""

import asyncio
import re
from collections.abc import Awaitable, Callable

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from claimstance.page.render import policy
from claimstance.serving.limits import (
    BusyError,
    Limits,
    RefusalError,
    SlowError,
    StrangerError,
    TooMuchError,
)
from claimstance.serving.live import FORM_ACTION

LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})
DRAINED = 20  # times the longest body: what is read, and forgotten, so that the refusal arrives
HEADERS = {
    "content-security-policy": f"{policy(FORM_ACTION)}; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}

Refuse = Callable[[Request, Exception], Awaitable[Response]]


class Guard:
    """Lets a request pass with its whole body in memory, or refuses it.

    `hosts` are the names under which the server may be asked for; None for any. A page elsewhere
    that had its own name lead here would not have one of them.
    """

    def __init__(
        self, app: ASGIApp, limits: Limits, hosts: frozenset[str] | None, refuse: Refuse
    ) -> None:
        self._app, self._limits, self._hosts, self._refuse = app, limits, hosts, refuse
        self._open = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, as ASGI has it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = _with_headers(send)
        self._open += 1
        try:
            body = await self._body(scope, receive)
        except RefusalError as refusal:
            response = await self._refuse(Request(scope), refusal)
            await response(scope, receive, answer)
        else:
            await self._app(scope, _replayed(body, receive), answer)
        finally:
            self._open -= 1

    async def _body(self, scope: Scope, receive: Receive) -> bytes:
        headers = Headers(scope=scope)
        _check_sender(headers, self._hosts, scope["method"])
        if self._open > self._limits.open:
            raise BusyError("too many requests at once: try again in a few seconds")
        try:
            async with asyncio.timeout(self._limits.seconds):
                return await _read(headers, receive, self._limits.body)
        except TimeoutError:
            raise SlowError("the request did not arrive in time: send it again") from None


def _check_sender(headers: Headers, hosts: frozenset[str] | None, method: str) -> None:
    host = headers.get("host", "")
    name = re.sub(r":\d*$", "", host).lower()
    if hosts is not None and name not in hosts:
        raise StrangerError(f"this server is asked for as {', '.join(sorted(hosts))} alone")
    site = headers.get("sec-fetch-site")
    if site is None and "origin" in headers:
        site = "same-origin" if headers["origin"].partition("://")[2] == host else "cross-site"
    if method == "POST" and site in ("cross-site", "same-site"):
        raise StrangerError("sent by a page of another site: only this server's own page may")


async def _read(headers: Headers, receive: Receive, longest: int) -> bytes:
    told = headers.get("content-length", "")
    told_size = int(told) if told.isdecimal() else 0
    size, body = 0, bytearray()
    more = told_size <= longest * DRAINED
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise SlowError("the request broke off: send it again")
        part = message.get("body", b"")
        size += len(part)
        if size <= longest:
            body += part
        else:
            body.clear()
        more = message.get("more_body", False) and size <= longest * DRAINED
    if max(size, told_size) > longest:
        raise TooMuchError(f"over the limit of {longest:,} bytes: send less text at once")
    return bytes(body)


def _replayed(body: bytes, receive: Receive) -> Receive:
    """The body in one message, and then whatever comes: that the client has gone."""
    messages = iter([{"type": "http.request", "body": body, "more_body": False}])

    async def replayed() -> Message:
        return next(messages, None) or await receive()

    return replayed


def _with_headers(send: Send) -> Callable[[Message], Awaitable[None]]:
    async def with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(HEADERS)
        await send(message)

    return with_headers
