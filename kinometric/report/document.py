"""Make the report's PDF in memory: lay the blocks out on pages, draw them, and add what an archive needs."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import zip_longest
from typing import Any

from reportlab.pdfbase import pdfdoc
from reportlab.pdfgen.canvas import Canvas

from kinometric.report.archive import add_archive_parts, add_structure, compress_pages, packed
from kinometric.report.block import Block, Space
from kinometric.report.content import ReportContent, content_hash
from kinometric.report.frame import MARGIN, draw_foot, draw_head, foot_top, identity_bottom, page_widths
from kinometric.report.identity import xmp_packet
from kinometric.report.paths import SwayPaths
from kinometric.report.result_table import LevelLine, ResultTable, notes, warnings
from kinometric.report.sheet import Sheet
from kinometric.report.structure import Structure
from kinometric.report.texts import context_blocks, interpretation_blocks
from kinometric.report.traces import TracePage, trace_foot
from kinometric.report.trend import history_blocks, trend_and_questionnaires
from kinometric.report.typeface import typeface
from kinometric.report.wording import TITLE, method_sentence

# ReportLab's fonts hold a reading position while they are subset, so one report is made at a time.
_ONE_AT_A_TIME = threading.Lock()


@dataclass
class _Page:
    """One page to be: its outline entry, its foot, and its blocks with their tops."""

    outline: str
    foot: str
    full: bool = False
    blocks: list[tuple[float, Block]] = field(default_factory=list)


def render_report(content: ReportContent) -> bytes:
    """Return the report as a PDF.

    Parameters
    ----------
    content : ReportContent
        Everything that the report says, the time of making included.

    Returns
    -------
    bytes
        A PDF 1.7 file with PDF/A-2b metadata, embedded font subsets, selectable text, an outline and a logical
        structure. The same content gives the same bytes.
    """
    width, height = page_widths(content)
    pages = _lay_out(content, width, height)
    digest = content_hash(content)

    def draw(sheet: Sheet, index: int) -> None:
        page = pages[index]
        draw_head(sheet, content, index + 1, len(pages), full=page.full)
        for top, block in page.blocks:
            block.draw(sheet, MARGIN, top, width - 2 * MARGIN)
        draw_foot(sheet, content, page.foot, digest)

    producer = producer_of(content)
    packet = xmp_packet(
        content.identity,
        title=TITLE,
        producer=producer,
        made_at=content.made_at,
        content_hash=digest,
        engine=content.engine,
    )
    outline = [page.outline for page in pages]
    return drawn_document((width, height), outline, draw, DocumentInformation(TITLE, producer, content.made_at), packet)


def producer_of(content: ReportContent) -> str:
    """Return what a document says it was made by."""
    return f"Kinometric {content.program}".strip()


def drawn_document(
    paper: tuple[float, float],
    outline: Sequence[str],
    draw: Callable[[Sheet, int], None],
    information: DocumentInformation,
    packet: bytes,
) -> bytes:
    """Return pages that are drawn one after another as a PDF with everything that an archive needs.

    Parameters
    ----------
    paper : (float, float)
        Width and height in points.
    outline : sequence of str
        One entry for each page; an empty one is not listed.
    draw : callable
        Draws a page, given its sheet and its index.
    information : DocumentInformation
        The info dictionary; says the same as the packet.
    packet : bytes
        The XMP packet.
    """
    with _ONE_AT_A_TIME:
        buffer = io.BytesIO()
        face = typeface("regular")
        typeface("strong")
        canvas = Canvas(
            buffer,
            pagesize=paper,
            pageCompression=1,
            invariant=1,
            initialFontName=face.name,
            pdfVersion=(1, 7),
            lang="en-US",
        )
        document: Any = canvas._doc
        structure = Structure()
        for index, entry in enumerate(outline):
            canvas.bookmarkPage(f"page-{index + 1}")
            if entry:
                canvas.addOutlineEntry(entry, f"page-{index + 1}", 0, 0)
            sheet = Sheet(canvas, structure, index, *paper)
            draw(sheet, index)
            sheet.finish()
            canvas.showPage()
        document.info = information
        made = [page for page in document.idToObject.values() if isinstance(page, pdfdoc.PDFPage)]
        compress_pages(document, made)
        add_structure(document, structure, made)
        add_archive_parts(document, packet)
        return packed(canvas.getpdfdata())


class DocumentInformation(pdfdoc.PDFInfo):  # type: ignore[misc]
    """The info dictionary with only those entries that the XMP repeats: no name and no number of a patient."""

    def __init__(self, title: str, producer: str, made_at: datetime) -> None:
        super().__init__()
        offset = made_at.strftime("%z")[:5]
        zone = "Z" if offset == "+0000" else f"{offset[:3]}'{offset[3:]}"
        self._entries = {"Title": title, "Creator": producer, "Producer": producer}
        self._date = f"D:{made_at.strftime('%Y%m%d%H%M%S')}{zone}"

    def format(self, document: Any) -> Any:
        """Write the entries as reportlab asks for them: the title and the program, the given time as both dates."""
        entries = {name: pdfdoc.PDFString(value) for name, value in self._entries.items()}
        entries["CreationDate"] = entries["ModDate"] = pdfdoc.PDFString(self._date)
        return pdfdoc.PDFDictionary(entries).format(document)


def _lay_out(content: ReportContent, width: float, height: float) -> list[_Page]:
    inner = width - 2 * MARGIN
    method = method_sentence(content)
    first = _Page("Result", method, full=True)
    pages = [first]
    top = identity_bottom(content, width, full=True) + 10.0
    end = foot_top(width, height, method) - 6.0
    blocks = _fitted(_flow(content, inner), content, inner, end - top)
    for block, following in zip_longest(blocks, blocks[1:]):
        needed = block.height(inner)
        # A space or a rule stays with what it leads to, or goes at a page's end.
        wanted = needed + (following.height(inner) if isinstance(block, Space) and following else 0.0)
        if top + wanted > end + 0.01 and pages[-1].blocks:
            if isinstance(block, Space) and following is None:
                break
            pages.append(_Page("Result, continued", method))
            top = identity_bottom(content, width, full=False) + 14.0
        if isinstance(block, Space) and not pages[-1].blocks:
            continue
        pages[-1].blocks.append((top, block))
        top += needed
    short_top = identity_bottom(content, width, full=False) + 12.0
    if content.options.traces:
        foot = trace_foot(content)
        room = foot_top(width, height, foot) - short_top - 4.0
        pages.append(_Page("Acceleration traces", foot, blocks=[(short_top, TracePage(content, room))]))
    if content.options.history and len(content.trend) > 1:
        room = foot_top(width, height, "") - short_top
        for index, block in enumerate(history_blocks(content, room)):
            pages.append(_Page("" if index else "All sessions", "", blocks=[(short_top, block)]))
    return pages


def _fitted(blocks: list[Block], content: ReportContent, inner: float, room: float) -> list[Block]:
    """Return the blocks with smaller sway paths, all four alike, where that keeps everything on the first page."""
    over = sum(block.height(inner) for block in blocks) - room
    for index, block in enumerate(blocks):
        if isinstance(block, SwayPaths) and 0.0 < over <= block.spare(inner):
            return [*blocks[:index], SwayPaths(content, over), *blocks[index + 1 :]]
    return blocks


def _flow(content: ReportContent, inner: float) -> list[Block]:
    """Return the blocks of the first page in the order in which clinicians read them."""
    return [
        *warnings(content),
        LevelLine(content),
        ResultTable(content),
        notes(content),
        Space(4.0),
        SwayPaths(content),
        *trend_and_questionnaires(content, inner),
        *context_blocks(content, inner),
        *interpretation_blocks(content, inner),
    ]
