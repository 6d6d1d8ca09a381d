"""The main clauses of PDF/A-2 (ISO 19005-2), level B, checked on reports of every kind; veraPDF was not at hand."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import pikepdf
import pytest
from fontTools.ttLib import TTFont

from kinometric.exchange import FaxAddress, fax_cover
from kinometric.report import PageOptions, ReportContent, SignedText, render_report

Make = Callable[..., ReportContent]
KNOWN = """b B b* B* BDC BI BMC BT BX c cm CS cs d d0 d1 Do DP EI EMC ET EX f F f* G g gs h i ID j J K k l m M MP n q Q
re RG rg ri s S sc scn SC SCN sh T* Tc Td TD Tf Tj TJ TL Tm Tr Ts Tw Tz v w W W* y ' \""""
OPERATORS = frozenset(KNOWN.split())
PDFAID = "{http://www.aiim.org/pdfa/ns/id/}"
EXTENSION = "{http://www.aiim.org/pdfa/ns/extension/}"
SCHEMA = "{http://www.aiim.org/pdfa/ns/schema#}"
PROPERTY = "{http://www.aiim.org/pdfa/ns/property#}"
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
OWN = "{urn:x-kinometric:report/1/}"


def variants(make: Make) -> dict[str, ReportContent]:
    """Reports that differ in what they hold: all pages, one page, other scripts, nothing at all."""
    letters = "".join(chr(code) for code in range(0x00C0, 0x0240))
    return {
        "plain": make(),
        "a4 with history": make(options=PageOptions(page_size="a4", history=True)),
        "one page": make(options=PageOptions(traces=False, trend=False, note=False)),
        "many letters": make(
            patient={"name": "ЩЕРБАКОВА, Ωmega Nguyễn"}, note=SignedText(f"{letters} Ж Ω ễ", "Dr. Smith")
        ),
        "no font": make(patient={"name": "王小明"}),
        "empty": make(stances=(), review=None, gaps=(), trend=(), questionnaires=(), note=None),
    }


@pytest.fixture(scope="module")
def reports() -> dict[str, bytes]:
    from tests.kinometric.report.conftest import make_content

    made = {name: render_report(content) for name, content in variants(make_content).items()}
    ends = FaxAddress("Bayview Primary Care", "(410) 555-0143"), FaxAddress("Harbor Street Clinic", "(410) 555-0144")
    return made | {"fax cover": fax_cover(make_content(), *ends, report_pages=2)}


NAMES = ("plain", "a4 with history", "one page", "many letters", "no font", "empty", "fax cover")


@pytest.fixture(params=NAMES)
def pdf(reports: dict[str, bytes], request: Any) -> bytes:
    return reports[request.param]


@pytest.fixture
def document(pdf: bytes) -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        yield opened


def walk(value: Any, seen: set[tuple[int, int]], depth: int = 0) -> Iterator[Any]:
    """Give every direct and indirect object below one, each once."""
    if isinstance(value, pikepdf.Object) and value.is_indirect:
        if value.objgen in seen:
            return
        seen.add(value.objgen)
    yield value
    assert depth < 200
    if isinstance(value, pikepdf.Array):
        for item in value:
            yield from walk(item, seen, depth + 1)
    elif isinstance(value, pikepdf.Dictionary | pikepdf.Stream):
        for item in dict(value.items()).values():
            yield from walk(item, seen, depth + 1)


def everything(document: pikepdf.Pdf) -> list[Any]:
    seen: set[tuple[int, int]] = set()
    return [item for start in (document.trailer, *document.objects) for item in walk(start, seen)]


def test_6_1_2_the_file_begins_with_its_version_and_a_binary_comment(pdf: bytes) -> None:
    first, second = pdf.split(b"\n", 2)[:2]
    assert re.fullmatch(rb"%PDF-1\.[0-7]", first)
    assert second.startswith(b"%")
    assert len(second) >= 5
    assert all(byte > 127 for byte in second[1:5])


def test_6_1_3_the_trailer_has_an_id_no_encryption_and_nothing_behind(document: pikepdf.Pdf, pdf: bytes) -> None:
    assert "/Encrypt" not in document.trailer
    one, two = document.trailer.ID
    assert len(bytes(one)) == len(bytes(two)) == 16
    assert re.search(rb"%%EOF[\r\n]{0,2}$", pdf)
    assert pdf.count(b"%%EOF") == 1


