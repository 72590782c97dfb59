"""One computation at a time, and a short queue before it."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from claimstance.serving.limits import BusyError, Limits

T = TypeVar("T")


class Desk:
    """Hands work to one thread; so many requests wait, and none for longer than it may take."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="desk")
        self._taken: set[Future[Any]] = set()

    async def run(self, work: Callable[[], T]) -> T:
        """What the work returns or raises.

        Work that has begun cannot be stopped: it keeps the desk, and later work waits, after its
        own request was answered.

        Raises:
            BusyError: the queue is full, or there was no answer in time.
        """
        self._taken = {future for future in self._taken if not future.done()}
        if len(self._taken) > self._limits.waiting:
            raise BusyError("too many requests at once: try again in a few seconds")
        future = self._worker.submit(work)
        self._taken.add(future)
        try:
            return await asyncio.wait_for(asyncio.wrap_future(future), self._limits.seconds)
        except TimeoutError:
            raise BusyError(
                f"no answer within {self._limits.seconds:g} seconds: try again, or send less text"
            ) from None
