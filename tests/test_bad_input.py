"""A user with bad input gets one clear line and exit code 2, and loses nothing.

Everything goes through the command line's own `main`, in this process; what needs a process of
its own (signals, pipes, closed streams) is marked slow.
"""

import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml

from claimstance.config import to_yaml
from claimstance.labelling.dataset import read_dataset
from claimstance.labelling.splits import Split
from claimstance.models.baseline import fit_baseline
from claimstance.models.store import seal

TEXT = (
    "The ministry denied that its troops had crossed the border. The bridge, it said, was open. "
    "A market reopened on Monday."
)
ROWS = [json.dumps({"id": f"a{number}", "text": TEXT}) for number in range(30)]
LABELLED = {"text": "The mayor denied it.", "label": "denied", "article_id": "g"}


def rows(*, change=0, to=""):
    """Thirty rows of JSON lines, the one on line `change` another."""
    return "\n".join([*ROWS[: change - 1], to, *ROWS[change:]] if change else ROWS)


def gold(**fields):
    return json.dumps({**LABELLED, **fields})


# A file of articles: its name, its content, and what the one line says behind the file's name.
ARTICLES = [
    ("empty.txt", "", ": empty file: fill it"),
    ("spaces.txt", " \n\t \n", ": only white space: fill it"),
    ("junk.txt", bytes(range(256)) * 8, ": holds NUL bytes .* give text in UTF-8"),
    ("png.txt", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(200)), ": holds NUL bytes"),
    ("cut.txt", "Der Bürgermeister überhörte".encode()[:-6] + b"\xc3", ": damaged UTF-8 at byte"),
    ("cyrillic.txt", ("Министерство это " * 9).encode("cp1251"), ": not UTF-8 .* convert it"),
    ("odd16.txt", TEXT.encode("utf-16") + b"x", ": damaged, or not utf-16-le throughout"),
    ("line.txt", "word " * 1_000_000, ": at least 5,000,000 bytes, over the limit .* --max-chars"),
    ("menu.html", "<nav><a href=/>Home</a> <a href=/w>World</a></nav>", ": no article text found"),
    ("error.html", "<h1>404 Not Found</h1><hr>nginx", ": no article text found"),
    ("script.html", "<noscript>Please switch on scripts here.</noscript>", ": no article text"),
    ("binary.html", bytes(range(256)), ": no article text found"),
    ("broken.jsonl", rows(change=17, to='{"id": "b", "text": "cut'), ":17: not JSON .* one whole"),
    ("field.jsonl", rows(change=5, to='{"id": "b", "body": "x"}'), ':5: no "text"; .* id, body'),
    ("null.jsonl", rows(change=5, to='{"text": null}'), ':5: "text" is null, not a string'),
    ("number.jsonl", '{"text": 17}', ':1: "text" is int, not a string'),
    ("blank.jsonl", '{"text": "  "}', ':1: "text" is blank: leave the row out'),
    ("list.jsonl", '["a", "b"]', ":1: a JSON list where an object is expected"),
    ("lines.jsonl", "\n\n\n", ": holds no rows: give one JSON object a line"),
    ("half.jsonl", '{"text": "\\ud83d boat"}', ":1: half a character"),
    ("column.csv", "id,body\n1,hello\n", ': no column "text"; it has id, body: rename'),
    ("heading.csv", "id,text\n", ": a heading but no rows"),
    ("quote.csv", 'id,text\n1,"open\n', ":2: broken CSV .* close every quotation mark"),
    ("null.csv", "id,text\n1,\n", ':2: "text" is blank'),
    ("junk.parquet", "PAR1", ": cannot be read as Parquet"),
    ("page.pdf", "%PDF", ': unknown suffix ".pdf": articles are .txt'),
    ("noname", "x", ": no suffix: articles are .txt"),
]
GOLD = [
    (
        "stance.jsonl",
        gold() + "\n" + gold(label="deny"),
        ':2: stance "deny" is not one of asserted',
    ),
    ("null.jsonl", gold(label=None), ':1: no "label"'),
    ("span.jsonl", gold(cue="refuted"), ':1: cue "refuted" is not in the sentence'),
    ("offset.jsonl", gold(article="story.txt", start=3, end=9), ":1: story.txt has at 3:9"),
    ("text.jsonl", gold(article="gone.txt", start=0, end=9), r":1: article gone\.txt not found"),
    ("place.jsonl", gold(article="story.txt", start="a", end=9), ':1: "start" must be an offset'),
    ("broken.jsonl", gold() + '\n{"text', ":2: not JSON"),
    ("ids.jsonl", f'{{"id": "q", "sentences": [{gold()}]}}\n' * 2, ':2: the article id "q" is'),
    ("none.jsonl", '{"id": "q", "sentences": []}', ':1: "sentences" must be a list'),
]


