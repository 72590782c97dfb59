"""The versions of the packages that rows depend on: with others they could differ."""

from importlib.metadata import PackageNotFoundError, version

_ROWS_DEPEND_ON = (
    *("claimstance", "sentencex", "trafilatura", "pyarrow", "numpy", "onnxruntime", "tokenizers"),
    *("torch", "transformers", "scikit-learn"),
)


def versions() -> dict[str, str]:
    """The version of each; "not installed" where one is not."""
    return {name: _version(name) for name in _ROWS_DEPEND_ON}


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
