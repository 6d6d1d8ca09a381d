"""A run that leaves a database out says so at its end, in words and not only by a skip."""

from __future__ import annotations

from pathlib import Path

import pytest

import tests.postgresql_programs as known


def test_a_run_on_both_databases_has_nothing_to_say(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(known, "DATABASES", ("sqlite", "postgresql"))
    monkeypatch.setattr(known, "programs", lambda: tmp_path)
    assert known.what_is_not_tested() is None


def test_a_machine_without_postgresql_is_told_apart_from_a_run_that_leaves_it_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(known, "programs", lambda: None)
    monkeypatch.setattr(known, "DATABASES", ("sqlite", "postgresql"))
    assert "not on this machine" in str(known.what_is_not_tested())
    monkeypatch.setattr(known, "DATABASES", ("sqlite",))
    assert "leaves it out" in str(known.what_is_not_tested())


def test_a_run_on_postgresql_alone_says_that_sqlite_was_not_tested(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(known, "programs", lambda: tmp_path)
    monkeypatch.setattr(known, "DATABASES", ("postgresql",))
    assert "SQLite was NOT tested" in str(known.what_is_not_tested())


def test_both_databases_are_what_is_tested_unless_somebody_says_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KINOMETRIC_TEST_DATABASE", raising=False)
    assert known.asked_for() == ("sqlite", "postgresql")
    monkeypatch.setenv("KINOMETRIC_TEST_DATABASE", "postgresql")
    assert known.asked_for() == ("postgresql",)
    monkeypatch.setenv("KINOMETRIC_TEST_DATABASE", "mysql")
    with pytest.raises(ValueError, match="mysql"):
        known.asked_for()


def test_an_old_postgresql_is_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "initdb"
    monkeypatch.setattr(known, "PLACES", tmp_path)
    monkeypatch.setattr(known.shutil, "which", lambda name: str(program))
    for version, found in (("13.9", None), ("15.3", tmp_path), ("17.0", tmp_path)):
        program.write_text(f"#!/bin/sh\necho 'initdb (PostgreSQL) {version}'\n")
        program.chmod(0o755)
        assert known.programs() == found


def test_the_newest_of_several_installed_versions_is_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for version in ("9.6", "14", "15", "16"):
        folder = tmp_path / version / "bin"
        folder.mkdir(parents=True)
        (folder / "initdb").touch()
    (tmp_path / "17" / "bin").mkdir(parents=True)
    monkeypatch.setattr(known, "PLACES", tmp_path)
    assert known.programs() == tmp_path / "16" / "bin"
