"""Gold rows of every shape become labelled sentences that lie in their article to the letter."""

import json
from pathlib import Path
from typing import Any

import pytest

from claimstance.errors import LabelError
from claimstance.reading.articles import read_articles
from claimstance.reading.gold import GoldArticle, is_gold, read_gold
from claimstance.records import Origin, Spans, Stance

ORSK = "Army denies strike\nThe army denied it. Residents of Orsk disputed that."


def item(text: str, label: str = "asserted", **spans: str) -> dict[str, str]:
    return {"text": text, "label": label, **spans}


def article(**changes: Any) -> dict[str, Any]:
    sentences = [
        item("Head"),
        item("It did not.", "denied", cue="did not"),
        item("So?", "no_claim"),
    ]
    row = {"id": "a-1", "domain": "war", "style": "wire", "title": "Head", "sentences": sentences}
    return {**row, **changes}


def pointer(text: str, label: str = "denied", **changes: Any) -> dict[str, Any]:
    start = ORSK.index(text)
    row = {"article": "texts/orsk.txt", "start": start, "end": start + len(text), "text": text}
    return {**row, "label": label, **changes}


def gold_file(folder: Path, *rows: object) -> Path:
    (folder / "texts").mkdir(exist_ok=True)
    (folder / "texts" / "orsk.txt").write_text(ORSK, encoding="utf-8")
    path = folder / "gold.jsonl"
    written = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    path.write_text("\n".join(written) + "\n", encoding="utf-8")
    return path


def assert_placed(gold: GoldArticle) -> None:
    for index, labelled in enumerate(gold.sentences):
        sentence = labelled.sentence
        assert gold.article.text[sentence.start : sentence.end] == sentence.text
        assert (sentence.article_id, sentence.index) == (gold.article.id, index)
        assert labelled.origin is Origin.GOLD


def test_an_article_row(tmp_path: Path) -> None:
    path = gold_file(tmp_path, article())
    (gold,) = read_gold(path)

    assert_placed(gold)
    assert (gold.article.id, gold.article.title) == ("a-1", "Head")
    assert gold.article.text == "Head\n\nIt did not. So?"
    assert [s.stance for s in gold.sentences] == [Stance.ASSERTED, Stance.DENIED, Stance.NO_CLAIM]
    assert gold.sentences[1].spans == Spans(cue="did not")
    assert {(s.domain, s.group) for s in gold.sentences} == {("war", False)}
    assert list(read_articles([str(path)])) == [gold.article]


def test_a_group_of_contrasts(tmp_path: Path) -> None:
    sentences = [item("They left."), item("They deny they left.", "denied")]
    row = {"id": "p-1", "domain": "war", "rule": "3", "sentences": sentences}
    path = gold_file(tmp_path, row)
    (gold,) = read_gold(path)

    assert_placed(gold)
    assert gold.article.text == "They left.\n\nThey deny they left."
    assert all(sentence.group for sentence in gold.sentences)
    assert list(read_articles([str(path)])) == [gold.article]


def test_sentence_rows_are_gathered_by_article(tmp_path: Path) -> None:
    rows = [
        {"text": "One.", "stance": "disputed", "doc": "d", "corpus": "wire", "id": "s1"},
        {"text": "Alone.", "label": "asserted", "id": "s2"},
        {"text": "Two.", "label": "denied", "article_id": "d", "id": "s3", "source": None},
        {"text": "Nameless.", "label": "asserted"},
    ]
    golds = read_gold(gold_file(tmp_path, *rows))

    for gold in golds:
        assert_placed(gold)
        assert not gold.sentences[0].group
    assert [g.article.text for g in golds] == ["One.\nTwo.", "Alone.", "Nameless."]
    assert [g.article.id for g in golds[:2]] == ["d", "s2"]
    assert len(golds[2].article.id) == 12
    assert [s.stance for s in golds[0].sentences] == [Stance.DISPUTED, Stance.DENIED]
    assert golds[0].sentences[0].domain == "wire"


def test_rows_with_offsets_point_into_the_real_article(tmp_path: Path) -> None:
    second, first = pointer("Residents of Orsk disputed that.", "disputed"), pointer(ORSK[:18])
    (gold,) = read_gold(gold_file(tmp_path, second, first))

    assert_placed(gold)
    assert gold.article.text == ORSK
    assert [s.stance for s in gold.sentences] == [Stance.DENIED, Stance.DISPUTED]
    assert [gold.article] == list(read_articles([str(tmp_path / "texts" / "orsk.txt")]))


def test_the_shapes_may_be_mixed(tmp_path: Path) -> None:
    golds = read_gold(gold_file(tmp_path, item("One."), article(), pointer("The army denied it.")))

    assert [len(g.sentences) for g in golds] == [1, 3, 1]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (item("A.", "deny"), 'stance "deny" is not one of asserted, denied, disputed, no_claim'),
        (item("A.", 3), 'stance "3" is not one of'),
        ({"text": "A."}, 'no "label"'),
        ({"label": "denied"}, 'no "text"; the row has label'),
        ('{"text": "A.", "label"', "not JSON"),
        ("[]", "a JSON list where an object is expected"),
        (item("A is b.", cue="denied"), 'cue "denied" is not in the sentence "A is b."'),
        (item("A is b.", cue=["is"]), '"cue" is list, not a string'),
        (
            article(id="b", sentences=[item("Head"), item("B.", "x")]),
            'sentence 2: stance "x" is not one of',
        ),
        (article(sentences=[item("Head"), "B."]), "sentence 2: must be an object"),
        (article(sentences=[]), '"sentences" must be a list with at least one'),
        (article(), 'the article id "a-1" is already taken by'),
        (
            pointer("The army denied it.", start=18),
            'orsk.txt has at 18:38 "\\nThe army denied it."',
        ),
        (pointer("The army denied it.", end=None), '"end" must be an offset'),
        (pointer("The army denied it.", article="gone.txt"), "gone.txt not found"),
        (pointer("The army denied it.", article="rows.csv"), "is not a file of one article"),
        (pointer("army denied it."), "overlaps another labelled sentence"),
    ],
)
def test_errors_name_the_line(tmp_path: Path, row: object, message: str) -> None:
    path = gold_file(tmp_path, article(), pointer("The army denied it."), row)

    with pytest.raises(LabelError) as caught:
        read_gold(path)

    said = str(caught.value)
    assert "\n" not in said
    assert said.startswith(f"{path}:3: ")
    assert message in said


def test_long_texts_are_shortened_in_errors(tmp_path: Path) -> None:
    with pytest.raises(LabelError, match=f'the sentence "{"x" * 40}\\.\\.\\."'):
        read_gold(gold_file(tmp_path, item("x" * 41, claim="y")))


def test_files_that_hold_nothing(tmp_path: Path) -> None:
    with pytest.raises(LabelError, match=r"gold\.jsonl: holds no rows"):
        read_gold(gold_file(tmp_path))
    with pytest.raises(LabelError, match=r"gone\.jsonl: cannot be read"):
        read_gold(tmp_path / "gone.jsonl")


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (article(), True),
        (item("A."), True),
        ({"text": "A.", "stance": "denied"}, True),
        ({"text": "A.", "title": "T"}, False),
    ],
)
def test_the_first_row_tells_gold_from_articles(
    tmp_path: Path, row: object, expected: bool
) -> None:
    path = gold_file(tmp_path, row, "not JSON at all")

    assert is_gold(path) is expected
    assert is_gold(path.rename(tmp_path / "gold.txt")) is False
