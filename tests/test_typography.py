"""The clean-up before the models unifies signs, and never throws a word away, least of all "not".

Made With ML's cleaning drops stop words, after which "did enter" and "did not enter" are the
same string; stance cannot be told from that.
"""

import pytest
import sklearn.feature_extraction.text  # noqa: F401 (heavy: outside the timed tests)
from hypothesis import given, settings
from hypothesis import strategies as st

from claimstance.models.baseline import _build
from claimstance.typography import normalise, places

PAIRS = [
    ("The army did enter the town.", "The army did not enter the town."),
    ("The army didn't enter the town.", "The army did enter the town."),
    ("The army never entered the town.", "The army entered the town."),
    ("The army and no police entered.", "The army and police entered."),
    ("The army entered the town?", "The army entered the town."),
]


@pytest.fixture(scope="module")
def analysers(baseline_config):
    """How the baseline cuts a text: into words, and into pieces of words."""
    parts = _build(baseline_config).named_steps["features"].transformers
    return {name: vectorizer.build_analyzer() for name, vectorizer, _ in parts}


@pytest.fixture(scope="module")
def tokenizer(tiny_base):
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(tiny_base, local_files_only=True)


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_a_negation_survives_the_clean_up(one, other):
    assert normalise(one) != normalise(other)


@pytest.mark.parametrize(("one", "other"), PAIRS)
@pytest.mark.parametrize("part", ["words", "characters"])
def test_a_negation_survives_the_baseline(analysers, part, one, other):
    assert analysers[part](normalise(one)) != analysers[part](normalise(other))


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_a_negation_survives_the_tokenizer(tokenizer, one, other):
    first, second = tokenizer(normalise(one)), tokenizer(normalise(other))
    assert first["input_ids"] != second["input_ids"]
    assert tokenizer.unk_token_id not in first["input_ids"] + second["input_ids"]


def test_the_baseline_reads_a_contraction_as_one_word_and_keeps_short_words(analysers):
    words = analysers["words"](normalise("I didn’t say “no” to a U.S. plan?"))
    assert {"didn't", "no", "i", "a", "?", "didn't say"} <= set(words)


@pytest.mark.parametrize("quote", ["'", "’", "‘", "‛"])
def test_apostrophes_are_one(quote):
    assert normalise(f"They didn{quote}t.") == "They didn't."


@pytest.mark.parametrize("quoted", ["“no”", "„no“", "«no»", '"no"', "‟no”"])
def test_quotation_marks_are_one(quoted):
    assert normalise(f"He said {quoted}.") == 'He said "no".'


@pytest.mark.parametrize("space", [" ", "  ", "\t", "\n", "\r\n", "\u00a0", "\u202f", "\u2003"])
def test_white_space_is_one_space(space):
    assert normalise(f"{space}did{space}not{space}") == "did not"


def test_a_soft_hyphen_does_not_part_a_word():
    assert normalise("did not en\u00adter") == "did not enter"


def test_case_stays():
    assert normalise("NATO denied IT") == "NATO denied IT"


@settings(max_examples=25, deadline=None, derandomize=True, database=None)
@given(st.text())
def test_no_letter_is_lost_and_a_second_time_changes_nothing(text):
    cleaned = normalise(text)
    assert [char for char in cleaned if char.isalnum()] == [c for c in text if c.isalnum()]
    assert normalise(cleaned) == cleaned


@given(st.text(alphabet="aé ‘’“”\u00ad\u200b\ufeff\u00a0\n\u2028", max_size=30))
def test_each_character_is_found_again_where_it_came_from(text):
    clean, found = normalise(text), places(text)
    assert len(found) == len(clean)
    assert found == sorted(set(found))
    assert all(normalise(text[at]) in (wanted, "") for at, wanted in zip(found, clean, strict=True))
