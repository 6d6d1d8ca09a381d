"""Turns the bytes of a PDF into pictures of its pages, in memory."""

from __future__ import annotations

import threading
from dataclasses import dataclass

# PDFium keeps global state and may be used by one thread at a time.
_PDFIUM = threading.Lock()


class PdfError(ValueError):
    """The bytes are not a PDF that can be shown."""


@dataclass(frozen=True, eq=False)
class PagePicture:
    """One page as pixels.

    Attributes
    ----------
    number : int
        Counted from 1.
    width, height : int
        In pixels.
    bytes_per_line : int
    pixels : bytes
        Blue, green, red and an unused byte for each pixel.
    """

    number: int
    width: int
    height: int
    bytes_per_line: int
    pixels: bytes


def render_pages(pdf: bytes, width_px: int) -> tuple[PagePicture, ...]:
    """Draw every page at a width.

    Parameters
    ----------
    pdf : bytes
        The document.
    width_px : int
        Pixels across a page.

    Raises
    ------
    PdfError
        When the bytes are not a PDF that can be shown.
    """
    import pypdfium2

    with _PDFIUM:
        try:
            document = pypdfium2.PdfDocument(pdf)
        except pypdfium2.PdfiumError:
            raise PdfError("The server's answer is not a PDF that can be shown.") from None
        try:
            return tuple(_page(document[index], index + 1, width_px) for index in range(len(document)))
        finally:
            document.close()


def _page(page: object, number: int, width_px: int) -> PagePicture:
    width_pt, _ = page.get_size()  # type: ignore[attr-defined]
    bitmap = page.render(scale=max(width_px, 8) / width_pt, prefer_bgrx=True)  # type: ignore[attr-defined]
    try:
        pixels = bytes(bitmap.buffer)
        return PagePicture(number, bitmap.width, bitmap.height, bitmap.stride, pixels)
    finally:
        bitmap.close()
        page.close()  # type: ignore[attr-defined]
