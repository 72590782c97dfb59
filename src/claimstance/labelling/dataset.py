"""The dataset on disk: Parquet splits, a Hugging Face DatasetDict, and what was left out."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from claimstance.errors import LabelError
from claimstance.labelling.splits import WRITTEN_SPLITS, Split
from claimstance.records import (
    LABEL_NAMES,
    STANCES,
    LabelledSentence,
    Origin,
    Sentence,
    Spans,
    Stance,
    Vote,
)

if TYPE_CHECKING:
    import datasets
    import pandas as pd

SUMMARY = "summary.json"
HF_FOLDER = "dataset"


@dataclass(frozen=True, slots=True)
class Provenance:
    """What a dataset was labelled from, and the rule that split it."""

    inputs: tuple[str, ...]
    split_rule: str


@dataclass(frozen=True, slots=True)
class Dataset:
    """The splits, and a SHA-256 over all their rows."""

    splits: Mapping[Split, Sequence[LabelledSentence]]
    digest: str

    def sizes(self) -> dict[str, int]:
        """Sentences by split."""
        return {split.value: len(self.splits[split]) for split in WRITTEN_SPLITS}


def make_dataset(splits: Mapping[Split, Sequence[LabelledSentence]]) -> Dataset:
    """A dataset with its digest; the order of rows counts."""
    digest = hashlib.sha256()
    for split in WRITTEN_SPLITS:
        for item in splits[split]:
            digest.update(json.dumps([split.value, _to_row(item)], sort_keys=True).encode())
    return Dataset(splits, digest.hexdigest())


def write_dataset(dataset: Dataset, folder: Path) -> None:
    """Write `{train,validation,test}.parquet` and `dataset/` (load it with `load_from_disk`)."""
    import datasets
    from datasets.utils.logging import disable_progress_bar

    disable_progress_bar()
    parts = {}
    for split in WRITTEN_SPLITS:
        rows = [_to_row(item) for item in dataset.splits[split]]
        # by column: a split may be empty, and `from_list` then knows of no columns
        table = {column: [row[column] for row in rows] for column in _features()}
        part = datasets.Dataset.from_dict(table, features=_features())
        to_frame(dataset.splits[split]).to_parquet(folder / f"{split}.parquet", index=False)
        parts[split.value] = part
    shards = {name: None if len(part) else 1 for name, part in parts.items()}  # none: not loadable
    datasets.DatasetDict(parts).save_to_disk(folder / HF_FOLDER, num_shards=shards)


def read_dataset(folder: Path) -> Dataset:
    """Read the Parquet splits back.

    Raises:
        LabelError: the dataset is missing, or its rows are not what the labelling script writes.
    """
    import pandas as pd

    splits: dict[Split, list[LabelledSentence]] = {}
    for split in WRITTEN_SPLITS:
        path = folder / f"{split}.parquet"
        if not path.is_file():
            raise LabelError(f'{path} not found: run "make data", or claimstance label')
        try:
            rows = pd.read_parquet(path).to_dict("records")
            splits[split] = [_from_row({str(k): v for k, v in row.items()}) for row in rows]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise LabelError(f"{path}: damaged ({error}); build it again: make -B data") from None
    return make_dataset(splits)


def read_provenance(folder: Path) -> Provenance:
    """What a dataset in a folder was built from.

    Raises:
        LabelError: its summary is missing or damaged.
    """
    path = folder / SUMMARY
    try:
        summary = json.loads(path.read_text(encoding="utf-8"))
        return Provenance(tuple(map(str, summary["inputs"])), str(summary["split_rule"]))
    except FileNotFoundError:
        raise LabelError(f'{path} not found: run "make data", or claimstance label') from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise LabelError(f"{path}: damaged ({error}); build it again: make -B data") from None


def to_frame(items: Iterable[LabelledSentence]) -> "pd.DataFrame":
    """One row a sentence; the label is its name, votes are JSON."""
    import pandas as pd

    columns = list(_features())
    frame = pd.DataFrame([_to_row(item) for item in items], columns=columns)
    frame["label"] = [LABEL_NAMES[label] for label in frame["label"]]
    return frame


def write_jsonl(rows: Iterable[Mapping[str, Any]], path: Path) -> int:
    """Write one JSON object a line; returns how many."""
    lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in rows]
    path.write_text("".join(lines), encoding="utf-8")
    return len(lines)


def _features() -> "datasets.Features":
    from datasets import ClassLabel, Features, Value

    text, number = Value("string"), Value("int64")
    return Features(
        {
            "text": text,
            "label": ClassLabel(names=list(LABEL_NAMES)),
            "article_id": text,
            "index": number,
            "start": number,
            "end": number,
            "origin": text,
            "group": Value("bool"),
            "domain": text,
            "source": text,
            "cue": text,
            "claim": text,
            "votes": text,
        }
    )


def _to_row(item: LabelledSentence) -> dict[str, Any]:
    return {
        **asdict(item.sentence),
        "label": item.stance.id,
        "origin": item.origin.value,
        "group": item.group,
        "domain": item.domain,
        **asdict(item.spans),
        "votes": json.dumps([asdict(vote) for vote in item.votes], ensure_ascii=False),
    }


def _from_row(row: Mapping[str, Any]) -> LabelledSentence:
    votes = [
        Vote(vote["rule"], Stance(vote["stance"]), vote["start"], vote["end"])
        for vote in json.loads(row["votes"])
    ]
    return LabelledSentence(
        Sentence(row["article_id"], row["index"], row["start"], row["end"], row["text"]),
        STANCES[LABEL_NAMES.index(row["label"])],
        Origin(row["origin"]),
        tuple(votes),
        Spans(row["source"], row["cue"], row["claim"]),
        row["domain"],
        bool(row["group"]),
    )
