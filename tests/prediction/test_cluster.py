"""Rows from a cluster are those of one process, in order, whatever happens to the workers."""

import os
import random
import signal
import sys
import time
from types import SimpleNamespace

import pytest

from claimstance.errors import ClusterError
from claimstance.models.store import seal
from claimstance.prediction import cluster
from claimstance.prediction.cluster_worker import Worker, check_versions
from claimstance.prediction.formats import Format
from claimstance.prediction.predict import LocalEngine
from claimstance.prediction.shards import shards
from claimstance.prediction.versions import versions
from claimstance.records import Article


def cut(count):
    """So many shards of one article each."""
    articles = [Article(f"a-{n}", f"Report {n} is in. They denied it.") for n in range(count)]
    return shards(articles, 1)


class LostError(Exception):
    """As Ray calls it when an actor is gone for good."""


class Ref:
    """A reference to rows that are computed when they are asked for."""

    def __init__(self, rows):
        self.rows = rows


class FakeRay:
    """Has shards finish in any order, and notes how many are under way."""

    exceptions = SimpleNamespace(RayActorError=LostError, RayError=Exception)

    def __init__(self, seed):
        self.silent = ""
        self.draw, self.under_way, self.most = random.Random(seed), 0, 0

    def wait(self, running, num_returns, timeout):
        if self.silent:  # nothing is finished, and none or all of the workers answer
            answers = [] if self.silent == "lost" else [ref for ref in running if not ref.rows]
            self.silent = "" if answers else self.silent
            return answers, [ref for ref in running if ref not in answers]
        chosen = self.draw.choice(running)
        return [chosen], [ref for ref in running if ref is not chosen]

    def get(self, ref):
        self.under_way -= 1
        return ref.rows()


@pytest.fixture
def fake(monkeypatch, classifier):
    """An engine of three workers on a cluster that is none."""

    def fake(seed=0, worker=Worker):
        ray = FakeRay(seed)
        monkeypatch.setitem(sys.modules, "ray", ray)

        def remote(*arguments):
            ray.under_way += 1
            ray.most = max(ray.most, ray.under_way)
            own = worker()
            own._classifier = classifier
            return Ref(lambda: own.compute(*arguments))

        ping = SimpleNamespace(remote=lambda: Ref(None))
        ping.options = lambda concurrency_group: ping
        handle = SimpleNamespace(compute=SimpleNamespace(remote=remote), ping=ping)
        return ray, cluster.RayEngine("by-word-0123", [], [handle] * 3)

    return fake


@pytest.mark.parametrize("seed", range(20))
def test_rows_come_in_order_and_few_are_held(seed, fake, classifier):
    ray, engine = fake(seed)
    expected = list(LocalEngine(classifier).compute(cut(50), 0, Format.JSONL))
    assert list(engine.compute(cut(50), 0, Format.JSONL)) == expected
    assert ray.most <= cluster.KEPT * 3


def test_shards_are_read_only_as_far_as_they_are_needed(fake):
    _, engine = fake()
    read = []
    coming = (read.append(shard.number) or shard for shard in cut(50))
    next(engine.compute(coming, 0, Format.JSONL))
    assert len(read) <= cluster.KEPT * 3 + 1


def test_a_worker_that_is_lost_for_good_is_not_waited_for(fake):
    ray, engine = fake()
    ray.silent = "lost"
    with pytest.raises(
        ClusterError, match=r"of 3 workers 3 were lost, .* the same command goes on"
    ):
        list(engine.compute(cut(5), 0, Format.JSONL))


def test_a_long_shard_is_waited_for(fake):
    ray, engine = fake()
    ray.silent = "busy"
    assert len(list(engine.compute(cut(5), 0, Format.JSONL))) == 5


def test_a_message_without_a_line(fake):
    class Mute(Worker):
        def compute(self, *_):
            raise OSError

    _, engine = fake(worker=Mute)
    with pytest.raises(ClusterError, match=r'a worker fails at "a-0" \(OSError\)'):
        list(engine.compute(cut(5), 0, Format.JSONL))


def test_no_shards_no_work(fake):
    _, engine = fake()
    assert list(engine.compute(iter(()), 0, Format.CSV)) == []


