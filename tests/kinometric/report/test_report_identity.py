"""The XMP packet: what it says, what it never says, and that only a report's packet is taken for one."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from xml.etree import ElementTree

import pikepdf
import pytest

from kinometric.report import DocumentIdentity, ReportIdentityError, read_identity
from kinometric.report.identity import NAMESPACE, xmp_packet

MADE = datetime(2026, 11, 2, 19, 19, tzinfo=UTC)
IDENTITY = DocumentIdentity("ses_1", "pat_2", "rev_3", "60145", 7, "upl_9", 2)
OWN = f"{{{NAMESPACE}}}"
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
PDFA = "{http://www.aiim.org/pdfa/ns/id/}"
PROPERTY = "{http://www.aiim.org/pdfa/ns/property#}"


def packet_of(identity: DocumentIdentity = IDENTITY) -> bytes:
    """Return the packet of a report with these ids."""
    return xmp_packet(
        identity,
        title="Balance test report",
        producer="Kinometric 0.1.0",
        made_at=MADE,
        content_hash="ab" * 32,
        engine="1.0.0",
    )


def description(packet: bytes) -> ElementTree.Element:
    """Return the one description in a packet."""
    root = ElementTree.fromstring(packet)
    found = root.find(f".//{RDF}Description")
    assert found is not None
    return found


def pdf_with(packet: bytes) -> bytes:
    """Return an empty PDF that carries a packet."""
    out = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.Root.Metadata = pikepdf.Stream(
            document, packet, {"/Type": pikepdf.Name.Metadata, "/Subtype": pikepdf.Name.XML}
        )
        document.save(out)
    return out.getvalue()


def test_the_packet_is_well_formed_and_says_pdf_a_2b() -> None:
    found = description(packet_of())
    assert found.findtext(f"{PDFA}part") == "2"
    assert found.findtext(f"{PDFA}conformance") == "B"
    assert packet_of().startswith(b'<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?>')
    assert packet_of().endswith(b'<?xpacket end="r"?>')


def test_every_own_property_is_described_as_pdf_a_asks() -> None:
    found = description(packet_of())
    used = {child.tag.removeprefix(OWN) for child in found if child.tag.startswith(OWN)}
    described = {element.text for element in found.iter(f"{PROPERTY}name")}
    assert used == described
    kinds = {
        item.findtext(f"{PROPERTY}name"): item.findtext(f"{PROPERTY}valueType")
        for item in found.iter(f"{RDF}li")
        if item.find(f"{PROPERTY}name") is not None
    }
    assert kinds["link_version"] == kinds["revision"] == "Integer"
    assert kinds["session_id"] == kinds["content_hash"] == "Text"


def test_ids_that_are_none_are_left_out() -> None:
    found = description(packet_of(DocumentIdentity("ses_1", "pat_2")))
    used = {child.tag.removeprefix(OWN) for child in found if child.tag.startswith(OWN)}
    assert used == {"session_id", "patient_id", "revision", "content_hash", "engine"}


@pytest.mark.parametrize("text", ["a<b", "a&b", "a>b", 'a"b', "a'b", "ä€", "]]>"])
def test_ids_are_escaped(text: str) -> None:
    identity = DocumentIdentity(text, text, text, text, 1, text, 1)
    assert read_identity(pdf_with(packet_of(identity))) == identity


def test_the_packet_is_the_same_for_the_same_input() -> None:
    assert packet_of() == packet_of()


def test_dates_carry_their_offset() -> None:
    assert b"<xmp:CreateDate>2026-11-02T19:19:00+00:00</xmp:CreateDate>" in packet_of()


@pytest.mark.parametrize("field", ["session_id", "patient_id"])
def test_a_packet_without_one_of_the_main_ids_is_no_identity(field: str) -> None:
    packet = (
        packet_of()
        .replace(f"<kinometric:{field}>".encode(), b"<kinometric:other>")
        .replace(f"</kinometric:{field}>".encode(), b"</kinometric:other>")
    )
    with pytest.raises(ReportIdentityError, match="does not carry"):
        read_identity(pdf_with(packet))


def test_the_same_names_in_another_namespace_are_no_identity() -> None:
    packet = packet_of().replace(NAMESPACE.encode(), b"urn:somebody:else/")
    with pytest.raises(ReportIdentityError, match="does not carry"):
        read_identity(pdf_with(packet))


def test_a_broken_packet_is_no_identity() -> None:
    with pytest.raises(ReportIdentityError):
        read_identity(pdf_with(packet_of()[:400]))


def test_the_errors_never_repeat_an_id() -> None:
    packet = packet_of().replace(b"<kinometric:revision>2<", b"<kinometric:revision>QUEVEDO<")
    with pytest.raises(ReportIdentityError) as caught:
        read_identity(pdf_with(packet))
    assert "QUEVEDO" not in str(caught.value)
    assert caught.value.__cause__ is None
