"""Which split an article belongs to, and sentences that would leak from one into another."""

import hashlib
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from claimstance.config import DataConfig
from claimstance.records import LabelledSentence
from claimstance.typography import normalise

_PERMUTATIONS = 128
_WORD = re.compile(r"\w+(?:'\w+)*")


class Split(StrEnum):
    """The parts of a dataset, most protected last; `held_out` is not written."""

    TRAIN = "train"
    VALIDATION = "validation"
    TEST = "test"
    HELD_OUT = "held_out"

    @property
    def protection(self) -> int:
        """Of two near-identical sentences, the one in the less protected split is dropped."""
        return list(Split).index(self)


WRITTEN_SPLITS = (Split.TRAIN, Split.VALIDATION, Split.TEST)


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A sentence left out of its split, and the near-identical one that is kept elsewhere."""

    dropped: LabelledSentence
    dropped_from: Split
    kept: LabelledSentence
    kept_in: Split
    similarity: float


def assign(article_id: str, config: DataConfig) -> Split:
    """The split of an article: a hash of its id, so that it never moves when others are added."""
    digest = hashlib.sha256(f"{config.split_seed}:{article_id}".encode()).digest()
    position = int.from_bytes(digest[:8], "big") / 2**64
    if position < config.test_share:
        return Split.TEST
    if position < config.test_share + config.validation_share:
        return Split.VALIDATION
    return Split.TRAIN


def split_rule(config: DataConfig) -> str:
    """What decides where an article goes; under one rule it is never in two splits."""
    return f"{config.split_seed}:{config.test_share}:{config.validation_share}"


def find_duplicates(
    placed: Sequence[tuple[LabelledSentence, Split]], threshold: float
) -> list[Duplicate]:
    """Sentences that are near-identical to one in a more protected split.

    Similarity is the Jaccard coefficient of the sets of word pairs. MinHash with locality-
    sensitive hashing proposes candidates, the exact coefficient decides.
    """
    shingles = [_shingles(item.sentence.text) for item, _ in placed]
    found = []
    for index, candidates in _candidates(shingles, threshold):
        item, split = placed[index]
        rivals = [
            (_jaccard(shingles[index], shingles[other]), other)
            for other in candidates
            if placed[other][1].protection > split.protection
        ]
        similarity, other = max(rivals, default=(0.0, index))
        if similarity >= threshold:
            found.append(Duplicate(item, split, *placed[other], similarity))
    return found


def _candidates(
    shingles: Sequence[frozenset[str]], threshold: float
) -> Iterator[tuple[int, list[int]]]:
    from datasketch import MinHash, MinHashLSH

    # Far under the threshold, and tuned for recall: a missed pair would leak, a needless
    # candidate only costs an exact check.
    index = MinHashLSH(threshold=0.75 * threshold, num_perm=_PERMUTATIONS, weights=(0.05, 0.95))
    sketches = [MinHash(num_perm=_PERMUTATIONS) for _ in shingles]
    for key, (sketch, parts) in enumerate(zip(sketches, shingles, strict=True)):
        sketch.update_batch([part.encode() for part in sorted(parts)])
        index.insert(key, sketch)
    for key, sketch in enumerate(sketches):
        yield key, sorted(other for other in index.query(sketch) if other != key)


def _shingles(text: str) -> frozenset[str]:
    words = _WORD.findall(normalise(text).lower())
    padded = ["", *words, ""]
    return frozenset(f"{first} {second}" for first, second in itertools.pairwise(padded))


def _jaccard(first: frozenset[str], second: frozenset[str]) -> float:
    return len(first & second) / len(first | second)