def test_a_shard_that_kills_its_worker_is_named(fake):
    class Dying(Worker):
        def compute(self, *_):
            raise LostError

    _, engine = fake(worker=Dying)
    says = r'the worker was lost 4 times with the articles "a-0": look for a lack of memory'
    with pytest.raises(ClusterError, match=says):
        list(engine.compute(cut(5), 0, Format.JSONL))


def test_a_shard_at_which_a_worker_fails_is_named_with_the_reason(fake):
    class Failing(Worker):
        def compute(self, *_):
            raise OSError("Traceback\n  more\nOSError: no space")

    _, engine = fake(worker=Failing)
    with pytest.raises(ClusterError, match=r'a worker fails at "a-0" \(OSError: no space\)'):
        list(engine.compute(cut(5), 0, Format.JSONL))


@pytest.mark.parametrize(
    ("cores", "workers", "says"),
    [(0, None, "has 0 cores for 1 worker: add"), (2, 3, "has 2 cores for 3 workers: add machines")],
)
def test_too_few_cores(cores, workers, says, monkeypatch, tmp_path):
    ray = SimpleNamespace(cluster_resources=lambda: {"CPU": float(cores)}, shutdown=list)
    monkeypatch.setattr(cluster, "_connected", lambda *_: ray)
    with (
        pytest.raises(ClusterError, match=says),
        cluster.ray_engine(tmp_path, "auto", True, None, workers),
    ):
        pytest.fail("began to compute")


def test_without_ray_it_says_how_to_get_it(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "ray", None)
    with (
        pytest.raises(ClusterError, match=r"Ray is not installed: pip install .*\[ray\]"),
        cluster.ray_engine(tmp_path, "auto", True, None, 2),
    ):
        pytest.fail("began to compute")


def test_workers_with_other_packages_are_refused():
    ours = versions()
    assert ours["numpy"]
    check_versions(ours)
    with pytest.raises(ClusterError, match=r"numpy: 1\.0 on a worker, .* here: install the"):
        check_versions({**ours, "numpy": "1.0"})
    with pytest.raises(ClusterError, match="numpy: not installed on a worker, "):
        check_versions({**ours, "numpy": "not installed"})


# ---- a real cluster on this machine -----------------------------------------------------------


@pytest.fixture(scope="module")
def model(toy, baseline_config, tmp_path_factory):
    from claimstance.models.baseline import fit_baseline

    folder = tmp_path_factory.mktemp("model")
    fit_baseline(baseline_config, *toy).save(folder)
    seal(folder, kind="baseline", name="plain", temperature=1.0, dataset="d", commit="")
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["baseline", "engine"])
def test_a_worker_that_is_killed_loses_nothing(kind, model, tiny_engine):
    ray = pytest.importorskip("ray")
    from claimstance.models.loading import load_classifier

    folder = {"baseline": model, "engine": tiny_engine}[kind]
    classifier = load_classifier(folder)
    expected = list(LocalEngine(classifier).compute(cut(40), 0.5, Format.PARQUET))
    found = []
    with cluster.ray_engine(folder, "auto", True, None, 2) as engine:
        assert engine.model == classifier.id
        for result in engine.compute(cut(40), 0.5, Format.PARQUET):
            found.append(result)
            if len(found) in (5, 15):
                worker = engine.workers[len(found) % 2]
                os.kill(ray.get(worker.__ray_call__.remote(lambda _: os.getpid())), signal.SIGKILL)
    assert found == expected


@pytest.mark.slow
def test_a_worker_has_one_core_and_no_gpu_and_answers_while_it_works(model):
    ray = pytest.importorskip("ray")
    with cluster.ray_engine(model, "auto", True, None, 1) as engine:
        (worker,), names = engine.workers, list(cluster.ENVIRONMENT)
        asked = worker.__ray_call__.remote(lambda _: {name: os.environ[name] for name in names})
        assert ray.get(asked) == cluster.ENVIRONMENT
        worker.__ray_call__.remote(lambda _: time.sleep(60))
        began = time.monotonic()
        cluster._check_alive([worker])
        assert time.monotonic() - began < 30


@pytest.mark.slow
@pytest.mark.parametrize("address", ["127.0.0.1:9", "auto", "nobody"])
def test_no_cluster_at_that_address(address, model):
    pytest.importorskip("ray")
    says = f"--ray-address {address}: no cluster to be used"
    engine = cluster.ray_engine(model, "auto", True, address, None)
    with pytest.raises(ClusterError, match=says), engine:
        pytest.fail("began to compute")
