"""The same computation on many cores and machines: Ray actors, one a core.

Shards go out to the actors and their rows come back in order, a bounded number at a time, so that
output and resuming are those of a run in one process.
"""

import logging
import os
import socket
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from claimstance.errors import ClusterError, lines_of
from claimstance.evaluation.tables import counted
from claimstance.models.loading import Runtime, files_needed
from claimstance.prediction.cluster_worker import Worker, check_versions
from claimstance.prediction.formats import Format
from claimstance.prediction.predict import Computed
from claimstance.prediction.shards import Shard

AHEAD = 2  # shards with each actor: one in work, one waiting
KEPT = 4  # shards an actor may be ahead of the one whose rows are written next
RETRIES = 3  # of a shard whose actor was lost; more often, it is the shard that kills it
START_SECONDS = 300
# Nothing of the machine's own: one core, and no GPU, where rows would come out otherwise.
ENVIRONMENT = {"CUDA_VISIBLE_DEVICES": "", "OMP_NUM_THREADS": "1"}


@dataclass(frozen=True, slots=True)
class RayEngine:
    """Computes on actors that are ready."""

    model: str
    files: list[Any]
    workers: Sequence[Any]  # handles of actors: Ray makes their type as it runs

    def compute(
        self, shards: Iterable[Shard], min_confidence: float, form: Format
    ) -> Iterator[tuple[Shard, Computed]]:
        """Each shard with its rows, in order.

        Raises:
            ClusterError: a shard's actor was lost again and again, or for good.
        """
        import ray

        idle = deque([*self.workers] * AHEAD)
        running: dict[Any, Any] = {}
        pending: deque[tuple[Shard, Any]] = deque()
        coming = iter(shards)
        while True:
            while idle and len(pending) < KEPT * len(self.workers):
                if (shard := next(coming, None)) is None:
                    break
                worker = idle.popleft()
                rows = worker.compute.remote(self.files, shard.articles, min_confidence, form)
                running[rows] = worker
                pending.append((shard, rows))
            if not pending:
                return
            finished, _ = ray.wait(list(running), num_returns=1, timeout=START_SECONDS)
            if not finished:
                _check_alive(self.workers)
            idle.extend(running.pop(rows) for rows in finished)
            while pending and pending[0][1] not in running:
                shard, rows = pending.popleft()
                yield shard, _result(rows, shard)


def _check_alive(workers: Sequence[Any]) -> None:
    """ClusterError when a worker does not answer; one with a long shard does."""
    import ray

    asked = [worker.ping.options(concurrency_group="ping").remote() for worker in workers]
    _, missing = ray.wait(asked, num_returns=len(asked), timeout=START_SECONDS)
    if missing:
        raise ClusterError(
            f"of {counted(len(asked), 'worker')} {len(missing):,} were lost, and the cluster has "
            "no place for others: the same command goes on where it stopped"
        )


def _result(rows: Any, shard: Shard) -> Computed:
    import ray

    try:
        computed: Computed = ray.get(rows)
    except ray.exceptions.RayActorError as error:
        raise ClusterError(
            f"the worker was lost {RETRIES + 1} times with the articles {shard.place}: "
            "look for a lack of memory on its machine"
        ) from error
    except ray.exceptions.RayError as error:
        raise ClusterError(f"a worker fails at {shard.place} ({lines_of(error)[-1]})") from error
    return computed


@contextmanager
def ray_engine(
    folder: Path, runtime: Runtime, spans: bool, address: str | None, workers: int | None
) -> Iterator[RayEngine]:
    """An engine of so many workers (default: a core each), here or on the cluster at `address`.

    The model's files travel to the workers; the packages must be there in the same versions.

    Raises:
        ClusterError: Ray is not installed, there is no cluster there, or it does not suit.
    """
    ray = _connected(address, workers)
    try:
        cores = int(ray.cluster_resources().get("CPU", 0))
        if (workers or 1) > cores:
            raise ClusterError(
                f"the cluster has {counted(cores, 'core')} for {counted(workers or 1, 'worker')}: "
                "add machines, or ask for fewer with --workers"
            )
        names = files_needed(folder, runtime)
        files = [ray.put({name: (folder / name).read_bytes() for name in names})]
        actor = ray.remote(
            num_cpus=1,
            max_restarts=-1,
            max_task_retries=RETRIES,
            concurrency_groups={"ping": 1},
            runtime_env={"env_vars": ENVIRONMENT},
        )(Worker)
        started = [actor.remote(spans) for _ in range(workers or cores)]
        yield RayEngine(_ready(started, files), files, started)
    finally:
        ray.shutdown()


def _connected(address: str | None, workers: int | None) -> Any:
    """The connected module."""
    try:
        import ray
    except ImportError:
        raise ClusterError(
            '--engine ray: Ray is not installed: pip install -c constraints.txt -e ".[ray]"'
        ) from None
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    where = f"--ray-address {address}" if address else "--engine ray"
    try:
        if address:
            _reach(address)
        ray.init(
            address or "local",
            num_cpus=None if address else workers,
            include_dashboard=None if address else False,
            log_to_driver=False,
            logging_level=logging.ERROR,
        )
    except Exception as error:  # Ray raises many kinds, a bare Exception among them
        reason = lines_of(error)[0]
        hint = ": RAY_AUTH_MODE must be what it is there" if address else ""
        raise ClusterError(f"{where}: no cluster to be used ({reason}){hint}") from error
    return ray


def _reach(address: str) -> None:
    """OSError or ValueError at once where nobody listens; Ray itself would wait for minutes."""
    host, _, port = address.rpartition(":")
    socket.create_connection((host, int(port)), timeout=10).close()


def _ready(workers: Sequence[Any], files: list[Any]) -> str:
    """The model's name, when all workers have loaded it and compute it with what we have."""
    import ray

    asked = [worker.describe.remote(files) for worker in workers]
    ready, missing = ray.wait(asked, num_returns=len(asked), timeout=START_SECONDS)
    if missing:
        raise ClusterError(
            f"of {len(asked):,} workers {len(ready):,} have started in {START_SECONDS} seconds: "
            "look for what else uses the cluster, or ask for fewer with --workers"
        )
    try:
        told: list[tuple[str, dict[str, str]]] = ray.get(asked)
    except ray.exceptions.RayError as error:
        raise ClusterError(f"a worker does not start ({lines_of(error)[-1]})") from error
    for _, theirs in told:
        check_versions(theirs)
    return told[0][0]
