"""A secret on the clipboard is marked for histories to leave alone, and taken back only while it is still there."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from kinometric_desktop.platform.clipboard import MARKS, SystemClipboard


@pytest.mark.parametrize("platform", ["win32", "linux", "darwin"])
def test_a_secret_is_put_there_with_the_system_s_marks(qapp: QApplication, platform: str) -> None:
    SystemClipboard(platform).put("canary")
    clipboard = QGuiApplication.clipboard()
    assert clipboard.text() == "canary"
    for form, value in MARKS.get(platform, {}).items():
        assert bytes(clipboard.mimeData().data(form).data()) == value
    clipboard.clear()


def test_it_is_taken_back(qapp: QApplication) -> None:
    held = SystemClipboard()
    held.put("canary")
    held.take_back()
    assert QGuiApplication.clipboard().text() == ""


def test_what_was_copied_after_it_stays(qapp: QApplication) -> None:
    held = SystemClipboard()
    held.put("canary")
    QGuiApplication.clipboard().setText("a shopping list")
    held.take_back()
    assert QGuiApplication.clipboard().text() == "a shopping list"
    QGuiApplication.clipboard().clear()


def test_it_keeps_no_copy_of_the_secret(qapp: QApplication) -> None:
    held = SystemClipboard()
    held.put("canary")
    assert "canary" not in repr(vars(held))
    held.take_back()
