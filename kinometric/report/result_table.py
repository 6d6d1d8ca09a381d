"""The result: warnings that come first, the session's level, the table of the four tests, and the notes below it."""

from __future__ import annotations

from collections.abc import Iterator

from kinometric.recordings.recording import STANCES, Finding
from kinometric.report.block import Block, Space, Stack, Text
from kinometric.report.content import ReportContent, StanceReport
from kinometric.report.ink import BODY, BORDER, LEVEL_INK, NOTE, SCORE, STOP, TEXT, TEXT_2, WHITE
from kinometric.report.lines import wrap
from kinometric.report.sheet import Sheet
from kinometric.report.symbols import draw_barred_circle, draw_key, draw_level
from kinometric.report.typeface import typeface
from kinometric.report.wording import (
    BAND_SENTENCE,
    STANCE_NAMES,
    confirmation_sentences,
    correction_sentence,
    hold_words,
    level_words,
    no_level_words,
    number,
    outcome_words,
    printed_level,
    sensory_sentence,
    source_words,
    trials_sentence,
)
from kinometric.scoring.formula import shown_score

ROW = 18.0
LINE = 9.4
# Right edge (numbers) or left edge (words) of each column as a share of the table's width.
_SCORE, _LEVEL, _HELD, _RMS, _RMS_1, _RMS_2, _PATH, _ELLIPSE, _SIGNAL = (
    0.309,
    0.328,
    0.545,
    0.602,
    0.671,
    0.747,
    0.808,
    0.879,
    0.897,
)
_AXIS_HEADS = {("AP", "ML"): ("AP", "ML"), ("major", "minor"): ("maj", "min")}


class WarningBar:
    """A bar across the page with what a reader must know before any number: black, or outlined where it only tells."""

    def __init__(self, text: str, *, outlined: bool = False) -> None:
        self._text = text
        self._outlined = outlined

    def height(self, width: float) -> float:
        """Return the bar's height with the space below."""
        return 12.0 * len(wrap(self._text, BODY, width - 20, "strong")) + 8.0 + 8.0

    def draw(self, sheet: Sheet, x: float, y: float, width: float) -> None:
        """Draw white words on black, or black ones in a frame: both readable on any printer."""
        lines = wrap(self._text, BODY, width - 20, "strong")
        ground, words = (WHITE, TEXT) if self._outlined else (TEXT, WHITE)
        sheet.rectangle(x, y, width, 12.0 * len(lines) + 8.0, fill=ground, line=TEXT, line_width=1.2)
        with sheet.tagged("P"):
            for index, line in enumerate(lines):
                sheet.text(x + 10, y + 12.6 + index * 12.0, line, BODY, weight="strong", colour=words)


def warnings(content: ReportContent) -> Iterator[Block]:
    """Give a bar for a corrected report, and one for a report not reviewed or resting on unconfirmed holds."""
    if content.identity.revision:
        yield WarningBar(correction_sentence(content), outlined=True)
    if content.review is None and content.is_provisional:
        yield WarningBar("NOT REVIEWED. Scores are provisional: holds are not confirmed. Not for the chart.")
    elif content.review is None:
        yield WarningBar("NOT REVIEWED. No clinician has reviewed this report yet. Not for the chart.")
    elif content.is_provisional:
        yield WarningBar("PROVISIONAL. At least one score rests on a hold that nobody has confirmed.")


class LevelLine:
    """The one-line result: symbol, level with its noun, and where it comes from."""

    def __init__(self, content: ReportContent) -> None:
        self._content = content
        level = content.level
        self._words = level_words(level.level, "score") if level.level else "No session level"
        if level.provisional and level.level:
            self._words += "?"
        self._offset = 17.0 + typeface("strong").width(self._words, 15.0) + 14.0

    def _lines(self, width: float) -> list[str]:
        sentences = [self._content.level.sentence]
        if self._content.level.provisional:
            sentences[0] += " Provisional."
        sentences += [sensory_sentence(self._content)]
        return [line for text in sentences for line in wrap(text, BODY, width - self._offset)]

    def height(self, width: float) -> float:
        """Return the height with the sentence about what a level is."""
        return max(24.0, 12.2 * len(self._lines(width))) + 17.0

    def draw(self, sheet: Sheet, x: float, y: float, width: float) -> None:
        """Draw the level large, its sentences to the right, the band's meaning below."""
        lines = self._lines(width)
        level = self._content.level.level
        middle = y + max(24.0, 12.2 * len(lines)) / 2
        colour = LEVEL_INK[level] if level else TEXT_2
        if level:
            draw_level(sheet, x + 5, middle, level, 9.6)
        else:
            draw_barred_circle(sheet, x + 5, middle, colour, 9.6)
        with sheet.tagged("H2"):
            sheet.text(x + 17, middle + 5.4, self._words, 15.0, weight="strong")
        with sheet.tagged("P"):
            for index, line in enumerate(lines):
                top = middle - 6.1 * len(lines)
                sheet.text(x + self._offset, top + 9.0 + index * 12.2, line, BODY)
        with sheet.tagged("P"):
            below = y + max(24.0, 12.2 * len(lines)) + 9.5
            sheet.text(x, below, BAND_SENTENCE, NOTE, colour=TEXT_2)


