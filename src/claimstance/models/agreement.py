"""How far an engine's answers are from those of the model that it was made from."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from pydantic import TypeAdapter

from claimstance.evaluation.arrays import FloatArray, IntArray
from claimstance.evaluation.metrics import macro_f1
from claimstance.evaluation.span_scores import span_scores
from claimstance.models.classifier import Answers
from claimstance.models.onnx_engine import UNSURE, OnnxClassifier, unsure
from claimstance.records import LabelledSentence, Stance

FILE = "engines.json"
MAX_MACRO_F1_LOST = 0.005
MAX_MISSED = 0.005
MAX_FLIPPED = 0.02
MAX_SPAN_F1_LOST = 0.02
RARE = [Stance.DENIED.id, Stance.DISPUTED.id]


@dataclass(frozen=True, slots=True)
class Agreement:
    """An engine beside its model on `sentences` gold sentences of validation.

    `macro_f1_lost` is the model's macro-F1 less the engine's; `missed` is what the engine lost of
    the recall of denied and disputed sentences together; `flipped` is the share of sentences with
    another stance; `span_f1_lost` the model's token-F1 less the engine's, a mean over source, cue
    and claim, 0 for a model without spans; `early` the share that exits answered, each from its
    log-odds in `thresholds` on (None: never); `passed_on` the share left to float32, whose first
    stance leads the second by less than `lead` log-odds.
    """

    sentences: int
    macro_f1_lost: float
    missed: float
    flipped: float
    span_f1_lost: float = 0.0
    passed_on: float = 0.0
    early: float = 0.0
    thresholds: tuple[float | None, ...] = ()
    lead: float = UNSURE

    @property
    def holds(self) -> bool:
        """Whether the engine may answer in the model's place."""
        return (
            self.macro_f1_lost <= MAX_MACRO_F1_LOST
            and self.missed <= MAX_MISSED
            and self.flipped <= MAX_FLIPPED
            and self.span_f1_lost <= MAX_SPAN_F1_LOST
        )


def compare(gold: IntArray, model: FloatArray, engine: FloatArray) -> Agreement:
    """Compare logits or probabilities of shape (n, 4), of at least one sentence."""
    before, after = model.argmax(axis=1), engine.argmax(axis=1)
    lost = (macro_f1(gold, before) or 0.0) - (macro_f1(gold, after) or 0.0)
    missed = rare_recall(gold, before) - rare_recall(gold, after)
    return Agreement(len(gold), lost, missed, float((before != after).mean()))


@dataclass(frozen=True, slots=True)
class Validation:
    """Validation sentences, their gold label ids, and what the model answers."""

    items: Sequence[LabelledSentence]
    gold: IntArray
    wanted: Answers

    @property
    def texts(self) -> list[str]:
        """The sentences."""
        return [item.sentence.text for item in self.items]

    def measure(self, engine: OnnxClassifier) -> Agreement:
        """An engine beside the model; of its stances with spans and without, the worse."""
        answers = engine.answer(self.texts)
        alone = engine.predict_proba(self.texts) if engine.early else answers.probabilities
        close = unsure(engine.first_look(self.texts), engine.lead) if engine.int8 else np.zeros(1)
        found, other = (
            compare(self.gold, self.wanted.probabilities, stances)
            for stances in (answers.probabilities, alone)
        )
        return Agreement(
            len(self.items),
            max(found.macro_f1_lost, other.macro_f1_lost),
            max(found.missed, other.missed),
            max(found.flipped, other.flipped),
            span_f1_lost=self._span_f1(self.wanted) - self._span_f1(answers),
            passed_on=float(close.mean()),
            lead=engine.lead,
        )

    def _span_f1(self, answers: Answers) -> float:
        scores = span_scores(self.items, answers.spans)
        whole = [part.token_f1 for part in scores if part.stance is None]
        return float(np.mean(whole)) if whole else 0.0


def write(folder: Path, engines: Mapping[str, Agreement]) -> None:
    """Keep what was measured beside the model, engines that were left out included."""
    content = json.dumps({name: asdict(found) for name, found in engines.items()}, indent=2)
    (folder / FILE).write_text(content + "\n", encoding="utf-8")


def read(folder: Path) -> dict[str, Agreement]:
    """What was measured of the folder's engines by their name; empty where it has none."""
    path = folder / FILE
    content = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return {name: TypeAdapter(Agreement).validate_python(found) for name, found in content.items()}


def metrics(engines: Mapping[str, Agreement]) -> dict[str, float | None]:
    """The figures as a run logs them, named `<engine>_<figure>`."""
    figures: dict[str, float | None] = {}
    for name, found in engines.items():
        values = asdict(found)
        thresholds = enumerate(values.pop("thresholds"), 1)
        values |= {f"threshold_{number}": value for number, value in thresholds}
        figures |= {f"{name}_{figure}": value for figure, value in values.items()}
    return figures


def rare_recall(gold: IntArray, predicted: IntArray) -> float:
    """Of denied and disputed together; one where there are none, since none is missed."""
    rare = np.isin(gold, RARE)
    return float((gold == predicted)[rare].mean()) if rare.any() else 1.0