@pytest.fixture(scope="session")
def model(baseline_config, tiny_dataset, tmp_path_factory):
    """The folder of a baseline, trained on invented articles in a blink."""
    folder = tmp_path_factory.mktemp("model") / "plain"
    folder.mkdir()
    train = read_dataset(tiny_dataset).splits[Split.TRAIN]
    texts, labels = [i.sentence.text for i in train], [i.stance.id for i in train]
    fit_baseline(baseline_config, texts, labels).save(folder)
    (folder / "config.yaml").write_text(to_yaml(baseline_config), encoding="utf-8")
    seal(folder, kind="baseline", name="plain", temperature=1.0, dataset="d", commit="")
    return folder


@pytest.fixture
def data_config(tiny_cues):
    """The content of a data configuration, to be broken."""
    shares = {"validation_share": 0.25, "test_share": 0.25, "near_duplicate": 0.8}
    return {"cues": str(tiny_cues), "hold_out": [], "extra": [], "split_seed": 1, **shares}


@pytest.fixture
def run(run, monkeypatch, tmp_path):
    """Runs the command line in an empty folder; gives the exit code and both outputs."""
    monkeypatch.chdir(tmp_path)
    return run


@pytest.fixture
def refused(run):
    """Runs a command that must fail with one line that matches."""

    def command(*arguments, says):
        code, out, err = run(*arguments)
        assert (code, out) == (2, "")
        assert err.startswith("error: ")
        assert err.count("\n") == 1, err
        assert re.search(says, err), err
        return err

    return command


@pytest.fixture
def measured_on(model, tiny_cues):
    """The command that measures the model on a labelled file."""
    return lambda file: ("eval", "--on", file, "--model", model, "--cues", tiny_cues)


@pytest.fixture
def config_file(tmp_path, data_config):
    (tmp_path / "data.yaml").write_text(yaml.safe_dump(data_config), encoding="utf-8")
    return tmp_path / "data.yaml"


def put(folder, name, content):
    data = content if isinstance(content, bytes) else content.encode()
    (folder / name).write_bytes(data)
    return folder / name


@pytest.mark.parametrize(("name", "content", "says"), ARTICLES, ids=[row[0] for row in ARTICLES])
def test_articles_that_cannot_be_read(name, content, says, refused, model, config_file, tmp_path):
    put(tmp_path, name, content)
    out = ("--out", "p.jsonl", "--max-errors", 0)
    refused("predict", name, "--model", model, *out, says=re.escape(name) + says)
    assert {path.name for path in tmp_path.iterdir()} == {name, "data.yaml"}
    refused("label", name, "--config", config_file, "--out", "d", says=re.escape(name) + says)
    assert not (tmp_path / "d").exists()


def test_workers_without_ray_are_refused(refused, model, tmp_path):
    put(tmp_path, "a.txt", TEXT)
    refused("predict", "a.txt", "--model", model, "--workers", 2, says="--workers 2: .*engine ray")


