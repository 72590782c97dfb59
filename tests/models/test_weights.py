"""A base model comes from a folder, the installed package or the hub, and from nowhere else."""

import hashlib

import pytest
from huggingface_hub import constants

from claimstance.errors import ModelError
from claimstance.models import weights
from claimstance.models.weights import PACKAGED, find_base


@pytest.fixture
def package(tmp_path, monkeypatch):
    """An installed package with small weights, in the place of the real one."""
    folder = tmp_path / "site" / "tiny_weights" / "model"
    folder.mkdir(parents=True)
    (folder.parent / "__init__.py").touch()
    (folder / "model.safetensors").write_bytes(b"weights")
    monkeypatch.syspath_prepend(tmp_path / "site")
    monkeypatch.setattr(weights, "_PACKAGE", "tiny_weights")
    monkeypatch.setattr(weights, "_SHA256", hashlib.sha256(b"weights").hexdigest())
    return folder


@pytest.fixture
def empty_cache(tmp_path, monkeypatch):
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))


def test_the_tests_cannot_reach_the_hub():
    assert constants.HF_HUB_OFFLINE


def test_a_folder_is_taken_as_it_is(tmp_path):
    (tmp_path / "config.json").write_text("{}")
    assert find_base(str(tmp_path)) == tmp_path


def test_a_folder_wins_over_the_package(package, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    local = tmp_path / PACKAGED
    local.mkdir(parents=True)
    (local / "config.json").write_text("{}")
    assert find_base(PACKAGED).resolve() == local


def test_a_folder_without_a_model_says_what_is_missing(tmp_path):
    with pytest.raises(ModelError, match=f'"{tmp_path}": the folder has no config.json'):
        find_base(str(tmp_path))


def test_whole_packaged_weights_are_found(package):
    assert find_base(PACKAGED) == package


def test_damaged_packaged_weights_are_refused(package):
    (package / "model.safetensors").write_bytes(b"weightz")
    found = hashlib.sha256(b"weightz").hexdigest()[:12]
    with pytest.raises(ModelError, match=rf"SHA-256 {found}\.\.\., expected .*; reinstall it: pip"):
        find_base(PACKAGED)


def test_without_the_package_the_hub_is_asked(package, empty_cache, monkeypatch):
    monkeypatch.setattr(weights, "_PACKAGE", "not_installed_anywhere")
    with pytest.raises(ModelError, match="the hub did not give it"):
        find_base(PACKAGED)


@pytest.mark.parametrize("name", ["nobody/no-such-model", "no-such-model", "a/b/c", "with space"])
def test_an_unknown_name_says_where_it_was_looked_for_and_what_to_correct(name, empty_cache):
    with pytest.raises(ModelError) as caught:
        find_base(name)
    said = str(caught.value)
    assert said.startswith(f'base model "{name}": not a folder, not an installed package')
    assert said.endswith("correct `base` in the configuration")
    assert "\n" not in said


def test_the_installed_package_holds_the_weights_that_were_reviewed():
    assert (find_base(PACKAGED) / "config.json").is_file()
