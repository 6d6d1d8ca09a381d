"""The arrows between the packages hold, and the parts that must be Qt-free run without Qt."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGES = ("kinometric", "kinometric_server", "kinometric_desktop")


def test_the_arrows_of_the_design_hold(repository: Path) -> None:
    """Import-linter holds the contracts that pyproject.toml states."""
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache"]
    answer = subprocess.run(command, cwd=repository, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout + answer.stderr


def imports_of(path: Path) -> set[str]:
    """Return the top-level names that a module imports, wherever the import stands."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found.add(node.module.split(".")[0])
    return found


ONLY_UNDER = {
    "PySide6": (
        "kinometric_desktop/ui",
        "kinometric_desktop/platform",
        "kinometric_desktop/composition.py",
        "kinometric_desktop/starting.py",
        "kinometric_desktop/__main__.py",
    ),
    "pyqtgraph": ("kinometric_desktop/ui", "kinometric_desktop/platform"),
    "httpx": (
        "kinometric_desktop/client",
        "kinometric_server/athena",
        "kinometric_server/delivery",
        "kinometric_server/interpretation",
    ),
    "sqlalchemy": (
        "kinometric_server/accounts",
        "kinometric_server/practices",
        "kinometric_server/patients",
        "kinometric_server/results",
        "kinometric_server/uploads",
        "kinometric_server/audit",
        "kinometric_server/database",
        "kinometric_server/security",
        "kinometric_server/operations",
        "kinometric_server/demo",
    ),
}


@pytest.mark.parametrize("library", sorted(ONLY_UNDER))
def test_a_library_is_imported_only_where_the_design_lets_it(repository: Path, library: str) -> None:
    allowed = tuple(str(repository / folder) for folder in ONLY_UNDER[library])
    strangers = [
        str(path.relative_to(repository))
        for package in PACKAGES
        for path in (repository / package).rglob("*.py")
        if library in imports_of(path) and not str(path).startswith(allowed)
    ]
    assert strangers == []


def test_each_module_says_in_its_first_line_what_it_is_for(repository: Path) -> None:
    silent = [
        str(path.relative_to(repository))
        for package in PACKAGES
        for path in (repository / package).rglob("*.py")
        if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert silent == []


def test_no_file_is_longer_than_500_lines(repository: Path) -> None:
    long = {
        str(path.relative_to(repository)): lines
        for package in PACKAGES
        for path in (repository / package).rglob("*.py")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 500
    }
    assert long == {}


@pytest.mark.parametrize("folder", ["packaging", "resources"])
def test_folders_that_are_not_packages_hold_no_init(repository: Path, folder: str) -> None:
    assert list((repository / folder).rglob("__init__.py")) == []


QT_FREE = (
    "kinometric",
    "kinometric.scoring",
    "kinometric.report",
    "kinometric_server.cli",
    "kinometric_desktop.client",
    "kinometric_desktop.app.match",
    "kinometric_desktop.app.review",
)


@pytest.mark.parametrize("module", QT_FREE)
def test_what_must_be_free_of_qt_imports_with_qt_blocked(repository: Path, module: str) -> None:
    code = (
        "import sys\n"
        "sys.modules['PySide6'] = sys.modules['shiboken6'] = sys.modules['pyqtgraph'] = None\n"
        f"import importlib; importlib.import_module({module!r})\n"
    )
    answer = subprocess.run([sys.executable, "-c", code], cwd=repository, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr


def test_importing_kinometric_is_cheap(repository: Path) -> None:
    code = "import sys, kinometric; print(sorted({'numpy', 'scipy', 'reportlab', 'pikepdf'} & set(sys.modules)))"
    answer = subprocess.run([sys.executable, "-c", code], cwd=repository, capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"
