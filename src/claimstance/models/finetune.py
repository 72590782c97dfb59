"""Fine-tuning a pretrained encoder as a stance classifier, with Hugging Face's Trainer."""

import math
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import TrainerCallback

from claimstance.config import TransformerConfig
from claimstance.console import Bar, progress
from claimstance.errors import ModelError
from claimstance.evaluation.metrics import macro_f1
from claimstance.models.batches import LengthTrainer
from claimstance.models.transformer import TransformerClassifier
from claimstance.models.weights import find_base
from claimstance.records import LABEL_NAMES
from claimstance.typography import normalise

OnEpoch = Callable[[int, Mapping[str, float]], None]


@dataclass(frozen=True, slots=True)
class Examples:
    """Sentences and their label ids."""

    texts: Sequence[str]
    labels: Sequence[int]


def fit_transformer(
    config: TransformerConfig,
    train: Examples,
    validation: Examples,
    work: Path,
    on_epoch: OnEpoch,
) -> TransformerClassifier:
    """Fine-tune; the epoch with the best validation macro-F1 over the three stances is kept.

    `work` takes a checkpoint an epoch; where it already holds some, training goes on from the
    last. `on_epoch` is told each epoch's number and metrics.

    Raises:
        ModelError: the base model cannot be found or is no encoder for sequence classification.
    """
    from transformers import PrinterCallback, set_seed

    set_seed(config.seed)
    model, tokenizer = _load_base(config)
    _freeze(model, config)
    steps = math.ceil(math.ceil(len(train.texts) / config.batch_size) * config.epochs)
    with progress("fine-tuning", steps) as bar:
        trainer = LengthTrainer(
            model=model,
            args=_arguments(config, work),
            train_dataset=_tokenise(tokenizer, train),
            eval_dataset=_tokenise(tokenizer, validation),
            processing_class=tokenizer,
            compute_loss_func=_weighted_loss(train.labels, config),
            compute_metrics=_score,
            callbacks=[_Progress(bar, on_epoch)],
        )
        trainer.remove_callback(PrinterCallback)
        trainer.train(resume_from_checkpoint=_last_checkpoint(work))
    return TransformerClassifier(trainer.model, tokenizer)


def _last_checkpoint(work: Path) -> str | None:
    """The newest whole checkpoint; one whose writing was cut short lacks its last file."""
    from transformers.trainer_utils import get_last_checkpoint

    for folder in work.glob("checkpoint-*"):
        if not (folder / "trainer_state.json").is_file():
            shutil.rmtree(folder)
    return get_last_checkpoint(str(work)) if work.is_dir() else None


def _load_base(config: TransformerConfig) -> tuple[Any, Any]:
    from transformers import AutoModelForSequenceClassification, AutoTokenizer
    from transformers.utils import logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()
    folder = find_base(config.base)
    try:
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        model = AutoModelForSequenceClassification.from_pretrained(
            folder,
            local_files_only=True,
            dtype=torch.float32,
            num_labels=len(LABEL_NAMES),
            id2label=dict(enumerate(LABEL_NAMES)),
            label2id={name: index for index, name in enumerate(LABEL_NAMES)},
            ignore_mismatched_sizes=True,
        )
    except (OSError, ValueError, KeyError) as error:
        reason = str(error).strip().splitlines()[0]
        raise ModelError(f'base model "{config.base}" cannot be loaded: {reason}') from None
    tokenizer.model_max_length = min(config.max_tokens, tokenizer.model_max_length)
    return model, tokenizer


def _freeze(model: Any, config: TransformerConfig) -> None:
    encoder = model.base_model
    layers = next(part for part in encoder.modules() if isinstance(part, torch.nn.ModuleList))
    frozen = list(layers)[: config.frozen_layers]
    if config.freeze_embeddings:
        frozen.append(encoder.embeddings)
    for module in frozen:
        module.requires_grad_(False)


def _arguments(config: TransformerConfig, work: Path) -> Any:
    from transformers import TrainingArguments

    return TrainingArguments(
        output_dir=str(work),
        num_train_epochs=config.epochs,
        per_device_train_batch_size=config.batch_size,
        per_device_eval_batch_size=2 * config.batch_size,
        learning_rate=config.learning_rate,
        warmup_steps=config.warmup_share,  # below one it is a share of all steps
        weight_decay=config.weight_decay,
        bf16=config.bf16,
        seed=config.seed,
        full_determinism=True,
        eval_strategy="epoch",
        save_strategy="epoch",
        logging_strategy="epoch",
        save_total_limit=2,
        load_best_model_at_end=True,
        metric_for_best_model="macro_f1",
        greater_is_better=True,
        dataloader_pin_memory=False,
        disable_tqdm=True,
        report_to="none",
    )


def _tokenise(tokenizer: Any, examples: Examples) -> Any:
    from datasets import Dataset

    encoded = tokenizer([normalise(text) for text in examples.texts], truncation=True)
    return Dataset.from_dict({**encoded, "labels": list(examples.labels)})


def _weighted_loss(labels: Sequence[int], config: TransformerConfig) -> Callable[..., Any]:
    """Cross-entropy with class weights (n / (4 n_class)) ** power, scaled to a mean of one."""
    counts = np.maximum(np.bincount(labels, minlength=len(LABEL_NAMES)), 1)
    weights = (counts.sum() / (len(counts) * counts)) ** config.class_weight_power
    weights = torch.tensor(weights / np.average(weights, weights=counts), dtype=torch.float32)

    def loss(outputs: Any, labels: torch.Tensor, num_items_in_batch: Any = None) -> torch.Tensor:
        logits = outputs.logits
        return torch.nn.functional.cross_entropy(
            logits.float(),
            labels,
            weight=weights.to(logits.device),
            label_smoothing=config.label_smoothing,
        )

    return loss


def _score(prediction: Any) -> dict[str, float]:
    predicted = prediction.predictions.argmax(axis=-1)
    return {"macro_f1": macro_f1(prediction.label_ids, predicted) or 0.0}


class _Progress(TrainerCallback):
    """Moves the bar and passes each epoch's metrics on; Trainer takes subclasses only."""

    def __init__(self, bar: Bar, on_epoch: OnEpoch) -> None:
        self._bar = bar
        self._on_epoch = on_epoch
        self._train_loss = math.nan

    def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        self._bar.advance(state.global_step)

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        self._bar.advance()

    def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **_: Any) -> None:
        self._train_loss = (logs or {}).get("loss", self._train_loss)

    def on_evaluate(
        self, args: Any, state: Any, control: Any, metrics: Any = None, **_: Any
    ) -> None:
        epoch = round(state.epoch)
        scores = {
            "train_loss": self._train_loss,
            "validation_loss": metrics["eval_loss"],
            "epoch_macro_f1": metrics["eval_macro_f1"],  # validation_macro_f1 is the best epoch's
        }
        self._bar.describe(f"epoch {epoch}: validation macro-F1 {metrics['eval_macro_f1']:.3f}")
        self._on_epoch(epoch, scores)
