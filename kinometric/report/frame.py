"""What stands on every page: title, practice, page number, the patient's identity, and the foot."""

from __future__ import annotations

from itertools import pairwise

from kinometric.report.content import ReportContent
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
PLACE_LEADING = 9.6
PLACE_LINES = 3
FACT_ROW = 28.5
FACT_LEADING = 9.2
FACT_GAP = 12.0
FACT_LINES = 4
SEX_WORDS = {"F": "Female", "M": "Male", "X": "Other"}
"""How a record's letter is written out; any other word is printed as it stands."""


def page_widths(content: ReportContent) -> tuple[float, float]:
    """Return the page's width and height in points."""
    return (595.28, 841.89) if content.options.page_size == "a4" else (612.0, 792.0)


def box_top(content: ReportContent, width: float) -> float:
    """Return where the identity box starts on a page: lower where the practice's name takes more than one line."""
    _, lines = _place(content, width)
    return BOX_TOP + PLACE_LEADING * (len(lines) - 1)


def identity_bottom(content: ReportContent, width: float, *, full: bool) -> float:
    """Return where the identity box ends on a page."""
    lines = len(_name_lines(content, width, full=full))
    extra = NAME_LEADING * (lines - 1) + (13.0 if _unprintable(content) else 0.0)
    below = 30.5 + sum(_row_heights(content, width)) if full else 39.0
    return box_top(content, width) + extra + below


def _place(content: ReportContent, width: float) -> tuple[float, list[str]]:
    """Return the size and the lines of practice and department: one, smaller where it is long, or up to three."""
    test = content.circumstances
    place = printable(" — ".join(part for part in (test.practice, test.department) if part))[0]
    room = width - 2 * MARGIN - 170
    size = min(BODY, room / max(1.0, typeface("strong").width(place, 1.0)))
    if size >= NOTE:
        return size, [place]
    lines = wrap(place, NOTE, room, "strong")
    if len(lines) > PLACE_LINES:
        rest = " ".join(lines[PLACE_LINES - 1 :])
        lines = [*lines[: PLACE_LINES - 1], shortened(rest, NOTE, room, "strong")]
    return NOTE, lines


def foot_top(width: float, height: float, foot: str) -> float:
    """Return where the foot's rule stands."""
    lines = len(wrap(foot, NOTE, width - 2 * MARGIN)) if foot else 0
    return height - 24.5 - FOOT_LEADING * lines - 18.0


def draw_head(sheet: Sheet, content: ReportContent, page: int, pages: int, *, full: bool) -> None:
    """Draw what stands above a page's content; `full` writes the whole identity block, else its short form."""
    right = sheet.width - MARGIN
    _mark(sheet, MARGIN, 39.0)
    if page == 1:
        with sheet.tagged("H1"):
            sheet.text(MARGIN + 25.5, 52.5, TITLE, HEADING, weight="strong")
    else:
        sheet.text(MARGIN + 25.5, 52.5, TITLE, HEADING, weight="strong")
    with sheet.tagged("P"):
        size, lines = _place(content, sheet.width)
        for index, line in enumerate(lines):
            sheet.text(right, 44.5 + index * PLACE_LEADING, line, size, weight="strong", align="right")
        words = f"Page {page} of {pages}"
        if content.identity.revision:
            words = f"Corrected report {content.identity.revision} · {words}"
        below = 56.8 + PLACE_LEADING * (len(lines) - 1)
        sheet.text(right, below, words, BODY, colour=TEXT_2, align="right")
    _identity(sheet, content, full=full)


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
    top, bottom = box_top(content, sheet.width), identity_bottom(content, sheet.width, full=full)
    sheet.rectangle(MARGIN, top, sheet.width - 2 * MARGIN, bottom - top, line=TEXT, line_width=0.75)
    if patient.is_test:
        _test_band(sheet, MARGIN, top, bottom)
    x, right = MARGIN + _left(content), sheet.width - MARGIN - 10.5
    y = top + (19.0 if full else 16.5)
    size = NAME if full else 11.0
    born = "Not known" if patient.born is None else day(patient.born)
    age = "" if patient.age_years is None else f" ({patient.age_years}y)"
    with sheet.tagged("P"):
        for index, line in enumerate(_name_lines(content, sheet.width, full=full)):
            sheet.text(x, y + index * NAME_LEADING, line, size, weight="strong")
        sex = SEX_WORDS.get(patient.sex, patient.sex) or "Not known"
        strong, regular = typeface("strong"), typeface("regular")
        sex_at = right - regular.width("Sex ", BODY) - strong.width(sex, BODY)
        born_at = sex_at - 16 - regular.width(f"Born {age}", BODY) - strong.width(born, BODY)
        sheet.runs(born_at, y, [("Born ", "regular", TEXT_2), (born, "strong", TEXT), (age, "regular", TEXT_2)], BODY)
        sheet.runs(sex_at, y, [("Sex ", "regular", TEXT_2), (sex, "strong", TEXT)], BODY)
    y += NAME_LEADING * (len(_name_lines(content, sheet.width, full=full)) - 1)
    scripts = _unprintable(content)
    if scripts:
        y += 13.0
        with sheet.tagged("P"):
            what = " and ".join(scripts)
            by = "numbers" if patient.born is None else "birth date and numbers"
            text = f"The name holds {what}, which this report’s font cannot show; identify by {by}."
            sheet.text(x, y, text, NOTE, colour=STOP)
    if full:
        _identity_facts(sheet, content, y)
    else:
        _identity_line(sheet, content, x, y + 14.0, right)


