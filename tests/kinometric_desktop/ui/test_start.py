"""The first window is painted before anything heavy is loaded; the rest comes up without a window of its own."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from kinometric_desktop.__main__ import USAGE, main
from kinometric_desktop.composition import SCREENS, Workstation, compose, product_versions
from kinometric_desktop.platform.single_instance import SingleInstance, channel_name
from kinometric_desktop.starting import ALREADY_OPEN, start
from kinometric_desktop.ui.shell.first_window import MainWindow
from kinometric_desktop.ui.widgets.digits import DigitCells

HEAVY = (
    "numpy",
    "scipy",
    "pyqtgraph",
    "reportlab",
    "httpx",
    "keyring",
    "nacl",
    "pypdfium2",
    "pikepdf",
    "rapidfuzz",
    "json",
)


@pytest.fixture(scope="module")
def modules_at_first_paint(repository: Path) -> list[str]:
    """What was loaded when the first window had been painted."""
    run = subprocess.run(
        [sys.executable, "-m", "kinometric_desktop", "--first-paint-exit"],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        cwd=repository,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return run.stdout.split()


@pytest.mark.parametrize("name", HEAVY)
def test_nothing_heavy_is_loaded_at_the_first_paint(modules_at_first_paint: list[str], name: str) -> None:
    assert not [module for module in modules_at_first_paint if module == name or module.startswith(f"{name}.")]


def test_only_three_parts_of_qt_and_four_of_ours_are_loaded_at_the_first_paint(
    modules_at_first_paint: list[str],
) -> None:
    qt = {name for name in modules_at_first_paint if name.startswith("PySide6.Qt")}
    assert qt == {"PySide6.QtCore", "PySide6.QtGui", "PySide6.QtWidgets"}
    ours = [name for name in modules_at_first_paint if name.startswith("kinometric")]
    assert len(ours) <= 5


@pytest.fixture(autouse=True)
def collecting() -> Iterator[None]:
    """A start that was not carried through leaves the collector off; the next test has it on."""
    yield
    gc.unfreeze()
    gc.enable()


@pytest.fixture
def window(qapp: QApplication) -> Iterator[MainWindow]:
    """The painted window."""
    made = MainWindow()
    made.show()
    qapp.processEvents()
    yield made
    made.close()
    made.deleteLater()


def test_the_first_window_is_painted_once_told(qtbot: QtBot) -> None:
    window = MainWindow()
    told: list[int] = []
    window.painted.connect(lambda: told.append(1))
    window.show()
    qtbot.waitUntil(lambda: bool(told))
    window.repaint()
    assert told == [1]
    image = window.grab().toImage()
    assert len({image.pixelColor(x, 340).name() for x in range(600, 760)}) > 1
    window.close()
    window.deleteLater()


def ended(station: Workstation) -> None:
    station.close()


def test_the_workstation_comes_up_and_asks_for_a_server(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    station = compose(window, "", tmp_path / "workstation.ini")
    with qtbot.waitSignal(station.ready, timeout=30000):
        pass
    assert station.work.navigation.screen == "sign_in"
    assert window.findChild(QWidget, "sign_in.server.address").isVisible()  # type: ignore[union-attr]
    assert all(name in sys.modules for name in SCREENS)
    station.register_screens()
    station.report_mistake("Kinometric made a mistake. [KW-500]")
    ended(station)


def test_a_server_that_does_not_answer_is_said_in_a_sentence(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    station = compose(window, "http://127.0.0.1:9", tmp_path / "workstation.ini")
    qtbot.waitUntil(lambda: station.sign_in.state.problem is not None, timeout=30000)
    assert station.sign_in.state.problem is not None
    assert station.sign_in.state.problem.code == "KW-101"
    qtbot.waitUntil(lambda: station._threads.idle, timeout=30000)
    ended(station)


def test_starting_loads_on_a_thread_and_keeps_the_window_alive(
    window: MainWindow, qapp: QApplication, qtbot: QtBot
) -> None:
    running: list[object] = []
    start(qapp, window, "", running)
    qtbot.waitUntil(lambda: any(isinstance(one, Workstation) for one in running), timeout=30000)
    station = next(one for one in running if isinstance(one, Workstation))
    qtbot.waitUntil(lambda: station._threads.idle, timeout=30000)
    ended(station)
    qapp.aboutToQuit.disconnect(station.close)
    crash = running[0]
    qapp.aboutToQuit.disconnect(crash.remove)  # type: ignore[attr-defined]
    crash.remove()  # type: ignore[attr-defined]


def test_a_second_start_for_the_same_server_ends_and_says_so(
    window: MainWindow,
    qapp: QApplication,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    url = f"http://127.0.0.1:{20000 + os.getpid() % 20000}"
    asked: list[str] = []
    first = SingleInstance(channel_name(url), lambda: asked.append("raise"))
    assert first.acquire()
    ended_with: list[int] = []
    monkeypatch.setattr(QApplication, "exit", staticmethod(lambda code=0: ended_with.append(code)))
    running: list[object] = []
    start(qapp, window, url, running, single=True)
    qtbot.waitUntil(lambda: bool(ended_with) and bool(asked), timeout=30000)
    assert ended_with == [0]
    assert capsys.readouterr().out.strip() == ALREADY_OPEN
    assert not any(isinstance(one, Workstation) for one in running)
    first.release()
    crash = running[0]
    qapp.aboutToQuit.disconnect(crash.remove)  # type: ignore[attr-defined]
    crash.remove()  # type: ignore[attr-defined]


def test_versions_name_product_and_engine() -> None:
    words = product_versions()
    assert words.startswith("Version ")
    assert "engine 1." in words


def test_an_unknown_option_explains_the_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--nonsense"]) == 2
    assert capsys.readouterr().err == USAGE
    assert main(["--help"]) == 0
    assert capsys.readouterr().out == USAGE
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("kinometric-desktop ")


def test_the_demo_says_how_to_get_it_where_the_server_is_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("shutil.which", lambda *_, **__: None)
    assert main(["--demo"]) == 1
    assert "kinometric[desktop,server]" in capsys.readouterr().err


def test_the_digits_of_a_code_are_one_field(qapp: QApplication) -> None:
    cells = DigitCells("test.code", "Code", 6)
    assert cells.accessibleDescription() == "6 digits"


def test_no_full_collection_stops_the_window_while_it_loads(
    qtbot: QtBot, qapp: QApplication, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A collection over the million objects of numpy and SciPy takes a third of a second."""
    frozen: list[bool] = []
    monkeypatch.setattr("gc.freeze", lambda: frozen.append(gc.isenabled()))
    running: list[object] = []
    try:
        start(qapp, window, "http://127.0.0.1:9", running)
        assert not gc.isenabled()
        qtbot.waitUntil(lambda: gc.isenabled(), timeout=30_000)
        assert frozen == [False], "what is loaded is set apart before anything is collected"
    finally:
        gc.enable()
        for thing in running:
            for end in ("close", "remove"):
                if hasattr(thing, end):
                    qapp.aboutToQuit.disconnect(getattr(thing, end))  # type: ignore[attr-defined]
                    getattr(thing, end)()
