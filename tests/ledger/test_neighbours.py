"""Which claims are alike, compared with a plain loop over all pairs."""

import numpy as np
import pytest

from claimstance.ledger import neighbours as module
from claimstance.ledger.neighbours import KIN, NEAR, REACH, WORDS, Stated, neighbours

NAMES = {"a": frozenset("pqr"), "b": frozenset("pxyz"), "c": frozenset("uvw")}


@pytest.fixture
def claims():
    draw = np.random.default_rng(3)
    stated = [
        Stated(
            frozenset(draw.choice(list("klmnop"), 3)),
            str(draw.choice(list("abc"))),
            int(draw.integers(9)),
            bool(draw.random() < 0.2),
        )
        for _ in range(40)
    ]
    vectors = draw.standard_normal((40, 8)).astype(np.float32)
    return stated, vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def likeness(one, other, first, second):
    """By the words of the docstring."""
    dice = 2 * len(one.words & other.words) / (len(one.words) + len(other.words))
    alike = (1 - WORDS) * float(first @ second) + WORDS * dice
    if one.article == other.article:
        return alike + NEAR * max(0.0, 1 - abs(one.index - other.index) / REACH)
    sizes = [len(NAMES[claim.article]) for claim in (one, other)]
    kin = len(NAMES[one.article] & NAMES[other.article]) >= KIN * min(sizes)
    return alike if kin and not (one.narrow or other.narrow) else -1.0


@pytest.mark.parametrize("block", [1, 100, 4_000_000])
def test_pairs_are_those_of_a_plain_loop_whatever_the_blocks(claims, block, monkeypatch):
    monkeypatch.setattr(module, "BLOCK", block)
    stated, vectors = claims
    done = []
    edges = neighbours(stated, NAMES, vectors, 0.4, done.append)
    expected = {
        (i, j): likeness(stated[i], stated[j], vectors[i], vectors[j])
        for i in range(40)
        for j in range(i + 1, 40)
    }
    found = dict(
        zip(
            zip(edges.first.tolist(), edges.second.tolist(), strict=True),
            edges.similarity,
            strict=True,
        )
    )
    assert found == pytest.approx({pair: value for pair, value in expected.items() if value >= 0.4})
    assert len(found) > 20
    assert sum(done) == 40


def test_one_claim_has_no_neighbour():
    stated = [Stated(frozenset("k"), "a", 0, False)]
    edges = neighbours(stated, NAMES, np.ones((1, 4), dtype=np.float32), 0.4, lambda rows: None)
    assert len(edges.first) == 0
