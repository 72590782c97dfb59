"""One training is one run that tells, a year later, what the model was made of and how it went."""

from pathlib import Path

import mlflow
import pandas as pd
import pytest
from mlflow import MlflowClient

from claimstance.config import to_yaml
from claimstance.labelling.dataset import read_dataset
from claimstance.models import agreement
from claimstance.models.loading import load_classifier
from claimstance.models.store import read_manifest
from claimstance.records import LABEL_NAMES
from claimstance.tracking import store
from claimstance.training import train

pytestmark = pytest.mark.slow
TEXTS = ["The police said the school was burning.", "The mayor did not open the station."]


@pytest.fixture(scope="module")
def runs(trained):
    """The runs of the experiment by name."""
    experiment = mlflow.get_experiment_by_name("tiny-experiment")
    found = MlflowClient().search_runs([experiment.experiment_id])
    assert len(found) == 2
    return {run.info.run_name: run for run in found}


def test_every_training_is_one_finished_run(runs):
    assert {name: run.info.status for name, run in runs.items()} == {
        "plain": "FINISHED",
        "tiny": "FINISHED",
    }
    assert mlflow.active_run() is None


def test_nothing_is_left_but_the_models_and_the_store(trained):
    assert {path.name for path in trained.home.iterdir()} == {"mlruns", "models"}
    assert {path.name for path in (trained.home / "models").iterdir()} == {"plain", "tiny"}
    for model in (trained.plain, trained.tiny):
        assert read_manifest(model.folder) == model.manifest
        assert (model.folder / "config.yaml").is_file()


def test_the_configuration_is_logged_as_parameters_and_as_a_file(runs, transformer_config):
    run = runs["tiny"]
    expected = {key: str(value) for key, value in transformer_config.model_dump().items()}
    assert expected.items() <= run.data.params.items()
    text = mlflow.artifacts.load_text(f"{run.info.artifact_uri}/config.yaml")
    assert text == to_yaml(transformer_config)


@pytest.mark.parametrize("name", ["plain", "tiny"])
def test_the_dataset_is_logged_with_its_own_digest(runs, name, tiny_dataset):
    dataset = read_dataset(tiny_dataset)
    run = runs[name]
    inputs = {item.tags[0].value: item.dataset for item in run.inputs.dataset_inputs}
    assert set(inputs) == {"train", "validation", "test"}
    assert {item.digest for item in inputs.values()} == {dataset.digest[:32]}
    assert "train.parquet" in inputs["train"].source
    assert run.data.params["dataset_digest"] == dataset.digest
    assert run.data.params["sentences_train"] == str(dataset.sizes()["train"])


def test_every_epoch_of_the_transformer_leaves_its_figures(runs):
    client = MlflowClient()
    for key in ("train_loss", "validation_loss", "epoch_macro_f1"):
        history = client.get_metric_history(runs["tiny"].info.run_id, key)
        assert [point.step for point in history] == [1, 2]


def test_the_figures_of_a_run_are_those_of_the_stored_model(runs, trained):
    for name, model in (("plain", trained.plain), ("tiny", trained.tiny)):
        metrics = runs[name].data.metrics
        for split, scores in model.scores.items():
            assert metrics[f"{split}_macro_f1"] == pytest.approx(scores.macro_f1)
            denied = scores.per_class["denied"].recall
            assert metrics[f"{split}_denied_recall"] == pytest.approx(denied)
        assert metrics["temperature"] == pytest.approx(model.manifest.temperature)


def test_the_figures_are_pictures(runs):
    client = MlflowClient()
    for run in runs.values():
        listed = client.list_artifacts(run.info.run_id, "figures")
        names = {item.path.removeprefix("figures/") for item in listed}
        kinds = ("confusion", "precision_recall", "reliability")
        assert names == {f"{s}_{kind}.png" for s in ("validation", "test") for kind in kinds}
        picture = client.download_artifacts(run.info.run_id, "figures/test_confusion.png")
        with open(picture, "rb") as file:  # noqa: PTH123
            assert file.read(8) == b"\x89PNG\r\n\x1a\n"


