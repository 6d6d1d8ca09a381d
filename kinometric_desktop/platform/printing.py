"""Prints the very bytes of a PDF, page by page, on a printer that the person chooses."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont, QImage, QPainter
from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrinterInfo
from PySide6.QtWidgets import QWidget

_DPI = 300
NO_PRINTER = "This computer has no printer set up. Set one up, or save the report as a file."
NO_PRINTER_FOR_LINES = "This computer has no printer set up. Copy the text, or write it down."


class SystemPrinter:
    """The Printer port over the operating system's print dialog."""

    def __init__(self, window: Callable[[], QWidget]) -> None:
        self._window = window

    def print_pdf(self, pdf: bytes, on_done: Callable[[bool], None], on_error: Callable[[str], None]) -> None:
        """Ask for a printer and print; the dialog is opened, never run in a loop of its own."""
        self._ask(
            "Kinometric report",
            lambda printer: paint_pages(pdf, printer),
            on_done,
            on_error,
            NO_PRINTER,
            "The printer did not take the report. Look at the printer, then print again.",
        )

    def print_lines(
        self, title: str, lines: tuple[str, ...], on_done: Callable[[bool], None], on_error: Callable[[str], None]
    ) -> None:
        """Ask for a printer and print a heading and lines, painted straight onto it."""
        self._ask(
            "Kinometric",
            lambda printer: paint_lines(title, lines, printer),
            on_done,
            on_error,
            NO_PRINTER_FOR_LINES,
            "The printer did not take the page. Look at the printer, then print again.",
        )

    def _ask(
        self,
        job: str,
        paint: Callable[[QPrinter], bool],
        on_done: Callable[[bool], None],
        on_error: Callable[[str], None],
        no_printer: str,
        refused: str,
    ) -> None:
        if not QPrinterInfo.availablePrinterNames():
            on_error(no_printer)
            return
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setDocName(job)
        dialog = QPrintDialog(printer, self._window())
        dialog.setObjectName("print")

        def finished(result: int) -> None:
            dialog.deleteLater()
            if not result:
                on_done(False)
                return
            if paint(printer):
                on_done(True)
            else:
                on_error(refused)

        dialog.finished.connect(finished)
        dialog.open()


def paint_lines(title: str, lines: tuple[str, ...], printer: QPrinter) -> bool:
    """Paint a heading and a few lines onto one page; False when the printer does not start."""
    painter = QPainter()
    if not painter.begin(printer):
        return False
    try:
        font = QFont()
        font.setPointSizeF(16)
        painter.setFont(font)
        top = painter.fontMetrics().ascent()
        painter.drawText(0, top, title)
        top += painter.fontMetrics().height()
        font.setPointSizeF(13)
        font.setFamilies(["Courier New", "Menlo", "Noto Sans Mono", "monospace"])
        painter.setFont(font)
        for line in lines:
            top += round(painter.fontMetrics().height() * 1.5)
            painter.drawText(0, top, line)
    finally:
        painter.end()
    return True


def paint_pages(pdf: bytes, printer: QPrinter) -> bool:
    """Paint every page of a PDF onto a printer; False when it does not start."""
    import pypdfium2

    painter = QPainter()
    if not painter.begin(printer):
        return False
    document = pypdfium2.PdfDocument(pdf)
    try:
        for number in range(len(document)):
            if number:
                printer.newPage()
            page = document[number]
            bitmap = page.render(scale=_DPI / 72, rev_byteorder=True).to_numpy()
            height, width = bitmap.shape[:2]
            form = QImage.Format.Format_RGB888 if bitmap.shape[2] == 3 else QImage.Format.Format_RGBA8888
            image = QImage(bitmap.data, width, height, bitmap.strides[0], form)
            area = QRectF(painter.viewport())
            scale = min(area.width() / width, area.height() / height)
            painter.drawImage(QRectF(0, 0, width * scale, height * scale), image)
            page.close()
    finally:
        document.close()
        painter.end()
    return True
