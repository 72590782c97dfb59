"""One prediction run, killed again and again: is its output that of an undisturbed run?

    python benchmarks/kills.py ARTICLES --model models/transformer --kills 50

Each start is killed (`kill -9`) at a random moment, and the next one goes on. Give articles for a
few minutes of work, so that the run is not finished before all kills are spent. Linux only.
"""

import math
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from subprocess import Popen, TimeoutExpired
from typing import Annotated

import typer
from program import MANIFEST, finish, open_files, parts_of, predict

from claimstance.console import say


def main(
    articles: Annotated[Path, typer.Argument(help="A file of articles.")],
    model: Annotated[Path, typer.Option(help="A model folder.")],
    kills: Annotated[int, typer.Option(help="How many.", min=1)] = 50,
    form: Annotated[str, typer.Option("--format", help="jsonl, csv or parquet.")] = "jsonl",
    shard_chars: Annotated[
        int, typer.Option(help="Characters a shard: with fewer, kills hit more of its end.", min=1)
    ] = 20_000,
    seed: Annotated[int, typer.Option(help="Of the moments.")] = 13,
) -> None:
    """Kill one run again and again and compare its output."""
    draw = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        whole, disturbed = Path(folder) / f"whole.{form}", Path(folder) / f"disturbed.{form}"
        starting, working = _undisturbed(articles, model, whole, shard_chars)
        longest = starting + _time_to_work(starting, working, kills)
        hits: Counter[str] = Counter()
        for number in range(kills):
            running = predict(articles, model, disturbed, shard_chars)
            hit = _kill(running, disturbed, draw.uniform(0, longest))
            if hit is None:
                sys.exit(f"finished after {number} kills: give more articles, or fewer --kills")
            hits[hit] += 1
        finish(predict(articles, model, disturbed, shard_chars))
        same = whole.read_bytes() == disturbed.read_bytes()
    say(f"{kills} kills: {', '.join(f'{count} while {hit}' for hit, count in hits.items())}")
    say(f"undisturbed: {starting:.1f} s to start, {working:.1f} s of work")
    say("the output is the same, byte for byte" if same else "THE OUTPUT DIFFERS")
    sys.exit(0 if same else 1)


def _undisturbed(articles: Path, model: Path, out: Path, shard_chars: int) -> tuple[float, float]:
    """Seconds until the run has opened its manifest, and from there to its end."""
    began = time.monotonic()
    running = predict(articles, model, out, shard_chars)
    while running.poll() is None and MANIFEST not in open_files(running):
        time.sleep(0.01)
    started = time.monotonic()
    finish(running)
    return started - began, time.monotonic() - started


def _time_to_work(starting: float, working: float, kills: int) -> float:
    """How long a start may work at most, so that all of them come to half of the work.

    Killed at a moment uniform over starting + x, it works x**2 / (2 * (starting + x)) on average.
    """
    share = 2 * 0.5 * working / kills
    return (share + math.sqrt(share**2 + 4 * share * starting)) / 2


def _kill(running: Popen[bytes], out: Path, after: float) -> str | None:
    """Kill it after so many seconds; what it was doing, None if it had finished."""
    try:
        running.wait(after)
    except TimeoutExpired:
        running.send_signal(signal.SIGSTOP)  # or it would go on while we look
        hit = _doing(set(open_files(running)), out)
        running.kill()
        running.communicate()
        return hit
    finish(running)
    return None


def _doing(files: set[str], out: Path) -> str:
    if MANIFEST not in files:
        return "starting"
    if "_partial" not in files:
        return "computing" if any(parts_of(out).glob("part-*")) else "computing the first shard"
    return "writing"


if __name__ == "__main__":
    typer.run(main)
