"""Fine-tuning a pretrained encoder as a stance classifier, and averaging over seeds."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from claimstance.config import TransformerConfig
from claimstance.console import progress
from claimstance.errors import ModelError
from claimstance.models.classifier import OnEpoch
from claimstance.models.spans import SpanCollator, SpanTagger, tag_tokens
from claimstance.models.trainer import Member, fine_tune
from claimstance.models.transformer import TransformerClassifier
from claimstance.models.weights import find_base
from claimstance.records import LABEL_NAMES, Spans
from claimstance.typography import normalise


@dataclass(frozen=True, slots=True)
class Examples:
    """Sentences, their label ids, and their spans where somebody annotated them."""

    texts: Sequence[str]
    labels: Sequence[int]
    spans: Sequence[Spans | None]


def fit_transformer(
    config: TransformerConfig,
    train: Examples,
    validation: Examples,
    work: Path,
    on_epoch: OnEpoch,
) -> TransformerClassifier:
    """Fine-tune as many members as the configuration says, and average their weights.

    Members start from the same weights and differ in their seed, which orders the batches and
    draws the dropout; each keeps the epoch with its best validation macro-F1 over the three
    stances. Averaging them is a uniform "model soup" (Wortsman et al., ICML 2022,
    arXiv:2203.05482). `on_epoch` is told each epoch's number, counted over all members.

    `work` takes a checkpoint an epoch; where it already holds some, training goes on from there.

    Raises:
        ModelError: the base model cannot be found or is no encoder for sequence classification.
    """
    from transformers import set_seed

    set_seed(config.seed)  # draws both heads
    model, tokenizer = _load_base(config)
    _freeze(model, config)
    tagger = SpanTagger(model)
    start, members = _weights(tagger), []
    steps = math.ceil(math.ceil(len(train.texts) / config.batch_size) * config.epochs)
    data = _tokenise(tokenizer, train), _tokenise(tokenizer, validation)
    collator = SpanCollator(tokenizer)
    with progress("fine-tuning", steps * config.members) as bar:
        for number in range(config.members):
            tagger.load_state_dict(start)
            earlier = number * math.ceil(config.epochs)
            folder = work / f"member-{number}"
            member = Member(config.seed + number, folder, bar, on_epoch, earlier)
            fine_tune(tagger, collator, data, config, member)
            members.append(_weights(tagger))
    tagger.load_state_dict(_average(members))
    head = tagger.tagger() if config.span_weight else None
    return TransformerClassifier(model, tokenizer, tagger=head)


def _weights(model: Any) -> dict[str, torch.Tensor]:
    return {name: value.detach().clone() for name, value in model.state_dict().items()}


def _average(members: Sequence[dict[str, torch.Tensor]]) -> dict[str, torch.Tensor]:
    return {
        name: torch.stack([member[name] for member in members]).mean(dim=0)
        if value.is_floating_point()
        else value
        for name, value in members[0].items()
    }


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


def _tokenise(tokenizer: Any, examples: Examples) -> Any:
    from datasets import Dataset

    texts = [normalise(text) for text in examples.texts]
    encoded = dict(tokenizer(texts, truncation=True, return_offsets_mapping=True))
    offsets = encoded.pop("offset_mapping")
    tags = list(map(tag_tokens, texts, examples.spans, offsets))
    return Dataset.from_dict({**encoded, "labels": list(examples.labels), "span_labels": tags})
