"""The model card: what a model is for, what it is not, and how it did."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from claimstance.evaluation.engines import engine_text
from claimstance.evaluation.report import ModelResult
from claimstance.evaluation.span_text import span_section
from claimstance.evaluation.tables import (
    STANCE_IS_NOT_TRUTH,
    UNDEFINED,
    figure,
    figure_with_interval,
    markdown_table,
)
from claimstance.models.agreement import Agreement
from claimstance.records import STANCES

TRANSFORMER_LOADING = """\
from transformers import pipeline

classify = pipeline("text-classification", model="path/to/this/folder", top_k=None)
classify("The ministry denied that the bridge had been hit.")"""

BASELINE_LOADING = """\
from pathlib import Path

from claimstance.models.loading import load_classifier

classify = load_classifier(Path("path/to/this/folder"))
classify.predict_proba(["The ministry denied that the bridge had been hit."])"""

AUTHORED = "data/authored"  # the project's own; what users bring is described by them


@dataclass(frozen=True, slots=True)
class CardFacts:
    """What a card says beside the scores.

    `base` is the Hub name of the pretrained model, empty for a baseline; `sizes` maps a split
    to its sentences; `loading` is Python code that loads the model and labels a sentence
    (one of the two above); `inputs` are what the dataset was labelled from; `temperature` is
    None where nothing was scaled.
    """

    name: str
    kind: Literal["baseline", "transformer"]
    base: str
    model_id: str
    dataset_digest: str
    sizes: Mapping[str, int]
    config: str
    git_commit: str
    loading: str
    inputs: Sequence[str]
    temperature: float | None = None
    engines: Mapping[str, Agreement] = field(default_factory=dict)


def model_card(facts: CardFacts, results: Mapping[str, ModelResult]) -> str:
    """The card in Markdown with Hugging Face front matter; `results` maps a suite to its result."""
    sections = [
        _front_matter(facts),
        f"# {facts.name}",
        _summary(facts),
        "## Intended use",
        _intended_use(),
        "## What it is not",
        _not_for(),
        "## Training data",
        _training_data(facts),
        "## Results",
        _results(results),
        *span_section(results),
        "## Calibration",
        _calibration(facts, results),
        "## Engine",
        engine_text(facts.engines),
        "## Limits",
        _limits(facts, results),
        "## How to load it",
        f"```python\n{facts.loading.strip()}\n```",
        "## Provenance",
        f"Model id `{facts.model_id}` · code at commit `{facts.git_commit}`. The configuration:",
        f"```yaml\n{facts.config.strip()}\n```",
    ]
    return "\n\n".join(sections) + "\n"


def _front_matter(facts: CardFacts) -> str:
    import yaml

    matter: dict[str, Any] = {
        "license": "apache-2.0",
        "language": "en",
        "pipeline_tag": "text-classification",
        "library_name": "transformers" if facts.kind == "transformer" else "sklearn",
        "tags": ["stance-detection", "news", "claims"],
        "metrics": ["f1", "precision", "recall"],
    }
    if facts.base:
        matter["base_model"] = facts.base
    return f"---\n{yaml.safe_dump(matter, sort_keys=False).strip()}\n---"


def _summary(facts: CardFacts) -> str:
    base = f"`{facts.base}`" if facts.base else "a local model"
    made_of = {
        "transformer": f"A fine-tuned transformer, starting from {base}.",
        "baseline": "A linear baseline over words, characters and the labelling rules' votes.",
    }[facts.kind]
    return (
        f"Reads one sentence of English news and says whether it puts a claim forward "
        f"(`asserted`), rejects one (`denied`), leaves one contested or open (`disputed`), or "
        f"carries none (`no_claim`). {made_of}\n\n{STANCE_IS_NOT_TRUTH}"
    )


def _intended_use() -> str:
    return (
        "For newsroom and conflict-monitoring analysts who want to find, in many articles, the "
        "sentences that deny or dispute something, and then read them. Every label needs a "
        "reader before anything is published or decided on it."
    )


def _not_for() -> str:
    return (
        "- Not a fact checker: it never says whether a claim is true. An asserted claim may be "
        "false, a denied one true.\n"
        "- Not a judge of people, sources or articles, and no measure of their credibility.\n"
        "- Not a basis for moderation or any other decision without a person."
    )


def _training_data(facts: CardFacts) -> str:
    rows = [[split, f"{size:,}"] for split, size in facts.sizes.items()]
    names = ", ".join(f"`{name}`" for name in facts.inputs)
    made = (
        f"Labelled by `claimstance label` from {names}. The splits keep whole articles and whole "
        "contrast groups together."
    )
    if _authored(facts):
        made += (
            f" The sentences of `{AUTHORED}` were written and labelled by a large language model "
            "under the project's annotation guide; every event in them is invented."
        )
    return (
        f"{made}\n\n{markdown_table(['split', 'sentences'], rows)}\n\n"
        f"Dataset digest: `{facts.dataset_digest}`"
    )


def _results(results: Mapping[str, ModelResult]) -> str:
    if not results:
        return "Not evaluated yet."
    columns = ["suite", "sentences", "macro-F1 (95 % interval)"]
    columns += [f"{stance} F1" for stance in STANCES]
    table = markdown_table(columns, [_row(suite, result) for suite, result in results.items()])
    notes = [
        "Macro-F1 is the mean over asserted, denied and disputed, of those that occur among the "
        "gold labels or the predictions; intervals are bootstrap over whole articles (or contrast "
        f"groups). {UNDEFINED} marks an undefined figure."
    ]
    notes += [
        f"{suite}: {result.groups.right} of {result.groups.total} contrast groups have every "
        "sentence right."
        for suite, result in results.items()
        if result.groups
    ]
    return "\n\n".join([table, *notes])


def _row(suite: str, result: ModelResult) -> list[str]:
    scores, interval = result.scores, result.interval
    return [
        *(suite, f"{scores.n:,}", figure_with_interval(scores.macro_f1, interval)),
        *(figure(scores.per_class[stance].f1) for stance in STANCES),
    ]


def _calibration(facts: CardFacts, results: Mapping[str, ModelResult]) -> str:
    how = "The probabilities were not rescaled."
    if facts.temperature is not None:
        how = (
            f"The probabilities were scaled with a temperature of {facts.temperature:.3f}: the one "
            "that fits the validation split, times the `temperature_margin` of the configuration. "
            "On text unlike that split they are off by more."
        )
    rows = [
        [suite, figure(result.ece_before), figure(result.ece_after), figure(result.ece_chance)]
        for suite, result in results.items()
    ]
    columns = ["suite", "ECE before scaling", "ECE as shipped", "by chance, if they were true"]
    table = markdown_table(columns, rows)
    return f"{how}\n\n{table}" if rows else how


def _limits(facts: CardFacts, results: Mapping[str, ModelResult]) -> str:
    smallest = min((result.scores.n for result in results.values()), default=0)
    size = f" (the smallest has {smallest:,} sentences)" if smallest else ""
    lines = [
        f"- Measured on small sets{size}: read the intervals, not the third decimal.",
        "- English only. One sentence at a time: a denial that needs the sentence before it is "
        "missed.",
    ]
    if _authored(facts):
        lines.append(
            "- Trained on invented text, in which over a third of the sentences deny, dispute or "
            "carry no claim; in real news nine in ten are asserted, so that a larger share of the "
            "`denied` and `disputed` answers is wrong there."
        )
    return "\n".join(lines)


def _authored(facts: CardFacts) -> bool:
    return any(AUTHORED in Path(name).as_posix() for name in facts.inputs)
