"""Cross-validation: every gold sentence judged by a model that never saw its article."""

import hashlib
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from claimstance.config import load_model_config
from claimstance.console import say
from claimstance.errors import LabelError, OutputError
from claimstance.evaluation.arrays import FloatArray
from claimstance.evaluation.groups import GroupScores, group_scores
from claimstance.evaluation.metrics import Scores, score
from claimstance.folders import failure
from claimstance.labelling.dataset import read_dataset, write_jsonl
from claimstance.labelling.splits import WRITTEN_SPLITS
from claimstance.records import LABEL_NAMES, LabelledSentence, Origin
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
    _make(out)
    splits = read_dataset(config.data).splits
    items = [i for part in WRITTEN_SPLITS for i in splits[part] if i.origin is Origin.GOLD]
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
        if len({item.stance for item in train}) < 2:
            raise LabelError(f"{config.data}: a fold has one stance alone to train on; label more")
        with tempfile.TemporaryDirectory() as work:
            classifier = fit(config, train, validation, Path(work), lambda *_: None)
        calibrate(classifier, validation, config.temperature_margin)
        inside = [i for i, item in enumerate(items) if item.sentence.article_id in judged]
        probabilities[inside] = classifier.predict_proba([items[i].sentence.text for i in inside])
    _write(items, probabilities, out / ROWS)
    return _scores(items, probabilities)


def _make(out: Path) -> None:
    """Before the trainings, lest their outcome finds no place."""
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = failure(error) or error
        raise OutputError(f"{out}: cannot be written ({reason}); choose another --out") from None


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
