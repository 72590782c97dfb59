"""The comparison with peers, on a tiny dataset and those contenders that fit in a blink."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

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
