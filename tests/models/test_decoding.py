"""Each span is one piece of whole words of the sentence as it stands there, or none."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimstance.models.decoding import NOTHING, PARTS, TAGS, find_spans
from claimstance.typography import normalise

TEXT = "\u00a0The he-man’s aide  said “it was\u00ad not so”."


def tokens(text):
    """Words and signs of the normalised text, between two special tokens."""
    return [(0, 0), *(found.span() for found in re.finditer(r"\w+|[^\w\s]", text)), (0, 0)]


def tags(offsets, clean, **pieces):
    """As a sure model gives them; what lies in a cue is the cue's."""
    found = np.full((len(offsets), TAGS), 0.01, dtype=np.float32)
    for row, (start, _) in enumerate(offsets):
        tag = 0
        for part, name in enumerate(PARTS):
            begin = clean.find(pieces.get(name, "\0"))
            if 0 <= begin <= start < begin + len(pieces.get(name, "")):
                tag = 2 * part + 2
        found[row, tag] = 0.94
    return found


def read(text=TEXT, **pieces):
    clean = normalise(text)
    offsets = tokens(clean)
    return find_spans(text, offsets, tags(offsets, clean, **pieces))


def test_a_span_is_copied_from_the_sentence_to_the_letter():
    spans = read(source="The he-man", cue="said", claim="it was not so")
    assert spans.source.text == "The he-man’s"  # a word is not cut
    assert spans.cue.text == "said"
    assert spans.claim.text == "it was\u00ad not so"
    for span in (spans.source, spans.cue, spans.claim):
        assert TEXT[span.start : span.end] == span.text
        assert span.confidence > 0.6


def test_a_cue_inside_the_claim_does_not_cut_it():
    spans = read(claim="it was not so", cue="not")
    assert (spans.claim.text, spans.cue.text) == ("it was\u00ad not so", "not")


def test_a_claim_neither_begins_nor_ends_with_its_cue():
    clean = normalise(TEXT)
    offsets = tokens(clean)
    found = tags(offsets, clean, claim='said "it was not so', cue="said")
    assert found[8].argmax() == 6  # "said"
    found[8, 4] = 0.04  # and a little of the claim
    assert find_spans(TEXT, offsets, found).claim.text.startswith("“it was")


@pytest.mark.parametrize(
    ("text", "source", "expected"),
    [
        ("The army (its units ) fled.", "The army (its units", "The army"),
        ("The army (its units fled.", "The army (its units", "The army (its units"),
        ("The army (its units ) fled.", "The army (its units )", "The army (its units )"),
        ("The (Its units ) the army fled.", "units ) the army", "the army"),
        ("The army ) fled.", "The army )", "The army )"),
        ("It (the army ) fled.", "the army )", "the army"),
        ("It (fled.", "(", "("),
    ],
)
def test_a_bracket_is_whole_or_left_out(text, source, expected):
    assert read(text, source=source).source.text == expected


def test_of_several_pieces_it_is_the_longest():
    clean = normalise(TEXT)
    offsets = tokens(clean)
    found = tags(offsets, clean, source="aide")
    found[[1, 2, 3, 4]] = tags(offsets, clean, source="The he-man")[[1, 2, 3, 4]]
    assert find_spans(TEXT, offsets, found).source.text == "The he-man’s aide"  # over a weak gap
    found[6:8] = tags(offsets, clean)[6:8]
    found[9:11] = tags(offsets, clean, source="said")[9:11]
    assert find_spans(TEXT, offsets, found).source.text.startswith("The he-man")


def test_nothing_found_is_empty_and_says_how_sure_that_is():
    spans = read()
    for span in (spans.source, spans.cue, spans.claim):
        assert (span.text, span.start, span.end) == ("", None, None)
        assert span.confidence == pytest.approx(0.98, abs=0.01)
    assert find_spans("", [(0, 0), (0, 0)], np.ones((2, TAGS), np.float32) / TAGS) == NOTHING


@given(st.text(alphabet="aB1 ’'-.,“\u00a0\u00ad\u200b\n٣é", max_size=40), st.integers(0, 2**32 - 1))
def test_whatever_the_tags_spans_are_whole_words(text, seed):
    clean = normalise(text)
    offsets = tokens(clean)
    random = np.random.default_rng(seed).dirichlet([0.3] * TAGS, len(offsets)).astype(np.float32)
    spans = find_spans(text, offsets, random)
    for span in (spans.source, spans.cue, spans.claim):
        assert 0 <= span.confidence <= 1.001
        if not span.text:
            continue
        assert text[span.start : span.end] == span.text == span.text.strip()
        edges = text[max(0, span.start - 1) : span.start + 1], text[span.end - 1 : span.end + 1]
        assert not any(len(edge) == 2 and edge.isalnum() for edge in edges)
