"""How well found groups match annotated ones: over pairs, and as each item sees it."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations


@dataclass(frozen=True, slots=True)
class Agreement:
    """Precision and recall; undefined figures are None."""

    precision: float | None
    recall: float | None

    @property
    def f1(self) -> float | None:
        """Their harmonic mean."""
        if self.precision is None or self.recall is None:
            return None
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def pairwise(gold: Sequence[Hashable], found: Sequence[Hashable]) -> Agreement:
    """Of pairs in one group: how many found are gold, how many gold are found.

    Both have a group's name for each item.
    """
    wanted, given = _pairs(gold), _pairs(found)
    right = len(wanted & given)
    return Agreement(
        right / len(given) if given else None,
        right / len(wanted) if wanted else None,
    )


def b_cubed(gold: Sequence[Hashable], found: Sequence[Hashable]) -> Agreement:
    """The mean over items of how pure and how whole the group is that an item is in.

    Bagga and Baldwin, "Entity-Based Cross-Document Coreferencing Using the Vector Space Model"
    (1998). An item alone in both is right, so that a list of single items scores high.
    """
    if not gold:
        return Agreement(None, None)
    wanted, given = _sets(gold), _sets(found)
    common = [
        (len(wanted[one] & given[other]), len(wanted[one]), len(given[other]))
        for one, other in zip(gold, found, strict=True)
    ]
    return Agreement(
        sum(both / size for both, _, size in common) / len(common),
        sum(both / size for both, size, _ in common) / len(common),
    )


def _sets(names: Iterable[Hashable]) -> dict[Hashable, set[int]]:
    sets: dict[Hashable, set[int]] = {}
    for item, name in enumerate(names):
        sets.setdefault(name, set()).add(item)
    return sets


def _pairs(names: Iterable[Hashable]) -> set[tuple[int, int]]:
    return {pair for items in _sets(names).values() for pair in combinations(sorted(items), 2)}
