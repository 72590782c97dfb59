"""Ray on this machine: are the rows the same, how much faster are more actors, is a loss healed?

    python benchmarks/cluster.py ARTICLES --model models/transformer --workers 2 --rounds 3

One actor and several take turns; the time is that of the run itself, with Ray started and the model
loaded. Then a worker is killed in the middle of a run. Needs `pip install -e ".[ray]"`.
"""

import os
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from program import finish, predict

from claimstance.console import say
from claimstance.prediction.cluster import RayEngine, ray_engine
from claimstance.prediction.formats import Format
from claimstance.prediction.place import place_of
from claimstance.prediction.predict import Computed, Engine
from claimstance.prediction.run import Request, predict_all
from claimstance.prediction.shards import Shard
from claimstance.reading.articles import open_inputs


@dataclass(slots=True)
class Killing:
    """An engine that kills one of its workers when the first shard is there.

    That worker then has others to compute, if more than one a worker follow.
    """

    engine: RayEngine
    outstanding: int = 0

    @property
    def model(self) -> str:
        """The name that rows carry."""
        return self.engine.model

    def compute(
        self, shards: Iterable[Shard], min_confidence: float, form: Format
    ) -> Iterator[tuple[Shard, Computed]]:
        """Each shard with its rows, in order."""
        import ray

        victim = ray.get(self.engine.workers[0].__ray_call__.remote(lambda _: os.getpid()))
        for number, result in enumerate(self.engine.compute(shards, min_confidence, form)):
            if number == 0:
                os.kill(victim, signal.SIGKILL)
            self.outstanding = number
            yield result


def main(
    articles: Annotated[Path, typer.Argument(help="A file of articles.")],
    model: Annotated[Path, typer.Option(help="A model folder.")],
    workers: Annotated[int, typer.Option(help="Actors, beside one alone.", min=2)] = 2,
    rounds: Annotated[int, typer.Option(help="How often each is measured.", min=1)] = 3,
) -> None:
    """Compare one actor with several, and both with one process."""
    seconds: dict[int, list[float]] = {1: [], workers: []}
    rows = _alone(articles, model)
    same = True
    for _ in range(rounds):
        for count, kept in seconds.items():
            with ray_engine(model, "auto", True, None, count) as engine:
                found, took = _run(articles, engine)
            kept.append(took)
            same &= found == rows
    with ray_engine(model, "auto", True, None, workers) as engine:
        killing = Killing(engine)
        healed = _run(articles, killing)[0] == rows
    if killing.outstanding <= workers:
        sys.exit("too few shards: nothing was under way when the worker was killed")
    one, many = (statistics.median(kept) for kept in seconds.values())
    say(f"one actor {one:.1f} s, {workers} actors {many:.1f} s: {one / many:.2f} times as fast")
    say(f"the same rows as in one process: {same}; with a worker killed: {healed}")
    sys.exit(0 if same and healed else 1)


def _alone(articles: Path, model: Path) -> bytes:
    """The rows of one process, which has one thread from its beginning, as an actor has."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "rows.jsonl"
        finish(predict(articles, model, out))
        return out.read_bytes()


def _run(articles: Path, engine: Engine) -> tuple[bytes, float]:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "rows.jsonl"
        began = time.monotonic()
        predict_all(Request(open_inputs([str(articles)]), place_of(str(out))), engine)
        return out.read_bytes(), time.monotonic() - began


if __name__ == "__main__":
    typer.run(main)
