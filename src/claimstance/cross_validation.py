"""Cross-validation: every gold sentence judged by a model that never saw its article."""

import hashlib
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from claimstance.config import load_model_config
from claimstance.console import say
from claimstance.errors import LabelError
from claimstance.evaluation.arrays import FloatArray
from claimstance.evaluation.groups import GroupScores, group_scores
from claimstance.evaluation.metrics import Scores, score
from claimstance.evaluation.suites import gold_of
from claimstance.labelling.dataset import read_dataset, write_jsonl
from claimstance.labelling.splits import WRITTEN_SPLITS
from claimstance.records import LABEL_NAMES, LabelledSentence
from claimstance.training import fit
from claimstance.training_report import calibrate

CHOOSE_EVERY = 10  # one article in ten of those not judged chooses the epoch and temperature
ROWS = "out_of_fold.jsonl"


@dataclass(frozen=True, slots=True)
class CrossValidated:
    """The scores over all gold sentences, and over the contrast groups where there are some."""

    scores: Scores
    groups: GroupScores | None


def cross_validate(config_path: Path, folds: int, out: Path) -> CrossValidated:
    """Train `folds` models, each without one part of the articles, and judge that part with it.

    Writes `out/out_of_fold.jsonl`, the sentences whose gold label looks least likely first: what
    to read again when labels are to be checked.

    Raises:
        ClaimstanceError: the configuration, dataset or base model is unusable.
    """
    config = load_model_config(config_path)
    dataset = read_dataset(config.data)
    items = [item for split in WRITTEN_SPLITS for item in gold_of(dataset, split)]
    articles = _shuffled({item.sentence.article_id for item in items})
    if len(articles) < 2 * folds:
        raise LabelError(f"{config.data}: too few articles for {folds} folds; ask for fewer")
    probabilities = np.zeros((len(items), len(LABEL_NAMES)))
    for number in range(folds):
        say(f"fold {number + 1} of {folds}")
        judged = set(articles[number::folds])
        choosing = set([name for name in articles if name not in judged][::CHOOSE_EVERY])
        validation = [item for item in items if item.sentence.article_id in choosing]
        train = [item for item in items if item.sentence.article_id not in judged | choosing]
        with tempfile.TemporaryDirectory() as work:
            classifier = fit(config, train, validation, Path(work), lambda *_: None)
        calibrate(classifier, validation)
        inside = [i for i, item in enumerate(items) if item.sentence.article_id in judged]
        probabilities[inside] = classifier.predict_proba([items[i].sentence.text for i in inside])
    out.mkdir(parents=True, exist_ok=True)
    _write(items, probabilities, out / ROWS)
    return _scores(items, probabilities)


def _shuffled(articles: set[str]) -> list[str]:
    """The same order every time, which the articles' names do not betray."""
    return sorted(articles, key=lambda name: hashlib.sha256(name.encode()).digest())


def _scores(items: Sequence[LabelledSentence], probabilities: FloatArray) -> CrossValidated:
    gold = np.array([item.stance.id for item in items])
    inside = np.array([item.group for item in items])
    groups = None
    if inside.any():
        names = [item.sentence.article_id for item in items if item.group]
        groups = group_scores(gold[inside], probabilities[inside].argmax(axis=1), names)
    return CrossValidated(score(gold, probabilities), groups)


def _write(items: Sequence[LabelledSentence], probabilities: FloatArray, path: Path) -> None:
    believed = [row[item.stance.id] for item, row in zip(items, probabilities, strict=True)]
    write_jsonl(
        (
            {
                "text": items[at].sentence.text,
                "label": items[at].stance.value,
                "predicted": LABEL_NAMES[probabilities[at].argmax()],
                "probability_of_label": round(float(believed[at]), 4),
                "article_id": items[at].sentence.article_id,
                "index": items[at].sentence.index,
            }
            for at in np.argsort(believed)
        ),
        path,
    )
