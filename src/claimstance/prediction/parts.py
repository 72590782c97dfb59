"""Finished shards on disk: each is whole or not there, whenever the run is killed."""

import json
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from hashlib import sha256
from itertools import chain
from pathlib import Path

from claimstance.errors import OutputError
from claimstance.folders import check_replaceable
from claimstance.prediction.formats import join
from claimstance.prediction.manifest import Finished, Run, RunManifest
from claimstance.prediction.place import Place
from claimstance.prediction.predict import Computed
from claimstance.prediction.shards import Shard
from claimstance.prediction.summary import Tally

_MANIFEST = "_manifest.jsonl"
_PARTIAL = "_partial"  # names with an underscore are passed over by readers of such folders
DONE = "_SUCCESS"
_OURS = ("part-*", _PARTIAL, "_errors.jsonl", DONE)

Count = Callable[[Tally, int], None]  # is told what a shard counted, and how many were unreadable


class Parts:
    """The folder of one run: a file for each shard, and the manifest.

    Raises:
        OutputError: another run is writing there, a run that stands there differs from this one,
            the folder holds something else, or it cannot be written.
    """

    def __init__(self, place: Place, run: Run, restart: bool) -> None:
        self._place = place
        self._folder = place.folder
        with _writing(place):
            check_replaceable(self._folder, _MANIFEST, "choose another --out")
            self._manifest = RunManifest(self._folder / _MANIFEST)
        try:
            with _writing(place):
                self._begin(run, restart)
        except BaseException as error:
            if isinstance(error, OutputError) and not self.any_finished:
                self.discard()
            self._manifest.close()
            raise

    def _begin(self, run: Run, restart: bool) -> None:
        if restart:
            self._done.unlink(missing_ok=True)  # before the manifest: it marks a folder as whole
            self._manifest.clear()
        if not self.any_finished:
            self._manifest.clear()
            self._remove_files()
            self._manifest.begin(run)
        elif difference := self._manifest.run.difference(run):
            if self._done.exists():
                kind, advice = "a finished", "choose another --out, or --restart to replace it"
            else:
                kind = "an unfinished"
                advice = "give it the same options and input to go on, or --restart to begin anew"
            raise OutputError(
                f"{self._place.name}: {kind} run stands here with another {difference}; {advice}"
            )

    def unfinished(self, shards: Iterable[Shard], count: Count) -> Iterator[Shard]:
        """The shards that are still to be computed; the others are compared and counted.

        Raises:
            OutputError: the input has changed, or a part is damaged.
        """
        before = self._manifest.shards()
        for shard in shards:
            if finished := next(before, None):
                self._compare(finished, shard)
                count(finished.tally, len(finished.unreadable))
            elif self._done.exists():
                raise self._changed("has become longer")
            else:
                yield shard
        if next(before, None):
            raise self._changed("has become shorter")

    def _compare(self, finished: Finished, shard: Shard) -> None:
        if finished.articles != shard.digest:
            raise self._changed(f"is not what it was: {shard.place}")
        part = self._place.part(shard.number)
        if _digest(part) != finished.content:
            raise OutputError(f"{part}: damaged or missing; begin anew with --restart")

    def _changed(self, how: str) -> OutputError:
        return OutputError(
            f"{self._place.name}: the input of the run that stands here {how}; "
            "put it back to go on, or begin anew with --restart"
        )

    def commit(self, shard: Shard, computed: Computed) -> None:
        """Put a shard on disk, first its rows and then its line of the manifest."""
        content = sha256(computed.content).hexdigest()
        finished = Finished(shard.digest, content, computed.tally, shard.unreadable)
        with _writing(self._place):
            self._write(self._place.part(shard.number), [computed.content])
            self._manifest.add(finished)

    def finish(self) -> None:
        """Put the whole output in its place. Killed on the way, the next run does it again."""
        with _writing(self._place):
            self._write_errors()
            if self._place.file:
                self._join(self._place.file)
            else:
                self._done.touch()
                _sync(self._folder)

    def _join(self, file: Path) -> None:
        partial = self._folder / _PARTIAL
        parts = map(self._place.part, range(self._manifest.finished))
        join(parts, partial, self._place.format)
        _sync(partial)
        partial.replace(file)
        _sync(file.parent)
        self.discard()

    @property
    def _done(self) -> Path:
        return self._folder / DONE

    @property
    def any_finished(self) -> bool:
        """Whether there is something that another run can go on from."""
        return self._manifest.finished > 0

    def discard(self) -> None:
        """Remove the parts, and the folder if nothing else is in it."""
        with suppress(OSError):
            self._manifest.clear()
            self._remove_files()
            (self._folder / _MANIFEST).unlink()
            self._folder.rmdir()

    def close(self) -> None:
        """Let others write there."""
        self._manifest.close()

    def _write_errors(self) -> None:
        unreadable = (item for shard in self._manifest.shards() for item in shard.unreadable)
        lines = (json.dumps(asdict(item), ensure_ascii=False) + "\n" for item in unreadable)
        first = next(lines, None)
        if first is None:
            self._place.errors.unlink(missing_ok=True)
        else:
            self._write(self._place.errors, (line.encode() for line in chain([first], lines)))

    def _write(self, path: Path, content: Iterable[bytes]) -> None:
        """Put a file in its place when all of it is on disk."""
        partial = self._folder / _PARTIAL
        with partial.open("wb") as file:
            file.writelines(content)
        _sync(partial)
        partial.replace(path)
        _sync(path.parent)

    def _remove_files(self) -> None:
        for pattern in _OURS:
            for path in self._folder.glob(pattern):
                path.unlink()


@contextmanager
def _writing(place: Place) -> Iterator[None]:
    """Tell in one line what cannot be written."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or error
        raise OutputError(
            f"{place.name}: cannot be written ({reason}); choose another --out"
        ) from error


def _digest(path: Path) -> str:
    """SHA-256 of a file; empty where it cannot be read."""
    try:
        return sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def _sync(path: Path) -> None:
    """Have the system bring a file, or the names in a folder, to the disk."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
