"""The benchmarks in small: a comparison with peers that fit in a blink, a run that is killed."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from claimstance.models.baseline import fit_baseline
from claimstance.models.store import seal

ROOT = Path(__file__).parents[1]


@pytest.fixture
def compare(tiny_dataset, tiny_cues, tmp_path):
    """Runs the benchmark with the tiny lexicon; returns its outcome."""
    configs = tmp_path / "configs"
    configs.mkdir()
    (configs / "cues.yaml").write_bytes(tiny_cues.read_bytes())
    for name in ("baseline", "transformer"):
        content = yaml.safe_load((ROOT / "configs" / f"{name}.yaml").read_text(encoding="utf-8"))
        if name == "baseline":
            content["cues"] = str(tiny_cues)
        (configs / f"{name}.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")
    news = tmp_path / "news.jsonl"
    rows = [{"id": "a", "text": "The mayor denied it all.", "label": "denied"}]
    news.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")

    def compare(*contenders):
        options = [part for name in contenders for part in ("--only", name)]
        places = ["--data", tiny_dataset, "--configs", configs, "--out", tmp_path / "out"]
        command = [sys.executable, ROOT / "benchmarks" / "quality.py", "--on", news, *options]
        return subprocess.run(
            [*map(str, [*command, *places])], capture_output=True, text=True, check=False
        )

    compare.out, compare.news = tmp_path / "out", news
    return compare


@pytest.mark.slow
def test_what_was_measured_is_kept_until_something_changes(compare):
    first = compare("rules", "tfidf", "ours-baseline")
    assert first.returncode == 0, first.stderr
    assert {"rules", "tfidf", "ours-baseline"} <= set(first.stdout.split())
    kept = {path.name for path in (compare.out / "runs").iterdir()}
    assert kept == {"rules-13.json", "tfidf-13.json", "ours-baseline-13.json"}
    assert "rules" in (compare.out / "tables.md").read_text(encoding="utf-8")
    assert (compare.out / "quality.png").stat().st_size > 1000

    again = compare("rules", "tfidf", "ours-baseline")
    assert "..." not in again.stderr
    assert again.stdout == first.stdout

    row = {"id": "a", "text": "The mayor opened it all.", "label": "asserted"}
    compare.news.write_text(json.dumps(row) + "\n", encoding="utf-8")
    changed = compare("rules", "tfidf", "ours-baseline")
    assert "rules, seed 13 ..." in changed.stderr


@pytest.mark.slow
def test_a_contender_that_does_not_exist(compare):
    refused = compare("magic")
    assert refused.returncode == 2
    assert "no contender magic" in refused.stderr


@pytest.mark.slow
def test_engines_are_raced_and_shown(tiny_engine, tiny_gold, tmp_path):
    articles = tmp_path / "articles.jsonl"
    text = "The mayor denied that the bridge was safe. The army opened the school monday. "
    articles.write_text("".join(json.dumps({"text": text * n}) + "\n" for n in (1, 2, 3)))
    options = ["--model", tiny_engine, "--on", tiny_gold, "--out", tmp_path / "out"]
    options += ["--limit", 2, "--rounds", 1, "--only", "pipeline-1", "--only", "torch"]
    command = [sys.executable, ROOT / "benchmarks" / "throughput.py", articles, *options]
    done = subprocess.run(
        [*map(str, command), "--only", "ours"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    runs = json.loads((tmp_path / "out" / "runs.json").read_text())["runs"]
    assert runs.keys() == {"pipeline-1", "torch", "ours"}
    for (run,) in runs.values():
        assert run["sentences"] == 6
        assert run["processor"] > 0
    assert runs["ours"][0]["stages"].keys() >= {
        "read",
        "cut, rows",
        "tokens",
        "exits, int8",
        "predict",
        "write",
    }
    written = (tmp_path / "out" / "tables.md").read_text()
    assert "times the better pipeline" in written
    assert "0 of 240" in written  # stances that are not PyTorch's


@pytest.mark.slow
def test_a_run_that_is_killed_again_and_again(toy, baseline_config, tmp_path):
    (tmp_path / "model").mkdir()
    fit_baseline(baseline_config, *toy).save(tmp_path / "model")
    seal(tmp_path / "model", kind="baseline", name="plain", temperature=1.0, dataset="d", commit="")
    text = " ".join(toy[0])
    rows = [json.dumps({"id": f"a{n}", "text": text}) for n in range(3_000_000 // len(text))]
    (tmp_path / "a.jsonl").write_text("\n".join(rows), encoding="utf-8")  # six shards
    options = ["--model", tmp_path / "model", "--kills", 2, "--format", "csv"]
    command = [sys.executable, ROOT / "benchmarks" / "kills.py", tmp_path / "a.jsonl", *options]
    ended = subprocess.run([*map(str, command)], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    assert ended.stderr.startswith("2 kills: ")
    assert "the output is the same, byte for byte" in ended.stderr
