"""Peak memory and rate of one prediction run over few and over many sentences.

Rates are per second of the processor: by the clock, whatever else the machine does would count.

    python benchmarks/memory.py ARTICLES --model models/transformer --sentences 100000,1000000

The articles come again and again through standard input, every sentence with a number of its own,
so that no sentence is the same as another. Linux only.
"""

import itertools
import json
import os
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from subprocess import PIPE
from typing import Annotated, BinaryIO

import typer
from program import MANIFEST, parts_of, predict

from claimstance.console import say, table
from claimstance.reading.articles import read_articles
from claimstance.reading.sentences import split_sentences
from claimstance.records import Article

PART = 0.2  # of the run: its rate at the start and at the end


@dataclass(frozen=True, slots=True)
class Measured:
    """One run; rates are sentences a processor second over its first and last shards."""

    sentences: int
    peak_mb: float
    first_rate: float
    last_rate: float


def main(
    articles: Annotated[Path, typer.Argument(help="A file of articles.")],
    model: Annotated[Path, typer.Option(help="A model folder.")],
    sentences: Annotated[str, typer.Option(help="Lengths of the runs, with commas.")] = (
        "100000,1000000"
    ),
) -> None:
    """Measure runs of several lengths and compare them."""
    given = list(read_articles([str(articles)]))
    runs = [_measure(given, model, int(length)) for length in sentences.split(",")]
    columns = (
        "sentences",
        "peak MB",
        "first a CPU second",
        "last a CPU second",
        "last/first",
    )
    rows = [
        [
            f"{run.sentences:,}",
            f"{run.peak_mb:,.0f}",
            f"{run.first_rate:,.1f}",
            f"{run.last_rate:,.1f}",
            f"{run.last_rate / run.first_rate:.3f}",
        ]
        for run in runs
    ]
    table("memory and rate of one run", columns, rows)


def _measure(articles: list[Article], model: Path, length: int) -> Measured:
    say(f"{length:,} sentences ...")
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "rows.jsonl"
        running = predict("-", model, out, stdin=PIPE)
        rows = _changed(articles, length)
        feeder = threading.Thread(target=_feed, args=(running.stdin, rows), daemon=True)
        feeder.start()
        ended = threading.Event()
        marks: list[tuple[float, int]] = []
        watched = (running.pid, parts_of(out) / MANIFEST, marks, ended)
        watcher = threading.Thread(target=_watch, args=watched)
        watcher.start()
        _, status, usage = os.wait4(running.pid, 0)
        ended.set()
        watcher.join()
        written = sum(1 for _ in out.open("rb")) if out.exists() else 0
    if status:
        sys.exit(f"claimstance predict failed: {running.stderr.read().decode().strip()}")
    if len(marks) < 3:
        sys.exit(f"{length:,} sentences are too few shards to measure a rate; give more")
    part = max(1, int(PART * (len(marks) - 1)))
    first, last = _rate(marks[: part + 1]), _rate(marks[-part - 1 :])
    return Measured(written, usage.ru_maxrss / 1024, first, last)


def _rate(marks: list[tuple[float, int]]) -> float:
    (began, before), (ended, after) = marks[0], marks[-1]
    return (after - before) / (ended - began)


def _changed(articles: list[Article], length: int) -> Iterator[bytes]:
    """JSON lines with so many sentences; each sentence gets a number of its own."""
    left, numbers = length, itertools.count()
    for number in itertools.count():
        for article in articles:
            cut = split_sentences(article)
            texts = [f"{part.text[:-1]} {next(numbers)}{part.text[-1]}" for part in cut]
            row = {"id": f"{article.id}-{number}", "text": "\n\n".join(texts)}
            yield json.dumps(row).encode() + b"\n"
            left -= len(cut)
            if left <= 0:
                return


def _feed(stream: BinaryIO, rows: Iterator[bytes]) -> None:
    with stream:
        stream.writelines(rows)


def _watch(
    pid: int, manifest: Path, marks: list[tuple[float, int]], ended: threading.Event
) -> None:
    """Note after how many processor seconds how many sentences were finished, a mark a shard."""
    total, read = 0, 0
    while not ended.wait(0.05):
        try:
            seconds, file = _processor_seconds(pid), manifest.open("rb")
        except FileNotFoundError:  # not begun, or finished just now
            continue
        with file:
            file.seek(read)
            for line in file:
                if not line.endswith(b"\n"):
                    break
                read += len(line)
                tally = json.loads(line).get("tally")
                if tally:
                    total += sum(tally["counts"].values())
                    marks.append((seconds, total))


def _processor_seconds(pid: int) -> float:
    """Of a running process (Linux); its name, which may hold anything, stands in brackets."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    typer.run(main)
