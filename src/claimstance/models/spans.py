"""The second task of a fine-tuning: tag each token as part of source, cue or claim."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from transformers.modeling_outputs import SequenceClassifierOutput

from claimstance.models.decoding import OUTSIDE, PARTS, TAGS, Offsets
from claimstance.models.tagger import Tagger
from claimstance.records import Spans
from claimstance.typography import normalise

IGNORED = -100
HIDDEN = 128


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


class SpanHead(torch.nn.Module):
    """What `Tagger` computes, as it is trained."""

    def __init__(self, width: int, hidden: int = HIDDEN, dropout: float = 0.1) -> None:
        super().__init__()
        self.dropout = torch.nn.Dropout(dropout)
        self.near = torch.nn.Linear(3 * width, hidden)
        self.far = torch.nn.Linear(2 * width, hidden, bias=False)
        self.outer = torch.nn.Linear(hidden, TAGS)

    def forward(self, states: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Logits (batch, tokens, TAGS) of states (batch, tokens, width)."""
        real = mask[:, :, None].to(states.dtype)
        states = self.dropout(states * real)
        gap = torch.zeros_like(states[:, :1])
        before, after = torch.hstack([gap, states[:, :-1]]), torch.hstack([states[:, 1:], gap])
        near = torch.cat([states, before, after], dim=2)
        whole = torch.hstack([states[:, 0], states.sum(dim=1) / real.sum(dim=1)])
        hidden = torch.relu(self.near(near) + self.far(whole)[:, None])
        tags: torch.Tensor = self.outer(self.dropout(hidden))
        return tags

    def tagger(self) -> Tagger:
        """The head as it predicts."""
        weights = self.near.weight.T, self.far.weight.T, self.near.bias
        arrays = (*weights, self.outer.weight.T, self.outer.bias)
        return Tagger(*(array.detach().cpu().numpy().copy() for array in arrays))


class SpanTagger(torch.nn.Module):
    """A sequence classifier with a second head that tags its tokens, while it is trained.

    The classifier inside stays a standard checkpoint. While training, the output's `loss` is that
    of the tags.
    """

    def __init__(self, classifier: Any) -> None:
        super().__init__()
        self.classifier = classifier
        config = classifier.config
        self.head = SpanHead(
            config.hidden_size, dropout=getattr(config, "hidden_dropout_prob", 0.1)
        )

    def forward(
        self, span_labels: torch.Tensor | None = None, **inputs: Any
    ) -> SequenceClassifierOutput:
        """Logits (batch, 4); `span_labels` (batch, tokens) as `tag_tokens` gives them."""
        output = self.classifier(**inputs, output_hidden_states=self.training)
        if not self.training or span_labels is None:
            return SequenceClassifierOutput(logits=output.logits)
        tags = self.head(output.hidden_states[-1], inputs["attention_mask"]).float()
        loss = torch.nn.functional.cross_entropy(
            tags.flatten(0, 1), span_labels.flatten(), ignore_index=IGNORED, reduction="sum"
        )
        known = (span_labels != IGNORED).sum().clamp(min=1)
        return SequenceClassifierOutput(loss=loss / known, logits=output.logits)

    def tagger(self) -> Tagger:
        """The second head as it predicts."""
        return self.head.tagger()


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
