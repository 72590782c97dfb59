"""The second task of a fine-tuning: tag each token as part of source, cue or claim."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import astuple
from typing import Any

import torch
from transformers.modeling_outputs import SequenceClassifierOutput

from claimstance.records import LabelledSentence, Spans, Stance
from claimstance.typography import normalise

PARTS = ("source", "claim", "cue")  # a cue inside the claim is tagged as the cue
OUTSIDE, IGNORED = 0, -100
TAGS = 1 + 2 * len(PARTS)  # outside; then each part's first token, and its others

Offsets = Sequence[tuple[int, int]]


def annotated(items: Sequence[LabelledSentence]) -> list[Spans | None]:
    """The sentences' spans; None where nobody annotated them: a claim that no span marks."""
    return [
        item.spans if any(astuple(item.spans)) or item.stance is Stance.NO_CLAIM else None
        for item in items
    ]


def tag_tokens(text: str, spans: Spans | None, offsets: Offsets) -> list[int]:
    """One tag a token; `offsets` are the tokens' places in `text`, empty for special tokens.

    A sentence without annotated spans, or whose spans cannot be found in it, is ignored.
    """
    ignored = [IGNORED] * len(offsets)
    if spans is None:
        return ignored
    tags = [OUTSIDE if start < end else IGNORED for start, end in offsets]
    for part, name in enumerate(PARTS):
        wanted = normalise(getattr(spans, name))
        if not wanted:
            continue
        place = _find(wanted, text)
        if place is None:
            return ignored
        inside = [at for at, token in enumerate(offsets) if _overlap(token, place)]
        for at in inside:
            tags[at] = 2 * part + (1 if at == inside[0] else 2)
    return tags


def _find(wanted: str, text: str) -> tuple[int, int] | None:
    """The first place where it stands as whole words, else the first at all."""
    found = re.search(rf"(?<!\w){re.escape(wanted)}(?!\w)", text)
    start = found.start() if found else text.find(wanted)
    return None if start < 0 else (start, start + len(wanted))


def _overlap(first: tuple[int, int], second: tuple[int, int]) -> bool:
    return max(first[0], second[0]) < min(first[1], second[1])


class SpanTagger(torch.nn.Module):
    """A sequence classifier with a second head that tags its tokens, for training alone.

    The classifier inside stays a standard checkpoint; the tags only shape its encoder. While
    training, the output's `loss` is that of the tags.
    """

    def __init__(self, classifier: Any) -> None:
        super().__init__()
        self.classifier = classifier
        config = classifier.config
        self.dropout = torch.nn.Dropout(getattr(config, "hidden_dropout_prob", 0.1))
        self.tagger = torch.nn.Linear(config.hidden_size, TAGS)

    def forward(
        self, span_labels: torch.Tensor | None = None, **inputs: Any
    ) -> SequenceClassifierOutput:
        """Logits (batch, 4); `span_labels` (batch, tokens) as `tag_tokens` gives them."""
        output = self.classifier(**inputs, output_hidden_states=self.training)
        if not self.training or span_labels is None:
            return SequenceClassifierOutput(logits=output.logits)
        tags = self.tagger(self.dropout(output.hidden_states[-1])).float()
        loss = torch.nn.functional.cross_entropy(
            tags.flatten(0, 1), span_labels.flatten(), ignore_index=IGNORED, reduction="sum"
        )
        known = (span_labels != IGNORED).sum().clamp(min=1)
        return SequenceClassifierOutput(loss=loss / known, logits=output.logits)


class SpanCollator:
    """Pads a batch, `span_labels` along with the tokens."""

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer

    def __call__(self, rows: Sequence[Mapping[str, Any]]) -> dict[str, torch.Tensor]:
        """Tensors (batch, longest)."""
        names = self._tokenizer.model_input_names
        tokens = [{name: row[name] for name in names if name in row} for row in rows]
        batch = dict(self._tokenizer.pad(tokens, return_tensors="pt"))
        width, left = batch["input_ids"].shape[1], self._tokenizer.padding_side == "left"
        padded = []
        for row in rows:
            gap = [IGNORED] * (width - len(row["span_labels"]))
            padded.append(gap + row["span_labels"] if left else row["span_labels"] + gap)
        batch["span_labels"] = torch.tensor(padded)
        batch["labels"] = torch.tensor([row["labels"] for row in rows])
        return batch
