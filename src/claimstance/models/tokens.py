"""Sentences as batches of token ids, without `transformers`."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from claimstance.models.chain import Ids
from claimstance.models.decoding import Offsets
from claimstance.typography import normalise

TOKENIZER = ("tokenizer.json", "tokenizer_config.json")
BATCH_TOKENS = 256  # padding included; more falls out of the caches of a core


@dataclass(frozen=True, slots=True)
class Tokenised:
    """A text's token ids, and their places in its normalised form, empty for special tokens."""

    ids: list[int]
    offsets: Offsets


class Tokens:
    """The stored tokenizer: the same ids as `transformers` makes of it, truncation included."""

    def __init__(self, folder: Path) -> None:
        from tokenizers import Tokenizer

        config = json.loads((folder / TOKENIZER[1]).read_text(encoding="utf-8"))
        self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER[0]))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(config["model_max_length"])
        # Behind a mask any id does, but some encoders count positions by it.
        self.padding = self._tokenizer.token_to_id(config["pad_token"]) or 0

    def __call__(self, texts: Sequence[str]) -> list[Tokenised]:
        """The tokens of each text, special tokens included."""
        encoded = self._tokenizer.encode_batch([normalise(text) for text in texts])
        return [Tokenised(encoding.ids, encoding.offsets) for encoding in encoded]


def pad(ids: Sequence[Sequence[int]], padding: int) -> dict[str, Ids]:
    """The inputs of a graph for one batch, as long as its longest sentence."""
    longest = max(map(len, ids))
    tokens = np.full((len(ids), longest), padding, dtype=np.int64)
    mask = np.zeros_like(tokens)
    for row, sentence in enumerate(ids):
        tokens[row, : len(sentence)] = sentence
        mask[row, : len(sentence)] = 1
    return {"input_ids": tokens, "attention_mask": mask}


def batches_of(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Rows of similar length, short ones first; none is over `BATCH_TOKENS` but a single row."""
    batch: list[int] = []
    for row in sorted(range(len(lengths)), key=lengths.__getitem__):
        if batch and (len(batch) + 1) * lengths[row] > BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch
