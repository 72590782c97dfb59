"""Articles come out of every format with stable ids, and what is wrong is named with its place."""

import hashlib
import io
import json
import os
import re
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from claimstance.errors import ArticleError
from claimstance.reading.articles import open_inputs, read_articles, read_inputs
from claimstance.records import Article, Unreadable

TEXT = "The army denied it.\r\nResidents of Orsk disputed that.\r\n"
PAGE = """<!doctype html><html><head><meta charset="utf-8">
<title>Army denies strike</title><meta property="og:site_name" content="The Halden Post">
<meta property="article:published_time" content="2019-03-04T10:00:00Z"></head>
<body><nav><a href="/">Home</a> <a href="/sport">Sport</a></nav><article><h1>Army denies strike</h1>
<p>The army denied on Monday that it had shelled the market, and called the report “baseless”.</p>
<p>Residents said eleven people were killed. The mayor could not be reached by phone.</p>
</article><footer>Cookie settings</footer></body></html>"""


def hash_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def write(path: Path, content: str | bytes) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(path)


def lines(*rows: object) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


def read(*inputs: str, **options: Any) -> list[Article]:
    return list(read_articles(inputs, **options))


def pipe(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))


def test_a_text_file_is_one_article_with_its_line_ends(tmp_path: Path) -> None:
    for suffix in (".txt", ".md", ".TXT"):
        path = write(tmp_path / f"orsk{suffix}", TEXT)

        assert read(path) == [Article(f"orsk-{hash_of(TEXT)[:8]}", TEXT)]


def test_a_json_row_fills_an_article(tmp_path: Path) -> None:
    row = {"id": 7, "text": "A b.", "title": "T", "source": "S", "url": "u", "published": "2019"}
    path = write(tmp_path / "rows.jsonl", lines({**row, "more": [1]}) + "\n" + lines({"text": "C"}))

    assert read(path) == [
        Article("7", "A b.", "T", "S", "u", "2019"),
        Article(hash_of("C")[:12], "C"),
    ]


