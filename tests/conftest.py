"""What every test shares: the offscreen platform, the folder of real recordings, and a closed network."""

from __future__ import annotations

import os
import socket
import tempfile
from pathlib import Path

import hypothesis
import pytest

from tests.postgresql_programs import what_is_not_tested

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
_USER = os.getuid() if hasattr(os, "getuid") else os.environ.get("USERNAME", "")
os.environ.setdefault(
    "HYPOTHESIS_STORAGE_DIRECTORY", str(Path(tempfile.gettempdir()) / f"kinometric-hypothesis-{_USER}")
)
hypothesis.settings.register_profile(
    "same-every-time",
    derandomize=True,
    database=None,
    deadline=None,
    print_blob=True,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.register_profile(
    "search", parent=hypothesis.settings.get_profile("same-every-time"), derandomize=False
)
# A run of the tests says the same each time, on a slow machine too; `make soak` looks for new examples.
hypothesis.settings.load_profile(os.environ.get("KINOMETRIC_HYPOTHESIS", "same-every-time"))

REPOSITORY = Path(__file__).resolve().parent.parent

PATIENCE_MS = 60_000


def pytest_configure(config: pytest.Config) -> None:
    """Let tests of widgets wait as long as a machine under load needs; a wait ends when the thing is there."""
    if config.pluginmanager.hasplugin("pytest-qt"):
        from pytestqt.qtbot import QtBot

        for waiting in (QtBot.waitUntil, QtBot.waitSignal, QtBot.waitSignals, QtBot.waitExposed):
            waiting.__kwdefaults__["timeout"] = PATIENCE_MS


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the source tree."""
    return REPOSITORY


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real recordings and real athenaOne traffic, which is not part of the project."""
    folder = Path(os.environ.get("KINOMETRIC_SHARED", REPOSITORY.parent / "shared")) / "data"
    if not folder.is_dir():
        pytest.skip("The real recordings are not on this machine; KINOMETRIC_SHARED may name their folder.")
    return folder


_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


@pytest.fixture(autouse=True)
def _loopback_only(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection that would leave this machine."""
    if request.node.get_closest_marker("registry"):
        return
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if isinstance(address, tuple) and address and str(address[0]) not in _LOOPBACK:
            raise AssertionError(f"a test tried to reach {address[0]}")
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", guarded)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say at the end of a run that left a database out, and not only by skipping, what wasn't tested."""
    sentence = what_is_not_tested()
    if sentence is not None:
        terminalreporter.section("databases", sep="=", red=True, bold=True)
        terminalreporter.line(sentence, red=True, bold=True)