class ResultTable:
    """The four tests: score, level, hold, sway measures with units, and the signal's quality."""

    def __init__(self, content: ReportContent) -> None:
        self._content = content
        names = {s.signal.axis_names for s in content.stances if s.signal is not None}
        self._axes = _AXIS_HEADS[names.pop()] if len(names) == 1 else ("1", "2") if names else ("AP", "ML")

    def height(self, width: float) -> float:
        """Return the height of head and rows."""
        return 31.0 + sum(self._row_height(self._content.stance(name), width) for name in STANCES)

    def _row_height(self, stance: StanceReport, width: float) -> float:
        return ROW + LINE * max(0, len(self._extra_lines(stance, width)) - (0 if _has_numbers(stance) else 1))

    def _extra_lines(self, stance: StanceReport, width: float) -> list[str]:
        """Return what a row says in words: why there is no score, or what to know about it."""
        trial = stance.trial
        text = outcome_words(stance)
        if trial is not None and trial.score is not None and trial.provisional:
            text = "Provisional: hold not confirmed by a person."
        return wrap(text, NOTE, width * (1 - _LEVEL)) if text else []

    def draw(self, sheet: Sheet, x: float, y: float, width: float) -> None:
        """Draw the table with its structure."""
        sheet.line(x, y, x + width, y, TEXT, 1.5)
        with sheet.group("Table"):
            self._head(sheet, x, y, width)
            y += 31.0
            for name in STANCES:
                stance = self._content.stance(name)
                self._row(sheet, x, y, width, stance)
                y += self._row_height(stance, width)
                sheet.line(x, y, x + width, y, BORDER, 0.5)

    def _head(self, sheet: Sheet, x: float, y: float, width: float) -> None:
        sheet.line(x, y + 31.0, x + width, y + 31.0, TEXT, 0.75)
        heads = (
            (0.0, "left", "", "Stance"),
            (_SCORE, "right", "Score", "0–10"),
            (_LEVEL, "left", "", "Level"),
            (_HELD, "right", "Held", "s"),
            (_RMS, "right", "RMS", "m/s²"),
            (_RMS_1, "right", f"RMS {self._axes[0]}", "m/s²"),
            (_RMS_2, "right", f"RMS {self._axes[1]}", "m/s²"),
            (_PATH, "right", "Path", "m/s²"),
            (_ELLIPSE, "right", "Ellipse", "(m/s²)²"),
            (_SIGNAL, "left", "", "Signal"),
        )
        with sheet.group("TR"):
            for share, align, first, second in heads:
                with sheet.tagged("TH", header_scope="Column"):
                    if first:
                        sheet.text(x + share * width, y + 13.2, first, NOTE, colour=TEXT_2, align=align)
                    sheet.text(x + share * width, y + 23.8, second, NOTE, colour=TEXT_2, align=align)

    def _row(self, sheet: Sheet, x: float, y: float, width: float, stance: StanceReport) -> None:
        baseline = y + 12.0
        draw_key(sheet, x, y + 9.0, stance.stance)
        with sheet.group("TR"):
            with sheet.tagged("TH", header_scope="Row"):
                used = sheet.text(x + 25.5, baseline, stance.stance, BODY, weight="strong")
                sheet.text(x + 25.5 + used + 6, baseline, STANCE_NAMES[stance.stance], BODY, colour=TEXT_2)
            if _has_numbers(stance):
                self._numbers(sheet, x, baseline, width, stance)
            else:
                draw_barred_circle(sheet, x + _SCORE * width - 4, y + 9.0, TEXT_2)
                with sheet.tagged("TD", columns=9):
                    self._extra(sheet, x, baseline, width, stance)

    def _extra(self, sheet: Sheet, x: float, top: float, width: float, stance: StanceReport) -> None:
        warn = stance.trial is None or stance.trial.provisional
        for index, line in enumerate(self._extra_lines(stance, width)):
            sheet.text(x + _LEVEL * width, top + index * LINE, line, NOTE, colour=STOP if warn else TEXT_2)

    def _numbers(self, sheet: Sheet, x: float, y: float, width: float, stance: StanceReport) -> None:
        trial = stance.trial
        assert trial is not None
        assert trial.score is not None
        mark = "?" if trial.provisional else ""
        with sheet.tagged("TD"):
            sheet.text(x + _SCORE * width, y, shown_score(trial.score) + mark, SCORE, weight="strong", align="right")
        with sheet.tagged("TD"):
            level, left = printed_level(trial, self._content.options.age_view), x + _LEVEL * width
            if level:
                draw_level(sheet, left + 3, y - 3.0, level)
                words = level_words(level, trial.level_basis) + mark
                sheet.text(left + 9.5, y, words, BODY, weight="strong", colour=LEVEL_INK[level])
            else:
                sheet.text(left, y, no_level_words(stance.stance, trial), BODY, colour=TEXT_2)
            self._extra(sheet, x, y + LINE, width, stance)
        measures = trial.measures
        values = (
            (_HELD, hold_words(trial)),
            (_RMS, number(None if measures is None else measures.rms_m_s2, 2)),
            (_RMS_1, number(None if measures is None else measures.rms_1_m_s2, 2)),
            (_RMS_2, number(None if measures is None else measures.rms_2_m_s2, 2)),
            (_PATH, number(None if measures is None else measures.path_m_s2, 1)),
            (_ELLIPSE, number(None if measures is None else measures.ellipse95_m2_s4, 2)),
        )
        for share, value in values:
            with sheet.tagged("TD"):
                sheet.text(x + share * width, y, value, BODY, align="right")
        with sheet.tagged("TD"):
            sheet.text(x + _SIGNAL * width, y, signal_words(stance), BODY)


