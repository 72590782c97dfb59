"""The commit that a model is made with is that of this package, wherever one stands."""

import subprocess

import pytest

from claimstance import provenance
from claimstance.provenance import git_commit


def git(folder, *arguments):
    who = ("-c", "user.name=Tester", "-c", "user.email=tester@example.org")
    command = ["git", "-C", str(folder), *who, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """Somebody's repository with one commit."""
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)
    git(tmp_path, "init", "--quiet")
    (tmp_path / "article.txt").write_text("The bridge is open.")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message", "An article")
    return tmp_path


@pytest.fixture
def installed(repository, monkeypatch):
    """The package's own source, lying in that repository."""
    source = repository / "lib" / "provenance.py"
    source.parent.mkdir()
    source.write_text("")
    monkeypatch.setattr(provenance, "__file__", str(source))
    return source


def test_the_repository_one_stands_in_is_not_recorded(repository, monkeypatch):
    monkeypatch.chdir(repository)
    assert git(repository, "rev-parse", "HEAD") not in git_commit()


def test_a_repository_that_does_not_keep_the_package_is_not_recorded(installed):
    assert git_commit() == ""


def test_the_checkout_of_the_package_is_recorded_and_marked_when_changed(repository, installed):
    git(repository, "add", ".")
    git(repository, "commit", "--quiet", "--message", "The package")
    head = git(repository, "rev-parse", "HEAD")
    assert git_commit() == head
    (repository / "article.txt").write_text("The bridge is closed.")
    assert git_commit() == f"{head}-dirty"