def test_6_1_7_streams_lie_in_the_file_and_use_no_lzw(document: pikepdf.Pdf) -> None:
    streams = [item for item in everything(document) if isinstance(item, pikepdf.Stream)]
    assert len(streams) >= 5
    for stream in streams:
        assert not {"/F", "/FFilter", "/FDecodeParms"} & set(stream.keys())
        assert str(stream.get("/Filter", "/FlateDecode")) == "/FlateDecode"
        assert int(stream.Length) == len(stream.read_raw_bytes())
        stream.read_bytes()


def test_6_1_12_limits_of_names_strings_and_numbers(document: pikepdf.Pdf) -> None:
    for item in everything(document):
        if isinstance(item, pikepdf.Name):
            assert len(str(item).encode()) <= 127
        elif isinstance(item, pikepdf.String):
            assert len(bytes(item)) <= 32767
        elif isinstance(item, int):
            assert -(2**31) <= item < 2**31


def test_6_2_2_pages_use_known_operators_and_resources_of_their_own(document: pikepdf.Pdf) -> None:
    for page in document.pages:
        assert "/Resources" in page.obj
        fonts = set(page.obj.Resources.get("/Font", {}).keys())
        depth = deepest = 0
        for operands, operator in pikepdf.parse_content_stream(page):
            assert str(operator) in OPERATORS
            assert str(operator) not in ("gs", "Do", "sh", "BI", "ri", "i")
            if str(operator) == "Tf":
                assert str(operands[0]) in fonts
            depth += {"q": 1, "Q": -1}.get(str(operator), 0)
            deepest = max(deepest, depth)
            assert depth >= 0
        assert depth == 0
        assert deepest <= 28


def test_6_2_3_one_output_intent_with_an_rgb_display_profile(document: pikepdf.Pdf) -> None:
    (intent,) = document.Root.OutputIntents
    assert (str(intent.S), str(intent.Type)) == ("/GTS_PDFA1", "/OutputIntent")
    profile = intent.DestOutputProfile.read_bytes()
    assert int(intent.DestOutputProfile.N) == 3
    assert int.from_bytes(profile[:4], "big") == len(profile)
    assert profile[8] < 5
    assert profile[12:16] in (b"mntr", b"prtr")
    assert profile[16:20] == b"RGB "
    assert profile[36:40] == b"acsp"
    tags = {profile[132 + 12 * n : 136 + 12 * n] for n in range(int.from_bytes(profile[128:132], "big"))}
    assert {b"desc", b"wtpt", b"rXYZ", b"gXYZ", b"bXYZ", b"rTRC", b"gTRC", b"bTRC", b"cprt"} <= tags


def test_6_2_4_colours_are_rgb_or_grey(document: pikepdf.Pdf) -> None:
    for page in document.pages:
        used = {str(operator) for _, operator in pikepdf.parse_content_stream(page)}
        assert not used & {"K", "k", "CS", "cs", "SC", "sc", "SCN", "scn"}
        assert "/ColorSpace" not in page.obj.Resources


def test_6_2_8_to_10_no_images_forms_postscript_or_transparency(document: pikepdf.Pdf) -> None:
    for item in everything(document):
        if not isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
            continue
        assert not {"/SMask", "/CA", "/ca", "/BM", "/Group", "/TR", "/TR2", "/HTP", "/PS", "/Ref", "/OPI"} & set(
            item.keys()
        )
        assert str(item.get("/Subtype", "")) not in ("/Image", "/Form", "/PS")
        assert str(item.get("/Type", "")) not in ("/ExtGState", "/XObject", "/OCG", "/EmbeddedFile", "/Sig", "/Annot")


def fonts_of(document: pikepdf.Pdf) -> dict[str, pikepdf.Dictionary]:
    return {name: font for page in document.pages for name, font in page.obj.Resources.Font.items()}


def used_codes(document: pikepdf.Pdf) -> dict[str, set[int]]:
    """Return the character codes that each font is asked to show on the pages."""
    used: dict[str, set[int]] = {}
    for page in document.pages:
        font = ""
        for operands, operator in pikepdf.parse_content_stream(page):
            if str(operator) == "Tf":
                font = str(operands[0])
            elif str(operator) == "Tj":
                used.setdefault(font, set()).update(bytes(operands[0]))
    return used


