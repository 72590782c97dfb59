"""The ledger on disk: JSON lines and Parquet, the whole folder at once."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from claimstance.errors import OutputError
from claimstance.folders import check_replaceable, folder_beside, replace_folder
from claimstance.ledger.claims import Claim, Ledger, Mention
from claimstance.records import CLAIM_STANCES

CLAIMS = "ledger.jsonl"
MENTIONS = "ledger.parquet"
UNRESOLVED = "unresolved.jsonl"
SUMMARY = "summary.json"


def check_out(out: Path, inputs: Sequence[str]) -> None:
    """Refuse a folder that is not a ledger's, or that an input would vanish with.

    Raises:
        OutputError: `out` is a file, a folder with something else in it, or holds an input.
    """
    check_replaceable(out, CLAIMS, "choose another --out")
    here = out.resolve()
    for path in (Path(name).resolve() for name in inputs):
        if here == path or here in path.parents:
            raise OutputError(f"{out}: the input {path} lies in it; choose another --out")


def write(ledger: Ledger, out: Path) -> None:
    """Write the four files; `out` is replaced as a whole, and only when all are written.

    Raises:
        OutputError: it cannot be written.
    """
    with folder_beside(out) as folder:
        _write_lines(map(_claim_row, ledger.claims), folder / CLAIMS)
        _write_lines(map(_mention_row, ledger.unresolved), folder / UNRESOLVED)
        _write_mentions(ledger, folder / MENTIONS)
        (folder / SUMMARY).write_text(json.dumps(_summary(ledger), indent=2) + "\n", "utf-8")
        replace_folder(folder, out)


def _write_lines(rows: Iterable[dict[str, Any]], path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as lines:
        lines.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def _claim_row(claim: Claim) -> dict[str, Any]:
    first, last = claim.dates
    return {
        "id": claim.id,
        "text": claim.text,
        "contested": claim.contested,
        "sentences": len(claim.mentions),
        "articles": claim.articles,
        "first_published": first,
        "last_published": last,
        **{stance.value: [*map(_mention_row, claim.by(stance))] for stance in CLAIM_STANCES},
    }


def _mention_row(mention: Mention) -> dict[str, Any]:
    return {**asdict(mention), "stance": mention.stance.value, "score": round(mention.score, 6)}


def _summary(ledger: Ledger) -> dict[str, Any]:
    return {
        "claims": len(ledger.claims),
        "mentions": sum(len(claim.mentions) for claim in ledger.claims),
        "unresolved": len(ledger.unresolved),
        "left_out": asdict(ledger.left),
        "threshold": ledger.threshold,
        "models": ledger.models,
    }


def _write_mentions(ledger: Ledger, path: Path) -> None:
    """A row a mention; those that only point at a claim have no `claim_id`."""
    import pyarrow
    import pyarrow.parquet

    table = pyarrow.Table.from_pylist([*_flat_rows(ledger)], _schema())
    pyarrow.parquet.write_table(table, path)


def _flat_rows(ledger: Ledger) -> Iterator[dict[str, Any]]:
    for claim in ledger.claims:
        head = {"claim_id": claim.id, "claim_text": claim.text, "contested": claim.contested}
        yield from (head | _mention_row(mention) for mention in claim.mentions)
    yield from map(_mention_row, ledger.unresolved)


def _schema() -> Any:  # pyarrow is untyped
    import pyarrow

    numbers = ("contested", "index", "start", "end", "sentence_start")
    types = dict.fromkeys(numbers, pyarrow.int64()) | {"score": pyarrow.float64()}
    names = ("claim_id", "claim_text", "contested", *Mention.__dataclass_fields__)
    return pyarrow.schema([(name, types.get(name, pyarrow.string())) for name in names])
