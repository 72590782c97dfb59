import re
from functools import partial
from html.parser import HTMLParser

import pytest

from claimstance import cli, ledger
from claimstance.errors import OutputError, PredictionError
from claimstance.page import report
from claimstance.page.content import content
from claimstance.page.render import ASSETS, render
from claimstance.page.report import write_report
from claimstance.prediction.formats import Format, encode
from claimstance.records import Article, Stance

from .conftest import hostile, in_order, unlike

VOID = {"meta", "input", "option"}


class Page(HTMLParser):
    """The elements of a page, and the text of each sentence in it."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.texts, self._open = [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append((tag, dict(attrs)))
        if dict(attrs).get("class") == "t":
            self.texts.append("")

    def handle_endtag(self, tag):
        assert self._open.pop()[0] == tag, f"</{tag}> closes another"

    def handle_data(self, data):
        if any(attrs.get("class") == "t" for _, attrs in self._open):
            self.texts[-1] += data


def page(predictions):
    claims = ledger.build(predictions, embed=unlike) if predictions[0].spans else None
    return Page(render("page.html", content(predictions, "", claims)))


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Claims are told apart without the base model."""
    monkeypatch.setattr(report, "build", partial(ledger.build, embed=unlike))


@pytest.fixture
def written(tmp_path, seed_predictions):
    path = tmp_path / "seed.jsonl"
    path.write_bytes(encode(seed_predictions, Format.JSONL))
    return path


def test_every_sentence_stands_there_to_the_letter(seed_predictions):
    assert page(seed_predictions).texts == [row.sentence.text for row in seed_predictions]


def test_spans_are_marked(seed_predictions):
    text = render("page.html", content(seed_predictions))
    assert '<span class="source">Iraq’s Hashd al-Shaabi</span> (Popular' in text
    assert (
        '<span class="cue">denied</span> that <span class="claim">its forces entered Syria<' in text
    )


def test_hostile_text_is_text_wherever_it_comes_from():
    rows = hostile()
    harmless = in_order(Article("a", ""), [("It.", Stance.DENIED, ("It", "", ""))])
    found, plain = page(rows), page(harmless)
    assert found.texts == [row.sentence.text for row in rows]
    assert {tag for tag, _ in found.elements} <= {tag for tag, _ in plain.elements} | {"button"}
    assert sum(tag == "script" for tag, _ in found.elements) == 1
    names = {name for _, attrs in found.elements for name in attrs}
    assert not {name for name in names if name.startswith("on")} | names & {
        "src",
        "style",
        "action",
    }
    assert all(attrs["href"].startswith("#") for tag, attrs in found.elements if tag == "a")


def test_nothing_can_be_fetched_and_nothing_else_can_run(seed_predictions):
    text = render("page.html", content(seed_predictions))
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]+)"', text)
    assert policy.startswith("default-src &#39;none&#39;; style-src &#39;sha256-")
    assert "unsafe" not in policy
    assert "//" not in (ASSETS / "page.css").read_text().replace("/*", "")
    assert text.index("Content-Security-Policy") < text.index("<style>")


def test_dates_make_a_timeline_and_without_one_the_page_says_so(seed_predictions):
    assert 'aria-label="denied: at most 1 a day"' in render("page.html", content(seed_predictions))
    undated = in_order(Article("a", ""), [("It rained.",)])
    assert "No timeline: no article has a date" in render("page.html", content(undated))


def test_a_model_without_spans_is_told(seed_predictions):
    plain = in_order(Article("a", ""), [("It rained.",)])
    assert "this model finds no sources" in render("page.html", content(plain))
    assert "this model finds no sources" not in render("page.html", content(seed_predictions))


def test_many_articles_are_folded():
    few = [row for number in range(3) for row in in_order(Article(f"a{number}", ""), [("One.",)])]
    more = [*few, *in_order(Article("last", ""), [("One.",)])]
    opened = [
        [("open" in attrs) for tag, attrs in page(rows).elements if tag == "details"]
        for rows in (few, more)
    ]
    assert opened == [[True] * 3, [False] * 4]


def test_the_title_is_the_articles_or_their_number(seed_predictions):
    assert content(seed_predictions)["title"] == "The capture of Al Bukamal"
    other = in_order(Article("b", ""), [("One.",)])
    assert content(other)["title"] == "b"
    assert content([*seed_predictions, *other])["title"] == "Claims in 2 articles"
    assert content(other, "Mine")["title"] == "Mine"


@pytest.mark.parametrize("form", Format)
def test_every_format_gives_the_same_page(form, seed_predictions, written, tmp_path):
    path = tmp_path / f"other.{form}"
    path.write_bytes(encode(seed_predictions, form))
    assert write_report([str(path)], tmp_path / "a.html") == 18
    write_report([str(written)], tmp_path / "b.html")
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()


def test_there_is_a_ledger_where_all_models_find_spans(written, tmp_path):
    plain = tmp_path / "plain.jsonl"
    plain.write_bytes(encode(in_order(Article("b", ""), [("One.",)]), Format.JSONL))
    for paths, claims in (([written], True), ([plain], False), ([written, plain], False)):
        write_report([*map(str, paths)], tmp_path / "a.html")
        assert ('class="ledger"' in (tmp_path / "a.html").read_text("utf-8")) == claims


def test_too_many_sentences_are_refused(written, tmp_path, monkeypatch):
    monkeypatch.setattr(report, "MOST_SENTENCES", 17)
    with pytest.raises(PredictionError, match="more than 17 sentences, and a page takes no more"):
        write_report([str(written)], tmp_path / "a.html")
    assert [*tmp_path.glob("*.html")] == []


def test_nothing_to_show_is_an_error(written, tmp_path):
    path = tmp_path / "none.csv"
    path.write_bytes(encode([], Format.CSV))
    with pytest.raises(PredictionError, match="no predictions to show"):
        write_report([str(path)], tmp_path / "a.html")


def test_a_page_that_cannot_be_written(written, tmp_path):
    (tmp_path / "file").write_text("")
    (tmp_path / "folder").mkdir()
    for out in (tmp_path / "file" / "a.html", tmp_path / "folder"):
        with pytest.raises(OutputError, match="cannot be written"):
            write_report([str(written)], out)
    assert {path.name for path in tmp_path.iterdir()} == {"file", "folder", "seed.jsonl"}


def test_the_command(written, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["claimstance", "report", "seed.jsonl"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 0
    assert "18 sentences, written to report.html" in capsys.readouterr().err
    assert "have disputed" in (tmp_path / "report.html").read_text(encoding="utf-8")
