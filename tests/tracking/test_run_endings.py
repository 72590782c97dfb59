"""How a training ends is told by its run, and by what it leaves behind."""

import errno

import mlflow
import pytest
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

from claimstance import training
from claimstance.errors import ConfigError, LabelError, ModelError, OutputError, TrackingError
from claimstance.labelling.dataset import Dataset
from claimstance.labelling.splits import Split
from claimstance.tracking import runs
from claimstance.tracking.runs import tracked_run
from claimstance.training import train

pytestmark = pytest.mark.slow


def all_runs():
    ids = [experiment.experiment_id for experiment in mlflow.search_experiments()]
    return MlflowClient().search_runs(ids)


def left_in(folder):
    return {path.name for path in folder.iterdir()} if folder.exists() else set()


def work_folder(home):
    (folder,) = home.glob("models/.tiny-*")
    return folder


def fail_in(monkeypatch, step, error):
    """The named step of a training raises."""

    def broken(*args, **kwargs):
        raise error

    monkeypatch.setattr(training, step, broken)


# ---- failures --------------------------------------------------------------------------------


def test_a_failure_leaves_a_failed_run_and_neither_a_version_nor_a_model(
    home, monkeypatch, written, baseline_config
):
    fail_in(monkeypatch, "measure", RuntimeError("no more memory"))
    with pytest.raises(RuntimeError, match="no more memory"):
        train(written(baseline_config))
    (run,) = all_runs()
    assert run.info.status == "FAILED"
    assert mlflow.active_run() is None
    assert MlflowClient().search_registered_models() == []
    assert not (home / "models" / "plain").exists()


def test_a_failure_leaves_the_earlier_model_in_its_place(
    home, monkeypatch, written, baseline_config
):
    first = train(written(baseline_config))
    fail_in(monkeypatch, "draw", RuntimeError)
    with pytest.raises(RuntimeError):
        train(written(baseline_config, inverse_regularisation=1.0))
    manifest = (home / "models" / "plain" / "claimstance.json").read_text()
    assert first.manifest.files["model.skops"] in manifest
    assert len(MlflowClient().search_model_versions("name = 'tiny-stance'")) == 1


def test_after_a_failure_the_same_command_finishes_the_same_run(
    home, monkeypatch, written, baseline_config
):
    with monkeypatch.context() as patch:
        fail_in(patch, "measure", RuntimeError)
        with pytest.raises(RuntimeError):
            train(written(baseline_config))
    train(written(baseline_config))
    (run,) = all_runs()
    assert run.info.status == "FINISHED"
    assert left_in(home / "models") == {"plain"}


def test_the_work_of_another_output_is_left_alone(home, written, baseline_config):
    other = home / "models" / ".plain-news-0123456789ab"
    abandoned = home / "models" / ".plain-0123456789ab"
    other.mkdir(parents=True)
    abandoned.mkdir()
    train(written(baseline_config))
    assert left_in(home / "models") == {"plain", other.name}


@pytest.mark.parametrize("step", ["seal", "draw", "replace_folder"])
def test_a_full_disk_is_told_in_one_line_and_leaves_no_version(
    home, monkeypatch, written, baseline_config, step
):
    fail_in(monkeypatch, step, OSError(errno.ENOSPC, "No space left on device"))
    expected = r"^models/\.plain-\w{12}: cannot be written \(No space left on device\); free .*$"
    with pytest.raises(OutputError, match=expected):
        train(written(baseline_config))
    (run,) = all_runs()
    assert run.info.status == "FAILED"
    assert MlflowClient().search_model_versions("name = 'tiny-stance'") == []
    assert not (home / "models" / "plain").exists()


def test_a_place_that_cannot_be_taken_is_named(home, monkeypatch, written, baseline_config):
    refusal = OSError(errno.EACCES, "Permission denied", "work/model", None, "models/plain")
    fail_in(monkeypatch, "replace_folder", refusal)
    with pytest.raises(OutputError, match=r"^models/plain: cannot be written \(Permission denied"):
        train(written(baseline_config))