def _has_numbers(stance: StanceReport) -> bool:
    return stance.trial is not None and stance.trial.score is not None


def shown_findings(stance: StanceReport) -> tuple[Finding, ...]:
    """Return the findings of a scored trial that a reader of its score must see."""
    if stance.trial is None:
        return ()
    return tuple(finding for finding in stance.trial.findings if finding.severity == "shown")


def signal_words(stance: StanceReport) -> str:
    """Return the signal's quality for the table: good, see notes, or nothing where nothing was recorded."""
    trial = stance.trial
    if trial is None or trial.outcome == "unable":
        return "–"
    return "see notes" if shown_findings(stance) else "good"


def notes(content: ReportContent) -> Block:
    """Return the notes below the table: holds, trials, gaps, and findings of the signals."""
    sentences = confirmation_sentences(content)
    trials = trials_sentence(content)
    sentences += [trials] if trials else []
    sentences += list(content.gaps)
    by_message: dict[str, list[str]] = {}
    for stance in content.stances:
        for finding in shown_findings(stance):
            by_message.setdefault(finding.message, []).append(stance.stance)
    sentences += [f"{_named(stances)}: {message}" for message, stances in by_message.items()]
    blocks: list[Block] = [Space(5.0)]
    paragraphs = [paragraph for paragraph in (" ".join(sentences), _age_sentences(content)) if paragraph]
    blocks += [Text(paragraph, size=NOTE, leading=10.4, colour=TEXT_2, below=2.0) for paragraph in paragraphs]
    return Stack(*blocks, Space(2.0))


def _named(stances: list[str]) -> str:
    return "All four" if len(stances) == len(STANCES) else ", ".join(stances)


def _age_sentences(content: ReportContent) -> str:
    """Return what norms say at the patient's age, where the practice prints it and the figures are confirmed."""
    by_sentence: dict[str, list[str]] = {}
    for stance in content.stances if content.options.age_view else ():
        view = stance.trial.age_view if stance.trial is not None else None
        if view is not None and view.printable:
            by_sentence.setdefault(f"{view.sentence} ({source_words(view)})", []).append(stance.stance)
    sentences = [f"{', '.join(stances)}: {sentence}" for sentence, stances in by_sentence.items()]
    return f"People of this age, for comparison: {' '.join(sentences)}" if sentences else ""
