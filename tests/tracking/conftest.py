"""A home of its own for every store: a folder one stands in, with an empty local database."""

import contextlib
import shutil
from types import SimpleNamespace

import pytest

from claimstance.config import to_yaml


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory):
    """MLflow needs seconds to make its tables; every store starts from a copy of these."""
    import mlflow

    from claimstance.tracking import store

    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        patch.chdir(tmp_path_factory.mktemp("empty"))
        store.connect()
        mlflow.search_experiments()
        return store.LOCAL_FOLDER.resolve() / "mlflow.db"


@pytest.fixture(scope="session")
def move_in(empty_database):
    """Stands in a folder with an empty local store until the block ends."""

    @contextlib.contextmanager
    def move_in(folder):
        from claimstance.tracking import store

        (folder / "mlruns").mkdir()
        shutil.copy(empty_database, folder / "mlruns" / "mlflow.db")
        with pytest.MonkeyPatch.context() as patch:
            patch.delenv("MLFLOW_TRACKING_URI", raising=False)
            patch.chdir(folder)
            store.connect()
            yield folder

    return move_in


@pytest.fixture
def home(move_in, tmp_path):
    """A folder of the test's own with an empty local store; the test stands in it."""
    with move_in(tmp_path) as folder:
        yield folder


@pytest.fixture(scope="session")
def written(tmp_path_factory):
    """Writes a configuration, with some keys changed, as the file that `train` takes."""

    def write(config, **changes):
        path = tmp_path_factory.mktemp("config") / "experiment.yaml"
        path.write_text(to_yaml(config.model_copy(update=changes)), encoding="utf-8")
        return path

    return write


@pytest.fixture(scope="module")
def trained(move_in, written, baseline_config, transformer_config, tmp_path_factory):
    """Both models, trained once into one store; the tests of the module stand beside it."""
    from claimstance.training import train

    with move_in(tmp_path_factory.mktemp("trained")) as folder:
        plain = train(written(baseline_config))
        tiny = train(written(transformer_config))
        yield SimpleNamespace(home=folder, plain=plain, tiny=tiny)
