"""One Ray actor: the model and the packages that it is computed with."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from claimstance.errors import ClusterError
from claimstance.models import agreement
from claimstance.models.classifier import Classifier
from claimstance.models.loading import Runtime, load_classifier
from claimstance.prediction.formats import Format
from claimstance.prediction.predict import Computed, compute
from claimstance.prediction.versions import versions
from claimstance.records import Article


class Worker:
    """What an actor does: it loads the model once, and computes shards.

    `files` is a list with one reference to the model's files: so it is this actor, started again
    perhaps, that fetches them, and only when it needs them.
    """

    def __init__(self, spans: bool = True) -> None:
        self._spans = spans
        self._classifier: Classifier | None = None

    def ping(self) -> None:
        """Answer, in a thread of its own: so it does while a shard is computed."""

    def describe(self, files: list[Any]) -> tuple[str, dict[str, str]]:
        """The model's name, and the versions of what it is computed with."""
        return self._loaded(files).id, versions()

    def compute(
        self, files: list[Any], articles: Sequence[Article], min_confidence: float, form: Format
    ) -> Computed:
        """The rows of a shard."""
        return compute(articles, self._loaded(files), min_confidence, form)

    def _loaded(self, files: list[Any]) -> Classifier:
        import ray

        if self._classifier is None:
            contents = ray.get(files[0])
            with TemporaryDirectory() as folder:
                for name, content in contents.items():
                    path = Path(folder) / name
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_bytes(content)
                # Only what the driver chose to load has travelled.
                runtime: Runtime = "onnx" if agreement.FILE in contents else "torch"
                self._classifier = load_classifier(Path(folder), runtime, self._spans)
        return self._classifier


def check_versions(theirs: dict[str, str]) -> None:
    """ClusterError where packages differ: the rows could, in their last digits."""
    for name, expected in versions().items():
        if theirs[name] != expected:
            raise ClusterError(
                f"{name}: {theirs[name]} on a worker, {expected} here: "
                "install the same versions everywhere, with constraints.txt"
            )
