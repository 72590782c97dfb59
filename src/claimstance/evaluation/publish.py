"""What an evaluation leaves on disk: plots, the report in Markdown and JSON, the model cards."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from claimstance.config import TransformerConfig, to_yaml
from claimstance.evaluation.arrays import FloatArray
from claimstance.evaluation.card import BASELINE_LOADING, TRANSFORMER_LOADING, CardFacts, model_card
from claimstance.evaluation.contenders import Contenders, TrainedModel
from claimstance.evaluation.markdown import to_markdown
from claimstance.evaluation.metrics import score
from claimstance.evaluation.plots import (
    plot_confusion,
    plot_models,
    plot_precision_recall,
    plot_reliability,
    plot_risk_coverage,
)
from claimstance.evaluation.report import PlotLink, Report, Suite, SuiteReport, to_json
from claimstance.labelling.dataset import Dataset, Provenance
from claimstance.models import agreement

REPORT_JSON = "report.json"


def draw_overview(reports: Sequence[SuiteReport], out: Path) -> PlotLink:
    """Every model's macro-F1 on every suite."""
    path = plot_models(reports, out / "models.png")
    return PlotLink("macro-F1 of every model", path.name)


def draw_model(suite: Suite, name: str, probabilities: FloatArray, out: Path) -> list[PlotLink]:
    """Confusion matrix, precision-recall curves and reliability diagram of one model."""
    title = f"{name}, {suite.name}"
    stem = re.sub(r"[^\w.-]", "-", f"{suite.name}-{name}")
    paths = [
        plot_confusion(score(suite.gold, probabilities), title, out / f"{stem}-confusion.png"),
        plot_precision_recall(
            suite.gold, probabilities, title, out / f"{stem}-precision-recall.png"
        ),
        plot_reliability(suite.gold, probabilities, title, out / f"{stem}-reliability.png"),
    ]
    return [PlotLink(f"{title}: {path.stem.removeprefix(stem)[1:]}", path.name) for path in paths]


def draw_abstaining(
    suite: Suite, trained: Sequence[str], answers: Mapping[str, FloatArray], out: Path
) -> PlotLink:
    """The trained models' risk-coverage curves on one suite."""
    title = f"risk and coverage, {suite.name}"
    file = re.sub(r"[^\w.-]", "-", f"{suite.name}-risk-coverage.png")
    chosen = {name: answers[name] for name in trained}
    return PlotLink(title, plot_risk_coverage(suite.gold, chosen, title, out / file).name)


def write_report(report: Report, out: Path) -> None:
    """`report.md` and `report.json`."""
    (out / "report.md").write_text(to_markdown(report), encoding="utf-8")
    (out / REPORT_JSON).write_text(to_json(report), encoding="utf-8")


def write_cards(
    report: Report, contenders: Contenders, provenance: Provenance, dataset: Dataset
) -> None:
    """A model card, README.md, in the folder of each model that was trained on the dataset."""
    for name, model in contenders.trained.items():
        if model.manifest.dataset_digest != dataset.digest:
            continue
        results = {
            suite.name: result
            for suite in report.suites
            for result in suite.models
            if result.name == name
        }
        card = model_card(_facts(model, provenance, dataset), results)
        (model.folder / "README.md").write_text(card, encoding="utf-8")


def _facts(model: TrainedModel, provenance: Provenance, dataset: Dataset) -> CardFacts:
    config, manifest = model.config, model.manifest
    base = config.base if isinstance(config, TransformerConfig) else ""
    return CardFacts(
        name=manifest.name,
        kind=manifest.kind,
        base="" if Path(base).exists() else base,
        model_id=manifest.id,
        dataset_digest=manifest.dataset_digest,
        sizes=dataset.sizes(),
        config=to_yaml(config),
        git_commit=manifest.git_commit,
        loading=TRANSFORMER_LOADING if base else BASELINE_LOADING,
        inputs=provenance.inputs,
        temperature=manifest.temperature,
        engines=agreement.read(model.folder),
    )
