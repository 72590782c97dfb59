"""Finished shards on disk: each is whole or not there, whenever the run is killed."""

import json
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
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
_DONE = "_SUCCESS"
_OURS = ("part-*", _PARTIAL, "_errors.jsonl", _DONE)

Count = Callable[[Tally, int], None]  # is told what a shard counted, and how many were unreadable


class Parts:
    """The folder of one run: a file for each shard, and the manifest.

    Raises:
        OutputError: another run is writing there, an unfinished run there differs from this one,
            or the folder holds something else.
    """

    def __init__(self, place: Place, run: Run, restart: bool) -> None:
        self._place = place
        self._folder = place.folder
        check_replaceable(self._folder, _MANIFEST, "choose another --out")
        self._folder.mkdir(parents=True, exist_ok=True)
        self._manifest = RunManifest(self._folder / _MANIFEST)
        try:
            self._begin(run, restart)
        except BaseException as error:
            if isinstance(error, OSError) and not self.any_finished:
                self.discard()
            self._manifest.close()
            raise

    def _begin(self, run: Run, restart: bool) -> None:
        done = self._folder / _DONE
        if restart or done.exists():
            done.unlink(missing_ok=True)  # before the manifest: it marks a folder as whole
            self._manifest.clear()
        if not self.any_finished:
            self._manifest.clear()
            self._remove_files()
            self._manifest.begin(run)
        elif difference := self._manifest.run.difference(run):
            raise OutputError(
                f"{self._place.name}: an unfinished run stands here with another {difference}; "
                "give it the same options and input to go on, or --restart to begin anew"
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
            else:
                yield shard
        if next(before, None):
            raise self._changed("has become shorter")

    def _compare(self, finished: Finished, shard: Shard) -> None:
        if finished.articles != shard.digest:
            raise self._changed(f"is not what it was: {shard.place}")
        part = self._place.part(shard.number)
        if not part.is_file() or sha256(part.read_bytes()).hexdigest() != finished.content:
            raise OutputError(f"{part}: damaged or missing; begin anew with --restart")

    def _changed(self, how: str) -> OutputError:
        return OutputError(
            f"{self._place.name}: the input of the unfinished run {how}; "
            "put it back to go on, or begin anew with --restart"
        )

    def commit(self, shard: Shard, computed: Computed) -> None:
        """Put a shard on disk, first its rows and then its line of the manifest."""
        self._write(self._place.part(shard.number), [computed.content])
        content = sha256(computed.content).hexdigest()
        tally, unreadable = computed.tally, shard.unreadable
        self._manifest.add(Finished(shard.number, shard.digest, content, tally, unreadable))

    def finish(self) -> None:
        """Put the whole output in its place. Killed on the way, the next run does it again."""
        self._write_errors()
        if self._place.file is None:
            (self._folder / _DONE).touch()
            _sync(self._folder)
            return
        partial = self._folder / _PARTIAL
        parts = map(self._place.part, range(self._manifest.finished))
        join(parts, partial, self._place.format)
        _sync(partial)
        partial.replace(self._place.file)
        _sync(self._place.file.parent)
        self.discard()

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


def _sync(path: Path) -> None:
    """Have the system bring a file, or the names in a folder, to the disk."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
