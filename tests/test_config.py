"""One YAML file is one experiment: complete, strict, and every mistake is told in one line."""

from pathlib import Path

import pytest
import yaml

from claimstance.config import (
    BaselineConfig,
    TransformerConfig,
    load_data_config,
    load_model_config,
    nearest,
    to_yaml,
)
from claimstance.errors import ConfigError

CONFIGS = Path(__file__).parents[1] / "configs"


@pytest.fixture
def write(tmp_path):
    """Writes a shipped model configuration with some keys changed, or left out (None)."""

    def write(kind="baseline", **changes):
        content = yaml.safe_load((CONFIGS / f"{kind}.yaml").read_text(encoding="utf-8")) | changes
        path = tmp_path / "experiment.yaml"
        path.write_text(yaml.safe_dump({k: v for k, v in content.items() if v is not None}))
        return path

    return write


def refusal(path, load=load_model_config):
    with pytest.raises(ConfigError) as caught:
        load(path)
    said = str(caught.value)
    assert said.startswith(f"{path}: ")
    assert "\n" not in said
    return said.removeprefix(f"{path}: ")


def test_the_shipped_configurations_load_as_what_they_say_they_are():
    assert isinstance(load_model_config(CONFIGS / "baseline.yaml"), BaselineConfig)
    assert isinstance(load_model_config(CONFIGS / "transformer.yaml"), TransformerConfig)
    assert load_data_config(CONFIGS / "data.yaml").cues.name == "cues.yaml"


def test_shipped_models_share_their_data_and_their_registered_model():
    models = [load_model_config(CONFIGS / f"{kind}.yaml") for kind in ("baseline", "transformer")]
    assert len({(model.data, model.registered_model) for model in models}) == 1
    assert len({(model.name, model.output) for model in models}) == 2


@pytest.mark.parametrize("kind", ["baseline", "transformer"])
def test_what_is_saved_beside_a_model_is_the_same_configuration(kind, tmp_path):
    config = load_model_config(CONFIGS / f"{kind}.yaml")
    saved = tmp_path / "config.yaml"
    saved.write_text(to_yaml(config), encoding="utf-8")
    assert load_model_config(saved) == config


def test_an_unknown_key_names_the_nearest_one(write):
    said = refusal(write("transformer", label_smooth=0.1))
    assert said == 'unknown key "label_smooth"; did you mean "label_smoothing"?'


def test_a_misspelt_key_is_called_unknown_rather_than_missing(write):
    said = refusal(write("transformer", learning_rate=None, learing_rate=1e-4))
    assert said == 'unknown key "learing_rate"; did you mean "learning_rate"?'


def test_the_hint_knows_the_keys_of_this_kind_only(write):
    said = refusal(write("baseline", learning_rate=1e-4))
    assert 'unknown key "learning_rate"' in said
    assert '"learning_rate"?' not in said


def test_a_word_like_no_other_lists_the_known_ones():
    assert nearest("zzz", ["beta", "alpha"]) == "known: alpha, beta"


def test_a_missing_key_is_named(write):
    assert refusal(write("transformer", epochs=None)) == 'the key "epochs" is missing'


@pytest.mark.parametrize(
    ("kind", "key", "value"),
    [
        ("transformer", "epochs", "many"),
        ("transformer", "epochs", 0),
        ("transformer", "epochs", float("inf")),
        ("transformer", "batch_size", 2.5),
        ("transformer", "warmup_share", 1),
        ("transformer", "seed", -1),
        ("baseline", "class_weight", "heavy"),
        ("baseline", "char_ngrams", [1, 2, 3]),
        ("baseline", "char_ngrams", [5, 2]),
        ("baseline", "word_ngrams", [0, 2]),
        ("baseline", "registered_model", "a/b"),
        ("baseline", "name", "My Model"),
    ],
)
def test_a_value_of_the_wrong_type_or_size_is_named(write, kind, key, value):
    assert refusal(write(kind, **{key: value})).startswith(f'"{key}')


@pytest.mark.parametrize("kind", [None, "svm", ["baseline"]])
def test_the_kind_must_be_one_of_two(tmp_path, write, kind):
    content = yaml.safe_load(write().read_text()) | {"kind": kind}
    path = tmp_path / "experiment.yaml"
    path.write_text(yaml.safe_dump({k: v for k, v in content.items() if v is not None}))
    assert refusal(path) == '"kind" must be baseline or transformer'


def test_numbers_in_scientific_notation_are_numbers(write):
    path = write("transformer")
    text = path.read_text().replace("learning_rate: 0.0002", "learning_rate: 2e-4")
    assert "2e-4" in text  # YAML 1.1 reads it as a string
    path.write_text(text)
    assert load_model_config(path).learning_rate == 2e-4


def test_a_configuration_cannot_be_changed():
    config = load_model_config(CONFIGS / "baseline.yaml")
    with pytest.raises(ValueError, match="frozen"):
        config.seed = 5


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"kind: [baseline", "not valid YAML"),
        (b"- kind", "expected `key: value` lines, found list"),
        (b"", "expected `key: value` lines, found NoneType"),
        (b"kind: \xff", "cannot be read"),
        (b"kind: a\x00b", "not valid YAML"),
    ],
)
def test_files_that_hold_no_configuration(tmp_path, content, reason):
    path = tmp_path / "broken.yaml"
    path.write_bytes(content)
    assert reason in refusal(path)


def test_a_file_that_is_not_there(tmp_path):
    assert "no such configuration file" in refusal(tmp_path / "gone.yaml")
    assert "no such configuration file" in refusal(tmp_path, load_data_config)


def test_the_data_configuration_is_as_strict(tmp_path):
    content = yaml.safe_load((CONFIGS / "data.yaml").read_text(encoding="utf-8"))
    path = tmp_path / "data.yaml"
    path.write_text(yaml.safe_dump(content | {"test_share": 0.5}))
    assert refusal(path, load_data_config).startswith('"test_share"')
    path.write_text(yaml.safe_dump(content | {"test_shares": 0.1}))
    assert '"test_share"' in refusal(path, load_data_config)
