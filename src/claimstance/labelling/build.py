"""From labelled sentences to a dataset in a folder, with everything that was left out."""

import json
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from claimstance.config import DataConfig
from claimstance.errors import OutputError
from claimstance.folders import check_replaceable, replace_folder
from claimstance.labelling.alignment import Alignment, BoundaryScore, boundary_f1
from claimstance.labelling.dataset import (
    SUMMARY,
    Dataset,
    Provenance,
    make_dataset,
    write_dataset,
    write_jsonl,
)
from claimstance.labelling.label import Labelled, Undecided, label_extra, label_inputs
from claimstance.labelling.lexicon import Lexicon
from claimstance.labelling.splits import (
    WRITTEN_SPLITS,
    Duplicate,
    Split,
    assign,
    find_duplicates,
    split_rule,
)
from claimstance.reading.articles import STDIN
from claimstance.reading.gold import read_gold
from claimstance.records import LABEL_NAMES, LabelledSentence

REVIEW = "review.jsonl"


@dataclass(frozen=True, slots=True)
class Built:
    """A dataset, and what the labelling script has to say about how it came to be."""

    dataset: Dataset
    provenance: Provenance
    labelled: Labelled
    duplicates: tuple[Duplicate, ...]
    boundaries: BoundaryScore | None


def build_dataset(inputs: Sequence[str], config: DataConfig, out: Path, max_chars: int) -> Built:
    """Label the inputs, split them by article, drop what would leak, and write it all to `out`.

    The sentences of `config.extra` go into the train split, whatever the hash of their article.
    `out` is replaced as a whole, and only when everything is written.

    Raises:
        ArticleError, LabelError: an input cannot be read.
        OutputError: `out` cannot be written.
    """
    _check_out(out, [*inputs, *map(str, config.extra)])
    held_out = [
        (item, Split.HELD_OUT)
        for path in config.hold_out
        for article in read_gold(path)
        for item in article.sentences
    ]
    lexicon = Lexicon.load(config.cues)
    labelled = label_inputs(inputs, lexicon, max_chars)
    placed = [(item, assign(item.sentence.article_id, config)) for item in labelled.items]
    known = {item.sentence.article_id for item, _ in [*placed, *held_out]}
    placed += [(item, Split.TRAIN) for item in label_extra(config.extra, lexicon, known)]
    duplicates = find_duplicates([*placed, *held_out], config.near_duplicate)
    dropped = {id(duplicate.dropped) for duplicate in duplicates}
    splits = {
        split: [item for item, at in placed if at is split and id(item) not in dropped]
        for split in WRITTEN_SPLITS
    }
    boundaries = boundary_f1(labelled.alignments) if labelled.alignments else None
    provenance = Provenance((*inputs, *map(str, config.extra)), split_rule(config))
    built = Built(make_dataset(splits), provenance, labelled, tuple(duplicates), boundaries)
    _write(built, out)
    return built


def label_counts(items: Iterable[LabelledSentence]) -> dict[str, int]:
    """Sentences by stance, in the order of the label ids."""
    counts = Counter(item.stance.value for item in items)
    return {name: counts[name] for name in LABEL_NAMES}


def _check_out(out: Path, inputs: Sequence[str]) -> None:
    """Only a folder that this script wrote is ever replaced, and no work of a person with it."""
    check_replaceable(out, SUMMARY, "choose another --out")
    review = out / REVIEW
    if review.is_file() and any(json.loads(line)["label"] for line in review.open("rb")):
        raise OutputError(
            f"{review}: somebody has filled in labels, which would be lost; move it elsewhere, and "
            "pass it along as an input"
        )
    here = out.resolve()
    for path in (Path(name).resolve() for name in inputs if name.strip() and name != STDIN):
        if path == here or here in path.parents or (path.is_dir() and path in here.parents):
            raise OutputError(
                f"{out}: it and the input {path} lie one inside the other; choose another --out"
            )


def _write(built: Built, out: Path) -> None:
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as work:
            folder = Path(work) / "new"
            folder.mkdir()
            write_dataset(built.dataset, folder)
            write_jsonl(map(_review_row, built.labelled.undecided), folder / REVIEW)
            write_jsonl(map(_duplicate_row, built.duplicates), folder / "excluded.jsonl")
            write_jsonl(_unaligned_rows(built.labelled.alignments), folder / "unaligned.jsonl")
            summary = json.dumps(_summary(built), indent=2) + "\n"
            (folder / SUMMARY).write_text(summary, encoding="utf-8")
            replace_folder(folder, out)
    except OSError as error:
        reason = error.strerror or error
        raise OutputError(f"{out}: cannot be written ({reason}); choose another --out") from None


def _summary(built: Built) -> dict[str, Any]:
    splits = built.dataset.splits
    return {
        "digest": built.dataset.digest,
        **asdict(built.provenance),
        "labels": {split.value: label_counts(splits[split]) for split in WRITTEN_SPLITS},
        "origin": dict(Counter(item.origin.value for part in splits.values() for item in part)),
        "review": len(built.labelled.undecided),
        "excluded": len(built.duplicates),
        "unaligned": sum(len(item.unaligned) for item in built.labelled.alignments),
        "boundaries": asdict(built.boundaries) if built.boundaries else None,
    }


def _review_row(item: Undecided) -> dict[str, Any]:
    """A row that becomes gold when its empty `label` is filled in."""
    sentence = item.sentence
    return {
        "text": sentence.text,
        "label": "",
        "reason": item.reason,
        "votes": [asdict(vote) for vote in item.votes],
        "article_id": sentence.article_id,
        "index": sentence.index,
    }


def _duplicate_row(item: Duplicate) -> dict[str, Any]:
    return {
        "text": item.dropped.sentence.text,
        "article_id": item.dropped.sentence.article_id,
        "split": item.dropped_from.value,
        "reason": f"near-identical to a sentence of {item.kept_in.value}",
        "similarity": round(item.similarity, 3),
        "like": item.kept.sentence.text,
        "like_article_id": item.kept.sentence.article_id,
    }


def _unaligned_rows(alignments: Iterable[Alignment]) -> Iterator[Mapping[str, Any]]:
    for alignment in alignments:
        for item in alignment.unaligned:
            yield {
                "article_id": item.gold.sentence.article_id,
                "gold": item.gold.sentence.text,
                "cut": [sentence.text for sentence in item.overlapping],
            }
