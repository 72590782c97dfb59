"""How far a macro-F1 could be chance: a bootstrap that draws whole articles.

Sentences of one article resemble each other, so drawing single sentences would make the
intervals too narrow. An article counts as often as it is drawn, so a resample is a weighted
sum of the articles' confusion tables.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from claimstance.evaluation.arrays import CLASSES, FloatArray, IntArray, Names, check_gold
from claimstance.evaluation.metrics import macro_f1_of_counts


@dataclass(frozen=True, slots=True)
class Interval:
    """The bounds of a 95 % percentile interval."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """The macro-F1 of model a minus that of model b, with its 95 % interval.

    `p_value` is two-sided; `favours` names a model only if the interval leaves out 0.
    """

    difference: float
    low: float
    high: float
    p_value: float
    favours: Literal["a", "b", "neither"]


def interval(
    gold: IntArray, predicted: IntArray, clusters: Names, resamples: int = 1000, seed: int = 0
) -> Interval | None:
    """The 95 % percentile interval of the macro-F1; None for a single article.

    `gold` and `predicted` are stance ids (n,), `clusters` the article id of each sentence.
    A resample without any claim, gold or predicted, has no macro-F1 and is left out.
    """
    counts = _cluster_counts(gold, predicted, clusters)
    if len(counts) < 2:
        return None
    scores = macro_f1_of_counts(_resampled(counts, resamples, seed))
    scores = scores[~np.isnan(scores)]
    return _percentiles(scores) if len(scores) else None


def compare(
    gold: IntArray,
    predicted_a: IntArray,
    predicted_b: IntArray,
    clusters: Names,
    *,
    resamples: int = 1000,
    seed: int = 0,
) -> Comparison | None:
    """Compare two models on the same resampled articles; None for a single article.

    The p-value inverts the percentile interval: twice the smaller share of resamples on one
    side of 0, one added to both counts so that it is never 0 (Davison and Hinkley, "Bootstrap
    Methods and their Application", 1997, section 4.4).
    """
    pair = [_cluster_counts(gold, predicted, clusters) for predicted in (predicted_a, predicted_b)]
    if len(pair[0]) < 2:
        return None
    counts = np.stack(pair, axis=1)
    scores = macro_f1_of_counts(_resampled(counts, resamples, seed))
    differences = scores[:, 0] - scores[:, 1]
    differences = differences[~np.isnan(differences)]
    whole = macro_f1_of_counts(counts.sum(axis=0))
    if not len(differences) or np.isnan(whole).any():
        return None
    bounds = _percentiles(differences)
    return Comparison(
        difference=float(whole[0] - whole[1]),
        low=bounds.low,
        high=bounds.high,
        p_value=_p_value(differences),
        favours=_favours(bounds),
    )


def _cluster_counts(gold: IntArray, predicted: IntArray, clusters: Names) -> IntArray:
    """One (4, 4) table of gold by predicted for each article, in the order of their ids."""
    check_gold(gold)
    if not len(gold) == len(predicted) == len(clusters):
        raise ValueError(
            f"{len(gold)} gold labels, {len(predicted)} predictions and {len(clusters)} article "
            "ids: pass one of each a sentence"
        )
    names, article = np.unique(np.asarray(clusters), return_inverse=True)
    cells = (article * CLASSES + gold) * CLASSES + predicted
    counts = np.bincount(cells, minlength=len(names) * CLASSES * CLASSES)
    return counts.reshape(len(names), CLASSES, CLASSES)


def _resampled(counts: IntArray, resamples: int, seed: int) -> FloatArray:
    """`resamples` sums of as many tables as there are articles, drawn with replacement."""
    articles = len(counts)
    draws = np.random.default_rng(seed).multinomial(
        articles, np.full(articles, 1 / articles), size=resamples
    )
    # As floats, because numpy multiplies integer matrices without BLAS; the sums stay exact.
    return np.tensordot(draws.astype(np.float64), counts.astype(np.float64), axes=1)


def _percentiles(values: FloatArray) -> Interval:
    low, high = np.quantile(values, [0.025, 0.975])
    return Interval(float(low), float(high))


def _p_value(differences: FloatArray) -> float:
    side = min(int((differences <= 0).sum()), int((differences >= 0).sum()))
    return min(1.0, 2 * (side + 1) / (len(differences) + 1))


def _favours(bounds: Interval) -> Literal["a", "b", "neither"]:
    if bounds.low > 0:
        return "a"
    return "b" if bounds.high < 0 else "neither"
