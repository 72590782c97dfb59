"""Configuration files: one complete YAML file is one experiment; an unknown key is an error."""

import difflib
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from claimstance.errors import ConfigError

T = TypeVar("T")
Share = Annotated[float, Field(gt=0, lt=0.5)]


def _rising(sizes: tuple[int, int]) -> tuple[int, int]:
    if not 1 <= sizes[0] <= sizes[1]:
        raise ValueError("must be two sizes from 1 up, the smaller first, as in [1, 3]")
    return sizes


Sizes = Annotated[tuple[int, int], AfterValidator(_rising)]


class Strict(BaseModel):
    """Frozen, and closed to unknown keys and infinite numbers."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class DataConfig(Strict):
    """How articles become a dataset (`configs/data.yaml`)."""

    cues: Path
    hold_out: tuple[Path, ...]
    extra: tuple[Path, ...]
    split_seed: int
    validation_share: Share
    test_share: Share
    near_duplicate: Annotated[float, Field(gt=0, le=1)]


class TrainingConfig(Strict):
    """What every model's configuration holds."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")]
    data: Path
    output: Path
    seed: Annotated[int, Field(ge=0)]
    experiment: Annotated[str, Field(min_length=1)]
    registered_model: Annotated[str, Field(pattern=r"^[^/:.%\"']+$")]
    temperature_margin: Annotated[float, Field(gt=0)]


class BaselineConfig(TrainingConfig):
    """TF-IDF of words, characters and cues with logistic regression."""

    kind: Literal["baseline"]
    word_ngrams: Sizes
    char_ngrams: Sizes
    min_df: Annotated[int, Field(ge=1)]
    cues: Path
    cue_weight: Annotated[float, Field(ge=0)]
    inverse_regularisation: Annotated[float, Field(gt=0)]
    class_weight: Literal["balanced"] | None
    max_iterations: Annotated[int, Field(ge=1)]


class TransformerConfig(TrainingConfig):
    """A pretrained encoder, fine-tuned as a sequence classifier."""

    kind: Literal["transformer"]
    base: str
    max_tokens: Annotated[int, Field(ge=16)]
    epochs: Annotated[float, Field(gt=0)]
    members: Annotated[int, Field(ge=1)]
    batch_size: Annotated[int, Field(ge=1)]
    learning_rate: Annotated[float, Field(gt=0)]
    warmup_share: Annotated[float, Field(ge=0, lt=1)]
    weight_decay: Annotated[float, Field(ge=0)]
    label_smoothing: Annotated[float, Field(ge=0, lt=1)]
    class_weight_power: Annotated[float, Field(ge=0, le=1)]
    span_weight: Annotated[float, Field(ge=0)]
    freeze_embeddings: bool
    frozen_layers: Annotated[int, Field(ge=0)]
    precision: Literal["auto", "float32", "bfloat16"]


ModelConfig = Annotated[BaselineConfig | TransformerConfig, Field(discriminator="kind")]


def load_data_config(path: Path) -> DataConfig:
    """Read `configs/data.yaml` or a file like it.

    Raises:
        ConfigError: the file is missing, is not YAML, or a key is unknown, missing or malformed.
    """
    return _validate(TypeAdapter(DataConfig), path, [DataConfig])


def load_model_config(path: Path) -> BaselineConfig | TransformerConfig:
    """Read one model's configuration; its `kind` says which.

    Raises:
        ConfigError: the file is missing, is not YAML, or a key is unknown, missing or malformed.
    """
    kinds: list[type[Strict]] = [BaselineConfig, TransformerConfig]
    adapter: TypeAdapter[BaselineConfig | TransformerConfig] = TypeAdapter(ModelConfig)
    return _validate(adapter, path, kinds)


def to_yaml(config: Strict) -> str:
    """The resolved configuration as YAML, as it is saved beside a model."""
    return yaml.safe_dump(config.model_dump(mode="json"), sort_keys=False)


def read_yaml(path: Path) -> dict[str, Any]:
    """Read a YAML file that holds a mapping.

    Raises:
        ConfigError: the file is missing, unreadable, not YAML or not a mapping.
    """
    if not path.is_file():
        raise ConfigError(f"{path}: no such configuration file; the project's own are in configs/")
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read ({error})") from None
    except yaml.YAMLError as error:
        raise ConfigError(f"{path}: not valid YAML: {' '.join(str(error).split())}") from None
    if not isinstance(content, dict):
        raise ConfigError(f"{path}: expected `key: value` lines, found {type(content).__name__}")
    return content


def nearest(word: str, known: Sequence[str]) -> str:
    """A hint for an unknown word: the known one that is spelled most like it, or all of them."""
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.5)
    return f'did you mean "{close[0]}"?' if close else f"known: {', '.join(sorted(known))}"


def _validate(adapter: TypeAdapter[T], path: Path, kinds: Sequence[type[Strict]]) -> T:
    content = read_yaml(path)
    try:
        return adapter.validate_python(content)
    except ValidationError as error:
        raise ConfigError(f"{path}: {_explain(error, content, kinds)}") from None


def _explain(error: ValidationError, content: dict[str, Any], kinds: Sequence[type[Strict]]) -> str:
    # A misspelt key is an unknown one and a missing one; the unknown one explains both.
    problem = min(error.errors(), key=lambda found: found["type"] != "extra_forbidden")
    key = ".".join(str(part) for part in problem["loc"] if part not in ("baseline", "transformer"))
    if problem["type"] == "extra_forbidden":
        fields = [name for kind in kinds if _matches(kind, content) for name in kind.model_fields]
        return f'unknown key "{key}"; {nearest(key, fields)}'
    if problem["type"].startswith("union_tag"):
        return '"kind" must be baseline or transformer'
    if problem["type"] == "missing":
        return f'the key "{key}" is missing'
    where = f'"{key}": ' if key else ""
    return f"{where}{problem['msg'][0].lower()}{problem['msg'][1:]}"


def _matches(kind: type[Strict], content: dict[str, Any]) -> bool:
    field = kind.model_fields.get("kind")
    return field is None or content.get("kind") in getattr(field.annotation, "__args__", ())
