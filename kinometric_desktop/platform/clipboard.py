"""The clipboard, with the marks by which clipboard histories of the operating systems leave a text alone."""

from __future__ import annotations

import hashlib
import sys

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication

_WINDOWS = 'application/x-qt-windows-mime;value="{}"'
#: Windows' clipboard history and cloud clipboard, and KDE's history; other systems know no such mark.
MARKS: dict[str, dict[str, bytes]] = {
    "win32": {
        _WINDOWS.format("ExcludeClipboardContentFromMonitorProcessing"): b"1",
        _WINDOWS.format("CanIncludeInClipboardHistory"): bytes(4),
        _WINDOWS.format("CanUploadToCloudClipboard"): bytes(4),
    },
    "linux": {"x-kde-passwordManagerHint": b"secret"},
}


class SystemClipboard:
    """The Clipboard port; of what was put there it keeps a hash, to know whether it still is."""

    def __init__(self, platform: str = sys.platform) -> None:
        self._marks = MARKS.get(platform, {})
        self._last = ""

    def put(self, text: str) -> None:
        """Put a text there, marked."""
        data = QMimeData()
        data.setText(text)
        for form, value in self._marks.items():
            data.setData(form, value)
        self._last = _digest(text)
        QGuiApplication.clipboard().setMimeData(data)

    def take_back(self) -> None:
        """Empty the clipboard if it still holds that text."""
        clipboard = QGuiApplication.clipboard()
        if self._last and _digest(clipboard.text()) == self._last:
            clipboard.clear()
        self._last = ""


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
