"""Sentences of similar length share a batch, and the order of the batches betrays nothing."""

import pytest
import torch

from claimstance.models.batches import POOL, LengthSampler

SIZE = 8
LENGTHS = torch.randint(3, 60, (1003,), generator=torch.Generator().manual_seed(0)).tolist()


@pytest.fixture
def drawn():
    """The lengths of one epoch's batches, and the order of the indices they come from."""
    torch.manual_seed(1)
    order = list(LengthSampler(LENGTHS, SIZE))
    cut = [order[start : start + SIZE] for start in range(0, len(order), SIZE)]
    return order, [[LENGTHS[index] for index in batch] for batch in cut]


def test_every_sentence_comes_exactly_once(drawn):
    order, _ = drawn
    assert sorted(order) == list(range(len(LENGTHS)))
    assert len(LengthSampler(LENGTHS, SIZE)) == len(LENGTHS)


def test_a_batch_holds_similar_lengths(drawn):
    _, batches = drawn
    spreads = [max(batch) - min(batch) for batch in batches[:-1]]
    assert sum(spreads) / len(spreads) < 5  # a random batch spreads over about 45


def test_batches_do_not_come_by_length(drawn):
    _, batches = drawn
    means = torch.tensor([sum(batch) / len(batch) for batch in batches[:POOL]])
    place = torch.arange(len(means), dtype=torch.float)
    assert abs(torch.corrcoef(torch.stack([means, place]))[0, 1]) < 0.4


def test_the_seed_decides_the_order_and_every_epoch_has_another(drawn):
    order, _ = drawn
    torch.manual_seed(1)
    sampler = LengthSampler(LENGTHS, SIZE)
    assert list(sampler) == order
    assert list(sampler) != order


@pytest.mark.parametrize("count", [0, 1, SIZE - 1, SIZE, SIZE + 1])
def test_few_sentences_lose_none(count):
    assert sorted(LengthSampler(LENGTHS[:count], SIZE)) == list(range(count))