def test_an_error_of_a_library_is_not_taken_for_a_full_disk(
    home, monkeypatch, written, baseline_config
):
    fail_in(monkeypatch, "measure", OSError("no such checkpoint on the hub"))
    with pytest.raises(OSError, match="no such checkpoint"):
        train(written(baseline_config))


# ---- interruptions ---------------------------------------------------------------------------


def test_an_interrupted_training_is_a_killed_run_that_goes_on(
    home, monkeypatch, written, transformer_config
):
    log = runs.log_metrics

    def interrupted(metrics, step=None):
        if step == 2:
            raise KeyboardInterrupt
        log(metrics, step)

    config = written(transformer_config, epochs=3)
    with monkeypatch.context() as patch:
        patch.setattr(runs, "log_metrics", interrupted)
        with pytest.raises(KeyboardInterrupt):
            train(config)
    (killed,) = all_runs()
    assert killed.info.status == "KILLED"
    assert not (home / "models" / "tiny").exists()
    checkpoints = left_in(work_folder(home) / "checkpoints" / "member-0")
    assert any(name.startswith("checkpoint-") for name in checkpoints)

    train(config)
    (run,) = all_runs()
    assert (run.info.run_id, run.info.status) == (killed.info.run_id, "FINISHED")
    history = MlflowClient().get_metric_history(run.info.run_id, "epoch_macro_f1")
    assert [point.step for point in history] == [1, 2, 3]
    assert len(run.inputs.dataset_inputs) == 3
    assert left_in(home / "models") == {"tiny"}
    assert len(MlflowClient().search_model_versions("name = 'tiny-stance'")) == 1


def test_interrupted_after_the_last_epoch_nothing_is_trained_again(
    home, monkeypatch, written, transformer_config
):
    config = written(transformer_config)
    with monkeypatch.context() as patch:
        fail_in(patch, "measure", KeyboardInterrupt)
        with pytest.raises(KeyboardInterrupt):
            train(config)
    (run,) = all_runs()
    trained = train(config)
    history = MlflowClient().get_metric_history(run.info.run_id, "epoch_macro_f1")
    assert [point.step for point in history] == [1, 2]
    assert trained.folder.is_dir()


def test_interrupted_before_the_model_is_in_its_place_no_version_is_left(
    home, monkeypatch, written, baseline_config
):
    first = train(written(baseline_config))
    config = written(baseline_config, inverse_regularisation=1.0)
    with monkeypatch.context() as patch:
        fail_in(patch, "replace_folder", KeyboardInterrupt)
        with pytest.raises(KeyboardInterrupt):
            train(config)
    assert sorted(run.info.status for run in all_runs()) == ["FINISHED", "KILLED"]
    (version,) = MlflowClient().search_model_versions("name = 'tiny-stance'")
    assert version.tags["digest"] == first.manifest.digest

    second = train(config)
    assert [run.info.status for run in all_runs()] == ["FINISHED", "FINISHED"]
    newest, _ = MlflowClient().search_model_versions("name = 'tiny-stance'")
    assert newest.tags["digest"] == second.manifest.digest


def test_another_configuration_does_not_go_on_from_there(
    home, monkeypatch, written, transformer_config
):
    with monkeypatch.context() as patch:
        fail_in(patch, "measure", KeyboardInterrupt)
        with pytest.raises(KeyboardInterrupt):
            train(written(transformer_config))
    train(written(transformer_config, seed=4))
    assert sorted(run.info.status for run in all_runs()) == ["FINISHED", "KILLED"]


def test_a_run_that_was_deleted_is_not_gone_on_with(home, monkeypatch, written, baseline_config):
    with monkeypatch.context() as patch:
        fail_in(patch, "measure", KeyboardInterrupt)
        with pytest.raises(KeyboardInterrupt):
            train(written(baseline_config))
    (killed,) = all_runs()
    MlflowClient().delete_run(killed.info.run_id)
    train(written(baseline_config))
    (run,) = all_runs()
    assert (run.info.run_id != killed.info.run_id, run.info.status) == (True, "FINISHED")