def test_the_output_is_no_input(refused, run, model, tmp_path):
    put(tmp_path, "a.txt", TEXT)
    put(tmp_path, "p.jsonl", json.dumps({"text": TEXT}))
    says = "error: p.jsonl: this run would write there"
    refused("predict", "a.txt", "p.jsonl", "--model", model, "--out", "p.jsonl", says=says)
    for _ in range(2):
        assert run("predict", ".", "--model", model, "--out", "p.jsonl")[0] == 0
        assert (tmp_path / "p.jsonl").read_text().count("\n") == 3


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("gone.txt", "gone.txt: no such file or folder: check the path"),
        ("", "an input is blank"),
        ("folder", "folder: no articles in this folder: put .txt"),
        ("*.xml", "nothing matches: check the pattern"),
        ("folder/*", "none of the 1 matches is an article"),
    ],
)
def test_inputs_that_lead_nowhere(given, says, refused, model, config_file, tmp_path):
    (tmp_path / "folder").mkdir()
    put(tmp_path / "folder", "notes.doc", "x")
    refused("predict", given, "--model", model, says=re.escape(says))
    refused("label", given, "--config", config_file, "--out", "d", says=re.escape(says))


def test_nulls_and_a_missing_column_in_a_parquet_file(refused, model, tmp_path):
    import pandas as pd

    out = ("--model", model, "--out", "p.csv")
    pd.DataFrame({"text": [None, "A fire broke out."]}).to_parquet(tmp_path / "null.parquet")
    strict = (*out, "--max-errors", 0)
    refused("predict", "null.parquet", *strict, says='null.parquet:1: "text" is null')
    pd.DataFrame({"body": ["A fire."]}).to_parquet(tmp_path / "body.parquet")
    refused("predict", "body.parquet", *out, says='no column "text"; it has body')
    pd.DataFrame({"text": []}).to_parquet(tmp_path / "none.parquet")
    refused("predict", "none.parquet", *out, says="none.parquet: holds no rows")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1"])
def test_other_encodings_are_read_to_the_letter(encoding, run, model, tmp_path):
    text = f"Le préfet a nié que l'armée ait détruit l'école. {TEXT}"
    put(tmp_path, "a.txt", text.encode(encoding))
    code, out, err = run("predict", "a.txt", "--model", model)
    assert code == 0
    assert json.loads(out.splitlines()[0])["text"] == text.removesuffix(f" {TEXT}")
    proven = encoding in ("utf-8-sig", "utf-16")
    assert ("a.txt: read as" in err) != proven


@pytest.mark.parametrize(("name", "content", "says"), ARTICLES, ids=[row[0] for row in ARTICLES])
def test_among_articles_that_can_be_read_they_are_listed(name, content, says, run, model, tmp_path):
    (tmp_path / "in").mkdir()
    put(tmp_path / "in", name, content)
    put(tmp_path, "after.txt", TEXT)
    code, _, err = run("predict", "in", "after.txt", "--model", model, "--out", "p.csv")
    if name in ("page.pdf", "noname", "column.csv"):  # no articles at all, or a wrong column
        assert code == 2
        return
    assert code == 3
    assert err.endswith("1 article could not be read: p.csv.errors.jsonl\n")
    (line,) = (tmp_path / "p.csv.errors.jsonl").read_text().splitlines()
    item = json.loads(line)
    assert item["place"].startswith(f"in/{name}")
    assert re.search(says, f"{item['place']}: {item['reason']}".removeprefix(f"in/{name}"))
    others = 29 if str(content).count("\n") == 29 else 0  # of thirty rows one is broken
    assert len((tmp_path / "p.csv").read_text().splitlines()) == 1 + 3 * (others + 1)


