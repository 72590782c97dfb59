"""What is measured on: the gold sentences of a split, or of a labelled file."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from claimstance.errors import LabelError
from claimstance.evaluation.report import Suite, Unit
from claimstance.labelling.dataset import Dataset
from claimstance.labelling.splits import Split
from claimstance.models.yardsticks import RulesAlone
from claimstance.reading.gold import read_gold
from claimstance.records import LabelledSentence, Origin
from claimstance.typography import normalise


def gold_of(dataset: Dataset, split: Split) -> list[LabelledSentence]:
    """The gold sentences of a split; what rules labelled would measure the rules.

    Raises:
        LabelError: there is none.
    """
    items = [item for item in dataset.splits[split] if item.origin is Origin.GOLD]
    if not items:
        raise LabelError(
            f"the {split} split has no gold sentences; add labelled articles, or raise "
            f"`{split}_share` in the data configuration, and build the dataset again"
        )
    return items


def split_suites(dataset: Dataset, rules: RulesAlone) -> list[Suite]:
    """The test split, and its contrast groups by themselves where it has some."""
    test = gold_of(dataset, Split.TEST)
    groups = [item for item in test if item.group]
    whole = "gold sentences of the test split, running articles and contrast groups"
    suites = [make_suite("test", whole, test, rules)]
    if groups:
        about = "groups of near-identical sentences with different stances, from the test split"
        suites.append(make_suite("contrast groups", about, groups, rules))
    return suites


def trained_texts(dataset: Dataset) -> frozenset[str]:
    """The sentences of the training split, as models see them."""
    return frozenset(normalise(item.sentence.text) for item in dataset.splits[Split.TRAIN])


def file_suite(path: Path, rules: RulesAlone, trained: frozenset[str]) -> Suite:
    """A labelled JSONL file as a suite, named after the file, without what was trained on.

    Raises:
        LabelError: the file cannot be read, or nothing of it is left.
    """
    items = [item for article in read_gold(path) for item in article.sentences]
    unseen = [item for item in items if normalise(item.sentence.text) not in trained]
    left_out = len(items) - len(unseen)
    if items and not unseen:
        raise LabelError(f"{path}: every sentence was trained on; name a file of other articles")
    about = f"gold sentences of {path.name}"
    if left_out:
        about += f"; {left_out:,} that were trained on are left out"
    name = path.name.removesuffix(".jsonl").removesuffix(".gold")
    return make_suite(name, about, unseen, rules)


def make_suite(
    name: str, description: str, items: Sequence[LabelledSentence], rules: RulesAlone
) -> Suite:
    """The columns that figures are computed from."""
    texts = [item.sentence.text for item in items]
    return Suite(
        name=name,
        description=description,
        gold=np.array([item.stance.id for item in items]),
        clusters=[item.sentence.article_id for item in items],
        domains=[item.domain or "unknown" for item in items],
        texts=texts,
        items=items,
        rules_abstain=np.array(rules.abstains(texts)),
        unit=_unit(items),
    )


def _unit(items: Sequence[LabelledSentence]) -> Unit:
    kinds = {item.group for item in items}
    if len(kinds) > 1:
        return "text"
    return "group" if True in kinds else "article"
