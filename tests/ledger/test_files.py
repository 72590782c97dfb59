"""The ledger on disk, and what is refused before anything is lost."""

import json

import pyarrow.parquet
import pytest

from claimstance.errors import OutputError
from claimstance.ledger import build
from claimstance.ledger.files import check_out, write
from claimstance.records import Stance


@pytest.fixture
def ledger(said, by_letters):
    rows = [
        said("Ann", "the “old” bridge fell", index=0, published="2026-05-01"),
        said("Bob", "the “old” bridge fell", Stance.DENIED, index=1),
        said("Cy", "it", Stance.DENIED, index=2),
    ]
    return build(rows, 0.6, by_letters)


def test_all_formats_have_every_mention(ledger, tmp_path):
    out = tmp_path / "ledger"
    write(ledger, out)
    (row,) = map(json.loads, (out / "ledger.jsonl").read_text("utf-8").splitlines())
    assert (row["text"], row["contested"], row["sentences"]) == ("the “old” bridge fell", 1, 2)
    assert (row["first_published"], row["last_published"]) == ("2026-05-01", "2026-05-01")
    (asserted,), (denied,), disputed = row["asserted"], row["denied"], row["disputed"]
    assert (asserted["source"], denied["source"], disputed) == ("Ann", "Bob", [])
    assert asserted["sentence"][asserted["start"] : asserted["end"]] == row["text"]

    table = pyarrow.parquet.read_table(out / "ledger.parquet").to_pylist()
    assert [line["claim_id"] for line in table] == [row["id"], row["id"], None]
    assert [line["source"] for line in table] == ["Ann", "Bob", "Cy"]
    (unresolved,) = map(json.loads, (out / "unresolved.jsonl").read_text("utf-8").splitlines())
    assert unresolved["claim"] == "it"
    summary = json.loads((out / "summary.json").read_text("utf-8"))
    assert (summary["claims"], summary["mentions"], summary["unresolved"]) == (1, 2, 1)


def test_an_old_ledger_is_replaced_as_a_whole(ledger, tmp_path):
    out = tmp_path / "ledger"
    for _ in range(2):
        write(ledger, out)
        (out / "stale").touch()
    write(ledger, out)
    assert {path.name for path in out.iterdir()} == {
        "ledger.jsonl",
        "ledger.parquet",
        "unresolved.jsonl",
        "summary.json",
    }
    assert [path.name for path in tmp_path.iterdir()] == ["ledger"]


def test_other_folders_and_inputs_are_not_replaced(ledger, tmp_path):
    (tmp_path / "mine.txt").touch()
    with pytest.raises(OutputError, match="not ours to replace"):
        check_out(tmp_path, [])
    out = tmp_path / "ledger"
    write(ledger, out)
    with pytest.raises(OutputError, match=r"the input .* lies in it"):
        check_out(out, [str(out / "stances.jsonl")])


def test_a_place_that_cannot_be_written_is_told(ledger, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="cannot be written"):
        write(ledger, tmp_path / "file" / "ledger")