@pytest.mark.parametrize(("name", "content", "says"), GOLD, ids=[row[0] for row in GOLD])
def test_gold_that_does_not_fit(name, content, says, refused, measured_on, config_file, tmp_path):
    put(tmp_path, "story.txt", TEXT)
    put(tmp_path, name, content)
    refused("label", name, "--config", config_file, "--out", "d", says=re.escape(name) + says)
    refused(*measured_on(name), says=re.escape(name) + says)
    assert {path.name for path in tmp_path.iterdir()} == {"story.txt", name, "data.yaml"}


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("gone.jsonl", None, r"gone\.jsonl: cannot be read \(no such file\): check the path"),
        ("empty.jsonl", "", r"empty\.jsonl: holds no rows"),
        ("plain.jsonl", rows(), r'plain\.jsonl:1: no "label"'),
        ("story.txt", TEXT, r"story\.txt:1: not JSON"),
    ],
)
def test_a_file_to_evaluate_on_that_is_none(name, content, says, refused, measured_on, tmp_path):
    if content is not None:
        put(tmp_path, name, content)
    refused(*measured_on(name), says=says)
    assert not (tmp_path / "reports").exists()


def test_two_articles_with_one_id(refused, config_file, tmp_path):
    put(tmp_path, "a.jsonl", rows(change=9, to='{"id": "a3", "text": "Another text."}'))
    says = 'a.jsonl: two articles with the id "a3" and different texts: give each'
    refused("label", "a.jsonl", "--config", config_file, "--out", "d", says=says)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"split_sead": 1}, 'unknown key "split_sead"; did you mean "split_seed"'),
        ({"test_share": "much"}, '"test_share": input should be a valid number'),
        ({"test_share": 9}, '"test_share": input should be less than 0.5'),
        ({"cues": "gone.yaml"}, "gone.yaml not found: name a lexicon"),
        ({"hold_out": ["gone.jsonl"]}, "gone.jsonl: cannot be read"),
    ],
)
def test_a_data_configuration_that_is_wrong(change, says, refused, data_config, tmp_path):
    put(tmp_path, "a.txt", TEXT)
    put(tmp_path, "c.yaml", yaml.safe_dump(data_config | change))
    refused("label", "a.txt", "--config", "c.yaml", "--out", "d", says=re.escape(says))
    assert not (tmp_path / "d").exists()


def test_no_configuration_outside_the_project(refused, model, tmp_path):
    put(tmp_path, "a.txt", TEXT)
    refused("label", "a.txt", "--out", "d", says="configs/data.yaml: no such configuration file")
    refused("train", "configs/baseline.yaml", says="no such configuration file")
    refused("eval", "--model", model, says="configs/cues.yaml not found")
    refused("predict", "a.txt", says="mlruns: no models are tracked here: .* --model")
    assert {path.name for path in tmp_path.iterdir()} == {"a.txt"}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"sead": 1}, 'unknown key "sead"; did you mean "seed"'),
        ({"kind": "oracle"}, '"kind" must be baseline or transformer'),
        ({"data": "gone"}, 'gone/train.parquet not found: run "make data"'),
        ({"cues": "gone.yaml"}, "gone.yaml not found"),
        ({"output": "a.txt/model"}, "a.txt"),
        ({"output": "letters"}, "letters: exists and is not ours to replace"),
    ],
)
def test_a_training_configuration_that_is_wrong(change, says, refused, baseline_config, tmp_path):
    put(tmp_path, "a.txt", TEXT)
    (tmp_path / "letters").mkdir()
    put(tmp_path / "letters", "letter.txt", "Dear Anna")
    put(tmp_path, "c.yaml", yaml.safe_dump(yaml.safe_load(to_yaml(baseline_config)) | change))
    refused("train", "c.yaml", says=re.escape(says))
    assert (tmp_path / "letters" / "letter.txt").read_text() == "Dear Anna"


@pytest.mark.slow
def test_a_base_model_that_is_nowhere(refused, transformer_config, tmp_path):
    for base, says in (("nobody/nothing", "not a folder"), (tmp_path, "has no config.json")):
        config = transformer_config.model_copy(update={"base": str(base)})
        put(tmp_path, "c.yaml", to_yaml(config))
        refused("train", "c.yaml", says=f'base model "{base}": .*{says}')


