"""The fast engine of a transformer: made, compared with its model, and kept where it agrees."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from claimstance.console import say, waiting
from claimstance.errors import ClaimstanceError, ModelError, OutputError
from claimstance.evaluation.suites import gold_of
from claimstance.folders import failure
from claimstance.labelling.dataset import Dataset, read_dataset
from claimstance.labelling.splits import Split
from claimstance.models import agreement, exits
from claimstance.models.agreement import Agreement, Validation
from claimstance.models.chain import Ids
from claimstance.models.classifier import Classifier
from claimstance.models.loading import load_classifier
from claimstance.models.onnx_engine import (
    FLOAT32,
    INT8,
    PIECES,
    PLAIN,
    UNSURE,
    OnnxClassifier,
    piece_behind,
)
from claimstance.models.store import read_manifest, reseal
from claimstance.models.tokens import Tokens, pad

if TYPE_CHECKING:
    from claimstance.models.transformer import TransformerClassifier

_CALIBRATION = 1000  # training sentences, about, that the scales of int8 come from
_LEADS = (UNSURE, 1.0, 2.0, 3.0)  # the first with which int8 agrees with the model
_TAGGED = 4000  # training sentences at most that an exit's tags are learnt from


def export(folder: Path, data: Path) -> dict[str, Agreement]:
    """Make a stored transformer's engine anew; returns what was measured on validation.

    Raises:
        ModelError: the folder holds no transformer, or one that cannot be exported.
        LabelError: there is no dataset in `data`, or no gold sentence to measure on.
        OutputError: the folder cannot be written.
    """
    if read_manifest(folder).kind != "transformer":
        raise ModelError(f"{folder}: holds a baseline; only a transformer has an engine to export")
    dataset = read_dataset(data)
    model = load_classifier(folder, "torch")
    try:
        try:
            return add_engine(model, folder, dataset)
        finally:
            reseal(folder)  # also where the engine is gone: the model is whole without it
    except OSError as error:
        raise OutputError(
            f"{folder}: cannot be written ({failure(error)}); free some space, or export a copy"
        ) from None


def try_engine(model: Classifier, folder: Path, dataset: Dataset) -> dict[str, Agreement]:
    """The same for a model just trained: one that cannot have an engine is still a model."""
    try:
        return add_engine(model, folder, dataset)
    except ModelError as error:
        say(f"no ONNX engine, PyTorch will predict: {error}")
        return {}


def add_engine(model: Classifier, folder: Path, dataset: Dataset) -> dict[str, Agreement]:
    """Write ONNX files into a transformer's folder; those that do not agree with it are left out.

    Other classifiers have no engine.

    Raises:
        ModelError: the model cannot be exported; the folder then has no engine.
    """
    from claimstance.models.transformer import TransformerClassifier

    if not isinstance(model, TransformerClassifier):
        return {}
    engines: dict[str, Agreement] = {}
    try:
        with waiting("exporting to ONNX"):
            _add_engines(engines, model, folder, dataset)
    except (OSError, ClaimstanceError):  # a full disk says nothing of the architecture
        raise
    except Exception as error:  # whatever a model's code leads the exporter to
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        if not any(found.holds for found in engines.values()):
            _remove(folder, {})
            (folder / agreement.FILE).unlink(missing_ok=True)
            raise ModelError(f"{folder}: cannot be exported to ONNX ({reason})") from None
        say(f"{folder}: its ONNX engine is not as fast as others are ({reason})")
    _remove(folder, engines)
    agreement.write(folder, engines)
    return engines


def _add_engines(
    engines: dict[str, Agreement], model: "TransformerClassifier", folder: Path, dataset: Dataset
) -> None:
    """Each engine is built on the one before, and only where that one agrees with the model."""
    items = gold_of(dataset, Split.VALIDATION)
    answers = model.answer([item.sentence.text for item in items])
    validation = Validation(items, np.array([item.stance.id for item in items]), answers)
    _remove(folder, {})
    model.write_onnx(folder / FLOAT32)
    engines["onnx"] = validation.measure(OnnxClassifier(folder, "", int8=False))
    if not engines["onnx"].holds:
        return
    borders = _write_int8(folder, dataset, model.tagger is not None)
    for lead in _LEADS:
        int8 = OnnxClassifier(folder, "", int8=True, lead=lead)
        engines["int8"] = validation.measure(int8)
        if engines["int8"].holds:
            break
    if engines["int8"].holds and borders:
        tagged = _tagged(borders) if model.tagger else ()
        early, thresholds = _write_exits(int8, folder, dataset, validation, tagged)
        whole = OnnxClassifier(folder, "", int8=True, early=True, lead=int8.lead)
        engines["exits"] = replace(validation.measure(whole), early=early, thresholds=thresholds)


def _write_int8(folder: Path, dataset: Dataset, tagged: bool) -> list[int]:
    """The int8 graph in pieces; returns behind which layers it is cut."""
    from claimstance.models.quantise import quantise
    from claimstance.models.split import depth, split, without_states

    quantise(folder / FLOAT32, folder / INT8, _calibration(folder, dataset))
    layers = [layer for layer in exits.LAYERS if layer < depth(folder / INT8)]
    names = [INT8, *map(piece_behind, layers)]
    split(folder / INT8, [folder / name for name in names], layers)
    if layers and tagged:
        without_states(folder / names[-1], folder / PLAIN)
    return layers


def _tagged(layers: Sequence[int]) -> list[int]:
    """Which exits learn tags: late ones, or at least the last."""
    late = [number for number, layer in enumerate(layers) if layer >= exits.TAGGED_FROM]
    return late or [len(layers) - 1]


def _write_exits(
    int8: OnnxClassifier,
    folder: Path,
    dataset: Dataset,
    validation: Validation,
    tagged: Sequence[int],
) -> tuple[float, tuple[float | None, ...]]:
    """Exits that answer as int8 does; returns what share they answer, and from where on.

    Those whose numbers are in `tagged` learn tags too.
    """
    from claimstance.models.exit_training import calibrated, choose_thresholds, fit_exit

    train = [item.sentence.text for item in dataset.splits[Split.TRAIN]]
    *inputs, logits = int8.features(train)
    fitted = [fit_exit(found, logits.argmax(axis=1)) for found in inputs]
    wanted, gold = validation.wanted.probabilities.argmax(axis=1), validation.gold
    *found, _ = int8.features(validation.texts)
    fitted = [calibrated(one, inputs, gold) for one, inputs in zip(fitted, found, strict=True)]
    chosen = choose_thresholds(fitted, found, gold, wanted, least=int8.lead)
    sure = [one.sure(one.logits(inputs)) for one, inputs in zip(chosen, found, strict=True)]
    for border in tagged:
        leaving = chosen[border].sure(chosen[border].logits(inputs[border]))
        texts = [text for text, leaves in zip(train, leaving, strict=True) if leaves]
        chosen[border] = _with_tagger(chosen[border], int8, texts, border)
    exits.write(folder / exits.FILE, chosen)
    thresholds = (one.threshold for one in chosen)
    finite = tuple(float(value) if np.isfinite(value) else None for value in thresholds)
    return float(np.any(sure, axis=0).mean()), finite


def _with_tagger(
    exit_: exits.Exit, int8: OnnxClassifier, leaving: Sequence[str], border: int
) -> exits.Exit:
    """An exit that also tags, as the whole model does, the training sentences that leave there."""
    if not leaving:
        return exit_
    from claimstance.models.tagger_training import fit_tagger

    states, tags = int8.states(leaving[:: -(-len(leaving) // _TAGGED)], border)
    return replace(exit_, tagger=fit_tagger(states, tags))


def _calibration(folder: Path, dataset: Dataset) -> list[dict[str, Ids]]:
    """One sentence at a time: padding would widen the scales for nothing."""
    train = [item.sentence.text for item in dataset.splits[Split.TRAIN]]
    tokens = Tokens(folder)
    chosen = train[:: max(1, len(train) // _CALIBRATION)]
    return [pad([each.ids], tokens.padding) for each in tokens(chosen)]


def _remove(folder: Path, engines: Mapping[str, Agreement]) -> None:
    """Delete the files of engines that do not hold, or were not made."""
    kept = {name for name, found in engines.items() if found.holds}
    files = {"onnx": [FLOAT32], "int8": (*PIECES, PLAIN), "exits": [exits.FILE]}
    for name in files.keys() - kept:
        for file in files[name]:
            (folder / file).unlink(missing_ok=True)