def test_a_gold_row_is_read_as_its_text(tmp_path: Path) -> None:
    sentences = [{"text": "Head", "label": "asserted"}, {"text": "One."}, {"text": "Two."}]
    path = write(tmp_path / "g.jsonl", lines({"id": "g", "title": "Head", "sentences": sentences}))

    assert read(path) == [Article("g", "Head\n\nOne. Two.", "Head")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_columns_in_any_order(tmp_path: Path, delimiter: str) -> None:
    table = f'Title{delimiter}text\r\nT{delimiter}"One ""two""\nthree"\r\n\r\nU{delimiter}Four\r\n'
    path = write(tmp_path / "rows.csv", b"\xef\xbb\xbf" + table.encode())

    assert [(a.title, a.text) for a in read(path)] == [("T", 'One "two"\nthree'), ("U", "Four")]


def test_a_csv_field_may_be_long(tmp_path: Path) -> None:
    path = write(tmp_path / "rows.csv", "text\n" + "long " * 40_000)

    assert len(read(path)[0].text) == 200_000


def test_parquet_rows(tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    table = {"id": ["a", None], "text": ["One.", "Two."], "votes": [1, 2], "title": ["T", None]}
    pq.write_table(pa.table(table), path)

    assert read(str(path)) == [Article("a", "One.", "T"), Article(hash_of("Two.")[:12], "Two.")]


def test_html_gives_the_main_text_and_what_the_page_says_of_itself(tmp_path: Path) -> None:
    (article,) = read(write(tmp_path / "page.html", PAGE))

    assert "denied on Monday" in article.text
    assert "eleven people" in article.text
    assert "Cookie" not in article.text
    assert "Sport" not in article.text
    assert (article.title, article.source) == ("Army denies strike", "The Halden Post")
    assert article.published == "2019-03-04"
    assert article.id == f"page-{hash_of(article.text)[:8]}"


def test_html_without_an_article_is_an_error(tmp_path: Path) -> None:
    path = write(tmp_path / "menu.htm", "<html><body></body></html>")

    with pytest.raises(ArticleError, match=r"menu\.htm: no article text found"):
        read(path)


def test_stdin_holds_json_lines_or_one_text(monkeypatch: pytest.MonkeyPatch) -> None:
    pipe(monkeypatch, b'\n  {"text": "One."}\n{"id": "b", "text": "Two."}')
    assert [a.text for a in read("-")] == ["One.", "Two."]

    pipe(monkeypatch, TEXT.encode())
    assert read("-") == [Article(f"stdin-{hash_of(TEXT)[:8]}", TEXT)]

    pipe(monkeypatch, b"")
    with pytest.raises(ArticleError, match="stdin: empty"):
        read("-")


def test_ids_depend_on_neither_folder_nor_order(tmp_path: Path) -> None:
    one = [write(tmp_path / "one" / name, name) for name in ("a.txt", "b.txt")]
    two = [write(tmp_path / "two" / name, name) for name in ("a.txt", "b.txt")]

    assert [a.id for a in read(*one)] == [a.id for a in read(*reversed(two))][::-1]


def test_folders_and_globs_give_sorted_known_visible_files_once(tmp_path: Path) -> None:
    for name in ("b.txt", "a/z.md", "a/y.txt", ".hidden.txt", ".git/c.txt", "note.pdf", "c.jsonl"):
        write(tmp_path / name, "{}" if name.endswith("l") else name)

    names = [Path(item.name).name for item in open_inputs([str(tmp_path)])]
    assert names == ["y.txt", "z.md", "b.txt", "c.jsonl"]

    found = open_inputs([str(tmp_path / "b.txt"), str(tmp_path / "**" / "*.txt"), "-", "-"])
    assert [Path(item.name).name for item in found] == ["b.txt", "y.txt", "stdin"]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("gone.txt", "no such file or folder"),
        ("*.gone", "nothing matches"),
        ("*.pdf", r"none of the 1 matches is an article: \.txt"),
        ("note.pdf", r'unknown suffix "\.pdf": articles are \.txt, .* or \.parquet files'),
        ("README", "no suffix"),
        ("empty.txt", "empty file"),
        ("bare", r"no articles in this folder: put \.txt"),
    ],
)
def test_inputs_are_checked_before_anything_is_read(
    tmp_path: Path, given: str, message: str
) -> None:
    write(tmp_path / "good.txt", "Good.")
    write(tmp_path / "note.pdf", "x")
    write(tmp_path / "README", "x")
    write(tmp_path / "empty.txt", "")
    (tmp_path / "bare").mkdir()

    with pytest.raises(ArticleError, match=message) as caught:
        read_articles([str(tmp_path / "good.txt"), str(tmp_path / given)])  # not even iterated
    assert str(tmp_path / given) in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.jsonl", '{"text": "x"}\n{"text": \n', r"a\.jsonl:2: not JSON"),
        ("a.jsonl", '\n["x"]\n', r"a\.jsonl:2: a JSON list where an object"),
        ("a.jsonl", "null\n", r"a\.jsonl:1: null where an object"),
        ("a.jsonl", '{"body": "x", "id": 1}\n', r'a\.jsonl:1: no "text"; the row has body, id'),
        ("a.jsonl", '{"text": 5}\n', r'a\.jsonl:1: "text" is int, not a string'),
        ("a.jsonl", '{"text": null}\n', r'a\.jsonl:1: "text" is null'),
        ("a.jsonl", '{"text": " \\n"}\n', r'a\.jsonl:1: "text" is blank'),
        ("a.jsonl", '{"text": "\\ud83d"}\n', r"a\.jsonl:1: half a character"),
        ("a.jsonl", '{"sentences": []}\n', r'a\.jsonl:1: "sentences" must be a list'),
        ("a.jsonl", "\n\n", r"a\.jsonl: holds no rows"),
        ("a.jsonl", "[" * 100_000, r"a\.jsonl:1: JSON that cannot be read"),
        ("a.csv", "id,body\n1,x\n", r'a\.csv: no column "text"; it has id, body'),
        ("a.csv", "id,text\n", r"a\.csv: a heading but no rows"),
        ("a.csv", 'id,text\n1,"x\ny"\n2,\n', r'a\.csv:4: "text" is blank'),
        ("a.csv", "id,text\n1\n", r'a\.csv:2: no "text"; the row has id'),
        ("a.csv", 'id,text\n1,x\n2,"y\n', r"a\.csv:3: broken CSV"),
        ("a.parquet", "PAR?", r"a\.parquet: cannot be read as Parquet"),
        ("a.txt", " \n ", r"a\.txt: only white space"),
        ("a.txt", b"\x00\x01\xff\xfe\x00", r"a\.txt: .*binary"),
    ],
)
def test_broken_content_is_named_with_its_place(
    tmp_path: Path, name: str, content: str | bytes, message: str
) -> None:
    with pytest.raises(ArticleError, match=message) as caught:
        read(write(tmp_path / name, content))
    assert "\n" not in str(caught.value)