@pytest.mark.parametrize(
    ("file", "content", "says"),
    [
        ("model.skops", b"junk", "model.skops: damaged; train the model again"),
        ("cues.yaml", None, "cues.yaml: missing; train the model again"),
        ("claimstance.json", b"{", "claimstance.json: damaged"),
        ("claimstance.json", b'{"kind": "baseline"}', "claimstance.json: damaged"),
        ("claimstance.json", None, "no model here"),
    ],
)
def test_a_damaged_model(file, content, says, refused, model, tiny_cues, tmp_path):
    put(tmp_path, "a.txt", TEXT)
    put(tmp_path, "g.jsonl", gold())
    damaged = shutil.copytree(model, tmp_path / "model")
    (damaged / file).unlink()
    if content is not None:
        put(damaged, file, content)
    refused("predict", "a.txt", "--model", damaged, "--out", "p.csv", says=says)
    refused("eval", "--on", "g.jsonl", "--model", damaged, "--cues", tiny_cues, says=says)
    assert {path.name for path in tmp_path.iterdir()} == {"a.txt", "g.jsonl", "model"}


@pytest.mark.parametrize("file", ["model.onnx", "model-int8.onnx", "engines.json"])
def test_a_damaged_engine(file, refused, tiny_engine, tmp_path):
    put(tmp_path, "a.txt", TEXT)
    damaged = shutil.copytree(tiny_engine, tmp_path / "model")
    put(damaged, file, b"junk")
    says = f"{file}: damaged; make the engine again with: claimstance export"
    refused("predict", "a.txt", "--model", damaged, "--out", "p.csv", says=says)
    assert {path.name for path in tmp_path.iterdir()} == {"a.txt", "model"}


def test_an_engine_that_is_not_there(refused, model, tmp_path):
    put(tmp_path, "a.txt", TEXT)
    says = "has no ONNX engine; a baseline needs none: leave --runtime out"
    refused("predict", "a.txt", "--model", model, "--runtime", "onnx", says=says)
    refused("export", model, says="holds a baseline; only a transformer has an engine to export")
    refused("export", tmp_path, says="no model here")


def test_an_export_without_a_dataset(refused, tiny_engine):
    refused(
        "export", tiny_engine, "--data", "nowhere", says='nowhere/.* not found: run "make data"'
    )


@pytest.mark.parametrize("given", ["gone", "a.txt", "letters"])
def test_no_model_there(given, refused, tmp_path):
    put(tmp_path, "a.txt", TEXT)
    (tmp_path / "letters").mkdir()
    refused("predict", "a.txt", "--model", given, says=f"{given}: no model here .* make train")


@pytest.mark.parametrize("damage", ["not built", "a split is missing", "junk", "no summary"])
def test_a_dataset_that_is_damaged(damage, refused, model, tiny_dataset, tiny_cues, tmp_path):
    if damage != "not built":
        for file in tiny_dataset.glob("*.*"):
            put(tmp_path, file.name, file.read_bytes())
    says = "summary.json not found"
    if damage == "a split is missing":
        (tmp_path / "test.parquet").unlink()
        says = "test.parquet not found"
    elif damage == "junk":
        put(tmp_path, "validation.parquet", "PAR1")
        says = "validation.parquet: damaged .*; build it again"
    elif damage == "no summary":
        (tmp_path / "summary.json").unlink()
        says = 'summary.json not found: run "make data"'
    refused("eval", "--model", model, "--data", tmp_path, "--cues", tiny_cues, says=says)
    assert not (tmp_path / "reports").exists()


@pytest.mark.parametrize(
    ("out", "says"),
    [
        ("a.txt/p.jsonl", "a.txt/p.jsonl: cannot be written"),
        ("/proc/p.jsonl", "/proc/p.jsonl: cannot be written"),
        ("p.docx", "p.docx: predictions are written as .jsonl, .csv, .parquet files"),
        ("folder.csv", "folder.csv: is a folder; name a file"),
    ],
)
def test_predictions_that_cannot_be_written(out, says, refused, model, tmp_path):
    put(tmp_path, "a.txt", TEXT)
    (tmp_path / "folder.csv").mkdir()
    refused("predict", "a.txt", "--model", model, "--out", out, says=re.escape(says))
    assert (tmp_path / "a.txt").read_text() == TEXT


