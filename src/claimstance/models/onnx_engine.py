"""The transformer without PyTorch: exits, int8 and float32, each for what the one before leaves."""

import json
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from claimstance.models import exits
from claimstance.models.chain import Chain, Ids, Inputs
from claimstance.models.classifier import Probabilities
from claimstance.models.cores import threads
from claimstance.records import STANCES
from claimstance.typography import normalise

FLOAT32, INT8 = "model.onnx", "model-int8.onnx"
PIECES = (INT8, *(f"model-int8-{layer}.onnx" for layer in exits.LAYERS))  # cut behind these layers
TOKENIZER = ("tokenizer.json", "tokenizer_config.json")
UNSURE = 0.5  # log-odds by which the first stance has to lead the second, or float32 decides
BATCH_TOKENS = 256  # padding included; more falls out of the caches of a core

T = TypeVar("T")


def unsure(logits: Probabilities) -> NDArray[np.bool_]:
    """Which rows of int8 logits (n, 4) are too close to call."""
    ordered = np.sort(logits, axis=1)
    close: NDArray[np.bool_] = ordered[:, -1] - ordered[:, -2] < UNSURE
    return close


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

    def __call__(self, texts: Sequence[str]) -> list[list[int]]:
        """Token ids of each text, special tokens included."""
        encoded = self._tokenizer.encode_batch_fast([normalise(text) for text in texts])
        return [encoding.ids for encoding in encoded]


class OnnxClassifier:
    """The Classifier of a folder with ONNX files; the same list of texts gives the same bytes.

    With `early`, exits answer first; what they leave is int8's, and what int8 is not sure of
    float32's. Identical sentences of one call are computed once.
    """

    def __init__(self, folder: Path, model_id: str, *, int8: bool, early: bool = False) -> None:
        from threadpoolctl import threadpool_limits

        # NumPy's sums, and so the last digits of an exit, would depend on its number of threads.
        threadpool_limits(1, "blas")
        self.id = model_id
        self._threads = threads()
        # Read when the first texts are cut into tokens, in threads of the tokenizer's own.
        os.environ.setdefault("RAYON_NUM_THREADS", str(self._threads))
        self._tokens = Tokens(folder)
        self._float32 = Chain([folder / FLOAT32])
        pieces = [folder / name for name in PIECES if (folder / name).is_file()]
        found = exits.read(folder / exits.FILE) if early else []
        self._int8 = Chain(pieces, found) if int8 else None

    def predict_proba(self, texts: Sequence[str]) -> Probabilities:
        """Probabilities of shape (len(texts), 4)."""
        logits = self.logits(texts)
        odds = np.exp(logits - logits.max(axis=1, keepdims=True))
        probabilities: Probabilities = odds / odds.sum(axis=1, keepdims=True)
        return probabilities

    def logits(self, texts: Sequence[str]) -> Probabilities:
        """Logits of shape (len(texts), 4)."""
        places: dict[str, int] = {}
        rows = [places.setdefault(text, len(places)) for text in texts]
        ids = self._tokens(list(places))
        logits = self._run(self._int8 or self._float32, ids)
        if self._int8:
            again = np.flatnonzero(unsure(logits))
            logits[again] = self._run(self._float32, [ids[row] for row in again])
        return logits[rows]

    def first_look(self, texts: Sequence[str]) -> Probabilities:
        """Logits of shape (len(texts), 4) without float32's second look where there is int8."""
        return self._run(self._int8 or self._float32, self._tokens(texts))

    def features(self, texts: Sequence[str]) -> list[Any]:
        """What exits read, an array (len(texts), 3 * width) a border of int8; then its logits."""
        ids = self._tokens(texts)
        batches, answers = self._map((self._int8 or self._float32).features, ids)
        order = np.argsort(np.concatenate(batches))
        return [np.concatenate(parts)[order] for parts in zip(*answers, strict=True)]

    def _run(self, chain: Chain, ids: Sequence[list[int]]) -> Probabilities:
        logits = np.zeros((len(ids), len(STANCES)))
        for batch, answer in zip(*self._map(chain, ids), strict=True):
            logits[batch] = answer
        return logits

    def _map(
        self, compute: Callable[[Inputs], T], ids: Sequence[list[int]]
    ) -> tuple[list[list[int]], list[T]]:
        """Batches of rows, and what is computed of each.

        A thread a batch: the matrices are too small for several threads to share one.
        """
        batches = list(_batches([len(row) for row in ids]))
        padded = (pad([ids[row] for row in batch], self._tokens.padding) for batch in batches)
        with ThreadPoolExecutor(self._threads) as pool:
            return batches, list(pool.map(compute, padded))


def pad(ids: Sequence[Sequence[int]], padding: int) -> dict[str, Ids]:
    """The inputs of a graph for one batch, as long as its longest sentence."""
    longest = max(map(len, ids))
    tokens = np.full((len(ids), longest), padding, dtype=np.int64)
    mask = np.zeros_like(tokens)
    for row, sentence in enumerate(ids):
        tokens[row, : len(sentence)] = sentence
        mask[row, : len(sentence)] = 1
    return {"input_ids": tokens, "attention_mask": mask}


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Rows of similar length, short ones first; none is over `BATCH_TOKENS` but a single row."""
    batch: list[int] = []
    for row in sorted(range(len(lengths)), key=lengths.__getitem__):
        if batch and (len(batch) + 1) * lengths[row] > BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch
