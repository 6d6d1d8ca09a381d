"""The `kinometric` command as a whole: its parts, their help, and the public names behind it."""

from __future__ import annotations

import importlib
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import kinometric
from kinometric.cli import COMMANDS, main


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_part_has_help_and_its_two_functions(command, capsys: pytest.CaptureFixture[str]) -> None:  # type: ignore[no-untyped-def]
    module = importlib.import_module(command.module)
    assert callable(module.add_arguments)
    assert callable(module.run)
    with pytest.raises(SystemExit) as caught:
        main([command.name, "--help"])
    assert caught.value.code == 0
    assert f"usage: kinometric {command.name}" in capsys.readouterr().out


def test_the_whole_help_names_every_part(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    out = capsys.readouterr().out
    for command in COMMANDS:
        assert command.name in out


def test_an_unknown_part_is_refused_with_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["divine", "recording.csv"])
    assert caught.value.code == 2
    assert "score" in capsys.readouterr().err


def test_the_public_names_are_there_and_load_when_used(repository: Path) -> None:
    code = (
        "import sys, kinometric\n"
        "assert not [n for n in sys.modules if n.split('.')[0] in ('numpy', 'scipy', 'reportlab')]\n"
        "recording = kinometric.read_recording('resources/samples/synthetic-LBEO.csv')\n"
        "assert isinstance(recording, kinometric.Recording)\n"
        "assert kinometric.measure(recording).rms_m_s2 > 0\n"
        "assert kinometric.score(recording, stance='LBEO', age=67).level == 'low'\n"
        "assert 'reportlab' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=repository)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'divine'"):
        _ = kinometric.divine


@pytest.mark.parametrize("package", ["kinometric.recordings", "kinometric.sway", "kinometric.scoring"])
def test_every_public_function_says_what_it_takes_and_gives(package: str) -> None:
    """Docstrings in numpy style: what it computes, parameters, returns."""
    module = importlib.import_module(package)
    for name in module.__all__:
        thing = getattr(module, name)
        if not callable(thing) or not getattr(thing, "__module__", "").startswith("kinometric"):
            continue
        text = inspect.getdoc(thing) or ""
        assert len(text) > 20, name
        if inspect.isfunction(thing) and inspect.signature(thing).parameters and len(text.splitlines()) > 1:
            assert "Parameters\n" in text, name
            assert "Returns\n" in text, name


@pytest.mark.parametrize("package", ["recordings", "recordings/dialects", "sway", "scoring"])
def test_every_module_opens_with_what_it_is_for(package: str, repository: Path) -> None:
    for path in (repository / "kinometric" / package).glob("*.py"):
        first = path.read_text(encoding="utf-8").splitlines()[0]
        assert first.startswith('"""'), path.name
        assert first.endswith(('."""', ".")), path.name