@pytest.mark.parametrize(
    ("out", "says"),
    [
        ("a.txt", "a.txt: exists and is not ours to replace"),
        ("a.txt/d", "a.txt/d: cannot be written"),
        ("letters", "letters: exists and is not ours to replace"),
        ("", "exists and is not ours to replace"),
        ("/proc/d", "/proc/d: cannot be written"),
    ],
)
def test_a_dataset_that_cannot_be_written(out, says, refused, config_file, tmp_path):
    put(tmp_path, "a.txt", TEXT)
    (tmp_path / "letters").mkdir()
    put(tmp_path / "letters", "letter.txt", "Dear Anna")
    refused("label", "a.txt", "--config", config_file, "--out", out, says=re.escape(says))
    left = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*")}
    assert left == {"a.txt", "data.yaml", "letters", "letters/letter.txt"}


@pytest.mark.parametrize("out", ["a.txt", "a.txt/report", "letters"])
def test_a_report_that_cannot_be_written(out, refused, model, tiny_cues, tmp_path):
    put(tmp_path, "a.txt", TEXT)
    put(tmp_path, "g.jsonl", gold())
    (tmp_path / "letters").mkdir()
    put(tmp_path / "letters", "report.md", "Dear Anna")
    on = ("eval", "--on", "g.jsonl", "--model", model, "--cues", tiny_cues, "--out", out)
    refused(*on, says=f"{out}: .*; choose another --out")
    assert (tmp_path / "letters" / "report.md").read_text() == "Dear Anna"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_is_read_only(refused, model, config_file, tmp_path):
    put(tmp_path, "a.txt", TEXT)
    (tmp_path / "locked").mkdir(mode=0o500)
    refused("predict", "a.txt", "--model", model, "--out", "locked/p.csv", says="Permission denied")
    refused(
        "label", "a.txt", "--config", config_file, "--out", "locked/d", says="cannot be written"
    )


@pytest.mark.parametrize(
    ("uri", "says"),
    [
        ("http://127.0.0.1:9", "tracking server not reachable .*; start it, or unset"),
        ("banana://x", "cannot be used for tracking .* MLFLOW_TRACKING_URI"),
        ("sqlite:////proc/x/runs.db", "/proc/x: cannot be written"),
        ("sqlite:///a.txt", "file is not a database"),
    ],
)
def test_a_tracking_store_that_is_none(uri, says, refused, baseline_config, monkeypatch, tmp_path):
    put(tmp_path, "a.txt", TEXT)
    put(tmp_path, "c.yaml", to_yaml(baseline_config))
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
    refused("predict", "a.txt", says=says)
    refused("train", "c.yaml", says=says)
    assert {path.name for path in tmp_path.iterdir()} == {"a.txt", "c.yaml"}


@pytest.mark.parametrize(
    "arguments",
    [
        ["predict"],
        ["predict", "a.txt", "--max-chars", "0"],
        ["predict", "a.txt", "--max-chars", "many"],
        ["predict", "a.txt", "--modle", "m"],
        ["label", "a.txt"],
        ["ui", "--port", "70000"],
        ["prophesy"],
    ],
)
def test_options_with_nonsense_are_usage_errors(arguments, run):
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert "Traceback" not in err
    assert "Error" in err


@pytest.fixture
def process(model, tmp_path):
    """Starts `claimstance predict` in a folder with a file that takes it many seconds."""
    row = json.dumps({"text": TEXT * 10})
    put(tmp_path, "big.jsonl", "\n".join([row] * 20_000))
    # what a shell starts in the background, these tests perhaps, is deaf to Ctrl-C
    listen = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    code = f"{listen}from claimstance.cli import main; main()"
    command = [sys.executable, "-c", code, "predict"]
    started = []

    def start(*arguments, **streams):
        whole = [*command, *map(str, arguments), "--model", str(model)]
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **streams}
        started.append(subprocess.Popen(whole, cwd=tmp_path, text=True, **streams))
        return started[-1]

    yield start
    for each in started:
        each.kill()
        each.communicate()


