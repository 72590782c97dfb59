"""A finished model folder takes its place at once, and no failure loses the old one."""

import pytest

from claimstance.folders import replace_folder


@pytest.fixture
def folder(tmp_path):
    """Makes a folder with one file that says which it is."""

    def folder(name, content):
        (tmp_path / name).mkdir()
        (tmp_path / name / "model").write_text(content)
        return tmp_path / name

    return folder


def test_only_the_new_one_is_left(folder, tmp_path):
    replace_folder(folder("work", "new"), folder("tiny", "old"))
    assert [path.name for path in tmp_path.iterdir()] == ["tiny"]
    assert (tmp_path / "tiny" / "model").read_text() == "new"


@pytest.mark.parametrize("standing", [True, False])
def test_what_a_crash_left_goes_once_the_new_one_is_in_place(folder, tmp_path, standing):
    folder(".tiny.old", "older")
    if standing:
        folder("tiny", "old")
    replace_folder(folder("work", "new"), tmp_path / "tiny")
    assert [path.name for path in tmp_path.iterdir()] == ["tiny"]
    assert (tmp_path / "tiny" / "model").read_text() == "new"


@pytest.mark.parametrize("name", ["tiny", ".tiny.old"])
def test_a_failure_leaves_the_old_one_in_its_place(folder, tmp_path, name):
    folder(name, "old")
    with pytest.raises(FileNotFoundError):
        replace_folder(tmp_path / "gone", tmp_path / "tiny")
    assert [path.name for path in tmp_path.iterdir()] == ["tiny"]
    assert (tmp_path / "tiny" / "model").read_text() == "old"
