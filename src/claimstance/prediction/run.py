"""A prediction run from inputs to output, which goes on where an earlier one stopped."""

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from claimstance.console import Bar, progress, say
from claimstance.errors import ArticleError
from claimstance.prediction.formats import Format
from claimstance.prediction.manifest import Run
from claimstance.prediction.output import open_output
from claimstance.prediction.place import Place
from claimstance.prediction.predict import Engine
from claimstance.prediction.shards import SHARD_CHARS, shards
from claimstance.prediction.summary import Summary, Tally
from claimstance.reading.articles import Input, count_articles, read_inputs
from claimstance.records import Article, Unreadable

STREAM_CHARS = 50_000  # a reader of standard output waits for rows, and nothing is resumed


@dataclass(frozen=True, slots=True)
class Request:
    """What a user asked for; without a place rows go to standard output."""

    inputs: Sequence[Input]
    place: Place | None = None
    min_confidence: float = 0.0
    max_chars: int = 1_000_000
    max_errors: int | None = None
    restart: bool = False
    shard_chars: int = SHARD_CHARS


def predict_all(request: Request, engine: Engine) -> Summary:
    """Predict every sentence of the inputs; each stands in the output exactly once.

    Raises:
        ArticleError: nothing could be read, or more could not than `max_errors` allows.
        OutputError: the output cannot be written, or not by this run.
    """
    run, failures = _run(request, engine.model), _Failures(request.max_errors)
    found = failures.watch(read_inputs(request.inputs, request.max_chars, say))
    with (
        open_output(request.place, run, request.restart) as output,
        progress("predicting", count_articles(request.inputs)) as bar,
    ):
        meter = _Meter(bar)
        todo = output.unfinished(shards(found, run.shard_chars), meter.passed)
        for shard, computed in engine.compute(todo, run.min_confidence, run.format):
            output.commit(shard, computed)
            meter.computed(computed.tally, len(shard.unreadable))
        if not meter.summary.articles:
            output.discard()
            raise failures.nothing_read()
        output.finish()
    return meter.summary


def _run(request: Request, model: str) -> Run:
    form = request.place.format if request.place else Format.JSONL
    size = request.shard_chars if request.place else STREAM_CHARS
    files = _listing(request.inputs)
    return Run(model, request.min_confidence, request.max_chars, form, files, size)


def _listing(inputs: Sequence[Input]) -> str:
    """How many files and bytes, and a digest over the names and sizes."""
    digest, total = sha256(), 0
    for item in inputs:
        size = item.path.stat().st_size if item.path and item.path.is_file() else 0
        digest.update(repr((item.name, size)).encode())
        total += size
    return f"{len(inputs):,} of {total:,} bytes, {digest.hexdigest()[:8]}"


class _Meter:
    """Adds up a run and shows how far it is; its rate is that of what was computed here."""

    def __init__(self, bar: Bar) -> None:
        self.summary = Summary()
        self._bar = bar
        self._began = time.monotonic()
        self._computed = 0

    def passed(self, tally: Tally, unreadable: int) -> None:
        """Count a shard that an earlier run finished."""
        self.summary.add(tally, unreadable)
        rate = self._computed / (time.monotonic() - self._began)
        sentences = self.summary.counts.total()
        self._bar.describe(f"predicting ({sentences:,} sentences, {rate:,.0f} a second)")
        self._bar.advance(tally.articles + unreadable)

    def computed(self, tally: Tally, unreadable: int) -> None:
        """Count a shard that this run finished."""
        self._computed += sum(tally.counts.values())
        self.passed(tally, unreadable)


@dataclass(slots=True)
class _Failures:
    """Counts what could not be read, up to a limit."""

    limit: int | None
    count: int = 0
    first: str = ""

    def watch(self, found: Iterable[Article | Unreadable]) -> Iterator[Article | Unreadable]:
        for item in found:
            if isinstance(item, Unreadable):
                self.count += 1
                self.first = self.first or str(item)
                if self.limit is not None and self.count > self.limit:
                    raise ArticleError(f"{item}{self._over()}")
            yield item

    def _over(self) -> str:
        return f" (number {self.count:,} with --max-errors {self.limit:,})" if self.limit else ""

    def nothing_read(self) -> ArticleError:
        more = f" (and {self.count - 1:,} more that cannot be read)" if self.count > 1 else ""
        return ArticleError(f"{self.first}{more}")
