"""`make eval`: every model on every suite, the champion, the report and the model cards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from claimstance.console import progress
from claimstance.errors import OutputError
from claimstance.evaluation.champion import decide
from claimstance.evaluation.contenders import Contenders, load_contenders, load_trained
from claimstance.evaluation.publish import draw_model, draw_overview, write_cards, write_report
from claimstance.evaluation.report import PlotLink, Report, Suite, SuiteReport, evaluate_suite
from claimstance.evaluation.suites import file_suite, gold_of, split_suites
from claimstance.labelling.dataset import Dataset, read_dataset, read_inputs
from claimstance.labelling.lexicon import Lexicon
from claimstance.labelling.splits import Split
from claimstance.models.yardsticks import RulesAlone

NOT_DECIDED = "Not decided: only the files that were named have been evaluated."


@dataclass(frozen=True, slots=True)
class Request:
    """What to evaluate: model folders, on the data's test split and `seeds`, or on `files`."""

    models: Sequence[Path]
    data: Path
    cues: Path
    seeds: Sequence[Path]
    files: Sequence[Path]
    out: Path


def evaluate(request: Request) -> Report:
    """Measure, decide on the champion unless files were named, write and track the report.

    Raises:
        ClaimstanceError: a model, dataset, labelled file, tracking store or `out` is unusable.
    """
    from claimstance.tracking import runs, store

    rules = RulesAlone(Lexicon.load(request.cues))
    contenders = load_contenders(request.models, rules)
    dataset = None if request.files else read_dataset(request.data)
    inputs = read_inputs(request.data) if dataset else []
    suites = _suites(request, dataset, rules)
    store.connect()
    _make_folder(request.out)
    first = next(iter(contenders.trained.values()))
    with runs.tracked_run("evaluation", f"{first.config.experiment}-evaluation"):
        suite_reports, plots = _measure(suites, contenders, request.out)
        champion = _champion(contenders, dataset) if dataset else NOT_DECIDED
        digest = dataset.digest if dataset else first.manifest.dataset_digest
        report = Report(date.today(), digest, suite_reports, champion, plots)
        write_report(report, request.out)
        if dataset:
            write_cards(report, contenders, inputs, dataset)
        runs.log_folder(request.out, "report")
        runs.log_metrics(_metrics(suite_reports))
    return report


def _suites(request: Request, dataset: Dataset | None, rules: RulesAlone) -> list[Suite]:
    splits = split_suites(dataset, rules) if dataset else []
    files = request.files or request.seeds
    return [*splits, *(file_suite(path, rules) for path in files)]


def _measure(
    suites: Sequence[Suite], contenders: Contenders, out: Path
) -> tuple[tuple[SuiteReport, ...], tuple[PlotLink, ...]]:
    reports, plots = [], []
    with progress("evaluating", len(suites)) as bar:
        for suite in suites:
            answers = contenders.answer(suite.texts)
            before = contenders.uncalibrated(answers)
            reports.append(evaluate_suite(suite, answers, contenders.kinds, before))
            for name in contenders.trained:
                plots += draw_model(suite, name, answers[name], out)
            bar.advance()
    return tuple(reports), (draw_overview(reports, out), *plots)


def _champion(contenders: Contenders, dataset: Dataset) -> str:
    """Decide on validation, move the alias if need be, and say why."""
    from claimstance.tracking import registry

    registered = next(iter(contenders.trained.values())).config.registered_model
    models = {
        version: model
        for model in contenders.trained.values()
        if (version := registry.find_version(registered, model.manifest.digest))
    }
    if not models:
        return f'Not decided: none of these models is registered as "{registered}" here.'
    current = registry.champion(registered)
    if current and current.digest not in {version.digest for version in models}:
        models[current] = load_trained(registry.fetch(current))
    validation = gold_of(dataset, Split.VALIDATION)
    texts = [item.sentence.text for item in validation]
    answers = {
        version.model_id: model.classifier.predict_proba(texts) for version, model in models.items()
    }
    decision = decide(
        np.array([item.stance.id for item in validation]),
        answers,
        [item.sentence.article_id for item in validation],
        current.model_id if current else None,
    )
    if decision.moved:
        chosen = next(version for version in models if version.model_id == decision.champion)
        registry.crown(chosen, decision.reason)
    return decision.reason


def _metrics(reports: Sequence[SuiteReport]) -> dict[str, float | None]:
    """The headline of each model on each suite, under a name that MLflow accepts."""
    return {
        f"{suite.name}/{model.name}/macro_f1".replace(" ", "_"): model.scores.macro_f1
        for suite in reports
        for model in suite.models
    }


def _make_folder(folder: Path) -> None:
    if (folder / "report.md").exists() and not (folder / "report.json").exists():
        raise OutputError(f"{folder}: holds a report.md that is not ours; choose another --out")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = error.strerror
        raise OutputError(f"{folder}: cannot be written ({reason}); choose another --out") from None
