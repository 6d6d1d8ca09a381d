"""Files are read into memory; printing paints the very bytes; one workstation runs for one person."""

from __future__ import annotations

import io
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from uuid import uuid4

import pytest
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
from pytestqt.qtbot import QtBot
from reportlab.pdfgen.canvas import Canvas

from kinometric_desktop.app.ports import ChosenFile
from kinometric_desktop.platform.files import LARGEST_RECORDING, WindowFiles, read_recording_file
from kinometric_desktop.platform.late_printer import LatePrinter
from kinometric_desktop.platform.printing import NO_PRINTER, NO_PRINTER_FOR_LINES, paint_lines, paint_pages
from kinometric_desktop.platform.single_instance import SingleInstance, channel_name


def pdf(pages: int) -> bytes:
    made = io.BytesIO()
    canvas = Canvas(made)
    for number in range(pages):
        canvas.drawString(72, 700, f"Page {number + 1}")
        canvas.showPage()
    canvas.save()
    return made.getvalue()


def test_a_recording_is_read_with_its_name_and_without_its_folder(tmp_path: Path) -> None:
    file = tmp_path / "LBEO.csv"
    file.write_bytes(b"t,ax,ay,az\n")
    assert read_recording_file(file) == ChosenFile("LBEO.csv", b"t,ax,ay,az\n")


def test_a_file_that_is_too_large_is_refused_with_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "large.csv"
    with file.open("wb") as stream:
        stream.truncate(LARGEST_RECORDING + 1)
    with pytest.raises(ValueError, match="larger than 10 MB"):
        read_recording_file(file)


def dialog_of(qapp: QApplication, name: str) -> QFileDialog:
    found = [one for one in qapp.topLevelWidgets() if one.objectName() == name and one.isVisible()]
    assert isinstance(found[0], QFileDialog)
    return found[0]


@pytest.fixture
def files(shown: Callable[[QWidget], QWidget], monkeypatch: pytest.MonkeyPatch) -> WindowFiles:
    """The port over a window, with Qt's own dialogs."""
    window = shown(QWidget())
    original = QFileDialog.open
    monkeypatch.setattr(
        QFileDialog,
        "open",
        lambda self: (self.setOption(QFileDialog.Option.DontUseNativeDialog, True), original(self))[1],
    )
    return WindowFiles(lambda: window)


def test_choosing_nothing_is_not_an_error(files: WindowFiles, qapp: QApplication) -> None:
    seen: list[ChosenFile | None] = []
    files.open_recording(seen.append, lambda _: None)
    dialog_of(qapp, "files.open_recording").reject()
    assert seen == [None]


def test_a_chosen_recording_is_handed_over(files: WindowFiles, qapp: QApplication, tmp_path: Path) -> None:
    file = tmp_path / "LBEO.csv"
    file.write_bytes(b"abc")
    seen: list[ChosenFile | None] = []
    files.open_recording(seen.append, lambda _: None)
    dialog = dialog_of(qapp, "files.open_recording")
    dialog.setDirectory(str(tmp_path))
    dialog.selectFile(str(file))
    dialog.done(1)
    assert seen == [ChosenFile("LBEO.csv", b"abc")]


def test_a_recording_that_is_gone_says_so(files: WindowFiles, qapp: QApplication, tmp_path: Path) -> None:
    said: list[str] = []
    files.open_recording(lambda _: None, said.append)
    dialog = dialog_of(qapp, "files.open_recording")
    dialog.setDirectory(str(tmp_path))
    dialog.selectFile(str(tmp_path / "gone.csv"))
    dialog.done(1)
    assert said == ["The file could not be read. Check that it is still there and that you may open it."]


def test_a_report_is_saved_where_the_person_points(files: WindowFiles, qapp: QApplication, tmp_path: Path) -> None:
    done: list[bool] = []
    files.save_pdf(b"%PDF", "Kinometric report.pdf", done.append, lambda _: None)
    dialog = dialog_of(qapp, "files.save_pdf")
    dialog.setDirectory(str(tmp_path))
    dialog.selectFile(str(tmp_path / "report.pdf"))
    dialog.done(1)
    assert done == [True]
    assert (tmp_path / "report.pdf").read_bytes() == b"%PDF"
    files.save_pdf(b"%PDF", "Kinometric report.pdf", done.append, lambda _: None)
    dialog_of(qapp, "files.save_pdf").reject()
    assert done == [True, False]


@pytest.mark.parametrize("pages", [1, 3])
def test_every_page_of_the_pdf_is_printed(qapp: QApplication, tmp_path: Path, pages: int) -> None:
    import pypdfium2

    printer = QPrinter(QPrinter.PrinterMode.ScreenResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "printed.pdf"))
    assert paint_pages(pdf(pages), printer)
    printed = pypdfium2.PdfDocument(tmp_path / "printed.pdf")
    assert len(printed) == pages
    printed.close()


def test_recovery_codes_are_printed_line_by_line(qapp: QApplication, tmp_path: Path) -> None:
    import pypdfium2

    printer = QPrinter(QPrinter.PrinterMode.ScreenResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "printed.pdf"))
    lines = tuple(f"{place}.  code-{place:04d}" for place in range(1, 11))
    assert paint_lines("Recovery codes", lines, printer)
    document = pypdfium2.PdfDocument(tmp_path / "printed.pdf")
    page = document[0]
    bitmap = page.render(scale=1).to_numpy().min(axis=2)
    dark = (bitmap < 128).any(axis=1)
    blocks = sum(1 for above, here in pairwise(dark) if here and not above)
    assert (len(document), blocks >= 11) == (1, True)
    assert printer.docName() == ""
    page.close()
    document.close()


def test_without_a_printer_a_sentence_says_what_to_do(
    shown: Callable[[QWidget], QWidget], monkeypatch: pytest.MonkeyPatch
) -> None:
    from PySide6.QtPrintSupport import QPrinterInfo

    monkeypatch.setattr(QPrinterInfo, "availablePrinterNames", staticmethod(list))
    window = shown(QWidget())
    said: list[str] = []
    LatePrinter(lambda: window).print_pdf(pdf(1), lambda _: None, said.append)
    LatePrinter(lambda: window).print_lines("Codes", ("a",), lambda _: None, said.append)
    assert said == [NO_PRINTER, NO_PRINTER_FOR_LINES]


def test_a_second_start_brings_the_first_window_to_the_front(qtbot: QtBot) -> None:
    name = channel_name(f"https://{uuid4().hex}.example")
    raised: list[str] = []
    first = SingleInstance(name, lambda: raised.append("first"))
    second = SingleInstance(name, lambda: raised.append("second"))
    assert first.acquire()
    assert not second.acquire()
    qtbot.waitUntil(lambda: bool(raised))
    assert raised == ["first"]
    first.release()
    assert second.acquire()
    second.release()


def test_the_channel_names_neither_person_nor_server() -> None:
    name = channel_name("https://kinometric.example")
    assert "example" not in name
    assert name != channel_name("https://other.example")
