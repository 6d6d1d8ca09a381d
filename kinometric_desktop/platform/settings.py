"""Keeps the workstation's settings in an INI file of the person; nothing about patients, nothing secret."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSettings, QStandardPaths

from kinometric_desktop.app.ports import WorkstationSettings

_APPEARANCES = ("system", "light", "dark", "high-contrast")


class IniSettings:
    """Settings in one INI file; what a newer version wrote there is kept."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file or Path(
            QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppConfigLocation), "workstation.ini"
        )

    def load(self) -> WorkstationSettings:
        """Read the settings; what can't be understood has its default."""
        stored = QSettings(str(self._file), QSettings.Format.IniFormat)
        known: dict[str, Any] = {}
        appearance = str(stored.value("appearance", ""))
        if appearance in _APPEARANCES:
            known["appearance"] = appearance
        percent = str(stored.value("text_percent", ""))
        if percent.isdigit() and 100 <= int(percent) <= 200:
            known["text_percent"] = int(percent)
        known["reduced_motion"] = str(stored.value("reduced_motion", "")).lower() == "true"
        for name in ("server_url", "last_user"):
            known[name] = str(stored.value(name, "") or "")
        return WorkstationSettings(**known)

    def save(self, settings: WorkstationSettings) -> None:
        """Write the settings."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        stored = QSettings(str(self._file), QSettings.Format.IniFormat)
        for field in dataclasses.fields(settings):
            value = getattr(settings, field.name)
            stored.setValue(field.name, str(value).lower() if isinstance(value, bool) else value)
        stored.sync()
