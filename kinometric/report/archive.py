"""What makes the PDF last: PDF/A-2b output intent and XMP, logical structure, title, language, fixed file id."""

from __future__ import annotations

import hashlib
import io
import zlib
from collections.abc import Sequence
from functools import cache
from typing import Any

from reportlab.pdfbase import pdfdoc

from kinometric.report.structure import Element, Structure
from kinometric.resources import resource_path


class _Code(pdfdoc.PDFObject):  # type: ignore[misc]
    """An object whose PDF code is already written."""

    __RefOnly__ = 1

    def __init__(self, code: str) -> None:
        self._code = code

    def format(self, document: Any) -> bytes:  # noqa: ARG002
        return self._code.encode("latin-1")


class _Stream(pdfdoc.PDFObject):  # type: ignore[misc]
    """A stream, compressed unless it must stay readable."""

    __RefOnly__ = 1

    def __init__(self, content: bytes, entries: str = "", *, compressed: bool = True) -> None:
        self._content = zlib.compress(content, 5) if compressed else content
        self._entries = f"{entries} /Filter /FlateDecode" if compressed else entries

    def format(self, document: Any) -> bytes:  # noqa: ARG002
        head = f"<< {self._entries} /Length {len(self._content)} >>\nstream\n"
        return head.encode("latin-1") + self._content + b"\nendstream"


@cache
def _colour_profile() -> bytes:
    return resource_path("report/sRGB.icc").read_bytes()


def _text(value: str) -> str:
    encoded = b"\xfe\xff" + value.encode("utf-16-be")
    return f"<{encoded.hex()}>"


def add_archive_parts(document: Any, packet: bytes) -> None:
    """Add metadata, output intent, language and viewer preferences to the catalog of a ReportLab document."""
    catalog = document.Catalog
    # ReportLab writes only the catalog keys that it knows; these are the ones that it lacks.
    catalog.__NoDefault__ = [*pdfdoc.PDFCatalog.__NoDefault__, "OutputIntents"]
    profile = document.Reference(_Stream(_colour_profile(), "/N 3"), "kinometric.profile")
    intent = (
        "<< /Type /OutputIntent /S /GTS_PDFA1 /OutputConditionIdentifier (sRGB) /Info (sRGB) /DestOutputProfile {} >>"
    )
    catalog.OutputIntents = _Inline(f"[ {intent.format(_reference(document, profile))} ]")
    catalog.Metadata = _Stream(packet, "/Type /Metadata /Subtype /XML", compressed=False)
    catalog.ViewerPreferences = _Code("<< /DisplayDocTitle true >>")
    # The packet holds the ids, the content's hash and the time of making: what tells this document from every other.
    file_id = hashlib.sha256(packet).hexdigest()[:32]
    document._ID = f"\n[<{file_id}><{file_id}>]\n"


class _Inline(_Code):
    """Code that stands directly in its dictionary."""

    __RefOnly__ = 0


def _reference(document: Any, reference: Any) -> str:
    code = reference.format(document)
    return code.decode("latin-1") if isinstance(code, bytes) else str(code)


def packed(pdf: bytes) -> bytes:
    """Return the document with its small objects in compressed object streams and an id made of its content."""
    import pikepdf

    packed_file = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        document.save(
            packed_file,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
            fix_metadata_version=False,  # the packet is complete; it stays byte for byte
            deterministic_id=True,
        )
    return packed_file.getvalue()


def compress_pages(document: Any, pages: Sequence[Any]) -> None:
    """Give every page its content as a compressed binary stream; ReportLab would write it in ASCII 85."""
    for index, page in enumerate(pages):
        content = page.stream.encode("latin-1") if isinstance(page.stream, str) else page.stream
        page.Contents = document.Reference(_Stream(content), f"kinometric.content.{index}")


def add_structure(document: Any, structure: Structure, pages: Sequence[Any]) -> None:
    """Write the structure tree and tie it to the marks on the pages.

    Parameters
    ----------
    document : reportlab PDFDocument
    structure : Structure
    pages : sequence of PDFPage
        In the order of the page indices in the marks.
    """
    page_codes = [_reference(document, document.Reference(page)) for page in pages]
    for index, page in enumerate(pages):
        page.__NoDefault__ = [*pdfdoc.PDFPage.__NoDefault__, "StructParents", "Tabs"]
        page.StructParents = index
        page.Tabs = pdfdoc.PDFName("S")
    owners: dict[tuple[int, int], str] = {}
    names = iter(range(1, 1_000_000))

    def allocate(code: _Code) -> str:
        return _reference(document, document.Reference(code, f"kinometric.structure.{next(names)}"))

    root = _Code("")
    root_code = allocate(root)

    def write(element: Element, parent: str) -> str:
        body = _Code("")
        own = allocate(body)
        children = [write(child, own) for child in element.children]
        entries = [f"/S /{element.kind} /P {parent}"]
        if element.marks:
            first = element.marks[0][0]
            entries.append(f"/Pg {page_codes[first]}")
            for page, number in element.marks:
                owners[page, number] = own
                elsewhere = f"<</Type /MCR /Pg {page_codes[page]} /MCID {number}>>"
                children.append(str(number) if page == first else elsewhere)
        if children:
            entries.append(f"/K {children[0]}" if len(children) == 1 else f"/K [{' '.join(children)}]")
        if element.alternative:
            entries.append(f"/Alt {_text(element.alternative)}")
        if element.header_scope:
            entries.append(f"/A <</O /Table /Scope /{element.header_scope}>>")
        if element.columns > 1:
            entries.append(f"/A <</O /Table /ColSpan {element.columns}>>")
        if element.box is not None:
            entries.append(f"/A <</O /Layout /BBox [{' '.join(f'{part:.1f}' for part in element.box)}]>>")
        body._code = f"<<{' '.join(entries)}>>"
        return own

    top = write(structure.root, root_code)
    rows = []
    for index in range(len(pages)):
        marks = sorted(number for page, number in owners if page == index)
        rows.append(f"{index} [{' '.join(owners[(index, number)] for number in marks)}]")
    parents = allocate(_Code(f"<</Nums [{' '.join(rows)}]>>"))
    root._code = f"<</Type /StructTreeRoot /K {top} /ParentTree {parents} /ParentTreeNextKey {len(pages)}>>"
    document.Catalog.StructTreeRoot = root
    document.Catalog.MarkInfo = _Code("<</Marked true>>")
