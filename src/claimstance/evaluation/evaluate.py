"""`make eval`: every model on every suite, the champion, the report and the model cards."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from claimstance.console import progress
from claimstance.errors import LabelError
from claimstance.evaluation.contenders import Contenders, check_split, load_contenders
from claimstance.evaluation.crowning import crown_the_best
from claimstance.evaluation.perturbations import robustness
from claimstance.evaluation.publish import (
    REPORT_JSON,
    draw_abstaining,
    draw_model,
    draw_overview,
    write_cards,
    write_report,
)
from claimstance.evaluation.report import PlotLink, Report, Suite, SuiteReport, evaluate_suite
from claimstance.evaluation.suites import file_suite, split_suites, trained_texts
from claimstance.folders import check_replaceable, folder_beside, replace_folder
from claimstance.labelling.dataset import (
    SUMMARY,
    Dataset,
    Provenance,
    read_dataset,
    read_provenance,
)
from claimstance.labelling.lexicon import Lexicon
from claimstance.models.yardsticks import RulesAlone

NO_DATASET = "none"
NOT_DECIDED = "Not decided: only the files that were named have been evaluated."

Measured = tuple[tuple[SuiteReport, ...], tuple[PlotLink, ...]]


@dataclass(frozen=True, slots=True)
class Request:
    """What to evaluate: model folders, on the data's test split and `seeds`, or on `files`.

    `perturb` also measures on sentences changed in ways that leave the stance alone.

    `files` may be measured without a dataset in `data`; where there is one, sentences of its
    training split are left out of them.
    """

    models: Sequence[Path]
    data: Path
    cues: Path
    seeds: Sequence[Path]
    files: Sequence[Path]
    out: Path
    perturb: bool = False


def evaluate(request: Request) -> Report:
    """Measure, decide on the champion unless files were named, write and track the report.

    `out` is replaced as a whole, and only when everything is written.

    Raises:
        ClaimstanceError: a model, dataset, labelled file, tracking store or `out` is unusable.
    """
    from claimstance.tracking import runs, store

    rules = RulesAlone(Lexicon.load(request.cues))
    contenders = load_contenders(request.models, rules)
    provenance = None if request.files else read_provenance(request.data)
    dataset = _dataset(request)
    if provenance:
        for model in contenders.trained.values():
            check_split(model.folder, provenance)
    suites = _suites(request, dataset, rules)
    check_replaceable(request.out, REPORT_JSON, "choose another --out")
    store.connect()
    experiment = next(iter(contenders.trained.values())).config.experiment
    with (
        runs.tracked_run("evaluation", f"{experiment}-evaluation"),
        folder_beside(request.out) as folder,
    ):
        measured = _measure(suites, contenders, folder, request.perturb)
        report = _report(contenders, measured, dataset, provenance, folder)
        runs.log_folder(folder, "report")
        runs.log_metrics(_metrics(report.suites))
        replace_folder(folder, request.out)
    return report


def _dataset(request: Request) -> Dataset | None:
    """The dataset; where files were named, it only serves to tell what was trained on."""
    if request.files and not (request.data / SUMMARY).is_file():
        return None
    return read_dataset(request.data)


def _suites(request: Request, dataset: Dataset | None, rules: RulesAlone) -> list[Suite]:
    known = trained_texts(dataset) if dataset else frozenset()
    suites = split_suites(dataset, rules) if dataset and not request.files else []
    suites += [file_suite(path, rules, known) for path in request.files or request.seeds]
    twice = [name for name, count in Counter(suite.name for suite in suites).items() if count > 1]
    if twice:
        raise LabelError(f'two of the files to measure on are named "{twice[0]}"; rename one')
    return suites


def _report(
    contenders: Contenders,
    measured: Measured,
    dataset: Dataset | None,
    provenance: Provenance | None,
    folder: Path,
) -> Report:
    """Decide on the champion, and write the report and the model cards."""
    reports, plots = measured
    digest = dataset.digest if dataset else NO_DATASET
    champion = NOT_DECIDED
    if provenance and dataset:
        champion = crown_the_best(contenders, dataset, provenance)
    report = Report(date.today(), digest, reports, champion, plots)
    write_report(report, folder)
    if provenance and dataset:
        write_cards(report, contenders, provenance, dataset)
    return report


def _measure(suites: Sequence[Suite], contenders: Contenders, out: Path, perturb: bool) -> Measured:
    """Score every suite and draw its plots."""
    reports, plots = [], []
    with progress("evaluating", len(suites)) as bar:
        for suite in suites:
            found = contenders.answer(suite.texts)
            answers = {name: part.probabilities for name, part in found.items()}
            spans = {name: part.spans for name, part in found.items()}
            before = contenders.uncalibrated(answers)
            changed = None
            if perturb:
                changed = robustness(suite.gold, suite.texts, answers, contenders.predict_proba)
            reports.append(
                evaluate_suite(
                    suite, answers, contenders.kinds, before, perturbed=changed, spans=spans
                )
            )
            plots.append(draw_abstaining(suite, list(contenders.trained), answers, out))
            for name in contenders.trained:
                plots += draw_model(suite, name, answers[name], out)
            bar.advance()
    return tuple(reports), (draw_overview(reports, out), *plots)


def _metrics(reports: Sequence[SuiteReport]) -> dict[str, float | None]:
    """The headline of each model on each suite, under a name that MLflow accepts."""
    return {
        re.sub(r"[^\w./-]", "_", f"{suite.name}/{model.name}/macro_f1"): model.scores.macro_f1
        for suite in reports
        for model in suite.models
    }
