"""One way to run the model, over articles from reading to writing, in a process of its own.

    python benchmarks/engines.py NAME --articles FILE --model FOLDER [--on FILE]

Prints one line of JSON: seconds of processor and clock, microseconds a sentence by stage, and the
answers on labelled files. `throughput.py` calls it for each engine and round.
"""

import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from claimstance.config import load_model_config
from claimstance.console import say
from claimstance.evaluation.metrics import macro_f1
from claimstance.labelling.dataset import read_dataset
from claimstance.labelling.splits import Split
from claimstance.models import onnx_engine
from claimstance.models.classifier import Classifier, Probabilities, StancesAlone
from claimstance.models.loading import load_classifier
from claimstance.models.onnx_engine import OnnxClassifier
from claimstance.models.store import read_manifest
from claimstance.models.weights import find_base
from claimstance.prediction.formats import Format
from claimstance.prediction.predict import compute
from claimstance.prediction.shards import shards
from claimstance.reading.articles import read_articles
from claimstance.reading.gold import read_gold
from claimstance.records import LABEL_NAMES, Article

HEAD_TEXTS = 1000


class Stages:
    """Processor seconds by stage; a stage inside another is not counted in the outer one."""

    def __init__(self) -> None:
        self.seconds: Counter[str] = Counter()
        self._open: list[str] = []
        self._since = time.process_time()

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Count what happens in the block."""
        self._switch()
        self._open.append(name)
        yield
        self._switch()
        self._open.pop()

    def timed(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, counted as a stage."""

        def timed(*arguments: Any, **options: Any) -> Any:
            with self.stage(name):
                return function(*arguments, **options)

        return timed

    def _switch(self) -> None:
        now = time.process_time()
        self.seconds[self._open[-1] if self._open else "other"] += now - self._since
        self._since = now


class Pipeline:
    """The stock text-classification pipeline of transformers."""

    def __init__(self, folder: Path, batch_size: int) -> None:
        from transformers import pipeline

        self.id = f"pipeline-{batch_size}"
        self._batch_size = batch_size
        self._pipeline = pipeline("text-classification", model=str(folder), top_k=None, device=-1)

    def predict_proba(self, texts: Sequence[str]) -> Probabilities:
        """Probabilities of shape (len(texts), 4)."""
        answers = self._pipeline(list(texts), batch_size=self._batch_size, truncation=True)
        rows = [{item["label"]: item["score"] for item in answer} for answer in answers]
        return np.array([[row[name] for name in LABEL_NAMES] for row in rows])


