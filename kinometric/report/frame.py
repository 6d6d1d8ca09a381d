"""What stands on every page: title, practice, page number, the patient's identity, and the foot."""

from __future__ import annotations

from kinometric.report.content import ReportContent, content_hash
from kinometric.report.ink import ACCENT, BODY, HEADING, NAME, NOTE, STOP, TEXT, TEXT_2, WHITE, Colour
from kinometric.report.lines import shortened, wrap
from kinometric.report.sheet import Sheet
from kinometric.report.typeface import printable, typeface
from kinometric.report.wording import LIMITS_SENTENCE, NOT_RECORDED, NOT_REVIEWED, TITLE, day, moment

MARGIN = 42.0
BOX_TOP = 67.5
TEST_BAND = 30.0
NAME_LEADING = 15.0
FOOT_LEADING = 10.4
SEX_WORDS = {"F": "Female", "M": "Male", "X": "Other"}
"""How a record's letter is written out; any other word is printed as it stands."""


def page_widths(content: ReportContent) -> tuple[float, float]:
    """Return the page's width and height in points."""
    return (595.28, 841.89) if content.options.page_size == "a4" else (612.0, 792.0)


def identity_bottom(content: ReportContent, width: float, *, full: bool) -> float:
    """Return where the identity box ends on a page."""
    lines = len(_name_lines(content, width, full=full))
    extra = NAME_LEADING * (lines - 1) + (13.0 if _unprintable(content) else 0.0)
    return BOX_TOP + extra + (87.5 if full else 39.0)


def foot_top(width: float, height: float, foot: str) -> float:
    """Return where the foot's rule stands."""
    lines = len(wrap(foot, NOTE, width - 2 * MARGIN)) if foot else 0
    return height - 24.5 - FOOT_LEADING * lines - 18.0


def draw_frame(
    sheet: Sheet, content: ReportContent, page: int, pages: int, *, full: bool, foot: str, digest: str = ""
) -> None:
    """Draw the frame of one page; `full` writes the whole identity block, else its short form."""
    right = sheet.width - MARGIN
    _mark(sheet, MARGIN, 39.0)
    if page == 1:
        with sheet.tagged("H1"):
            sheet.text(MARGIN + 25.5, 52.5, TITLE, HEADING, weight="strong")
    else:
        sheet.text(MARGIN + 25.5, 52.5, TITLE, HEADING, weight="strong")
    with sheet.tagged("P"):
        place = " — ".join(part for part in (content.circumstances.practice, content.circumstances.department) if part)
        room = sheet.width - 2 * MARGIN - 170
        size = max(6.6, min(BODY, room / max(1.0, typeface("strong").width(printable(place)[0], 1.0))))
        sheet.text(right, 44.5, shortened(place, size, room, "strong"), size, weight="strong", align="right")
        sheet.text(right, 56.8, f"Page {page} of {pages}", BODY, colour=TEXT_2, align="right")
    _identity(sheet, content, full=full)
    _foot(sheet, content, foot, digest or content_hash(content))


def _mark(sheet: Sheet, x: float, y: float) -> None:
    sheet.rectangle(x, y, 18, 18, fill=ACCENT)
    sheet.disc(x + 9, y + 5.2, 1.9, fill=WHITE)
    sheet.line(x + 9, y + 6, x + 9, y + 12.5, WHITE, 1.4)
    sheet.ellipse((x + 9, y + 13.0), (5.2, 0.0), (0.0, 1.7), line=WHITE, line_width=1.3)


def _name_lines(content: ReportContent, width: float, *, full: bool) -> list[str]:
    return wrap(content.patient.name, NAME if full else 11.0, width - 2 * MARGIN - _left(content) - 182, "strong")


def _left(content: ReportContent) -> float:
    return TEST_BAND + 10.5 if content.patient.is_test else 10.5


def _unprintable(content: ReportContent) -> tuple[str, ...]:
    return printable(content.patient.name)[1]


def _identity(sheet: Sheet, content: ReportContent, *, full: bool) -> None:
    patient = content.patient
    bottom = identity_bottom(content, sheet.width, full=full)
    sheet.rectangle(MARGIN, BOX_TOP, sheet.width - 2 * MARGIN, bottom - BOX_TOP, line=TEXT, line_width=0.75)
    if patient.is_test:
        _test_band(sheet, MARGIN, BOX_TOP, bottom)
    x, right = MARGIN + _left(content), sheet.width - MARGIN - 10.5
    y = BOX_TOP + (19.0 if full else 16.5)
    size = NAME if full else 11.0
    born = "Not known" if patient.born is None else day(patient.born)
    age = "" if patient.age_years is None else f" ({patient.age_years}y)"
    with sheet.tagged("P"):
        for index, line in enumerate(_name_lines(content, sheet.width, full=full)):
            sheet.text(x, y + index * NAME_LEADING, line, size, weight="strong")
        sex = SEX_WORDS.get(patient.sex, patient.sex) or "Not known"
        strong, regular = typeface("strong"), typeface("regular")
        start = right - regular.width("Sex ", BODY) - strong.width(sex, BODY)
        sheet.runs(start, y, [("Sex ", "regular", TEXT_2), (sex, "strong", TEXT)], BODY)
        start -= 16 + regular.width(f"Born {age}", BODY) + strong.width(born, BODY)
        sheet.runs(start, y, [("Born ", "regular", TEXT_2), (born, "strong", TEXT), (age, "regular", TEXT_2)], BODY)
    y += NAME_LEADING * (len(_name_lines(content, sheet.width, full=full)) - 1)
    scripts = _unprintable(content)
    if scripts:
        y += 13.0
        with sheet.tagged("P"):
            what = " and ".join(scripts)
            text = f"The name holds {what}, which this report’s font cannot show; identify by birth date and numbers."
            sheet.text(x, y, text, NOTE, colour=STOP)
    if full:
        _identity_facts(sheet, content, x, y)
    else:
        _identity_line(sheet, content, x, y + 14.0, right)