# ---- the store refuses -----------------------------------------------------------------------


def test_a_refusal_in_the_middle_of_a_run_is_one_line_with_the_store(home):
    with (
        pytest.raises(TrackingError, match=r"^sqlite:///.*mlflow\.db: the disk is full$"),
        tracked_run("any", "tiny-experiment"),
    ):
        raise MlflowException("the disk is full\nTraceback ...")
    (run,) = all_runs()
    assert run.info.status == "FAILED"


@pytest.mark.parametrize("request_", ["get_run", "start_run"])
def test_a_store_that_refuses_an_interrupted_run_is_no_reason_for_a_new_one(
    home, monkeypatch, request_
):
    def refuse(*args, **kwargs):
        raise MlflowException("the database is locked")

    monkeypatch.setattr(mlflow, request_, refuse)
    with (
        pytest.raises(TrackingError, match="the database is locked"),
        tracked_run("any", "tiny-experiment", "0" * 32),
    ):
        pytest.fail("a run began")
    assert all_runs() == []


def test_a_refused_registered_model_is_told(home, monkeypatch, written, baseline_config):
    def refuse(*args, **kwargs):
        raise MlflowException("nobody may create models here")

    monkeypatch.setattr(MlflowClient, "create_registered_model", refuse)
    with pytest.raises(TrackingError, match="nobody may create models here"):
        train(written(baseline_config))


def test_a_deleted_experiment_is_told_in_one_line(home):
    with tracked_run("any", "tiny-experiment"):
        pass
    (run,) = all_runs()
    MlflowClient().delete_experiment(run.info.experiment_id)
    with (
        pytest.raises(TrackingError, match=r"mlflow\.db: .*experiment.*"),
        tracked_run("any", "tiny-experiment"),
    ):
        pytest.fail("a run began in a deleted experiment")


# ---- noticed before a run begins -------------------------------------------------------------


@pytest.fixture
def refused(home):
    """Asserts that a training is refused without a trace in the store."""

    def refused(config, error, match):
        with pytest.raises(error, match=match):
            train(config)
        assert all_runs() == []

    return refused


def test_an_unknown_base_is_noticed_first(refused, written, transformer_config):
    config = written(transformer_config, base="nobody/no-such-model")
    refused(config, ModelError, 'base model "nobody/no-such-model"')


def test_a_missing_lexicon_is_noticed_first(refused, written, baseline_config, tmp_path):
    config = written(baseline_config, cues=tmp_path / "gone.yaml")
    refused(config, ConfigError, r"gone\.yaml not found")


def test_a_missing_dataset_is_noticed_first(refused, written, baseline_config, tmp_path):
    config = written(baseline_config, data=tmp_path / "gone")
    refused(config, LabelError, 'train.parquet not found: run "make data"')


def test_training_sentences_of_one_stance_are_noticed_first(
    refused, written, baseline_config, monkeypatch
):
    whole = training.read_dataset(baseline_config.data)
    one = [item for item in whole.splits[Split.TRAIN] if item.stance == "denied"]
    thin = Dataset({**whole.splits, Split.TRAIN: one}, whole.digest)
    monkeypatch.setattr(training, "read_dataset", lambda folder: thin)
    refused(written(baseline_config), LabelError, "at least two stances")


def test_a_folder_that_holds_something_else_is_never_replaced(
    refused, written, baseline_config, home
):
    (home / "thesis").mkdir()
    (home / "thesis" / "chapter1.md").write_text("It was a dark and stormy night.")
    config = written(baseline_config, output=home / "thesis")
    refused(config, OutputError, "thesis: exists and is not ours to replace")
    assert left_in(home / "thesis") == {"chapter1.md"}