def _facts(content: ReportContent) -> tuple[tuple[tuple[str, str, Colour], ...], ...]:
    """Return the rows of the identity block's facts: label, value, colour of the value."""
    patient, test, review = content.patient, content.circumstances, content.review
    linked = patient.athena_patient_id
    reviewed = f"{review.by}, {moment(review.at)}" if review else NOT_REVIEWED
    device = ", ".join(part for part in (test.device, test.placement) if part)
    return (
        (
            ("Kinometric no.", patient.kinometric_number, TEXT),
            ("athenaOne patient ID", linked or "Not linked", TEXT if linked else STOP),
            ("Tested", moment(test.tested_at), TEXT),
            ("Performed by", test.performed_by or NOT_RECORDED, TEXT),
        ),
        (
            ("Reviewed by", reviewed, TEXT if review else STOP),
            ("Device", device or NOT_RECORDED, TEXT),
            ("Footwear, surface", test.footwear_and_surface or NOT_RECORDED, TEXT),
            ("Assistance", test.assistance or NOT_RECORDED, TEXT),
        ),
    )


def _columns(content: ReportContent, width: float) -> list[tuple[float, float]]:
    """Return left edge and room of the four columns of facts."""
    left, right = MARGIN + _left(content), width - MARGIN - 10.5
    edges = [left + part * (right - left) for part in (0.0, 0.305, 0.581, 0.815)] + [right + FACT_GAP]
    return [(start, end - start - FACT_GAP) for start, end in pairwise(edges)]


def _value_lines(value: str, room: float) -> tuple[float, list[str]]:
    """Return the size and the lines of a value: one line, a little smaller where it is long, else up to four."""
    shown, _ = printable(value)
    strong = typeface("strong")
    for size in (BODY, 8.0, NOTE):
        if strong.width(shown, size) <= room:
            return size, [shown]
    lines = wrap(shown, NOTE, room, "strong")
    if len(lines) > FACT_LINES:
        rest = " ".join(lines[FACT_LINES - 1 :])
        lines = [*lines[: FACT_LINES - 1], shortened(rest, NOTE, room, "strong")]
    return NOTE, lines


def _row_heights(content: ReportContent, width: float) -> list[float]:
    rooms = [room for _, room in _columns(content, width)]
    return [
        FACT_ROW
        + FACT_LEADING
        * (max(len(_value_lines(value, room)[1]) for (_, value, _), room in zip(row, rooms, strict=True)) - 1)
        for row in _facts(content)
    ]


def _identity_facts(sheet: Sheet, content: ReportContent, y: float) -> None:
    top = y + 17.0
    columns = _columns(content, sheet.width)
    for row, height in zip(_facts(content), _row_heights(content, sheet.width), strict=True):
        for (left, room), (label, value, colour) in zip(columns, row, strict=True):
            size, lines = _value_lines(value, room)
            with sheet.tagged("P"):
                sheet.text(left, top, label, NOTE, colour=TEXT_2)
                for index, line in enumerate(lines):
                    baseline = top + 10.8 + index * FACT_LEADING
                    sheet.text(left, baseline, line, size, weight="strong", colour=colour)
        top += height


def _identity_line(sheet: Sheet, content: ReportContent, x: float, y: float, right: float) -> None:
    patient = content.patient
    number, link = patient.kinometric_number, patient.athena_patient_id or "Not linked"
    with sheet.tagged("P"):
        used = sheet.text(x, y, "Kinometric no.", NOTE, colour=TEXT_2)
        used += 4 + sheet.text(x + used + 4, y, number, BODY, weight="strong")
        used += 20 + sheet.text(x + used + 20, y, "athenaOne patient ID", NOTE, colour=TEXT_2)
        sheet.text(x + used + 4, y, link, BODY, weight="strong", colour=TEXT if patient.athena_patient_id else STOP)
        tested = moment(content.circumstances.tested_at)
        width = typeface("strong").width(tested, BODY)
        sheet.text(right - width - 4, y, "Tested", NOTE, colour=TEXT_2, align="right")
        sheet.text(right, y, tested, BODY, weight="strong", align="right")


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


def draw_foot(sheet: Sheet, content: ReportContent, foot: str, digest: str) -> None:
    """Draw what stands below a page's content: method or meaning of the marks, limits, time of making, content hash."""
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
