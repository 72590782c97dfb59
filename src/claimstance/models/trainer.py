"""One fine-tuning with Hugging Face's Trainer: its loss, its settings, its progress."""

import math
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch
from transformers import TrainerCallback

from claimstance.config import TransformerConfig
from claimstance.console import Bar
from claimstance.evaluation.metrics import macro_f1
from claimstance.models.batches import LengthTrainer
from claimstance.models.classifier import OnEpoch
from claimstance.models.spans import SpanCollator, SpanTagger
from claimstance.records import LABEL_NAMES


@dataclass(frozen=True, slots=True)
class Member:
    """One of several fine-tunings: its seed, its folder for checkpoints, whom it reports to."""

    seed: int
    work: Path
    bar: Bar
    on_epoch: OnEpoch
    earlier_epochs: int


def fine_tune(
    model: SpanTagger,
    collator: SpanCollator,
    data: tuple[Any, Any],
    config: TransformerConfig,
    member: Member,
) -> None:
    """Fine-tune `model` in place and leave it with the weights of its best epoch.

    `data` are the tokenised training and validation sentences with columns `labels` and
    `span_labels`.
    """
    from transformers import PrinterCallback

    trainer = LengthTrainer(
        model=model,
        args=_arguments(config, member),
        train_dataset=data[0],
        eval_dataset=data[1],
        data_collator=collator,
        compute_loss_func=_weighted_loss(data[0]["labels"], config),
        compute_metrics=_score,
        callbacks=[_Progress(member)],
    )
    trainer.remove_callback(PrinterCallback)
    trainer.train(resume_from_checkpoint=_last_checkpoint(member.work))


def _last_checkpoint(work: Path) -> str | None:
    """The newest whole checkpoint; one whose writing was cut short lacks its last file."""
    from transformers.trainer_utils import get_last_checkpoint

    for folder in work.glob("checkpoint-*"):
        if not (folder / "trainer_state.json").is_file():
            shutil.rmtree(folder)
    return get_last_checkpoint(str(work)) if work.is_dir() else None


def mixed_precision(precision: Literal["auto", "float32", "bfloat16"]) -> bool:
    """Whether to multiply matrices in bfloat16; `auto` does where the hardware has it.

    On a processor without these instructions it would be emulated.
    """
    if precision != "auto":
        return precision == "bfloat16"
    if torch.cuda.is_available():
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    able = torch.cpu.get_capabilities()
    return bool(able.get("avx512_bf16") or able.get("amx_bf16"))


def _arguments(config: TransformerConfig, member: Member) -> Any:
    from transformers import TrainingArguments

    half = mixed_precision(config.precision)
    return TrainingArguments(
        output_dir=str(member.work),
        num_train_epochs=config.epochs,
        per_device_train_batch_size=config.batch_size,
        per_device_eval_batch_size=2 * config.batch_size,
        learning_rate=config.learning_rate,
        warmup_steps=config.warmup_share,  # below one it is a share of all steps
        weight_decay=config.weight_decay,
        bf16=half,
        use_cpu=half and not torch.cuda.is_available(),  # without it bfloat16 is refused there
        seed=member.seed,
        full_determinism=True,
        eval_strategy="epoch",
        save_strategy="epoch",
        logging_strategy="epoch",
        save_total_limit=2,
        load_best_model_at_end=True,
        metric_for_best_model="macro_f1",
        greater_is_better=True,
        dataloader_pin_memory=False,
        remove_unused_columns=False,
        label_names=["labels"],
        disable_tqdm=True,
        report_to="none",
    )


def _weighted_loss(labels: Sequence[int], config: TransformerConfig) -> Callable[..., Any]:
    """Cross-entropy with class weights (n / (4 n_class)) ** power; in training also the spans'.

    Only their proportions count: a weighted mean divides by the weights, so the scale cancels.
    """
    counts = np.maximum(np.bincount(labels, minlength=len(LABEL_NAMES)), 1)
    weights = (counts.sum() / (len(counts) * counts)) ** config.class_weight_power
    weights = torch.tensor(weights / np.average(weights, weights=counts), dtype=torch.float32)

    def loss(outputs: Any, labels: torch.Tensor, num_items_in_batch: Any = None) -> torch.Tensor:
        logits = outputs.logits
        stances = torch.nn.functional.cross_entropy(
            logits.float(),
            labels,
            weight=weights.to(logits.device),
            label_smoothing=config.label_smoothing,
        )
        spans = outputs.get("loss")
        return stances if spans is None else stances + config.span_weight * spans

    return loss


def _score(prediction: Any) -> dict[str, float]:
    predicted = prediction.predictions.argmax(axis=-1)
    return {"macro_f1": macro_f1(prediction.label_ids, predicted) or 0.0}


class _Progress(TrainerCallback):
    """Moves the bar and passes each epoch's metrics on; Trainer takes subclasses only."""

    def __init__(self, member: Member) -> None:
        self._member = member
        self._train_loss = math.nan

    def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        self._member.bar.advance(state.global_step)

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        self._member.bar.advance()

    def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **_: Any) -> None:
        self._train_loss = (logs or {}).get("loss", self._train_loss)

    def on_evaluate(
        self, args: Any, state: Any, control: Any, metrics: Any = None, **_: Any
    ) -> None:
        epoch = self._member.earlier_epochs + math.ceil(state.epoch)
        scores = {
            "train_loss": self._train_loss,
            "validation_loss": metrics["eval_loss"],
            "epoch_macro_f1": metrics[
                "eval_macro_f1"
            ],  # validation_macro_f1 is the finished model's
        }
        self._member.bar.describe(
            f"epoch {epoch}: validation macro-F1 {metrics['eval_macro_f1']:.3f}"
        )
        self._member.on_epoch(epoch, scores)
