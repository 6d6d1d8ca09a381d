"""Opens recordings into memory and saves reports where a person points."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from kinometric_desktop.app.ports import ChosenFile

LARGEST_RECORDING = 10 * 1024 * 1024


class WindowFiles:
    """The FileChooser port over the operating system's dialogs, opened and never run in a loop of their own."""

    def __init__(self, window: Callable[[], QWidget]) -> None:
        self._window = window

    def open_recording(self, on_chosen: Callable[[ChosenFile | None], None], on_error: Callable[[str], None]) -> None:
        """Ask for a recording and read it."""
        dialog = QFileDialog(self._window(), "Add recording")
        dialog.setObjectName("files.open_recording")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters(["Recordings (*.csv *.txt)", "All files (*)"])

        def finished(result: int) -> None:
            chosen = dialog.selectedFiles() if result else []
            dialog.deleteLater()
            if not chosen:
                on_chosen(None)
                return
            try:
                on_chosen(read_recording_file(Path(chosen[0])))
            except OSError:
                on_error("The file could not be read. Check that it is still there and that you may open it.")
            except ValueError as problem:
                on_error(str(problem))

        dialog.finished.connect(finished)
        dialog.open()

    def save_pdf(
        self, pdf: bytes, suggested_name: str, on_done: Callable[[bool], None], on_error: Callable[[str], None]
    ) -> None:
        """Ask where to save a PDF and write it."""
        dialog = QFileDialog(self._window(), "Save report")
        dialog.setObjectName("files.save_pdf")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters(["PDF (*.pdf)"])
        dialog.setDefaultSuffix("pdf")
        dialog.selectFile(suggested_name)

        def finished(result: int) -> None:
            chosen = dialog.selectedFiles() if result else []
            dialog.deleteLater()
            if not chosen:
                on_done(False)
                return
            try:
                Path(chosen[0]).write_bytes(pdf)
            except OSError:
                on_error("The file could not be written there. Choose another folder.")
                return
            on_done(True)

        dialog.finished.connect(finished)
        dialog.open()


def read_recording_file(path: Path) -> ChosenFile:
    """Read a file of at most 10 MB. Raises OSError, and ValueError with a sentence when it is larger."""
    if path.stat().st_size > LARGEST_RECORDING:
        raise ValueError("The file is larger than 10 MB, so it is not a recording of one test.")
    return ChosenFile(path.name, path.read_bytes())
