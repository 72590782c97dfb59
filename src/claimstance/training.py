"""Training one model: fit, calibrate, measure, track, register, and put it in its place."""

import glob
import hashlib
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from claimstance.config import BaselineConfig, TransformerConfig, load_model_config, to_yaml
from claimstance.console import waiting
from claimstance.errors import LabelError, OutputError
from claimstance.evaluation.metrics import Scores
from claimstance.evaluation.suites import gold_of
from claimstance.exporting import try_engine
from claimstance.folders import check_replaceable, failure, replace_folder
from claimstance.labelling.dataset import Dataset, read_dataset, read_provenance
from claimstance.labelling.lexicon import Lexicon
from claimstance.labelling.splits import Split
from claimstance.models import agreement
from claimstance.models.classifier import OnEpoch, Trainable
from claimstance.models.store import MANIFEST, Manifest, seal
from claimstance.provenance import git_commit
from claimstance.records import LabelledSentence, Spans
from claimstance.training_report import calibrate, draw, measure, metrics

Config = BaselineConfig | TransformerConfig
_RUN_FILE = "run.txt"
_KEY_LENGTH = 12


@dataclass(frozen=True, slots=True)
class Trained:
    """A trained model in its folder, with its scores by split."""

    folder: Path
    manifest: Manifest
    scores: dict[Split, Scores]


def train(config_path: Path) -> Trained:
    """Train what a configuration describes, in one tracked run.

    An interrupted training leaves its finished epochs in a work folder beside the output; the
    same command then goes on from there, in the same run.

    Raises:
        ClaimstanceError: the configuration, dataset, base model or tracking store is unusable.
    """
    from claimstance.tracking import runs, store

    config = load_model_config(config_path)
    dataset = read_dataset(config.data)
    _check(config, dataset)
    store.connect()
    work = _work_folder(config, dataset)
    with _writing(work):
        with runs.tracked_run(config.name, config.experiment, _interrupted_run(work)) as run_id:
            (work / _RUN_FILE).write_text(run_id, encoding="utf-8")
            trained = _train_tracked(config, dataset, work)
        for finished in _work_folders(config.output):
            shutil.rmtree(finished)  # this training's work, and what abandoned configurations left
    return trained


def _train_tracked(config: Config, dataset: Dataset, work: Path) -> Trained:
    """Everything that happens inside the run; at its end a version and its place, or neither."""
    from claimstance.tracking import runs

    commit = git_commit()
    runs.log_config(config.model_dump(mode="json"), to_yaml(config), {"git_commit": commit})
    runs.log_dataset(dataset, config.data)
    validation = gold_of(dataset, Split.VALIDATION)
    classifier = fit(
        config,
        dataset.splits[Split.TRAIN],
        validation,
        work / "checkpoints",
        lambda epoch, figures: runs.log_metrics(figures, step=epoch),
    )
    temperature = calibrate(classifier, validation, config.temperature_margin)
    measured = {
        split: measure(classifier, gold_of(dataset, split), temperature)
        for split in (Split.VALIDATION, Split.TEST)
    }
    folder = _save(classifier, config, work)
    engines = try_engine(classifier, folder, dataset)
    manifest = seal(
        folder,
        kind=config.kind,
        name=config.name,
        temperature=temperature,
        dataset=dataset.digest,
        commit=commit,
        split_rule=read_provenance(config.data).split_rule,
    )
    runs.log_metrics(metrics(measured, temperature) | agreement.metrics(engines))
    runs.log_folder(draw(measured, config.name, _fresh(work / "figures")), "figures")
    _install(folder, manifest, config)
    scores = {split: part.scores for split, part in measured.items()}
    return Trained(config.output, manifest, scores)


def _install(folder: Path, manifest: Manifest, config: Config) -> None:
    """Register the model and put it in its place, or neither."""
    from claimstance.tracking import registry

    version = registry.register(folder, manifest, config.registered_model)
    try:
        replace_folder(folder, config.output)
    except BaseException:
        registry.withdraw(version)
        raise


def _check(config: Config, dataset: Dataset) -> None:
    """Fail before a run begins rather than in the middle of it."""
    read_provenance(config.data)
    check_replaceable(config.output, MANIFEST, "choose another `output`")
    if len(set(_labels(dataset.splits[Split.TRAIN]))) < 2:
        raise LabelError(
            f"{config.data}: the train split needs sentences of at least two stances; label more "
            "articles, and build the dataset again"
        )
    gold_of(dataset, Split.VALIDATION)
    gold_of(dataset, Split.TEST)
    if isinstance(config, TransformerConfig):
        from claimstance.models.weights import find_base

        find_base(config.base)
    else:
        Lexicon.load(config.cues)


def fit(
    config: Config,
    train: Sequence[LabelledSentence],
    validation: Sequence[LabelledSentence],
    work: Path,
    on_epoch: OnEpoch,
) -> Trainable:
    """Fit what a configuration describes, uncalibrated; `work` keeps a transformer's checkpoints.

    `on_epoch` is told each epoch's number and figures.
    """
    if isinstance(config, BaselineConfig):
        from claimstance.models.baseline import fit_baseline

        with waiting("fitting the baseline"):
            return fit_baseline(config, _texts(train), _labels(train))
    from claimstance.models.finetune import Examples, fit_transformer

    return fit_transformer(
        config,
        Examples(_texts(train), _labels(train), _spans(train)),
        Examples(_texts(validation), _labels(validation), _spans(validation)),
        work,
        on_epoch,
    )


def _save(classifier: Trainable, config: Config, work: Path) -> Path:
    folder = _fresh(work / "model")
    classifier.save(folder)
    (folder / "config.yaml").write_text(to_yaml(config), encoding="utf-8")
    return folder


def _work_folder(config: Config, dataset: Dataset) -> Path:
    """The same for the same configuration and data, so that an interrupted training is found."""
    key = hashlib.sha256(f"{to_yaml(config)}{dataset.digest}".encode()).hexdigest()
    folder = config.output.parent / f".{config.output.name}-{key[:_KEY_LENGTH]}"
    with _writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
    return folder


def _work_folders(output: Path) -> Iterator[Path]:
    """Those of this output alone: `.model-news-<key>` belongs to the output `model-news`."""
    return output.parent.glob(f".{glob.escape(output.name)}-{'[0-9a-f]' * _KEY_LENGTH}")


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    """Tell in one line what cannot be written, by default in `folder`."""
    try:
        yield
    except OSError as error:
        reason = failure(error)
        if not reason:  # not the system's, but a library's own error in this disguise
            raise
        where = error.filename2 or error.filename or folder
        raise OutputError(
            f"{where}: cannot be written ({reason}); free some space, or choose another `output`"
        ) from None


def _interrupted_run(work: Path) -> str | None:
    path = work / _RUN_FILE
    return path.read_text(encoding="utf-8") if path.is_file() else None


def _fresh(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder


def _texts(items: Sequence[LabelledSentence]) -> list[str]:
    return [item.sentence.text for item in items]


def _labels(items: Sequence[LabelledSentence]) -> list[int]:
    return [item.stance.id for item in items]


def _spans(items: Sequence[LabelledSentence]) -> list[Spans | None]:
    return [item.annotated for item in items]
