"""What one contender with one seed is worth: measured now, or as it was kept."""

import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from contenders import Contender
from peers import Examples

from claimstance.evaluation.metrics import score
from claimstance.evaluation.report import Suite
from claimstance.records import STANCES
from claimstance.typography import normalise

WARM_UP = 32  # sentences predicted before the clock starts


@dataclass(frozen=True, slots=True)
class Measured:
    """Scores on one file; None where undefined. `gold` is a digest of its sentences and labels."""

    gold: str
    macro_f1: float | None
    f1: dict[str, float | None]
    ece: float


@dataclass(frozen=True, slots=True)
class Run:
    """One contender with one seed: seconds to train, sentences a second, bytes on disk."""

    contender: str
    settings: str
    seed: int
    data: str
    training_seconds: float
    sentences_a_second: float
    size: int
    files: dict[str, Measured]


def fresh_run(
    contender: Contender,
    seed: int,
    examples: tuple[Examples, Examples],
    data: str,
    suites: Mapping[str, Suite],
) -> Run:
    """Train on the first, choose on the second of `examples`, and measure on every suite."""
    start = time.perf_counter()
    fitted = contender.fit(*examples, seed)
    trained = time.perf_counter() - start
    count, seconds, files = 0, 0.0, {}
    for name, suite in suites.items():
        texts = [normalise(text) for text in suite.texts]
        fitted.predict(texts[:WARM_UP])
        start = time.perf_counter()
        probabilities = fitted.predict(texts)
        seconds += time.perf_counter() - start
        count += len(texts)
        scores = score(suite.gold, probabilities)
        f1 = {stance.value: scores.per_class[stance].f1 for stance in STANCES}
        files[name] = Measured(_digest(suite), scores.macro_f1, f1, scores.ece)
    rate = count / seconds
    return Run(contender.name, contender.settings, seed, data, trained, rate, fitted.size, files)


def stored_run(
    path: Path, contender: Contender, data: str, suites: Mapping[str, Suite]
) -> Run | None:
    """The run that was kept, unless settings, data or a file to measure on have changed since."""
    if not path.is_file():
        return None
    kept = json.loads(path.read_text(encoding="utf-8"))
    files = {name: Measured(**values) for name, values in kept["files"].items()}
    same = (kept["settings"], kept["data"]) == (contender.settings, data)
    measured = all(
        name in files and files[name].gold == _digest(suite) for name, suite in suites.items()
    )
    return Run(**{**kept, "files": files}) if same and measured else None


def _digest(suite: Suite) -> str:
    content = json.dumps([list(suite.texts), suite.gold.tolist()])
    return hashlib.sha256(content.encode()).hexdigest()