def test_parquet_without_text(tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    pq.write_table(pa.table({"id": ["a"], "body": ["One."]}), path)
    with pytest.raises(ArticleError, match=r'no column "text"; it has id, body'):
        read(str(path))

    pq.write_table(pa.table({"text": ["One.", None]}), path)
    with pytest.raises(ArticleError, match=r'rows\.parquet:2: "text" is null'):
        read(str(path))


def test_an_article_may_be_as_long_as_the_limit_and_no_longer(tmp_path: Path) -> None:
    long = write(tmp_path / "a.txt", "é" * 1234)
    row = write(tmp_path / "a.jsonl", lines({"text": "x" * 1234}))
    assert len(read(long, row, max_chars=1234)) == 2

    for path in (long, row):
        with pytest.raises(ArticleError, match=r"1,234 characters, over the limit of 1,233: split"):
            read(path, max_chars=1233)


def test_a_huge_file_is_refused_by_its_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "a.txt", "x" * 5000)

    def refuse(self: Path) -> bytes:
        raise AssertionError("read in full")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(ArticleError, match=r"5,000 bytes, over the limit of 1,000 characters"):
        read(path, max_chars=1000)


def test_rows_are_read_one_at_a_time(tmp_path: Path) -> None:
    for name, head, row in (("a.jsonl", "", '{"text": "One."}\n'), ("a.csv", "text\n", "One.\n")):
        path = write(tmp_path / name, head + row * 50_000 + "\xff")
        articles = read_articles([path])

        assert next(articles).text == "One."  # the damage at the end has not been met yet


def test_a_guessed_encoding_is_told(tmp_path: Path) -> None:
    told: list[str] = []
    text = write(tmp_path / "a.txt", "Zoë denied “it”.".encode("cp1252"))
    table = write(tmp_path / "b.csv", "id,text\n1,Zoë denied it.\n".encode("cp1252"))
    plain = write(tmp_path / "c.txt", "Zoë denied it.".encode())

    articles = read(text, table, plain, warn=told.append)

    assert [a.text for a in articles] == ["Zoë denied “it”.", "Zoë denied it.", "Zoë denied it."]
    assert told == [f"{text}: read as windows-1252", f"{table}: read as windows-1252"]


def test_damage_far_into_a_file_of_rows_is_an_error(tmp_path: Path) -> None:
    for name, head, row in (("a.jsonl", "", '{"text": "One."}\n'), ("a.csv", "text\n", "One.\n")):
        path = write(tmp_path / name, (head + row * 20_000).encode() + b"\xff\n")

        with pytest.raises(ArticleError, match=rf"{re.escape(path)}:\d+( and below)?: damaged"):
            read(path)