def test_each_model_is_a_registered_version_that_says_where_it_comes_from(runs, trained):
    versions = MlflowClient().search_model_versions("name = 'tiny-stance'")
    assert [int(version.version) for version in versions] == [2, 1]
    for version, model, name in zip(
        versions, (trained.tiny, trained.plain), ("tiny", "plain"), strict=True
    ):
        assert version.run_id == runs[name].info.run_id
        assert version.tags == {
            "model_id": model.manifest.id,
            "digest": model.manifest.digest,
            "kind": model.manifest.kind,
            "git_commit": model.manifest.git_commit,
            "dataset_digest": model.manifest.dataset_digest,
        }


@pytest.mark.parametrize("number", [1, 2])
def test_a_version_carries_its_signature_and_an_example(trained, number):
    info = mlflow.models.get_model_info(f"models:/tiny-stance/{number}")
    assert info.signature.inputs.input_names() == ["text"]
    assert info.signature.outputs.input_names() == ["stance", "score", *LABEL_NAMES]
    assert info.saved_input_example_info is not None


@pytest.mark.parametrize("number", [1, 2])
def test_anybody_with_mlflow_gets_the_answers_of_the_stored_model(trained, number):
    served = mlflow.pyfunc.load_model(f"models:/tiny-stance/{number}")
    answers = served.predict(pd.DataFrame({"text": TEXTS}))
    ours = load_classifier((trained.plain, trained.tiny)[number - 1].folder).predict_proba(TEXTS)
    assert list(answers.columns) == ["stance", "score", *LABEL_NAMES]
    assert answers[list(LABEL_NAMES)].to_numpy() == pytest.approx(ours)
    assert list(answers["stance"]) == [LABEL_NAMES[row.argmax()] for row in ours]
    assert list(answers["score"]) == pytest.approx(ours.max(axis=1))


def test_a_served_model_takes_a_text_column_only(trained):
    served = mlflow.pyfunc.load_model("models:/tiny-stance/1")
    with pytest.raises(mlflow.MlflowException, match="text"):
        served.predict(pd.DataFrame({"sentence": TEXTS}))


@pytest.mark.parametrize("nothing", [None, float("nan")])
def test_a_served_model_refuses_a_row_without_text(trained, nothing):
    model = mlflow.pyfunc.load_model("models:/tiny-stance/1").unwrap_python_model()
    with pytest.raises(mlflow.MlflowException, match=r'^row 1: "text" is (None|nan), not a text$'):
        model.predict(
            None, pd.DataFrame({"text": pd.Series(["It was safe.", nothing], dtype=object)})
        )


def test_a_transformers_training_ends_with_its_engine(trained, runs):
    engines = agreement.read(trained.tiny.folder)
    assert engines["onnx"].flipped == 0
    assert {"engines.json", "model.onnx"} <= trained.tiny.manifest.files.keys()
    assert load_classifier(trained.tiny.folder).id.startswith(f"{trained.tiny.manifest.id}-")
    logged = runs["tiny"].data.metrics
    assert agreement.metrics(engines).items() <= logged.items()
    assert agreement.read(trained.plain.folder) == {}


def test_what_is_served_asks_for_what_it_runs_on_alone(trained):
    def names(number):
        path = mlflow.pyfunc.get_model_dependencies(f"models:/tiny-stance/{number}")
        return {line.partition("==")[0].strip() for line in Path(path).read_text().splitlines()}

    shared = {"mlflow", "numpy", "pandas", "pydantic"}
    assert names(1) == shared | {"pyyaml", "scikit-learn", "skops"}
    assert names(2) == shared | {"onnxruntime", "tokenizers"}


@pytest.mark.parametrize("kind", ["plain", "tiny"])
def test_the_same_configuration_gives_the_same_model(
    move_in, kind, trained, written, baseline_config, transformer_config, tmp_path
):
    config = baseline_config if kind == "plain" else transformer_config
    with move_in(tmp_path):
        again = train(written(config))
    store.connect()  # back to the store of the other tests
    first = getattr(trained, kind)
    assert again.manifest.digest == first.manifest.digest
    assert again.scores == first.scores
