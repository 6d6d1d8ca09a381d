"""Preparing the environment says the exact line to run where it may not install by itself."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture
def prepare(repository: Path) -> ModuleType:
    """The script that the Makefile runs, as a module."""
    path = repository / "packaging" / "environment" / "prepare.py"
    specification = importlib.util.spec_from_file_location("prepare_environment", path)
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def test_an_ordinary_user_is_told_the_exact_line(prepare: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepare.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(prepare.shutil, "which", lambda name: f"/usr/bin/{name}")
    with pytest.raises(prepare.UnreadyError) as problem:
        prepare.provide_debian_packages(["libegl1", "libgl1"])
    assert "sudo apt-get install -y --no-install-recommends libegl1 libgl1" in str(problem.value)


def test_nothing_is_installed_where_nothing_is_missing(prepare: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepare.subprocess, "run", lambda *_, **__: pytest.fail("a program was started"))
    prepare.provide_debian_packages([])


def test_a_library_that_can_not_be_loaded_names_its_package(
    prepare: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prepare, "QT_LIBRARIES", {"libnosuchthing.so.9": "libnosuchthing9"})
    monkeypatch.delenv("DISPLAY", raising=False)
    assert prepare.missing_packages()[-1:] == ["libnosuchthing9"]


def test_a_missing_ensurepip_names_the_venv_package(prepare: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepare.importlib.util, "find_spec", lambda name: None)
    assert prepare.missing_packages()[0] == f"python3.{sys.version_info[1]}-venv"


def test_another_python_is_refused_in_a_sentence(prepare: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    class Version(tuple):
        __slots__ = ()

    monkeypatch.setattr(prepare.sys, "version_info", Version((3, 9, 2)))
    with pytest.raises(prepare.UnreadyError, match="needs Python"):
        prepare.check_python()


def test_an_environment_of_another_folder_is_made_anew(prepare: ModuleType, tmp_path: Path) -> None:
    assert not prepare.works(tmp_path / "bin" / "python", tmp_path)
    assert not prepare.works(Path(sys.executable), tmp_path)


def test_a_changed_lock_is_noticed(prepare: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "packaging" / "environment").mkdir(parents=True)
    lock = tmp_path / "packaging" / "environment" / "run.lock"
    (tmp_path / "pyproject.toml").write_text("")
    monkeypatch.setattr(prepare, "ROOT", tmp_path)
    lock.write_text("a==1")
    first = prepare.fingerprint("run")
    lock.write_text("a==2")
    assert prepare.fingerprint("run") != first


@pytest.fixture
def without_postgresql(prepare: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """A machine without PostgreSQL; the commands that are run on it."""
    commands: list[list[str]] = []

    def run(command: list[str], **_: object) -> object:
        commands.append(command)
        return prepare.subprocess.CompletedProcess(command, 0)

    known = {"DATABASES": ("sqlite", "postgresql"), "programs": lambda: None}
    monkeypatch.setattr(prepare.runpy, "run_path", lambda path: known)
    monkeypatch.setattr(prepare.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(prepare.os, "geteuid", lambda: 0)
    monkeypatch.setattr(prepare.subprocess, "run", run)
    return commands


def test_root_gets_postgresql_installed_for_the_tests(prepare: ModuleType, without_postgresql: list[list[str]]) -> None:
    prepare.offer_postgresql()
    assert without_postgresql[-1][:2] == ["apt-get", "install"]
    assert "postgresql" in without_postgresql[-1]


def test_an_ordinary_user_is_told_how_to_get_postgresql_and_goes_on(
    prepare: ModuleType,
    without_postgresql: list[list[str]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(prepare.os, "geteuid", lambda: 1000)
    prepare.offer_postgresql()
    assert without_postgresql == []
    assert "sudo apt-get install -y --no-install-recommends postgresql" in capsys.readouterr().out


def test_where_postgresql_can_not_be_installed_the_tests_go_on_and_that_is_said(
    prepare: ModuleType,
    without_postgresql: list[list[str]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    failed = prepare.subprocess.CompletedProcess([], 100)
    monkeypatch.setattr(prepare.subprocess, "run", lambda *_, **__: failed)
    prepare.offer_postgresql()
    assert "SQLite alone" in capsys.readouterr().err


def test_postgresql_that_is_there_or_not_asked_for_is_not_installed(
    prepare: ModuleType, without_postgresql: list[list[str]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for known in (
        {"DATABASES": ("sqlite", "postgresql"), "programs": lambda: tmp_path},
        {"DATABASES": ("sqlite",), "programs": lambda: None},
    ):
        monkeypatch.setattr(prepare.runpy, "run_path", lambda path, known=known: known)
        prepare.offer_postgresql()
    assert without_postgresql == []