def _finished(folder, least):
    """Waits until so many shards are finished."""
    until = time.monotonic() + 60
    manifest = folder / "_manifest.jsonl"
    while time.monotonic() < until:
        if manifest.exists() and manifest.read_bytes().count(b"\n") > least:
            return
        time.sleep(0.02)
    pytest.fail("nothing was finished within a minute")


@pytest.mark.slow
@pytest.mark.parametrize("out", ["p.parquet", "p/"])
def test_interrupted_and_killed_it_goes_on_to_the_same_bytes(out, process, tmp_path):
    put(tmp_path, "a.jsonl", "\n".join([json.dumps({"text": TEXT * 10})] * 1_600))  # four shards
    parts = tmp_path / (out if out == "p/" else f".{out}.parts")
    running = process("a.jsonl", "--out", out)
    _finished(parts, 1)
    running.send_signal(signal.SIGINT)
    _, err = running.communicate(timeout=60)
    says = "interrupted; what is finished is kept: the same command goes on\n"
    assert (running.returncode, err) == (130, says)
    running = process("a.jsonl", "--out", out)
    _finished(parts, 2)
    running.kill()
    assert running.wait(timeout=60) == -signal.SIGKILL
    assert out == "p/" or not (tmp_path / out).exists()
    for each in (out, f"whole-{out}"):
        running = process("a.jsonl", "--out", each)
        running.communicate(timeout=60)
        assert running.returncode == 0
    resumed, whole = (
        sorted(tmp_path.glob(f"{way}{out}{'part-*' * (out == 'p/')}")) for way in ("", "whole-")
    )
    assert [path.read_bytes() for path in resumed] == [path.read_bytes() for path in whole]
    assert resumed


@pytest.mark.slow
def test_a_disk_that_becomes_full(process, tmp_path):
    put(tmp_path, "a.jsonl", "\n".join([json.dumps({"text": TEXT * 10})] * 1_000))  # three shards
    limit = (12_000_000, 12_000_000)  # bytes a file: enough for a shard, too few for all
    full = {"preexec_fn": lambda: resource.setrlimit(resource.RLIMIT_FSIZE, limit)}
    running = process("a.jsonl", "--out", "p.jsonl", **full)
    out, err = running.communicate(timeout=60)
    assert (running.returncode, out) == (2, "")
    says = "error: p.jsonl: cannot be written (File too large); choose another --out; "
    assert err == f"{says}what is finished is kept: the same command goes on\n"
    running = process("a.jsonl", "--out", "p.jsonl")
    running.communicate(timeout=60)
    assert running.returncode == 0
    assert len((tmp_path / "p.jsonl").read_text().splitlines()) == 30_000


@pytest.mark.slow
def test_a_reader_that_goes_away_ends_it_silently(process):
    running = process("big.jsonl")
    assert json.loads(running.stdout.readline())["index"] == 0
    running.stdout.close()
    assert running.stderr.read() == ""
    assert running.wait(timeout=60) == 1


@pytest.mark.slow
def test_standard_streams_that_are_closed_or_full(process, tmp_path):
    put(tmp_path, "a.txt", TEXT)
    with Path("/dev/full").open("w") as full:
        running = process("a.txt", stdout=full)
        _, err = running.communicate(timeout=60)
    assert (running.returncode, err.count("\n")) == (2, 1)
    assert "standard output: cannot be written (No space left on device)" in err
    running = process("-", stdin=subprocess.DEVNULL)
    out, err = running.communicate(timeout=60)
    assert (running.returncode, out) == (2, "")
    assert err == "error: stdin: empty: pipe an article or JSON lines into it\n"
