import json

import pytest

from claimstance.prediction.predict import classify
from claimstance.prediction.rows import to_json_row
from claimstance.reading.rows import article_of_row
from claimstance.serving.schema import Row

TEXT = "The mayor denied it. The army opened the school.\n\nIt rained."
HTML = {"accept": "text/html,*/*"}


def post(client, content, kind="application/json"):
    return client.post("/predict", content=content, headers={"content-type": kind})


def test_rows_are_those_that_predict_writes(client, classifier):
    given = {"id": "a-1", "text": TEXT, "title": "T", "source": "S", "published": "2026-11-30"}
    answer = client().post("/predict", json=given)
    expected = [to_json_row(row) for row in classify([article_of_row(given, "", 999)], classifier)]
    assert answer.status_code == 200
    assert answer.json() == {"rows": expected}
    assert [row["paragraph"] for row in expected] == [0, 0, 1]
    assert (expected[0]["article_title"], expected[0]["cue"]) == ("T", "denied")


def test_the_description_fits_the_rows(client):
    rows = client().post("/predict", json={"text": TEXT}).json()["rows"]
    assert all([*Row.model_fields] == [*row] for row in rows)
    assert all(Row.model_validate_json(json.dumps(row)) for row in rows)
    description = client().get("/openapi.json").json()
    assert [*description["paths"]] == ["/predict"]
    assert {"200", "400", "413", "422", "503"} <= {
        *description["paths"]["/predict"]["post"]["responses"]
    }


def test_several_articles(client):
    articles = [{"text": "One. Two."}, {"id": "b", "text": "Three."}]
    rows = client().post("/predict", json={"articles": articles}).json()["rows"]
    assert [row["index"] for row in rows] == [0, 1, 0]
    assert rows[2]["article_id"] == "b"
    assert client().post("/predict", json={"articles": []}).json() == {"rows": []}


@pytest.mark.parametrize(
    ("content", "status", "words"),
    [
        ('{"text": ', 400, "not JSON (Expecting value at character 9): send {"),
        ('{"text":' + "[" * 100_000, 400, "error parsing the body: send {"),
        (b'{"text": "\xff"}', 400, "send {"),
        ("", 422, "send a JSON object with Content-Type: application/json, as {"),
        ("[]", 422, "send a JSON object"),
        ("null", 422, "send a JSON object"),
        ("{}", 422, 'give either "text" or "articles", as in {'),
        ('{"text": "a", "articles": []}', 422, 'give either "text" or "articles"'),
        ('{"txt": "a"}', 422, 'txt: no such field; did you mean "text"?'),
        ('{"text": 5}', 422, "text: Input should be a valid string"),
        ('{"text": " "}', 422, 'the article: "text" is blank'),
        (r'{"text": "\ud83d"}', 422, "text: half a character"),
        (r'{"text": "a", "id": "\ud83d"}', 422, "id: half a character"),
        ('{"articles": [{"text": "a"}, {"id": "b"}]}', 422, "articles[1].text: Field required"),
        ('{"articles": [{"text": "a"}, {"text": ""}]}', 422, 'articles[1]: "text" is blank'),
    ],
)
def test_a_malformed_request_is_told_what_to_send(client, content, status, words):
    answer = post(client(), content)
    assert answer.status_code == status
    assert words in answer.json()["error"]


def test_json_is_only_taken_as_json(client):
    answer = post(client(), '{"text": "a"}', "text/plain")
    assert answer.status_code == 422
    assert "Content-Type: application/json" in answer.json()["error"]


def test_elsewhere(client):
    missing, wrong = client().get("/docs"), client().delete("/predict")
    assert missing.status_code == 404
    assert "nothing at /docs: there are GET /, POST /predict" in missing.json()["error"]
    assert (wrong.status_code, wrong.headers["allow"]) == (405, "POST")
    assert wrong.json()["error"] == "/predict does not take DELETE: use POST"


@pytest.mark.parametrize(
    "body",
    [
        {"text": "x" * 1_001},
        {"text": "It rained. " * 21},
        {"articles": [{"text": "x" * 600}, {"text": "x" * 600}]},
        {"articles": [{"text": "x"}] * 21},
    ],
)
def test_too_much_is_not_computed(client, classifier, body):
    answer = client(chars=1_000, sentences=20).post("/predict", json=body)
    assert answer.status_code == 413
    assert "more than 1,000 characters or 20 sentences: send less" in answer.json()["error"]
    assert classifier.texts == []


def test_a_failure_of_ours_is_no_silence(client):
    class Broken:
        id = "broken"

        def predict_proba(self, texts):
            raise ZeroDivisionError

    answer = client(model=Broken()).post("/predict", json={"text": TEXT})
    assert answer.status_code == 500
    assert answer.json() == {"error": "the server failed: its terminal says how"}


def test_the_page_marks_what_is_pasted(client):
    page = client().get("/").text
    assert '<form class="paste"' in page
    assert 'class="s ' not in page
    marked = client().post("/", data={"text": TEXT}).text
    assert marked.count('class="s asserted"') == 2
    assert '<bdi class="t">The mayor <span class="cue">denied</span> it.</bdi>' in marked
    assert "The army opened the school.\n\nIt rained.</textarea>" in marked.replace("\r", "")


@pytest.mark.parametrize(
    ("name", "content", "sentences"),
    [
        ("a.txt", TEXT, 3),
        ("b.MD", TEXT, 3),
        ("../../c.html", f"<html><body><article><p>{TEXT * 9}</p></article></body></html>", 27),
        ("d.jsonl", '{"text": "One. Two."}\n{"text": "Three."}\n', 3),
        ("e.csv", "id,text\n1,One. Two.\n2,Three.\n", 3),
        ("<script>.txt", TEXT, 3),
    ],
)
def test_the_page_marks_a_file(client, name, content, sentences):
    answer = client().post("/", files={"file": (name, content)}, headers=HTML)
    assert (answer.status_code, answer.text.count('class="s ')) == (200, sentences)
    assert answer.text.count("<script>") == 1


def test_what_of_a_file_cannot_be_read_is_told_above_the_rest(client):
    rows = '{"text": "One."}\n{"body": "x"}\n'
    page = client().post("/", files={"file": ("d.jsonl", rows)}).text
    assert page.count('class="s ') == 1
    assert "d.jsonl:2: no &#34;text&#34;" in page


@pytest.mark.parametrize(
    ("form", "status", "words"),
    [
        ({"data": {"text": " "}}, 422, "nothing to read: paste a text, or choose a file"),
        ({"files": {"file": ("a.parquet", b"PAR1")}}, 422, "a.parquet: give a .txt, .md"),
        ({"files": {"file": ("a.txt", b"\0\0")}}, 422, "a.txt: holds NUL bytes"),
        ({"files": {"file": ("a.html", b"<nav>")}}, 422, "a.html: no article text found"),
        ({"data": {"text": "x" * 1_001}}, 413, "more than 1,000 characters"),
        ({"files": [("file", ("a.txt", b"a")), ("file", ("b.txt", b"b"))]}, 400, "Too many files"),
        ({"content": b"--", "headers": {"content-type": "multipart/form-data"}}, 400, "boundary"),
    ],
)
def test_what_is_wrong_is_told_on_the_page_or_as_json(client, form, status, words):
    form = {"headers": {}} | form
    limited = client(chars=1_000)
    plain = limited.post("/", **form)
    page = limited.post("/", **form | {"headers": form["headers"] | HTML})
    assert (plain.status_code, page.status_code) == (status, status)
    assert words in plain.json()["error"]
    assert f'role="alert"><bdi>{words}' in page.text or words in page.text
