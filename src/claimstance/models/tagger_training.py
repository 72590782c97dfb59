"""Fitting an exit's tagger to the tags that the whole model gives."""

from collections.abc import Sequence

import numpy as np
import torch

from claimstance.models.decoding import TAGS, Tags
from claimstance.models.spans import SpanHead
from claimstance.models.tagger import States, Tagger

_HIDDEN = 64
_EPOCHS = 3
_BATCH = 32  # sentences
_PEAK = 2e-3  # learning rate
_SEED = 13


def fit_tagger(states: Sequence[States], wanted: Sequence[Tags]) -> Tagger:
    """A tagger that gives, for states (tokens, width), tags (tokens, TAGS).

    One array a sentence, of at least one sentence.
    """
    with torch.random.fork_rng():
        torch.manual_seed(_SEED)
        head = SpanHead(states[0].shape[1], _HIDDEN)
        optimizer = torch.optim.AdamW(head.parameters(), lr=_PEAK, weight_decay=0.01)
        steps = _EPOCHS * -(-len(states) // _BATCH)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, _PEAK, total_steps=steps)
        for _ in range(_EPOCHS):
            for rows in torch.split(torch.randperm(len(states)), _BATCH):
                loss = _loss(head, [states[row] for row in rows], [wanted[row] for row in rows])
                optimizer.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]
                optimizer.step()
                schedule.step()
    return head.tagger()


def _loss(head: SpanHead, states: Sequence[States], wanted: Sequence[Tags]) -> torch.Tensor:
    """Cross-entropy with the whole model's probabilities, a mean over tokens."""
    longest = max(map(len, states))
    inputs = np.zeros((len(states), longest, states[0].shape[1]), dtype=np.float32)
    targets = np.zeros((len(states), longest, TAGS), dtype=np.float32)
    mask = np.zeros((len(states), longest), dtype=np.int64)
    for row, (own, tags) in enumerate(zip(states, wanted, strict=True)):
        inputs[row, : len(own)], targets[row, : len(own)], mask[row, : len(own)] = own, tags, 1
    logits = head(torch.from_numpy(inputs), torch.from_numpy(mask))
    real = torch.from_numpy(mask).bool()
    return torch.nn.functional.cross_entropy(logits[real], torch.from_numpy(targets)[real])
