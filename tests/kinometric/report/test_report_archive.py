"""What makes the PDF last: many characters, object streams, the structure tree, and nothing left from the tools."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pikepdf
import pypdfium2
import pytest

from kinometric.report import PageOptions, ReportContent, SignedText, render_report
from kinometric.report.archive import packed
from kinometric.report.structure import Structure
from kinometric.report.typeface import typeface

Make = Callable[..., ReportContent]


def words_of(pdf: bytes) -> str:
    """Return the text of all pages."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        pages = []
        for page in document:
            text = page.get_textpage()
            pages.append(text.get_text_range())
            text.close()
            page.close()
        return " ".join(" ".join(pages).split())
    finally:
        document.close()


def test_more_characters_than_one_subset_holds_are_all_read_back(make_report: Make) -> None:
    letters = [chr(code) for code in range(0x00C0, 0x0250) if typeface().shows(chr(code)) and chr(code).isalpha()]
    letters += [chr(code) for code in range(0x0410, 0x0450)]
    assert len(letters) > 256
    note = " ".join("".join(letters[start : start + 8]) for start in range(0, len(letters), 8))
    pdf = render_report(make_report(note=SignedText(note, "Dr. Smith")))
    assert note in words_of(pdf)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        fonts = [i for i in document.objects if isinstance(i, pikepdf.Dictionary) and i.get("/Type") == "/Font"]
        assert len(fonts) >= 3
        assert all(len(font.Widths) <= 256 for font in fonts)
        names = [str(font.BaseFont) for font in fonts]
        assert len(set(names)) == len(names)


def test_rendering_twice_leaves_no_characters_of_the_first_patient_behind(make_report: Make) -> None:
    plain = render_report(make_report())
    render_report(make_report(patient={"name": "ЩЕРБАКОВА, Ёлка Ωmega"}))
    assert render_report(make_report()) == plain


def test_objects_lie_in_compressed_streams(make_report: Make) -> None:
    pdf = render_report(make_report())
    assert b"/ObjStm" in pdf
    assert b"/StructElem" not in pdf
    assert pdf.count(b" obj") < 40


def test_packing_is_the_same_for_the_same_bytes(make_report: Make) -> None:
    pdf = render_report(make_report())
    assert packed(pdf) == packed(pdf)


def test_the_metadata_stays_as_it_was_written(make_report: Make) -> None:
    with pikepdf.open(io.BytesIO(render_report(make_report()))) as document:
        packet = document.Root.Metadata.read_raw_bytes()
    assert packet.startswith(b"<?xpacket begin=")
    assert b"pikepdf" not in packet
    assert b"ReportLab" not in packet


def test_the_file_ids_of_two_reports_differ(make_report: Make) -> None:
    ids = set()
    for number in ("1", "2"):
        pdf = render_report(make_report(patient={"kinometric_number": number}))
        with pikepdf.open(io.BytesIO(pdf)) as document:
            ids.add(bytes(document.trailer.ID[0]))
    assert len(ids) == 2


@pytest.mark.parametrize("option", ["traces", "history"])
def test_each_page_names_its_place_in_the_structure(make_report: Make, option: str) -> None:
    options = PageOptions(traces=option == "traces", history=option == "history")
    with pikepdf.open(io.BytesIO(render_report(make_report(options=options)))) as document:
        numbers = [int(page.obj.StructParents) for page in document.pages]
        assert numbers == list(range(len(document.pages)))
        assert all(str(page.obj.Tabs) == "/S" for page in document.pages)
        assert int(document.Root.StructTreeRoot.ParentTreeNextKey) == len(numbers)


def test_every_element_knows_its_parent(make_report: Make) -> None:
    seen = 0

    def walk(element: Any, parent: Any) -> None:
        nonlocal seen
        if not isinstance(element, pikepdf.Dictionary):
            return
        seen += 1
        assert element.P.objgen == parent.objgen
        children = element.get("/K")
        for child in children if isinstance(children, pikepdf.Array) else [children]:
            walk(child, element)

    with pikepdf.open(io.BytesIO(render_report(make_report()))) as document:
        root = document.Root.StructTreeRoot
        walk(root.K, root)
    assert seen > 100


def test_header_cells_say_whether_they_head_a_row_or_a_column(make_report: Make) -> None:
    scopes: dict[str, int] = {}
    with pikepdf.open(io.BytesIO(render_report(make_report()))) as document:
        for item in document.objects:
            if isinstance(item, pikepdf.Dictionary) and item.get("/S") == "/TH":
                scope = str(item.A.Scope)
                scopes[scope] = scopes.get(scope, 0) + 1
    assert scopes == {"/Column": 10, "/Row": 4}


def test_marks_are_numbered_page_by_page() -> None:
    structure = Structure()
    structure.begin("P")
    assert [structure.mark(0), structure.mark(0), structure.mark(1)] == [0, 1, 0]
    structure.end()
    structure.begin("Figure", "a picture")
    assert structure.mark(1) == 1
    structure.end()
    assert [element.kind for element in structure.root.children] == ["P", "Figure"]
    assert structure.root.children[1].alternative == "a picture"
