"""Groups by average linkage, compared with scipy's where the graph is complete."""

from itertools import combinations

import numpy as np
import pytest
from scipy.cluster.hierarchy import fcluster, linkage

from claimstance.ledger.linkage import group
from claimstance.ledger.neighbours import Edges


def edges(pairs):
    first, second, similarity = zip(*pairs, strict=True)
    return Edges(np.array(first), np.array(second), np.array(similarity, dtype=np.float32))


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("threshold", [0.35, 0.5, 0.6])
def test_a_complete_graph_gives_the_groups_of_scipy(seed, threshold):
    similarity = np.random.default_rng(seed).random(30 * 29 // 2)
    pairs = [
        (*pair, value) for pair, value in zip(combinations(range(30), 2), similarity, strict=True)
    ]
    names = fcluster(linkage(1 - similarity, "average"), 1 - threshold, "distance")
    expected = sorted([[*map(int, np.flatnonzero(names == name))] for name in set(names)])
    assert group(30, edges(pairs), threshold) == expected


def test_a_missing_pair_counts_as_nothing():
    chain = [(0, 1, 0.9), (1, 2, 0.8)]
    assert group(3, edges(chain), 0.5) == [[0, 1], [2]]
    assert group(3, edges([*chain, (0, 2, 0.3)]), 0.5) == [[0, 1, 2]]


def test_equals_are_decided_by_position():
    assert group(3, edges([(1, 2, 0.6), (0, 1, 0.6)]), 0.6) == [[0, 1], [2]]


def test_without_pairs_everything_is_alone():
    empty = Edges(np.array([], int), np.array([], int), np.array([], np.float32))
    assert group(2, empty, 0.5) == [[0], [1]]