def test_6_2_11_fonts_are_embedded_with_widths_that_agree_and_no_missing_glyph(document: pikepdf.Pdf) -> None:
    fonts, used = fonts_of(document), used_codes(document)
    assert used.keys() <= fonts.keys()
    for name, codes in used.items():
        font = fonts[name]
        assert str(font.Subtype) == "/TrueType"
        assert re.fullmatch(r"/[A-Z]{6}\+\S+", str(font.BaseFont))
        assert str(font.FontDescriptor.FontName) == str(font.BaseFont)
        # 6.2.11.6: a symbolic TrueType font has no Encoding and one cmap table.
        assert int(font.FontDescriptor.Flags) & 4
        assert "/Encoding" not in font
        first, widths = int(font.FirstChar), [float(width) for width in font.Widths]
        assert int(font.LastChar) == first + len(widths) - 1
        with TTFont(io.BytesIO(font.FontDescriptor.FontFile2.read_bytes())) as program:
            (table,) = program["cmap"].tables
            scale = 1000 / program["head"].unitsPerEm
            for code in codes:
                glyph = table.cmap[code]
                assert program.getGlyphID(glyph) != 0
                assert abs(widths[code - first] - program["hmtx"][glyph][0] * scale) <= 1.0


def unicode_of(font: pikepdf.Dictionary) -> dict[int, str]:
    """Return which characters a font's codes stand for, from its ToUnicode table."""
    stated = font.ToUnicode.read_bytes().decode("latin-1")
    assert "beginbfrange" not in stated
    mapped: dict[int, str] = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", stated, re.DOTALL):
        for code, value in re.findall(r"<(\w+)>\s*<(\w+)>", block):
            mapped[int(code, 16)] = bytes.fromhex(value).decode("utf-16-be")
    return mapped


def test_every_code_has_a_unicode_value(document: pikepdf.Pdf) -> None:
    fonts = fonts_of(document)
    for name, codes in used_codes(document).items():
        mapped = unicode_of(fonts[name])
        assert all(mapped[code] not in ("", "\0", "\ufeff", "\ufffe") for code in codes)


def test_6_5_and_6_6_1_no_annotations_and_no_actions(document: pikepdf.Pdf) -> None:
    assert not {"/OpenAction", "/AA", "/AcroForm", "/Names", "/OCProperties", "/Requirements", "/Perms"} & set(
        document.Root.keys()
    )
    for page in document.pages:
        assert not {"/Annots", "/AA", "/PresSteps"} & set(page.obj.keys())
    for item in everything(document):
        if isinstance(item, pikepdf.Dictionary):
            assert str(item.get("/S", "")) not in ("/JavaScript", "/Launch", "/URI", "/SubmitForm", "/GoToR")
            assert "/JS" not in item


def test_6_6_2_the_packet_is_plain_xml_and_describes_its_own_schema(document: pikepdf.Pdf) -> None:
    stream = document.Root.Metadata
    assert (str(stream.Type), str(stream.Subtype)) == ("/Metadata", "/XML")
    assert "/Filter" not in stream
    packet = stream.read_bytes().decode("utf-8")
    head = packet.split("?>", 1)[0]
    assert "bytes=" not in head
    assert "encoding=" not in head
    root = ElementTree.fromstring(re.sub(r"<\?xpacket.*?\?>", "", packet).strip())
    (described,) = root.iter(f"{RDF}Description")
    used = {child.tag.removeprefix(OWN) for child in described if child.tag.startswith(OWN)}
    stated = {
        name.text: (kind.text, category.text, about.text)
        for name, kind, category, about in zip(
            root.iter(f"{PROPERTY}name"),
            root.iter(f"{PROPERTY}valueType"),
            root.iter(f"{PROPERTY}category"),
            root.iter(f"{PROPERTY}description"),
            strict=True,
        )
    }
    assert used <= stated.keys()
    assert all(
        kind in ("Text", "Integer") and category == "external" and about for kind, category, about in stated.values()
    )
    assert next(root.iter(f"{SCHEMA}namespaceURI")).text == OWN.strip("{}")
    assert next(root.iter(f"{SCHEMA}prefix")).text == "kinometric"
    assert next(root.iter(f"{EXTENSION}schemas")) is not None
    assert next(root.iter(f"{PDFAID}part")).text == "2"
    assert next(root.iter(f"{PDFAID}conformance")).text == "B"


def test_6_6_3_the_info_dictionary_says_what_the_packet_says(document: pikepdf.Pdf) -> None:
    with document.open_metadata() as metadata:
        same = {"/Title": "dc:title", "/Creator": "xmp:CreatorTool", "/Producer": "pdf:Producer"}
        assert {key: metadata[name] for key, name in same.items()} == {key: str(document.docinfo[key]) for key in same}
        digits = re.sub(r"\D", "", metadata["xmp:CreateDate"])
        assert re.sub(r"\D", "", str(document.docinfo["/CreationDate"])) == digits
        assert metadata["xmp:ModifyDate"] == metadata["xmp:CreateDate"]