def _identity_facts(sheet: Sheet, content: ReportContent, x: float, y: float) -> None:
    patient, test = content.patient, content.circumstances
    right = sheet.width - MARGIN - 10.5
    columns = [x + part * (right - x) for part in (0.0, 0.32, 0.581, 0.815)]
    columns.append(right + 8)
    review = content.review
    reviewed = f"{review.by}, {moment(review.at)}" if review else NOT_REVIEWED
    device = ", ".join(part for part in (test.device, test.placement) if part)
    facts: list[tuple[int, int, str, str, Colour]] = [
        (0, 0, "Kinometric no.", patient.kinometric_number, TEXT),
        (
            0,
            1,
            "athenaOne patient ID",
            patient.athena_patient_id or "Not linked",
            TEXT if patient.athena_patient_id else STOP,
        ),
        (0, 2, "Tested", moment(test.tested_at), TEXT),
        (0, 3, "Performed by", test.performed_by or NOT_RECORDED, TEXT),
        (1, 0, "Reviewed by", reviewed, TEXT if review else STOP),
        (1, 1, "Device", device or NOT_RECORDED, TEXT),
        (1, 2, "Footwear, surface", test.footwear_and_surface or NOT_RECORDED, TEXT),
        (1, 3, "Assistance", test.assistance or NOT_RECORDED, TEXT),
    ]
    for row, column, label, value, colour in facts:
        top = y + 17.0 + row * 28.5
        with sheet.tagged("P"):
            sheet.text(columns[column], top, label, NOTE, colour=TEXT_2)
            room = columns[column + 1] - columns[column] - 8
            _fitted(sheet, columns[column], top + 10.8, value, room, colour)


def _fitted(sheet: Sheet, x: float, y: float, value: str, room: float, colour: Colour) -> None:
    """Write a value on one line, smaller where it is long; on up to three small lines where it is longer still."""
    shown, _ = printable(value)
    strong = typeface("strong")
    for size in (BODY, 8.0, 7.5, 7.0):
        if strong.width(shown, size) <= room:
            sheet.text(x, y, shown, size, weight="strong", colour=colour)
            return
    size, leading = 6.4, 7.2
    lines = wrap(shown, size, room, "strong")
    if len(lines) > 2:
        size, leading = 5.6, 5.8
        lines = wrap(shown, size, room, "strong")
    if len(lines) > 3:
        lines = [*lines[:2], shortened(" ".join(lines[2:]), size, room, "strong")]
    for index, line in enumerate(lines):
        sheet.text(x, y - 3.0 + index * leading, line, size, weight="strong", colour=colour)


def _identity_line(sheet: Sheet, content: ReportContent, x: float, y: float, right: float) -> None:
    patient = content.patient
    number, link = patient.kinometric_number, patient.athena_patient_id or "Not linked"
    with sheet.tagged("P"):
        used = sheet.text(x, y, "Kinometric no.", NOTE, colour=TEXT_2)
        used += 4 + sheet.text(x + used + 4, y, number, BODY, weight="strong")
        used += 20 + sheet.text(x + used + 20, y, "athenaOne patient ID", NOTE, colour=TEXT_2)
        sheet.text(x + used + 4, y, link, BODY, weight="strong", colour=TEXT if patient.athena_patient_id else STOP)
        tested = moment(content.circumstances.tested_at)
        width = sheet.text(right, y, tested, BODY, weight="strong", align="right")
        sheet.text(right - width - 4, y, "Tested", NOTE, colour=TEXT_2, align="right")


def _test_band(sheet: Sheet, x: float, top: float, bottom: float) -> None:
    with sheet.clipped(x, top, TEST_BAND, bottom - top):
        offset = -(bottom - top)
        while offset < TEST_BAND:
            sheet.line(x + offset, top, x + offset + (bottom - top), bottom, TEXT, 0.75)
            offset += 6.4
    middle = (top + bottom) / 2
    sheet.line(x + TEST_BAND, top, x + TEST_BAND, bottom, TEXT, 0.75)
    sheet.rectangle(x + 2.5, middle - 6.5, TEST_BAND - 5.0, 13, fill=WHITE)
    with sheet.tagged("P"):
        sheet.text(x + TEST_BAND / 2, middle + 2.8, "TEST", 8.0, weight="strong", align="centre")


def _foot(sheet: Sheet, content: ReportContent, foot: str, digest: str) -> None:
    top = foot_top(sheet.width, sheet.height, foot)
    right = sheet.width - MARGIN
    sheet.line(MARGIN, top, right, top, TEXT, 0.75)
    y = top + 12.8
    if foot:
        with sheet.tagged("P"):
            for line in wrap(foot, NOTE, right - MARGIN):
                sheet.text(MARGIN, y, line, NOTE, colour=TEXT_2)
                y += FOOT_LEADING
    y = sheet.height - 29.0
    made = f"Generated {moment(content.made_at)} · content hash {digest[:8]}…{digest[-8:]}"
    face = typeface("regular")
    size = min(7.2, (right - MARGIN - 10.0) / face.width(LIMITS_SENTENCE + made, 1.0))
    with sheet.tagged("P"):
        sheet.text(MARGIN, y, LIMITS_SENTENCE, size, colour=TEXT_2)
        sheet.text(right, y, made, size, colour=TEXT_2, align="right")
