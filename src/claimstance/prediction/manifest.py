"""The manifest of a run: what it was asked for, and a line for each shard that is finished."""

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from pydantic import TypeAdapter

from claimstance.errors import OutputError
from claimstance.prediction.formats import Format
from claimstance.prediction.summary import Tally
from claimstance.prediction.versions import versions
from claimstance.records import Unreadable

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Run:
    """Everything that decides the rows: a run goes on only where all of this is the same."""

    model: str
    min_confidence: float
    max_chars: int
    format: Format
    inputs: str  # how many files and bytes, and a digest over names and sizes
    shard_chars: int
    packages: Mapping[str, str] = field(default_factory=versions)

    def difference(self, now: "Run") -> str:
        """The first thing in which another run differs, as `model (a, now b)`; empty if none."""
        before, after = _facts(self), _facts(now)
        for name, value in before.items():
            if value != after.get(name):
                return f"{name.replace('_', '-')} ({value}, now {after.get(name)})"
        return ""


def _facts(run: Run) -> dict[str, Any]:
    facts = asdict(run)
    packages: dict[str, str] = facts.pop("packages")
    return facts | packages


@dataclass(frozen=True, slots=True)
class Finished:
    """One finished shard: SHA-256 of its articles and of its file, and what it counted."""

    articles: str
    content: str
    tally: Tally
    unreadable: tuple[Unreadable, ...]


class RunManifest:
    """A manifest on disk, locked for as long as it is open.

    Each line is on disk before the next shard is begun. One that was torn by a crash is cut off
    when the manifest is opened again: its shard is then computed again.

    Raises:
        OutputError: another process has it open.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = _locked(path)
        self.finished = 0
        self._run = b""
        whole = 0
        for line in self._file:
            if line.endswith(b"\n"):
                whole += len(line)
                self._count(line)
        self._file.truncate(whole)

    def clear(self) -> None:
        """Forget everything."""
        self._file.truncate(0)
        self.finished, self._run = 0, b""

    def close(self) -> None:
        """Unlock it."""
        with suppress(OSError):  # what a full disk did not take is still in the buffer
            self._file.close()

    @property
    def run(self) -> Run:
        """What the run was asked for.

        Raises:
            OutputError: another version of the program wrote it, or it is damaged.
        """
        return self._parsed(TypeAdapter(Run), self._run)

    def shards(self) -> Iterator[Finished]:
        """What is finished now, read from disk one at a time."""
        known = TypeAdapter(Finished)
        with self._path.open("rb") as lines:
            for line in islice(lines, 1, 1 + self.finished):
                yield self._parsed(known, line)

    def begin(self, run: Run) -> None:
        """Note what the run was asked for."""
        self._append(TypeAdapter(Run).dump_json(run) + b"\n")

    def add(self, finished: Finished) -> None:
        """Note a finished shard."""
        self._append(TypeAdapter(Finished).dump_json(finished) + b"\n")

    def _append(self, line: bytes) -> None:
        self._file.write(line)
        self._file.flush()
        self._count(line)  # before the long wait: what an interruption must not throw away
        os.fsync(self._file.fileno())

    def _count(self, line: bytes) -> None:
        if self._run:
            self.finished += 1
        else:
            self._run = line

    def _parsed(self, known: TypeAdapter[T], line: bytes) -> T:
        try:
            return known.validate_json(line)
        except ValueError:
            raise OutputError(
                f"{self._path}: damaged, or of another version; begin anew with --restart"
            ) from None


def _locked(path: Path) -> BinaryIO:
    """The file, for this process alone; opened again if its last holder has just removed it."""
    import fcntl

    while True:
        path.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):  # removed behind the line above, or while it was locked
            file = path.open("a+b")
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if os.path.samestat(os.fstat(file.fileno()), path.stat()):
                    file.seek(0)
                    return file
            except BlockingIOError:
                where = path.parent
                raise OutputError(f"{where}: another run is writing here; wait for it") from None
            file.close()
