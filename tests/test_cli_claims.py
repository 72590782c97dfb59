"""The commands that read predictions, through the command line's own `main`."""

from pathlib import Path

import pytest

from claimstance.ledger.gold import as_predictions
from claimstance.prediction.formats import Format, encode
from claimstance.reading.gold import read_gold

SEED = Path(__file__).parents[1] / "seeds" / "al-bukamal.gold.jsonl"


@pytest.fixture
def predictions(tmp_path):
    """What predict would write for the seed article, were it never wrong."""
    path = tmp_path / "stances.jsonl"
    path.write_bytes(encode([*as_predictions(read_gold(SEED))], Format.JSONL))
    return path


@pytest.mark.slow
def test_the_ledger_is_written_and_its_most_contested_claims_are_shown(run, predictions, tmp_path):
    out = tmp_path / "ledger"
    code, shown, said = run("ledger", predictions, "--out", out)
    assert not code
    assert "Al Bukamal is fully under government control" in shown
    assert "10 claims, 1 contested" in said
    assert "1 without a claim" in said
    assert (out / "ledger.parquet").is_file()
    first = (out / "ledger.jsonl").read_bytes()
    assert not run("ledger", predictions, "--out", out)[0]
    assert (out / "ledger.jsonl").read_bytes() == first


@pytest.mark.parametrize(
    ("content", "options", "told"),
    [
        (None, (), "in.jsonl: not found"),
        ("", (), "in.jsonl: holds no rows"),
        ('{"text": "The mill burned."}\n', (), "is this a file that claimstance predict wrote"),
        ("PREDICTIONS", ("--threshold", "2"), "threshold 2: give a number from 0.3 to 1"),
        ("PREDICTIONS", ("--out", "."), "not ours to replace"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(
    run, predictions, tmp_path, monkeypatch, content, options, told
):
    monkeypatch.chdir(tmp_path)
    if content is not None:
        text = predictions.read_text("utf-8") if content == "PREDICTIONS" else content
        Path("in.jsonl").write_text(text, encoding="utf-8")
    code, shown, said = run("ledger", "in.jsonl", "--out", "ledger", *options)
    assert (code, shown) == (2, "")
    assert len(said.splitlines()) == 1
    assert told in said
    assert not Path("ledger").exists()
