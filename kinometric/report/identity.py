"""The document's identity and PDF/A statement: its XMP packet, written at making and read back before an upload."""

from __future__ import annotations

import io
from datetime import datetime
from xml.sax.saxutils import escape

from kinometric.report.content import DocumentIdentity

NAMESPACE = "urn:x-kinometric:report/1/"
_TEXT_FIELDS = ("session_id", "patient_id", "review_id", "athena_patient_id", "supersedes")
_NUMBER_FIELDS = ("link_version", "revision")
_DESCRIPTIONS = {
    "session_id": "Test session",
    "patient_id": "Patient in Kinometric",
    "review_id": "Reviewed stamp",
    "athena_patient_id": "Patient in athenaOne",
    "supersedes": "Upload that this report replaces",
    "link_version": "Version of the link between the two patients",
    "revision": "Number of the corrected report",
    "content_hash": "SHA-256 of the content",
    "engine": "Version of the scoring engine",
}


class ReportIdentityError(ValueError):
    """A PDF that carries no readable identity of a Kinometric report; its text is one sentence."""


def xmp_packet(
    identity: DocumentIdentity | None,
    *,
    title: str,
    producer: str,
    made_at: datetime,
    content_hash: str,
    engine: str,
) -> bytes:
    """Return the XMP packet: PDF/A-2b, dates, and the ids in Kinometric's own schema, described as PDF/A asks.

    No name and no birth date is part of it. Without an identity, as on a fax cover, no id is.
    """
    names = (*_TEXT_FIELDS, *_NUMBER_FIELDS)
    values = {} if identity is None else {name: getattr(identity, name) for name in names}
    values["content_hash"], values["engine"] = content_hash, engine
    own = "".join(
        f"<kinometric:{name}>{escape(str(value))}</kinometric:{name}>"
        for name, value in values.items()
        if value is not None
    )
    schema = "".join(
        '<rdf:li rdf:parseType="Resource">'
        f"<pdfaProperty:name>{name}</pdfaProperty:name>"
        f"<pdfaProperty:valueType>{'Integer' if name in _NUMBER_FIELDS else 'Text'}</pdfaProperty:valueType>"
        "<pdfaProperty:category>external</pdfaProperty:category>"
        f"<pdfaProperty:description>{description}</pdfaProperty:description></rdf:li>"
        for name, description in _DESCRIPTIONS.items()
    )
    date = made_at.isoformat(timespec="seconds")
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/" '
        'xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" '
        'xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" '
        'xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#" '
        f'xmlns:kinometric="{NAMESPACE}">'
        "<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>"
        "<dc:format>application/pdf</dc:format>"
        f'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{escape(title)}</rdf:li></rdf:Alt></dc:title>'
        "<dc:language><rdf:Bag><rdf:li>en-US</rdf:li></rdf:Bag></dc:language>"
        f"<xmp:CreateDate>{date}</xmp:CreateDate><xmp:ModifyDate>{date}</xmp:ModifyDate>"
        f"<xmp:CreatorTool>{escape(producer)}</xmp:CreatorTool><pdf:Producer>{escape(producer)}</pdf:Producer>"
        f"{own}"
        '<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">'
        "<pdfaSchema:schema>Kinometric report</pdfaSchema:schema>"
        f"<pdfaSchema:namespaceURI>{NAMESPACE}</pdfaSchema:namespaceURI><pdfaSchema:prefix>kinometric</pdfaSchema:prefix>"
        f"<pdfaSchema:property><rdf:Seq>{schema}</rdf:Seq></pdfaSchema:property>"
        "</rdf:li></rdf:Bag></pdfaExtension:schemas>"
        '</rdf:Description></rdf:RDF></x:xmpmeta>\n<?xpacket end="r"?>'
    ).encode()


def read_identity(pdf: bytes) -> DocumentIdentity:
    """Read the ids that a report carries.

    Parameters
    ----------
    pdf : bytes
        The whole file.

    Returns
    -------
    DocumentIdentity

    Raises
    ------
    ReportIdentityError
        When the file is no readable PDF, or carries no identity of a Kinometric report.
    """
    found = _read_fields(pdf)
    try:
        numbers = {name: int(found[name]) for name in _NUMBER_FIELDS if name in found}
        texts = {name: found[name] for name in _TEXT_FIELDS if name in found}
        return DocumentIdentity(**texts, **numbers)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise ReportIdentityError("This PDF does not carry the identity of a Kinometric report.") from None


def read_content_hash(pdf: bytes) -> str:
    """Read the content hash that a report carries.

    Parameters
    ----------
    pdf : bytes

    Returns
    -------
    str
        64 hex digits.

    Raises
    ------
    ReportIdentityError
        When the PDF cannot be read or carries none.
    """
    found = _read_fields(pdf)
    if "content_hash" not in found:
        raise ReportIdentityError("This PDF does not carry the identity of a Kinometric report.")
    return found["content_hash"]


def page_count(pdf: bytes) -> int:
    """Return how many pages a PDF has; raises `ReportIdentityError` as `read_identity`."""
    import pikepdf

    try:
        with pikepdf.open(io.BytesIO(pdf)) as document:
            return len(document.pages)
    except pikepdf.PdfError:
        raise ReportIdentityError("This file is not a PDF that can be read.") from None


def _read_fields(pdf: bytes) -> dict[str, str]:
    import pikepdf

    names = (*_TEXT_FIELDS, *_NUMBER_FIELDS, "content_hash", "engine")
    try:
        with pikepdf.open(io.BytesIO(pdf)) as document:
            metadata = document.open_metadata(strict=True)
            keys = {name: f"{{{NAMESPACE}}}{name}" for name in names}
            return {name: str(metadata[key]) for name, key in keys.items() if key in metadata}
    except (pikepdf.PdfError, ValueError, SyntaxError, TypeError):
        raise ReportIdentityError("This file is not a PDF that can be read.") from None
