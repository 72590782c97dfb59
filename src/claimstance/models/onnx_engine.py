"""The transformer without PyTorch: exits, int8 and float32, each for what the one before leaves."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from claimstance.models import exits, tagger
from claimstance.models.chain import Chain, Inputs
from claimstance.models.classifier import Answers, Probabilities, softmax
from claimstance.models.cores import threads
from claimstance.models.decoding import Tags, find_spans
from claimstance.models.tagger import States
from claimstance.models.tokens import Tokenised, Tokens, batches_of, pad
from claimstance.records import STANCES

FLOAT32, INT8 = "model.onnx", "model-int8.onnx"
# Log-odds by which the first stance has to lead the second, or float32 decides.
UNSURE = 0.5

T = TypeVar("T")


def piece_behind(layer: int) -> str:
    """The file with the part of int8 that begins behind an encoder layer."""
    return f"model-int8-{layer}.onnx"


PIECES = (INT8, *map(piece_behind, exits.LAYERS))
PLAIN = "model-int8-plain.onnx"  # in place of the last piece where no tags are wanted


def unsure(logits: Probabilities, lead: float) -> NDArray[np.bool_]:
    """Which rows of int8 logits (n, 4) are too close to call."""
    ordered = np.sort(logits, axis=1)
    close: NDArray[np.bool_] = ordered[:, -1] - ordered[:, -2] < lead
    return close


class OnnxClassifier:
    """The Classifier of a folder with ONNX files; the same list of texts gives the same bytes.

    With `early`, exits answer first; what they leave is int8's, and float32 has those in which
    the first stance does not `lead` the second by so many log-odds. Identical sentences of one
    call are computed once.
    """

    def __init__(
        self,
        folder: Path,
        model_id: str,
        *,
        int8: bool,
        early: bool = False,
        lead: float = UNSURE,
    ) -> None:
        from threadpoolctl import threadpool_limits

        # NumPy's sums, and so the last digits of an exit, would depend on its number of threads.
        threadpool_limits(1, "blas")
        self.id = model_id
        self.int8, self.early, self.lead = int8, early, lead
        self._threads = threads()
        # Read when the first texts are cut into tokens, in threads of the tokenizer's own.
        os.environ.setdefault("RAYON_NUM_THREADS", str(self._threads))
        self._tokens = Tokens(folder)
        head = tagger.read(folder / tagger.FILE)
        self._float32 = Chain([folder / FLOAT32], tagger=head)
        pieces = [folder / name for name in PIECES if (folder / name).is_file()]
        found = exits.read(folder / exits.FILE) if early else []
        plain = folder / PLAIN if head and (folder / PLAIN).is_file() else None
        self._int8 = Chain(pieces, found, head, plain) if int8 else None

    def predict_proba(self, texts: Sequence[str]) -> Probabilities:
        """Probabilities of shape (len(texts), 4)."""
        return softmax(self.logits(texts))

    def answer(self, texts: Sequence[str]) -> Answers:
        """Probabilities, and spans where the model was trained to find them."""
        once, rows = _once(texts)
        tokens = self._tokens(once)
        logits, tags = self._look_twice(tokens, tagged=True)
        spans = [
            None if own is None else find_spans(text, each.offsets, own)
            for text, each, own in zip(once, tokens, tags, strict=True)
        ]
        return Answers(softmax(logits[rows]), [spans[row] for row in rows])

    def logits(self, texts: Sequence[str]) -> Probabilities:
        """Logits of shape (len(texts), 4)."""
        once, rows = _once(texts)
        logits, _ = self._look_twice(self._tokens(once))
        return logits[rows]

    def first_look(self, texts: Sequence[str]) -> Probabilities:
        """Logits of shape (len(texts), 4) without float32's second look where there is int8."""
        logits, _ = self._look(self._int8 or self._float32, self._tokens(texts))
        return logits

    def features(self, texts: Sequence[str]) -> list[Any]:
        """What exits read, an array (len(texts), 3 * width) a border of int8; then its logits."""
        batches, found = self._map((self._int8 or self._float32).features, self._tokens(texts))
        order = np.argsort(np.concatenate(batches))
        return [np.concatenate(parts)[order] for parts in zip(*found, strict=True)]

    def states(self, texts: Sequence[str], border: int) -> tuple[list[States], list[Tags]]:
        """Behind one of int8's borders: the tokens' states of each text, and the model's tags.

        Arrays (tokens, width) and (tokens, TAGS), for a model that has tags.
        """
        tokens = self._tokens(texts)
        look = partial((self._int8 or self._float32).tagged_states, border=border)
        states: list[States] = [np.empty(0, np.float32)] * len(texts)
        tags: list[Tags] = [np.empty(0, np.float32)] * len(texts)
        for batch, found in zip(*self._map(look, tokens), strict=True):
            for row, own, wanted in zip(batch, *found, strict=True):
                length = len(tokens[row].ids)
                states[row], tags[row] = own[:length], wanted[:length]
        return states, tags

    def _look_twice(
        self, tokens: Sequence[Tokenised], tagged: bool = False
    ) -> tuple[Probabilities, list[Tags | None]]:
        """Logits, float32's where int8 is unsure; and the tags of each text, if they are wanted."""
        logits, tags = self._look(self._int8 or self._float32, tokens, tagged)
        if self._int8:
            again = np.flatnonzero(unsure(logits, self.lead)).tolist()
            logits[again], _ = self._look(self._float32, [tokens[row] for row in again])
        return logits, tags

    def _look(
        self, chain: Chain, tokens: Sequence[Tokenised], tagged: bool = False
    ) -> tuple[Probabilities, list[Tags | None]]:
        logits = np.zeros((len(tokens), len(STANCES)))
        tags: list[Tags | None] = [None] * len(tokens)
        for batch, (found, own) in zip(
            *self._map(partial(chain, tagged=tagged), tokens), strict=True
        ):
            logits[batch] = found
            for row, each in zip(batch, () if own is None else own, strict=False):
                tags[row] = each
        return logits, tags

    def _map(
        self, compute: Callable[[Inputs], T], tokens: Sequence[Tokenised]
    ) -> tuple[list[list[int]], list[T]]:
        """Batches of rows, and what is computed of each.

        A thread a batch: the matrices are too small for several threads to share one.
        """
        batches = list(batches_of([len(each.ids) for each in tokens]))
        padded = (
            pad([tokens[row].ids for row in batch], self._tokens.padding) for batch in batches
        )
        with ThreadPoolExecutor(self._threads) as pool:
            return batches, list(pool.map(compute, padded))


def _once(texts: Sequence[str]) -> tuple[list[str], list[int]]:
    """Each text once, and where among these each of the texts is."""
    places: dict[str, int] = {}
    rows = [places.setdefault(text, len(places)) for text in texts]
    return list(places), rows