def elements(document: pikepdf.Pdf) -> list[pikepdf.Dictionary]:
    return [
        item for item in everything(document) if isinstance(item, pikepdf.Dictionary) and "/P" in item and "/S" in item
    ]


def test_tables_are_regular_and_their_headers_have_a_scope(document: pikepdf.Pdf) -> None:
    tables = [element for element in elements(document) if element.S == "/Table"]
    assert tables
    for table in tables:
        widths = set()
        for row in table.K:
            assert row.S == "/TR"
            assert all(cell.S in ("/TH", "/TD") for cell in row.K)
            assert all("/Scope" in cell.A for cell in row.K if cell.S == "/TH")
            widths.add(sum(int(cell.A.get("/ColSpan", 1)) if "/A" in cell else 1 for cell in row.K))
        assert len(widths) == 1


def test_figures_have_words_and_a_place_on_their_page(document: pikepdf.Pdf) -> None:
    for figure in (element for element in elements(document) if element.S == "/Figure"):
        assert len(str(figure.Alt)) > 15
        left, bottom, right, top = (float(part) for part in figure.A.BBox)
        _, _, width, height = (float(part) for part in figure.Pg.MediaBox)
        assert 0 <= left < right <= width
        assert 0 <= bottom < top <= height


def test_headings_go_down_one_step_at_a_time(document: pikepdf.Pdf) -> None:
    def kinds(element: Any) -> Iterator[str]:
        if isinstance(element, pikepdf.Dictionary) and "/S" in element:
            yield str(element.S)
            children = element.get("/K")
            for child in children if isinstance(children, pikepdf.Array) else [children]:
                yield from kinds(child)

    levels = [int(kind[2]) for kind in kinds(document.Root.StructTreeRoot.K) if re.fullmatch(r"/H\d", kind)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def marked_words(document: pikepdf.Pdf) -> dict[tuple[int, int], str]:
    """Return the text of each mark, decoded by the fonts' own ToUnicode tables, by page and number."""
    found: dict[tuple[int, int], str] = {}
    tables = {name: unicode_of(font) for name, font in fonts_of(document).items()}
    for index, page in enumerate(document.pages):
        mark, font = -1, ""
        for operands, operator in pikepdf.parse_content_stream(page):
            if str(operator) == "BDC":
                mark = int(operands[1].MCID)
            elif str(operator) in ("EMC", "BMC"):
                mark = -1
            elif str(operator) == "Tf":
                font = str(operands[0])
            elif str(operator) == "Tj":
                words = "".join(tables[font][code] for code in bytes(operands[0]))
                found[index, mark] = found.get((index, mark), "") + words
    return found


def test_words_of_one_element_are_apart_and_nothing_is_written_outside_the_structure(reports: dict[str, bytes]) -> None:
    with pikepdf.open(io.BytesIO(reports["plain"])) as document:
        words = marked_words(document)
    # The title that later pages repeat is an artifact of pagination.
    assert {text for (_, mark), text in words.items() if mark == -1} == {"Balance test report"}
    said = list(words.values())
    assert "Kinometric no. 10482" in said
    assert "MUESTRA-LÓPEZ, Maria Elena Born 04-Mar-1951 (75y) Sex Female" in said
    assert "RMS AP m/s²" in said


def test_a_long_text_is_one_paragraph_over_lines_and_pages(make_report: Make) -> None:
    note = SignedText("Words that go on and on. " * 220, "Dr. Smith")
    with pikepdf.open(io.BytesIO(render_report(make_report(note=note)))) as document:
        paragraphs = [element for element in elements(document) if element.S == "/P"]
        longest = max(paragraphs, key=lambda element: len(element.K) if isinstance(element.K, pikepdf.Array) else 1)
        assert len(longest.K) > 40
        pages = {
            (
                child.Pg if isinstance(child, pikepdf.Dictionary) else longest.Pg
            ).objgen  # a mark of another page says which
            for child in longest.K
        }
        assert len(pages) == 2


def test_the_page_s_foot_is_read_after_its_content(make_report: Make) -> None:
    with pikepdf.open(io.BytesIO(render_report(make_report(options=PageOptions(traces=False))))) as document:
        kinds = [str(element.S) for element in document.Root.StructTreeRoot.K.K]
    assert kinds[-2:] == ["/P", "/P"]
    assert "/Table" in kinds[10:-2]
