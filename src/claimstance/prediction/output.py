"""Where rows go as they are computed: the parts of a run on disk, or standard output."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Protocol

from claimstance.console import say
from claimstance.errors import OutputError
from claimstance.prediction.manifest import Run
from claimstance.prediction.parts import Count, Parts
from claimstance.prediction.place import Place
from claimstance.prediction.predict import Computed
from claimstance.prediction.shards import Shard
from claimstance.records import Unreadable


class Output(Protocol):
    """Takes shards in order."""

    def unfinished(self, shards: Iterable[Shard], count: Count) -> Iterator[Shard]:
        """The shards that are still to be computed; the others are counted."""
        ...

    def commit(self, shard: Shard, computed: Computed) -> None:
        """Take the rows of the next shard."""
        ...

    def finish(self) -> None:
        """All shards are there."""
        ...

    def discard(self) -> None:
        """There is nothing worth keeping."""
        ...


class StandardOutput:
    """Rows as JSON lines on standard output; what cannot be read is told on stderr.

    It is told with the first rows: of a run without any the error itself says it.
    """

    def __init__(self) -> None:
        self._untold: list[Unreadable] = []

    def unfinished(self, shards: Iterable[Shard], count: Count) -> Iterator[Shard]:
        """All of them."""
        return iter(shards)

    def commit(self, shard: Shard, computed: Computed) -> None:
        """Print the rows."""
        self._untold += shard.unreadable
        if not shard.articles:
            return
        self._tell()
        with _printing():
            sys.stdout.write(computed.content.decode())
            sys.stdout.flush()

    def finish(self) -> None:
        """Tell what came after the last rows."""
        self._tell()

    def discard(self) -> None:
        """Nothing can be taken back."""

    def _tell(self) -> None:
        for item in self._untold:
            say(f"unreadable: {item}")
        self._untold.clear()


@contextmanager
def open_output(place: Place | None, run: Run, restart: bool = False) -> Iterator[Output]:
    """The output of a run; interrupted or failed, its finished shards stay for the next run.

    Raises:
        OutputError: it cannot be written, or not by this run.
    """
    opened: AbstractContextManager[Output] = (
        _parts(place, run, restart) if place else nullcontext(StandardOutput())
    )
    with opened as output:
        yield output


@contextmanager
def _parts(place: Place, run: Run, restart: bool) -> Iterator[Output]:
    parts = Parts(place, run, restart)
    try:
        yield parts
    except BaseException as error:
        if not parts.any_finished:
            parts.discard()
        elif not isinstance(error, OutputError) or isinstance(error.__cause__, OSError):
            error.add_note("what is finished is kept: the same command goes on")
        raise
    finally:
        parts.close()


@contextmanager
def _printing() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:  # the reader has gone, as `head` does
        raise
    except OSError as error:
        sys.stdout = None  # what it still holds cannot be written when the program ends either
        reason = error.strerror or error
        raise OutputError(
            f"standard output: cannot be written ({reason}); name a file with --out"
        ) from error
