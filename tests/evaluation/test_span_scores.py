"""Spans are compared token by token; what nobody annotated is left out."""

import pytest

from claimstance.evaluation.span_scores import span_scores, token_f1
from claimstance.records import (
    FoundSpans,
    LabelledSentence,
    Origin,
    Sentence,
    Span,
    Spans,
    Stance,
)


def item(stance, **spans):
    return LabelledSentence(Sentence("a", 0, 0, 1, "x"), stance, Origin.GOLD, spans=Spans(**spans))


def found(source="", cue="", claim=""):
    return FoundSpans(*(Span(text, None, None, 0.5) for text in (source, cue, claim)))


ITEMS = [
    item(Stance.DENIED, source="The Army", cue="denied", claim="it’s so"),
    item(Stance.ASSERTED, claim="The town fell"),
    item(Stance.ASSERTED),  # nobody annotated it
    item(Stance.NO_CLAIM),
]


def scores(*spans):
    return {(part.span, part.stance): part for part in span_scores(ITEMS, spans)}


def test_the_right_spans_score_one_whatever_their_case_and_quotes():
    given = [
        found("the army", "denied", "it's so"),
        found(claim="The town fell"),
        found("x"),
        found(),
    ]
    parts = scores(*given)
    assert {(part.exact, part.token_f1) for part in parts.values()} == {(1, 1)}
    assert parts["source", None].sentences == 3
    assert parts["source", None].marked == 1
    assert parts["cue", Stance.ASSERTED].token_f1_marked is None
    assert parts["claim", Stance.DENIED].sentences == 1
    assert ("claim", Stance.DISPUTED) not in parts


def test_what_is_missed_invented_or_half_right_costs():
    parts = scores(found("army", claim="so"), found("x", claim="town fell"), found(), found("x"))
    assert parts["source", None].token_f1 == pytest.approx((2 / 3 + 0 + 0) / 3)
    assert parts["source", None].exact == 0
    assert parts["cue", None].token_f1 == pytest.approx(2 / 3)
    assert parts["cue", None].token_f1_marked == 0
    assert parts["claim", Stance.ASSERTED].token_f1 == pytest.approx(4 / 5)


def test_a_model_without_spans_has_no_scores():
    assert span_scores(ITEMS, [None] * 4) == ()


def test_tokens_are_bags():
    assert token_f1(["a", "b", "a"], ["a", "a", "b"]) == 1
    assert token_f1(["a", "a"], ["a"]) == pytest.approx(2 / 3)
    assert token_f1([], []) == 1
    assert token_f1(["a"], []) == 0
