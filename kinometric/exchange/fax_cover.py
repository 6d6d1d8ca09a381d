"""A fax cover sheet for a report: who sends how many pages to whom, and nothing of the patient."""

from __future__ import annotations

from dataclasses import dataclass

from kinometric.report.content import ReportContent, content_hash
from kinometric.report.document import DocumentInformation, drawn_document, producer_of
from kinometric.report.frame import MARGIN, page_widths
from kinometric.report.identity import xmp_packet
from kinometric.report.ink import BORDER, TEXT, TEXT_2
from kinometric.report.lines import wrap
from kinometric.report.sheet import Sheet
from kinometric.report.typeface import printable
from kinometric.report.wording import TITLE, moment

COVER_TITLE = "Fax cover sheet"
NOTICE = (
    "The pages that follow hold confidential health information. They are meant for the person or office named above "
    "alone. If they reached you by mistake, do not read, copy or pass them on: call the sender at once and destroy "
    "all pages."
)
_LABEL, _VALUE = 10.0, 12.0
_LEADING = 16.0
_ROW_GAP = 12.0


class FaxCoverError(ValueError):
    """A cover that cannot be made; its text is one sentence."""


@dataclass(frozen=True)
class FaxAddress:
    """One end of a fax.

    Attributes
    ----------
    name : str
        A person or an office.
    fax : str
        The number as it is dialled.
    phone : str
        Where to call about the fax; empty where it is not known.
    """

    name: str
    fax: str
    phone: str = ""


def fax_cover(content: ReportContent, recipient: FaxAddress, sender: FaxAddress, *, report_pages: int) -> bytes:
    """Return the cover sheet of a report as a PDF of one page.

    Parameters
    ----------
    content : ReportContent
        Only its practice, paper, time of making and content hash are used: a cover lies open on a machine, so it shows
        no name, no number, no birth date and no result of a patient, and carries none in its metadata.
    recipient, sender : FaxAddress
    report_pages : int
        Pages that follow the cover.

    Returns
    -------
    bytes
        The same content gives the same bytes.

    Raises
    ------
    FaxCoverError
        For a missing name or number, no page, or an address that repeats the patient's name or number.
    """
    _check(content, recipient, sender, report_pages)
    digest = content_hash(content)
    rows = (
        ("To", _lines(recipient)),
        ("From", _lines(sender)),
        ("Sent", [moment(content.made_at)]),
        ("Pages", [f"{report_pages + 1}, this cover included"]),
        ("Subject", [TITLE]),
        ("Reference", [f"content hash {digest[:8]}…{digest[-8:]}, printed at the foot of each page"]),
    )

    def draw(sheet: Sheet, index: int) -> None:  # noqa: ARG001
        _draw(sheet, content.circumstances.practice, rows)

    producer = producer_of(content)
    information = DocumentInformation(COVER_TITLE, producer, content.made_at)
    packet = xmp_packet(
        None,
        title=COVER_TITLE,
        producer=producer,
        made_at=content.made_at,
        content_hash=digest,
        engine=content.engine,
    )
    return drawn_document(page_widths(content), [COVER_TITLE], draw, information, packet)


def _check(content: ReportContent, recipient: FaxAddress, sender: FaxAddress, pages: int) -> None:
    for end, address in (("recipient", recipient), ("sender", sender)):
        if not address.name.strip() or not address.fax.strip():
            raise FaxCoverError(f"A fax cover needs the {end}'s name and fax number.")
    if pages < 1:
        raise FaxCoverError("A fax cover goes before at least one page.")
    patient = content.patient
    words = {word for word in patient.name.replace(",", " ").casefold().split() if len(word) > 1}
    numbers = {number.casefold() for number in (patient.kinometric_number, patient.athena_patient_id or "") if number}
    shown = " ".join((recipient.name, sender.name, content.circumstances.practice)).casefold().replace(",", " ").split()
    if numbers & set(shown) or (words and words <= set(shown)):
        raise FaxCoverError("A fax cover must not name the patient.")


def _lines(address: FaxAddress) -> list[str]:
    numbers = [f"Fax {address.fax}"] + ([f"Phone {address.phone}"] if address.phone.strip() else [])
    return [address.name, " · ".join(numbers)]


def _draw(sheet: Sheet, practice: str, rows: tuple[tuple[str, list[str]], ...]) -> None:
    width = sheet.width - 2 * MARGIN
    y = 64.0
    with sheet.tagged("H1"):
        sheet.text(MARGIN, y, COVER_TITLE, 22.0, weight="strong")
    if practice.strip():
        y += 22.0
        with sheet.tagged("P"):
            for line in wrap(practice, _VALUE, width)[:3]:
                sheet.text(MARGIN, y, line, _VALUE, colour=TEXT_2)
                y += _LEADING
    y += 12.0
    sheet.line(MARGIN, y, MARGIN + width, y, TEXT, 1.5)
    y += 28.0
    column = 84.0
    with sheet.group("Table"):
        for label, values in rows:
            lines = [line for value in values for line in wrap(printable(value)[0], _VALUE, width - column)[:3]]
            with sheet.group("TR"):
                with sheet.tagged("TH", header_scope="Row"):
                    sheet.text(MARGIN, y, label, _LABEL, colour=TEXT_2)
                with sheet.tagged("TD"):
                    for index, line in enumerate(lines):
                        weight = "strong" if index == 0 else "regular"
                        sheet.text(MARGIN + column, y + index * _LEADING, line, _VALUE, weight=weight)  # type: ignore[arg-type]
            y += _LEADING * len(lines) + _ROW_GAP
            sheet.line(MARGIN, y - 18.0, MARGIN + width, y - 18.0, BORDER, 0.6)
            y += 6.0
    y += 12.0
    with sheet.tagged("H2"):
        sheet.text(MARGIN, y, "Confidential", 14.0, weight="strong")
    with sheet.tagged("P"):
        for line in wrap(NOTICE, _VALUE, width):
            y += _LEADING + 2.0
            sheet.text(MARGIN, y, line, _VALUE)