def test_utf16_rows(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", lines({"text": "One."}).encode("utf-16"))

    assert [a.text for a in read(path)] == ["One."]


def test_nothing_given() -> None:
    for inputs in ([], [""]):
        with pytest.raises(ArticleError, match="name a file"):
            read_articles(inputs)


def test_a_csv_row_with_too_many_cells_is_refused_rather_than_cut(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("id,text\n1,The army said, however, that it had left.\n")
    with pytest.raises(ArticleError, match=r"a\.csv:2: 4 cells under 2 columns: put quotes"):
        list(read_articles([str(path)]))


# ---- what cannot be read, as values ----------------------------------------------------------


def found(*inputs: str, max_chars: int = 1_000_000) -> list[Article | Unreadable]:
    return list(read_inputs(open_inputs(inputs), max_chars, lambda _: None))


@pytest.mark.parametrize(
    ("name", "content", "place", "reason"),
    [
        ("a.jsonl", '{"text": "One."}\n{"te\n{"text": "Two."}\n', ":2", "not JSON"),
        ("a.jsonl", '{"text": "One."}\n{"text": 5}\n{"text": "Two."}\n', ":2", '"text" is int'),
        ("a.csv", "id,text\n1,One.\n2,a,b\n3,Two.\n", ":3", "3 cells under 2 columns"),
        ("a.csv", "id,text\n1,One.\n2,\n3,Two.\n", ":3", '"text" is blank'),
    ],
)
def test_the_rows_around_a_broken_one_are_read(
    tmp_path: Path, name: str, content: str, place: str, reason: str
) -> None:
    path = write(tmp_path / name, content)
    one, broken, two = found(path)
    assert isinstance(broken, Unreadable)
    assert broken.place == path + place
    assert broken.reason.startswith(reason)
    assert [item.text for item in (one, two) if isinstance(item, Article)] == ["One.", "Two."]


@pytest.mark.parametrize(
    ("name", "content", "place"),
    [
        ("a.csv", b'id,text\n1,One.\n2,"open\n3,Two.\n', ":3"),
        ("a.jsonl", b'{"text": "One."}\n' * 9_000 + b'\xff\n{"text": "Two."}\n', ":"),
        ("a.txt", b"\x00\x01\xff\xfe\x00", ""),
        ("a.html", b"<h1>404 Not Found</h1>", ""),
        ("a.parquet", b"PAR?", ""),
    ],
)
def test_what_breaks_off_is_one_unreadable_and_the_next_file_is_read(
    tmp_path: Path, name: str, content: bytes, place: str
) -> None:
    path, after = write(tmp_path / name, content), write(tmp_path / "b.txt", "After.")
    items = found(path, after)
    broken = [item for item in items if isinstance(item, Unreadable)]
    assert [item.place.startswith(path + place) for item in broken] == [True]
    assert isinstance(items[-1], Article)


def test_in_a_folder_an_empty_file_is_one_of_many(tmp_path: Path) -> None:
    for name, text in (("a.txt", "One."), ("b.csv", ""), ("c.txt", ""), ("d.txt", "Two.")):
        write(tmp_path / name, text)
    kinds = [type(item) for item in found(str(tmp_path))]
    assert kinds == [Article, Unreadable, Unreadable, Article]


def test_a_page_that_breaks_the_parser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import trafilatura

    def crash(*_: object, **__: object) -> None:
        raise RecursionError("too deep\nreally")

    monkeypatch.setattr(trafilatura, "bare_extraction", crash)
    path = write(tmp_path / "a.html", PAGE)
    assert found(path) == [Unreadable(path, "HTML that breaks the parser (too deep really)")]


def test_a_missing_column_is_told_before_anything_is_read(tmp_path: Path) -> None:
    good, bad = write(tmp_path / "a.txt", "Good."), write(tmp_path / "b.csv", "id,body\n1,x\n")
    with pytest.raises(ArticleError, match=r'b\.csv: no column "text"'):
        open_inputs([good, bad])


ROWS = [f'{{"text": "Zoë {number}."}}\n'.encode() for number in range(2_000)]


@pytest.mark.parametrize("at", [1, 1_000])
def test_a_bad_byte_costs_its_row_and_no_other(tmp_path: Path, at: int) -> None:
    """Within the sample that shows the encoding, and far behind it."""
    rows = [row * 3 for row in ROWS]
    rows[at] = b'{"text": "Zo\xff."}\n'
    path = write(tmp_path / "a.jsonl", b"".join(rows))
    items = found(path)
    broken = [item for item in items if isinstance(item, Unreadable)]
    says = "damaged, or not utf-8 throughout: convert it to UTF-8"
    assert [(item.place, item.reason[: len(says)]) for item in broken] == [
        (f"{path}:{3 * at + 1}", says)
    ]
    assert len(items) == 3 * 1_999 + 1


def test_damage_in_utf16_costs_the_rest(tmp_path: Path) -> None:
    data = lines(*({"text": f"One {number}."} for number in range(2_000))).encode("utf-16")
    path = write(tmp_path / "a.jsonl", data + b"\x00\xd8\n\x00")
    *articles, broken = found(path)
    assert 1_000 < len(articles) < 2_001
    assert isinstance(broken, Unreadable)
    assert "and below" in broken.place


def test_a_parquet_string_that_is_not_utf8_costs_its_row(tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    texts = pa.array([b"One.", b"Caf\xe9.", b"Two."], pa.binary()).cast(pa.string(), safe=False)
    pq.write_table(pa.table({"text": texts}), path)
    one, broken, two = found(str(path))
    assert isinstance(broken, Unreadable)
    assert broken.place == f"{path}:2"
    assert [item.text for item in (one, two) if isinstance(item, Article)] == ["One.", "Two."]


def test_a_name_that_is_not_utf8_is_shown_as_far_as_it_is(tmp_path: Path) -> None:
    folder = tmp_path / os.fsdecode(b"caf\xe9")
    for suffix in (".txt", ".html", ".parquet", ".jsonl"):
        write(folder / f"{folder.name}{suffix}", PAGE if suffix == ".html" else "{")
    (folder / "empty.txt").touch()
    items = found(str(folder))
    assert len(items) == 5
    json.dumps([repr(item) for item in items], ensure_ascii=False).encode()
    assert {item.id[:5] for item in items if isinstance(item, Article)} == {"caf\ufffd-"}
    assert all("caf\ufffd/" in item.place for item in items if isinstance(item, Unreadable))


def test_what_a_run_writes_is_not_read(tmp_path: Path) -> None:
    for name in ("a.txt", "out/part-0.jsonl", "p.csv", "p.csv.errors.jsonl"):
        write(tmp_path / name, "One.")
    ours = [tmp_path / name for name in ("out", "p.csv", "p.csv.errors.jsonl")]
    for given in (str(tmp_path), str(tmp_path / "**" / "*")):
        assert [Path(item.name).name for item in open_inputs([given], ours)] == ["a.txt"]
    for given in ("p.csv", "out"):
        with pytest.raises(ArticleError, match=f"{given}: this run would write there: choose"):
            open_inputs([str(tmp_path / given), str(tmp_path / "a.txt")], ours)
