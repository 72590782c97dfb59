"""Sentences are pieces of the article to the letter, and end where a reader would end them."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claimstance.reading.sentences import split_sentences
from claimstance.records import Article, Sentence

PIECES = [
    *("a", "Army", "said", "5", " ", "  ", "\t", "\xa0", "\n", "\r\n", "\n\n", "\u2028", "\x85"),
    *(". ", ".", "? ", "! ", "…", "“", "”", '"', "'", "‘", "’", "(", ")", "—", "---", "***"),
    *("Ms. ", "Gen. ", "U.S. ", "A. ", "A.\xa0", "No. 5", "a.m. ", "me. ", "DC. ", "ق", "؟ ", "。"),
    *("😀", "👩\u200d👧", "\u0301", "\u200b", "\ufeff", "\0"),
]


def cut(text: str) -> list[str]:
    return [sentence.text for sentence in split_sentences(Article("a", text))]


def assert_faithful(text: str, sentences: list[Sentence]) -> None:
    position = 0
    for index, sentence in enumerate(sentences):
        assert (sentence.article_id, sentence.index) == ("a", index)
        assert text[sentence.start : sentence.end] == sentence.text
        assert sentence.text
        assert sentence.text == sentence.text.strip()
        assert text[position : sentence.start].strip() == ""
        assert sentence.start >= position
        position = sentence.end
    assert text[position:].strip() == ""


@settings(max_examples=30, deadline=None, derandomize=True, database=None)
@given(st.one_of(st.text(), st.lists(st.sampled_from(PIECES), max_size=40).map("".join)))
def test_every_text_is_cut_without_loss(text: str) -> None:
    assert_faithful(text, split_sentences(Article("a", text)))


@pytest.mark.parametrize(
    "sentences",
    [
        ["The U.S. denied it.", "The U.N. did not."],
        [
            "Gen. Ilan Marsh, Lt. Col. Dee and Mr. J. R. Poole left at 5 a.m. on Monday.",
            "No one saw.",
        ],
        ["Polls showed Ms. Voss ahead.", "Spc. Ray Dunn and Hj. Ruslan denied it."],
        ["Suite No. 5 was empty.", "He said no.", "Five men left."],
        [
            "They told me.",
            "Anton fell ill.",
            "Marsh flew in in May.",
            "Police in DC.",
            "Orsk is far.",
        ],
        ["He waited...", "Then he left.", "She waited…", "The army left."],
        ["“It is a lie. We never fired,” Gen. Marsh said.", "Residents disagreed."],
        ["“Is it true?” he asked.", '"No," she said.', "It ended there."],
        ["The town — or what is left of it — fell.", "It’s Marsh’s now."],
        ["نفى الجيش ذلك.", "هل هو صحيح؟", "قال السكان إنه قصف السوق."],
        ["It worked.", "🔥🔥 Then e\u0301 came.", "A\u200bB left."],
    ],
)
def test_sentence_ends(sentences: list[str]) -> None:
    assert cut(" ".join(sentences)) == sentences


def test_one_paragraph_a_line_ends_without_a_full_stop() -> None:
    lines = [
        "Militia denies entering the border town of Orsk",
        "By Dana Roe",
        "The militia took full control of the town in less than a day",
        "“We were never there,” a spokesman said.",
        "with reporting from the Halden bureau",
    ]

    assert cut("\n".join(lines)) == lines
    assert cut("\r\n".join(lines)) == lines
    assert cut("\u2028".join(lines)) == lines


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_hard_wrapped_text_is_not_broken_at_each_line(end: str) -> None:
    wrapped = end.join(
        [
            "Army denies strike on the market",
            "",
            "The ministry said on Monday that reports of an attack on the town",
            "of Orsk were false. Its troops had never crossed the river, it",
            "said in a statement.",
            "   Residents of the town disputed that, and said that at least",
            "eleven people were killed when the shells came down at noon.",
            "",
            "With reporting from Halden",
        ]
    )

    assert [" ".join(sentence.split()) for sentence in cut(wrapped)] == [
        "Army denies strike on the market",
        "The ministry said on Monday that reports of an attack on the town of Orsk were false.",
        "Its troops had never crossed the river, it said in a statement.",
        "Residents of the town disputed that, and said that at least eleven people were killed "
        "when the shells came down at noon.",
        "With reporting from Halden",
    ]


def test_a_stray_quotation_mark_does_not_swallow_the_article() -> None:
    plain = [f"The envoy of district {number} denied the report on Monday." for number in range(40)]
    text = "“" + " ".join(plain)[:-1] + ".”"

    sentences = cut(text)

    assert len(sentences) == 40
    assert sentences[0].startswith("“The envoy")
    assert sentences[-1].endswith(".”")


def test_signs_without_a_word_are_kept() -> None:
    assert cut("*** It ended. ***\n\n---\n\nMore.") == ["*** It ended. ***", "---", "More."]


@pytest.mark.parametrize("piece", ["The army denied it. ", "the army and ", "“It. ", "'a.' "])
def test_time_is_linear_in_the_length(piece: str) -> None:
    text = piece * (200_000 // len(piece))
    began = time.perf_counter()

    sentences = split_sentences(Article("a", text))

    assert time.perf_counter() - began < 2  # well under half a second; quadratic time is minutes
    assert sentences[-1].end == len(text.rstrip())


def test_a_sentence_across_a_block_border_is_whole() -> None:
    text = "The army denied it. " * 5000

    assert set(cut(text)) == {"The army denied it."}
