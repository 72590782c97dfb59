"""The models under evaluation, and the yardsticks beside them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from claimstance.config import BaselineConfig, TransformerConfig, load_model_config
from claimstance.errors import ModelError
from claimstance.evaluation.arrays import FloatArray
from claimstance.evaluation.calibration import rescale
from claimstance.evaluation.report import Kind
from claimstance.labelling.dataset import Provenance
from claimstance.models.classifier import Answers, Classifier, answer
from claimstance.models.loading import load_classifier
from claimstance.models.store import Manifest, read_manifest
from claimstance.models.yardsticks import AlwaysAsserted, RulesAlone


@dataclass(frozen=True, slots=True)
class TrainedModel:
    """A stored model, loaded."""

    folder: Path
    manifest: Manifest
    config: BaselineConfig | TransformerConfig
    classifier: Classifier


@dataclass(frozen=True, slots=True)
class Contenders:
    """Everything that is measured: two yardsticks, and the trained models by name."""

    rules: RulesAlone
    trained: Mapping[str, TrainedModel]

    @property
    def kinds(self) -> dict[str, Kind]:
        """What each contender is."""
        kinds: dict[str, Kind] = {AlwaysAsserted().id: "yardstick", self.rules.id: "yardstick"}
        return kinds | {name: model.manifest.kind for name, model in self.trained.items()}

    def predict_proba(self, texts: Sequence[str]) -> dict[str, FloatArray]:
        """Probabilities of shape (len(texts), 4) from each contender."""
        return {name: part.predict_proba(texts) for name, part in self._classifiers().items()}

    def answer(self, texts: Sequence[str]) -> dict[str, Answers]:
        """The same, with the spans that some of them find."""
        return {name: answer(part, texts) for name, part in self._classifiers().items()}

    def _classifiers(self) -> dict[str, Classifier]:
        classifiers: dict[str, Classifier] = {
            AlwaysAsserted().id: AlwaysAsserted(),
            self.rules.id: self.rules,
        }
        classifiers |= {name: model.classifier for name, model in self.trained.items()}
        return classifiers

    def uncalibrated(self, answers: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
        """The trained models' answers as they were before temperature scaling."""
        return {
            name: rescale(answers[name], 1 / model.manifest.temperature)
            for name, model in self.trained.items()
        }


def load_contenders(folders: Sequence[Path], rules: RulesAlone) -> Contenders:
    """Load model folders.

    Raises:
        ModelError: a folder holds no model, a damaged one, or two hold models of one name.
    """
    trained: dict[str, TrainedModel] = {}
    for folder in folders:
        model = load_trained(folder)
        if model.manifest.name in trained:
            raise ModelError(f'{folder}: a second model named "{model.manifest.name}"')
        trained[model.manifest.name] = model
    return Contenders(rules, trained)


def check_split(folder: Path, provenance: Provenance) -> None:
    """Refuse a model that may have been trained on what it is to be measured on.

    Raises:
        ModelError: its dataset was split by another rule.
    """
    manifest = read_manifest(folder)
    if manifest.split_rule != provenance.split_rule:
        raise ModelError(
            f"{folder}: {manifest.id} was trained under another split of the articles and may know "
            "the ones it would be measured on; train it again"
        )


def load_trained(folder: Path) -> TrainedModel:
    """Load one model folder with its manifest and configuration."""
    classifier = load_classifier(folder)
    config = load_model_config(folder / "config.yaml")
    return TrainedModel(folder, read_manifest(folder), config, classifier)
