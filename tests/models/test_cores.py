"""Threads come from what the machine gives us, unless somebody asked for a number."""

import os

import pytest

from claimstance.models import cores


@pytest.fixture
def machine(monkeypatch, tmp_path):
    """Eight cores, and the quota that a file says."""
    monkeypatch.delenv("OMP_NUM_THREADS")
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)), raising=False)
    path = tmp_path / "cpu.max"
    monkeypatch.setattr(cores, "_QUOTA", path)
    return path


def test_the_number_asked_for_counts(machine, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    assert cores.threads() == 3


@pytest.mark.parametrize("asked", ["", "0", "many", "4,2"])
def test_what_is_no_number_is_not_asked_for(machine, monkeypatch, asked):
    monkeypatch.setenv("OMP_NUM_THREADS", asked)
    assert cores.threads() == 8


@pytest.mark.parametrize(
    ("quota", "expected"),
    [("max 100000", 8), ("250000 100000", 2), ("50000 100000", 1), ("9900000 100000", 8), ("", 8)],
)
def test_a_containers_quota_is_kept(machine, quota, expected):
    machine.write_text(quota)
    assert cores.threads() == expected


def test_without_control_groups_it_is_the_cores_of_the_process(machine):
    assert cores.threads() == 8
