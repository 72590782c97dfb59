"""Pieces of sentences as vectors: the base model reads the sentence, the piece's tokens count."""

from collections.abc import Callable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from claimstance.models.weights import PACKAGED, find_base
from claimstance.typography import normalise

Vectors = NDArray[np.float32]
Piece = tuple[str, int, int]  # a sentence, and where in it the piece starts and ends

BATCH_SIZE = 32


class Embedder:
    """The base model as it comes, without fine-tuning; unit vectors, mean-pooled."""

    def __init__(self, base: str = PACKAGED) -> None:
        from transformers import AutoModel, AutoTokenizer
        from transformers.utils import logging

        logging.disable_progress_bar()
        folder = find_base(base)
        self._tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        self._device = "cuda" if torch.cuda.is_available() else "cpu"
        self._model = AutoModel.from_pretrained(folder, local_files_only=True)
        self._model.to(self._device).eval()

    def __call__(self, pieces: Sequence[Piece], done: Callable[[int], None]) -> Vectors:
        """Vectors (n, width), computed in batches of similar length; `done` gets their sizes.

        A piece beyond the tokens that the model reads has the vector of what it read.
        """
        cleaned = [_clean(piece) for piece in pieces]
        order = sorted(range(len(cleaned)), key=lambda row: len(cleaned[row][0]))
        vectors = np.zeros((len(cleaned), self._model.config.hidden_size), dtype=np.float32)
        for start in range(0, len(order), BATCH_SIZE):
            rows = order[start : start + BATCH_SIZE]
            vectors[rows] = self._forward([cleaned[row] for row in rows])
            done(len(rows))
        return vectors

    @torch.inference_mode()
    def _forward(self, pieces: list[Piece]) -> Vectors:
        encoded = self._tokenizer(
            [text for text, _, _ in pieces],
            padding=True,
            truncation=True,
            return_tensors="pt",
            return_offsets_mapping=True,
        )
        starts, ends = encoded.pop("offset_mapping").unbind(dim=-1)
        bounds = torch.tensor([piece[1:] for piece in pieces])[:, None]
        words = starts < ends  # special tokens and padding are empty
        inside = words & (starts < bounds[..., 1]) & (ends > bounds[..., 0])
        lost = ~inside.any(dim=1)
        inside[lost] = words[lost]
        hidden = self._model(**encoded.to(self._device)).last_hidden_state.float().cpu()
        pooled = (hidden * inside[..., None]).sum(dim=1)
        vectors: Vectors = torch.nn.functional.normalize(pooled, dim=1).numpy()
        return vectors


def _clean(piece: Piece) -> Piece:
    """The normalised sentence, and the piece's place in it: a mark keeps the space before it."""
    text, start, end = piece
    first, last = (len(normalise(f"{text[:place]}|")) - 1 for place in (start, end))
    return normalise(text), first, last