class EncodeAndHead:
    """What SetFit runs: mean token states of the base model, and a logistic regression on them.

    `folder` is our model's, for its base and its dataset.
    """

    id = "encode-and-head"

    def __init__(self, folder: Path) -> None:
        from sklearn.linear_model import LogisticRegression
        from transformers import AutoModel, AutoTokenizer

        config: Any = load_model_config(folder / "config.yaml")
        base = find_base(config.base)
        self._tokenizer = AutoTokenizer.from_pretrained(base, model_max_length=config.max_tokens)
        self._model = AutoModel.from_pretrained(base).eval()
        train = read_dataset(config.data).splits[Split.TRAIN]
        items = train[:: 1 + len(train) // HEAD_TEXTS]
        states = self._encode([item.sentence.text for item in items])
        labels = [item.stance.id for item in items]
        self._head = LogisticRegression(max_iter=1000).fit(states, labels)

    def predict_proba(self, texts: Sequence[str]) -> Probabilities:
        """Probabilities of shape (len(texts), 4)."""
        probabilities = np.zeros((len(texts), len(LABEL_NAMES)))
        probabilities[:, self._head.classes_] = self._head.predict_proba(self._encode(texts))
        return probabilities

    def _encode(self, texts: Sequence[str]) -> Any:
        import torch

        order = sorted(range(len(texts)), key=lambda row: len(texts[row]))
        states = np.zeros((len(texts), self._model.config.hidden_size), dtype=np.float32)
        for start in range(0, len(order), 32):
            rows = order[start : start + 32]
            batch = [texts[row] for row in rows]
            inputs = self._tokenizer(batch, padding=True, truncation=True, return_tensors="pt")
            with torch.inference_mode():
                tokens = self._model(**inputs).last_hidden_state
            mask = inputs["attention_mask"][:, :, None]
            states[rows] = ((tokens * mask).sum(1) / mask.sum(1)).numpy()
        return states


class FirstLook:
    """The int8 graph alone."""

    id = "int8"

    def __init__(self, folder: Path) -> None:
        self._engine = OnnxClassifier(folder, self.id, int8=True)

    def predict_proba(self, texts: Sequence[str]) -> Probabilities:
        """Probabilities of shape (len(texts), 4)."""
        odds = np.exp(self._engine.first_look(texts))
        probabilities: Probabilities = odds / odds.sum(axis=1, keepdims=True)
        return probabilities


def load(name: str, folder: Path) -> Classifier:
    """An engine by its name."""
    engines: dict[str, Callable[[], Classifier]] = {
        "pipeline-1": lambda: Pipeline(folder, 1),
        "pipeline-32": lambda: Pipeline(folder, 32),
        "encode-and-head": lambda: EncodeAndHead(folder),
        "torch": lambda: load_classifier(folder, "torch"),
        "onnx": lambda: OnnxClassifier(folder, read_manifest(folder).id, int8=False),
        "int8": lambda: FirstLook(folder),
        "int8-float32": lambda: OnnxClassifier(folder, "int8-float32", int8=True),
        "no-spans": lambda: load_classifier(folder, "onnx"),
        "ours": lambda: load_classifier(folder, "onnx"),
    }
    return engines[name]()


def asked_for(name: str, classifier: Classifier) -> Classifier:
    """Only ours is asked for source, cue and claim, which the others do not find."""
    return classifier if name == "ours" else StancesAlone(classifier)


def run(articles: Sequence[Article], classifier: Classifier, out: Path, stages: Stages) -> int:
    """Cut, predict and write, as `claimstance predict` does; returns the number of sentences."""
    count = 0
    with out.open("wb") as file:
        for shard in shards(articles):
            with stages.stage("cut, rows"):
                computed = compute(shard.articles, classifier, 0.0, Format.JSONL)
            with stages.stage("write"):
                file.write(computed.content)
            count += sum(computed.tally.counts.values())
    return count


def main(
    name: str,
    articles: Annotated[Path, typer.Option()],
    model: Annotated[Path, typer.Option()],
    out: Annotated[Path, typer.Option()],
    limit: Annotated[int, typer.Option()],
    on: Annotated[list[Path] | None, typer.Option()] = None,
) -> None:
    """Run one engine once; loading it is not counted."""
    stages = Stages()
    classifier = load(name, model)
    for method in ("predict_proba", "answer"):
        if hasattr(classifier, method):
            setattr(classifier, method, stages.timed("predict", getattr(classifier, method)))
    if isinstance(classifier, OnnxClassifier):
        _open_up(classifier, stages)
    classifier.predict_proba(["The ministry denied that the bridge had been hit."])
    stages.seconds.clear()
    wall, processor = time.perf_counter(), time.process_time()
    with stages.stage("read"):
        chosen = list(islice(read_articles([str(articles)], 1_000_000, say), limit))
    sentences = run(chosen, asked_for(name, classifier), out, stages)
    measured = {
        "sentences": sentences,
        "wall": time.perf_counter() - wall,
        "processor": time.process_time() - processor,
        "stages": {stage: 1e6 * value / sentences for stage, value in stages.seconds.items()},
        "files": {path.stem: _judge(path, classifier) for path in on or []},
    }
    sys.stdout.write(json.dumps(measured) + "\n")


def _open_up(engine: OnnxClassifier, stages: Stages) -> None:
    """Tell the parts of our engine apart."""
    graph, names = engine._look, {id(engine._int8): "exits, int8", id(engine._float32): "float32"}

    def look(chain: Any, *tokens: Any, **wanted: Any) -> Any:
        with stages.stage(names[id(chain)]):
            return graph(chain, *tokens, **wanted)

    cut: Any = stages.timed("tokens", engine._tokens)
    cut.padding = engine._tokens.padding
    engine._look, engine._tokens = look, cut  # type: ignore[method-assign]
    onnx_engine.find_spans = stages.timed("spans", onnx_engine.find_spans)


def _judge(path: Path, classifier: Classifier) -> dict[str, Any]:
    """Macro-F1 on a labelled file, and the answers."""
    items = [item for article in read_gold(path) for item in article.sentences]
    gold = np.array([item.stance.id for item in items])
    answers = classifier.predict_proba([item.sentence.text for item in items]).argmax(axis=1)
    return {"macro_f1": macro_f1(gold, answers), "answers": answers.tolist()}


if __name__ == "__main__":
    typer.run(main)
