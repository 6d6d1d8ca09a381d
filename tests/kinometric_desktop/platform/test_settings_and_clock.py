"""Settings hold nothing about patients; the clock goes on; timers can be dropped."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from kinometric_desktop.app.ports import WorkstationSettings
from kinometric_desktop.platform.clock import QtTimer, SystemClock
from kinometric_desktop.platform.settings import IniSettings


def test_what_was_saved_is_read_again(tmp_path: Path, qapp: object) -> None:
    file = tmp_path / "deep" / "workstation.ini"
    kept = WorkstationSettings("https://kinometric.example", "dsmith", "dark", 150, True)
    IniSettings(file).save(kept)
    assert IniSettings(file).load() == kept


def test_a_first_start_has_defaults(tmp_path: Path, qapp: object) -> None:
    assert IniSettings(tmp_path / "none.ini").load() == WorkstationSettings()


@pytest.mark.parametrize(
    "text",
    ["appearance=purple\n", "text_percent=5000\n", "text_percent=large\n", "reduced_motion=perhaps\n", "\x00\x01"],
)
def test_what_can_not_be_understood_has_its_default(tmp_path: Path, text: str, qapp: object) -> None:
    file = tmp_path / "workstation.ini"
    file.write_text(f"[General]\n{text}", encoding="utf-8")
    assert IniSettings(file).load() == WorkstationSettings()


def test_what_a_newer_version_wrote_is_kept(tmp_path: Path, qapp: object) -> None:
    file = tmp_path / "workstation.ini"
    file.write_text("[General]\nnew_thing=7\nlast_user=dsmith\n", encoding="utf-8")
    settings = IniSettings(file)
    settings.save(settings.load())
    assert "new_thing=7" in file.read_text(encoding="utf-8")


def test_the_usual_place_is_the_persons_own_folder(qapp: object, tmp_path: Path) -> None:
    settings = IniSettings()
    settings.save(WorkstationSettings(last_user="dsmith"))
    assert list(tmp_path.rglob("workstation.ini"))


def test_the_clock_knows_its_zone_and_never_goes_back() -> None:
    clock = SystemClock()
    assert clock.now().utcoffset() is not None
    first = clock.monotonic_s()
    assert clock.monotonic_s() >= first


def test_a_timer_calls_once_or_again_and_again(qtbot: QtBot) -> None:
    parent = QObject()
    timer = QtTimer(parent)
    once: list[int] = []
    again: list[int] = []
    timer.after(0.001, lambda: once.append(1))
    ticket = timer.every(0.001, lambda: again.append(1))
    qtbot.waitUntil(lambda: len(again) >= 3)
    ticket.drop()
    ticket.drop()
    assert once == [1]
    parent.deleteLater()


def test_a_dropped_call_never_comes(qtbot: QtBot) -> None:
    parent = QObject()
    timer = QtTimer(parent)
    seen: list[str] = []
    timer.after(0.001, lambda: seen.append("dropped")).drop()
    timer.after(0.01, lambda: seen.append("last"))
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == ["last"]
    parent.deleteLater()
