"""The printer port, whose libraries are loaded when something is printed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget


class LatePrinter:
    """Hands the work to ``platform.printing`` at the first page."""

    def __init__(self, window: Callable[[], QWidget]) -> None:
        self._window = window

    def print_pdf(self, pdf: bytes, on_done: Callable[[bool], None], on_error: Callable[[str], None]) -> None:
        """Ask for a printer and print."""
        from kinometric_desktop.platform.printing import SystemPrinter

        SystemPrinter(self._window).print_pdf(pdf, on_done, on_error)

    def print_lines(
        self, title: str, lines: tuple[str, ...], on_done: Callable[[bool], None], on_error: Callable[[str], None]
    ) -> None:
        """Ask for a printer and print lines."""
        from kinometric_desktop.platform.printing import SystemPrinter

        SystemPrinter(self._window).print_lines(title, lines, on_done, on_error)
