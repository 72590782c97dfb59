"""From pairs that are alike to groups: average linkage on a sparse graph."""

import heapq

from claimstance.ledger.neighbours import Edges


def group(count: int, edges: Edges, threshold: float) -> list[list[int]]:
    """Groups of 0 to count - 1, each ascending, in the order of their first members.

    The two groups whose members are most alike on average are made one, as long as that average
    is at least `threshold`; pairs without an edge count as 0. Equals are decided by position.
    """
    members = {place: [place] for place in range(count)}
    sums: dict[int, dict[int, float]] = {place: {} for place in range(count)}
    heap: list[tuple[float, int, int]] = []
    for first, second, similarity in zip(
        edges.first.tolist(), edges.second.tolist(), edges.similarity.tolist(), strict=True
    ):
        sums[first][second] = sums[second][first] = similarity
        if similarity >= threshold:
            heap.append((-similarity, first, second))
    heapq.heapify(heap)
    merged = count
    while heap:
        _, first, second = heapq.heappop(heap)
        if first not in members or second not in members:
            continue  # one of them is part of a larger group by now
        members[merged] = members.pop(first) + members.pop(second)
        sums[merged] = _joined(sums, first, second, merged)
        for other, total in sums[merged].items():
            average = total / (len(members[merged]) * len(members[other]))
            if average >= threshold:
                heapq.heappush(heap, (-average, other, merged))
        merged += 1
    return sorted(sorted(group) for group in members.values())


def _joined(
    sums: dict[int, dict[int, float]], first: int, second: int, merged: int
) -> dict[int, float]:
    """The sums of the new group to all others, which forget its two parts."""
    total = sums.pop(first)
    total.pop(second, None)
    for other, similarity in sums.pop(second).items():
        if other != first:
            total[other] = total.get(other, 0.0) + similarity
    for other in total:
        sums[other].pop(first, None)
        sums[other].pop(second, None)
        sums[other][merged] = total[other]
    return total
