"""Training batches of similar length, in an order that length does not betray."""

from collections.abc import Iterator, Sequence
from typing import Any

import torch
from torch.utils.data import Sampler
from transformers import Trainer

POOL = 50  # batches' worth of sentences that are sorted by length together


class LengthSampler(Sampler[int]):
    """Indices whose consecutive runs of `batch_size` have similar lengths, batches shuffled.

    The Trainer's own `group_by_length` goes from long to short within a pool; since short
    sentences are mostly `no_claim`, the model would see one stance after the other.
    """

    def __init__(self, lengths: Sequence[int], batch_size: int) -> None:
        self._lengths = lengths
        self._batch_size = batch_size

    def __len__(self) -> int:
        return len(self._lengths)

    def __iter__(self) -> Iterator[int]:
        order = torch.randperm(len(self)).tolist()
        full = len(order) - len(order) % self._batch_size
        batches = list(self._batches(order[:full]))
        for index in torch.randperm(len(batches)).tolist():
            yield from batches[index]
        yield from order[full:]  # what fills no batch comes last, so that it shifts none

    def _batches(self, order: list[int]) -> Iterator[list[int]]:
        for start in range(0, len(order), POOL * self._batch_size):
            pool = order[start : start + POOL * self._batch_size]
            pool.sort(key=self._lengths.__getitem__)
            for first in range(0, len(pool), self._batch_size):
                yield pool[first : first + self._batch_size]


class LengthTrainer(Trainer):
    """The Trainer with `LengthSampler`; overriding is its documented way to change sampling."""

    def _get_train_sampler(self, train_dataset: Any = None) -> LengthSampler:
        dataset: Any = train_dataset or self.train_dataset
        lengths = [len(tokens) for tokens in dataset["input_ids"]]
        return LengthSampler(lengths, self.args.train_batch_size)
