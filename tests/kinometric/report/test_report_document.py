"""The PDF as other programs see it: its text, metadata, fonts, structure, size and sameness."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, datetime, timedelta, timezone

import pikepdf
import pypdfium2
import pytest
from fontTools.ttLib import TTFont

import kinometric
from kinometric.report import (
    DocumentIdentity,
    PageOptions,
    ReportContent,
    ReportIdentityError,
    TrendPoint,
    content_hash,
    read_content_hash,
    read_identity,
    render_report,
)

Make = Callable[..., ReportContent]


def text_of_pages(pdf: bytes) -> list[str]:
    """Return the text of each page as a viewer selects it, white space made even."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        pages = []
        for page in document:
            text = page.get_textpage()
            pages.append(" ".join(text.get_text_range().split()))
            text.close()
            page.close()
        return pages
    finally:
        document.close()


@contextmanager
def opened(pdf: bytes) -> Iterator[pikepdf.Pdf]:
    """Open a PDF."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        yield document


def fonts_of(document: pikepdf.Pdf) -> list[pikepdf.Dictionary]:
    """Return every font object of a document."""
    return [
        item
        for item in document.objects
        if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == pikepdf.Name("/Font")
    ]


def test_the_same_content_gives_the_same_bytes(make_report: Make) -> None:
    assert render_report(make_report()) == render_report(make_report())


def test_another_time_of_making_gives_other_bytes_and_the_same_content_hash(make_report: Make) -> None:
    first = make_report()
    later = make_report(made_at=first.made_at + timedelta(minutes=5))
    assert render_report(first) != render_report(later)
    assert content_hash(first) == content_hash(later)


@pytest.mark.parametrize("change", ["note", "score", "name", "signal", "link"])
def test_every_change_of_what_is_said_changes_the_content_hash(
    make_report: Make, trial_of: Callable[..., object], signal_of: Callable[..., object], change: str
) -> None:
    plain = make_report()
    stances = list(plain.stances)
    changed = {
        "note": lambda: make_report(note=None),
        "score": lambda: make_report(stances=(type(stances[0])("LBEO", trial_of(score=8.1)), *stances[1:])),
        "name": lambda: make_report(patient={"name": "MUESTRA, Maria"}),
        "signal": lambda: make_report(
            stances=(type(stances[0])("LBEO", stances[0].trial, signal_of(9, 0.21), 1, "Dr. Smith"), *stances[1:])
        ),
        "link": lambda: make_report(identity=DocumentIdentity("ses_5f21", "pat_9c04", "rev_77aa", "60145", 4)),
    }[change]()
    assert content_hash(plain) != content_hash(changed)


def test_reports_made_at_the_same_time_in_many_threads_are_all_right(make_report: Make) -> None:
    contents = [make_report(patient={"kinometric_number": str(10000 + n)}) for n in range(8)]
    expected = [render_report(content) for content in contents]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(render_report, contents)) == expected


def test_the_identity_stands_on_every_page(make_report: Make) -> None:
    pages = text_of_pages(render_report(make_report(options=PageOptions(history=True))))
    assert len(pages) == 3
    for number, page in enumerate(pages, start=1):
        for words in ("MUESTRA-LÓPEZ, Maria Elena", "04-Mar-1951", "(75y)", "Female", "10482", "60145"):
            assert words in page, (number, words)
        assert f"Page {number} of 3" in page
        assert "02-Nov-2026 14:05" in page
        assert "TEST" in page
        assert "Supports clinical judgement. Not a diagnosis. Billing is the practice’s responsibility." in page
        assert "content hash" in page


def test_every_page_that_shows_a_level_says_that_it_is_no_probability(make_report: Make) -> None:
    sentence = "A risk level is a band of balance performance on this test, not a probability of falling."
    for page in text_of_pages(render_report(make_report(options=PageOptions(history=True)))):
        if "risk" in page.replace("at risk", ""):
            assert sentence in page


def test_the_printed_hash_is_the_one_in_the_metadata(make_report: Make) -> None:
    content = make_report()
    pdf = render_report(content)
    digest = content_hash(content)
    assert read_content_hash(pdf) == digest
    assert f"content hash {digest[:8]}…{digest[-8:]}" in text_of_pages(pdf)[0]


@pytest.mark.parametrize(
    "identity",
    [
        DocumentIdentity("ses_1", "pat_2"),
        DocumentIdentity("ses_1", "pat_2", "rev_3", "60145", 7, "upl_9", 2),
        DocumentIdentity("a&b<c>", 'q"uote', None, "0060145", 0, None, 0),
    ],
)
def test_the_ids_in_the_document_are_read_back_as_they_were_given(
    make_report: Make, identity: DocumentIdentity
) -> None:
    assert read_identity(render_report(make_report(identity=identity))) == identity


@pytest.mark.parametrize("bad", [b"", b"%PDF-1.7 nothing else", b"hello" * 1000])
def test_a_file_that_is_no_pdf_has_no_identity(bad: bytes) -> None:
    with pytest.raises(ReportIdentityError, match="not a PDF"):
        read_identity(bad)


def test_a_pdf_of_somebody_else_has_no_identity() -> None:
    blank = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(blank)
    with pytest.raises(ReportIdentityError, match="does not carry the identity"):
        read_identity(blank.getvalue())
    with pytest.raises(ReportIdentityError, match="does not carry the identity"):
        read_content_hash(blank.getvalue())


def test_an_identity_whose_version_is_no_number_is_refused(make_report: Make) -> None:
    out = io.BytesIO()
    with opened(render_report(make_report())) as document:
        packet = document.Root.Metadata.read_bytes()
        assert b"<kinometric:link_version>3</kinometric:link_version>" in packet
        document.Root.Metadata.write(packet.replace(b"link_version>3<", b"link_version>x<"))
        document.save(out)
    with pytest.raises(ReportIdentityError):
        read_identity(out.getvalue())


def test_no_name_and_no_birth_date_stands_in_the_metadata(make_report: Make) -> None:
    content = make_report(patient={"name": "QUEVEDO-CANARIO, Zenobia", "born": date(1948, 7, 19)})
    with opened(render_report(content)) as document:
        info = {str(key): str(value) for key, value in document.docinfo.items()}
        packet = document.Root.Metadata.read_bytes().decode()
        outline = [str(item.title) for item in _outline(document)]
    assert info["/Title"] == "Balance test report"
    for text in (*info.values(), packet, *outline):
        for secret in ("QUEVEDO", "Zenobia", "1948", "19-Jul", "10482", "Smith", "Harbor"):
            assert secret not in text


def _outline(document: pikepdf.Pdf) -> list[pikepdf.OutlineItem]:
    with document.open_outline() as outline:
        return list(outline.root)


def test_the_outline_names_the_parts(make_report: Make) -> None:
    with opened(render_report(make_report(options=PageOptions(history=True)))) as document:
        assert [item.title for item in _outline(document)] == ["Result", "Acceleration traces", "All sessions"]


def test_info_dictionary_and_xmp_say_the_same(make_report: Make) -> None:
    with opened(render_report(make_report())) as document:
        with document.open_metadata() as metadata:
            assert metadata.pdfa_status == "2B"
            assert metadata["dc:title"] == str(document.docinfo["/Title"])
            assert metadata["pdf:Producer"] == str(document.docinfo["/Producer"])
            assert metadata["xmp:CreatorTool"] == str(document.docinfo["/Creator"])
            assert metadata["xmp:CreateDate"] == "2026-11-02T14:19:00-05:00"
        assert str(document.docinfo["/CreationDate"]) == "D:20261102141900-05'00"
        assert set(document.docinfo.keys()) == {"/Title", "/Creator", "/Producer", "/CreationDate", "/ModDate"}


def test_the_output_intent_is_srgb(make_report: Make) -> None:
    with opened(render_report(make_report())) as document:
        (intent,) = document.Root.OutputIntents
        profile = intent.DestOutputProfile.read_bytes()
        assert intent.S == "/GTS_PDFA1"
        assert profile[36:40] == b"acsp"
        assert profile[16:20] == b"RGB "
        assert intent.DestOutputProfile.N == 3


def test_what_pdf_a_forbids_is_not_there(make_report: Make) -> None:
    with opened(render_report(make_report())) as document:
        assert "/Encrypt" not in document.trailer
        assert "/ID" in document.trailer
        assert "/OpenAction" not in document.Root
        assert "/Names" not in document.Root
        assert "/Filter" not in document.Root.Metadata
        for item in document.objects:
            if isinstance(item, pikepdf.Stream):
                assert "/LZWDecode" not in str(item.get("/Filter", ""))
                assert "/F" not in item
            if isinstance(item, pikepdf.Dictionary):
                assert item.get("/S") not in ("/JavaScript", "/Launch")
                assert item.get("/Type") != "/ExtGState"
        assert document.check_pdf_syntax() == []


def test_every_font_is_embedded_as_a_subset_without_hinting(make_report: Make) -> None:
    total = 0
    with opened(render_report(make_report())) as document:
        fonts = fonts_of(document)
        assert len(fonts) >= 2
        for font in fonts:
            assert re.fullmatch(r"/[A-Z]{6}\+Inter-\w+", str(font.BaseFont))
            assert "/ToUnicode" in font
            program = font.FontDescriptor.FontFile2
            total += len(program.read_raw_bytes())
            with TTFont(io.BytesIO(program.read_bytes())) as embedded:
                assert embedded["maxp"].numGlyphs < 120
                assert not {"fpgm", "prep", "cvt "} & set(embedded.keys())
                scale = 1000 / embedded["head"].unitsPerEm
                for code, name in embedded["cmap"].tables[0].cmap.items():
                    if code >= len(font.Widths) or name == ".notdef":
                        continue
                    assert abs(float(font.Widths[code]) - embedded["hmtx"][name][0] * scale) < 1.0
    assert total <= 30 * 1024


def test_a_report_of_two_pages_stays_small(make_report: Make) -> None:
    assert len(render_report(make_report())) <= 72 * 1024


def test_figures_have_one_width(make_report: Make) -> None:
    from kinometric.report.typeface import typeface

    for weight in ("regular", "strong"):
        assert len({typeface(weight).width(figure, 10.0) for figure in "0123456789−"}) == 1


def test_the_tabular_glyphs_are_those_of_the_fonts_own_feature(repository: object) -> None:
    from kinometric.report.typeface import DISTINCT_L, FILES, TABULAR_GLYPHS
    from kinometric.resources import resource_path

    for name in FILES.values():
        with TTFont(resource_path(name)) as font:
            table = font["GSUB"].table
            mapping: dict[str, dict[str, str]] = {"tnum": {}, "cv05": {}}
            for record in table.FeatureList.FeatureRecord:
                for index in record.Feature.LookupListIndex if record.FeatureTag in mapping else ():
                    for part in table.LookupList.Lookup[index].SubTable:
                        mapping[record.FeatureTag].update(getattr(part, "mapping", {}))
            characters = font.getBestCmap()
            for expected, feature in ((TABULAR_GLYPHS, "tnum"), (DISTINCT_L, "cv05")):
                for character, glyph in expected.items():
                    assert font.getGlyphID(mapping[feature][characters[ord(character)]]) == glyph


def test_everything_drawn_is_a_vector(make_report: Make) -> None:
    with opened(render_report(make_report())) as document:
        assert not [i for i in document.objects if isinstance(i, pikepdf.Stream) and i.get("/Subtype") == "/Image"]


def test_the_structure_has_headings_a_table_and_figures_with_descriptions(make_report: Make) -> None:
    kinds: dict[str, int] = {}
    descriptions = []

    def walk(element: pikepdf.Object) -> None:
        if not isinstance(element, pikepdf.Dictionary):
            return
        kind = str(element.get("/S", ""))
        kinds[kind] = kinds.get(kind, 0) + 1
        if "/Alt" in element:
            descriptions.append(str(element.Alt))
        children = element.get("/K")
        for child in children if isinstance(children, pikepdf.Array) else [children]:
            walk(child)

    with opened(render_report(make_report())) as document:
        assert document.Root.MarkInfo.Marked
        assert str(document.Root.Lang) == "en-US"
        walk(document.Root.StructTreeRoot.K)
    assert kinds["/H1"] == 1
    assert kinds["/Table"] == 1
    assert kinds["/TR"] == 5
    assert kinds["/TH"] == 14
    assert kinds["/TD"] == 4 * 9
    assert kinds["/Figure"] == 9
    assert len(descriptions) == 9
    assert any("Left, eyes closed" in text and "3.52" in text for text in descriptions)


def test_each_mark_on_a_page_belongs_to_one_element(make_report: Make) -> None:
    with opened(render_report(make_report())) as document:
        pairs = list(document.Root.StructTreeRoot.ParentTree.Nums)
        parents = {int(key): owners for key, owners in zip(pairs[::2], pairs[1::2], strict=True)}
        for page in document.pages:
            code = page.obj.Contents.read_bytes()
            marks = sorted(int(n) for n in re.findall(rb"/MCID (\d+)", code))
            assert marks == list(range(len(parents[int(page.obj.StructParents)])))
            assert len(re.findall(rb" BDC| BMC", code)) == len(re.findall(rb"\bEMC\b", code))


@pytest.mark.parametrize(("size", "expected"), [("letter", (612.0, 792.0)), ("a4", (595.28, 841.89))])
def test_the_paper_is_letter_or_a4(make_report: Make, size: str, expected: tuple[float, float]) -> None:
    with opened(render_report(make_report(options=PageOptions(page_size=size)))) as document:  # type: ignore[arg-type]
        for page in document.pages:
            box = [float(value) for value in page.obj.MediaBox]
            assert (box[2], box[3]) == pytest.approx(expected, abs=0.01)


def test_the_first_page_is_complete_without_the_traces(make_report: Make) -> None:
    with_traces = text_of_pages(render_report(make_report()))
    without = text_of_pages(render_report(make_report(options=PageOptions(traces=False))))
    assert len(without) == 1
    assert (
        without[0].replace("Page 1 of 1", "").split("content hash")[0]
        == (with_traces[0].replace("Page 1 of 2", "").split("content hash")[0])
    )


def test_sixty_sessions_show_six_in_the_trend_and_all_in_the_history(make_report: Make) -> None:
    first = date(2022, 1, 5)
    points = tuple(
        TrendPoint(first + timedelta(days=30 * n), {"LBEO": 5 + n / 60, "RBEO": 4.0, "LBEC": None, "RBEC": 1.0})
        for n in range(60)
    )
    pages = text_of_pages(render_report(make_report(trend=points, options=PageOptions(history=True))))
    assert "last 6 of 60 sessions" in pages[0]
    assert "05-Jan-2022" not in pages[0]
    history = " ".join(pages[2:])
    assert "All 60 sessions" in history
    for point in points:
        assert f"{point.tested_on:%d}-" in history
    assert "05-Jan-2022" in history


def test_a_long_interpretation_runs_on_to_a_further_page_and_loses_nothing(make_report: Make) -> None:
    from kinometric.report import SignedText

    words = [f"word{number:04d}" for number in range(1500)]
    pages = text_of_pages(render_report(make_report(note=SignedText(" ".join(words), "Dr. Smith"))))
    assert len(pages) >= 3
    text = " ".join(pages)
    assert all(word in text for word in words)


def test_a_time_of_making_without_offset_is_refused(make_report: Make) -> None:
    with pytest.raises(ValueError, match="offset"):
        make_report(made_at=datetime(2026, 11, 2, 14, 19))  # noqa: DTZ001


def test_a_stance_given_twice_is_refused(make_report: Make) -> None:
    plain = make_report()
    with pytest.raises(ValueError, match="at most once"):
        make_report(stances=(plain.stances[0], plain.stances[0]))


def test_utc_times_are_written_with_z(make_report: Make) -> None:
    made = datetime(2026, 11, 2, 19, 19, tzinfo=timezone.utc)  # noqa: UP017
    with opened(render_report(make_report(made_at=made))) as document:
        assert str(document.docinfo["/CreationDate"]) == "D:20261102191900Z"


def test_the_top_level_function_is_the_same(make_report: Make) -> None:
    assert kinometric.render_report(make_report()) == render_report(make_report())


def test_the_values_of_a_report_are_imported_without_the_pdf_library() -> None:
    loaded = "sorted({'reportlab', 'pikepdf'} & set(sys.modules))"
    code = f"import sys, kinometric.report as r; r.ReportContent; print({loaded})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
