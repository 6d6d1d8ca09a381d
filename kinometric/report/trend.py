"""The trend: the last six sessions on a proportional time axis, and a page with all of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from kinometric.recordings.recording import STANCES
from kinometric.report.block import Block, Columns, LeadText, Space, Stack, Text
from kinometric.report.content import ReportContent, TrendPoint
from kinometric.report.ink import (
    BODY,
    BORDER,
    FRAME,
    GRID,
    LEVEL_INK,
    NOTE,
    STANCE_INK,
    TEXT,
    TEXT_2,
    ZERO,
    Colour,
)
from kinometric.report.sheet import Sheet
from kinometric.report.symbols import draw_key, draw_level, draw_marker
from kinometric.report.typeface import typeface
from kinometric.report.wording import LEVEL_WORDS, STANCE_NAMES, day
from kinometric.scoring.formula import shown_score
from kinometric.scoring.trend import MeasurementError, change_sentences, usable_error

SHOWN_SESSIONS = 6
PLOT_HEIGHT = 66.0
STRIP = 62.0
"""Room at the plot's right end for the bands of the measurement error, one for each stance."""
BAND = 5.6
BAND_STEP = 14.4
_LEVELS = (("low", 8.75), ("moderate", 6.25), ("high", 3.75), ("critical", 1.25))


class TrendPlot:
    """Scores of up to six sessions, lines at the level borders, level words at the right.

    Where the measurement error is known, a strip at the right end holds a hatched band for each stance: what repetition
    alone makes of the score of the session before. The last score's marker stands beside it, above it or below it.
    """

    def __init__(self, points: Sequence[TrendPoint], total: int, error: MeasurementError | None = None) -> None:
        self._points = points
        self._total = total
        self._error = error

    def height(self, width: float) -> float:  # noqa: ARG002
        """Return the height with heading and dates."""
        return 15.0 + PLOT_HEIGHT + 15.0

    def draw(self, sheet: Sheet, x: float, y: float, width: float) -> None:
        """Draw the plot."""
        with sheet.tagged("H3"):
            used = sheet.text(x, y + 8.0, "Trend, score 0–10", BODY, weight="strong")
            words = [f"last {len(self._points)} of {self._total} sessions"] if self._total > len(self._points) else []
            words += ["hatched: within the measurement error"] if self._error is not None else []
            sheet.text(x + used + 6, y + 8.0, "; ".join(words), NOTE, colour=TEXT_2)
        box = (x, y + 12.0, width, PLOT_HEIGHT + 18.0)
        with sheet.tagged("Figure", alternative=self._description(), box=box):
            self._plot(sheet, x + 13.0, y + 15.0, width - 13.0 - 62.0)

    def _description(self) -> str:
        rows = [f"{day(p.tested_on)}: {', '.join(_scores(p))}" for p in self._points]
        error = "" if self._error is None else f" Measurement error {self._error.mdc95_score:.1f} points."
        return f"Trend of the scores. {'; '.join(rows)}.{error}"

    def _plot(self, sheet: Sheet, x: float, y: float, width: float) -> None:
        def level_y(score: float) -> float:
            return y + PLOT_HEIGHT * (1 - score / 10)

        for border in (2.5, 5.0, 7.5):
            sheet.line(x, level_y(border), x + width, level_y(border), ZERO, 0.5)
        positions = self._positions(x, width - (0.0 if self._error is None else STRIP))
        for position in positions:
            sheet.line(position, y, position, y + PLOT_HEIGHT, GRID, 0.5)
        sheet.rectangle(x, y, width, PLOT_HEIGHT, line=FRAME, line_width=0.75)
        for mark in (0, 5, 10):
            sheet.text(x - 4, level_y(mark) + 2.7, str(mark), NOTE, colour=TEXT_2, align="right")
        for level, middle in _LEVELS:
            draw_level(sheet, x + width + 8, level_y(middle), level, 5.0)
            sheet.text(
                x + width + 14, level_y(middle) + 2.7, LEVEL_WORDS[level].split()[0], NOTE, colour=LEVEL_INK[level]
            )
        for name in STANCES:
            ink = STANCE_INK[name]
            known = [
                (position, level_y(score))
                for position, point in zip(positions, self._points, strict=True)
                if (score := point.scores.get(name)) is not None
            ]
            for (x1, y1), (x2, y2) in pairwise(known):
                sheet.line(x1, y1, x2, y2, ink.line, 1.3, (3.6, 2.4) if ink.dashed else None)
            for at, score_y in known:
                draw_marker(sheet, at, score_y, name, 4.8)
        if self._error is not None:
            self._bands(sheet, x + width - STRIP, level_y, self._error.mdc95_score)
        self._dates(sheet, positions, y + PLOT_HEIGHT + 10.5, x, x + width)

    def _bands(self, sheet: Sheet, x: float, level_y: Callable[[float], float], error: float) -> None:
        before, last = self._points[-2].scores, self._points[-1].scores
        sheet.line(x, level_y(0.0), x, level_y(10.0), FRAME, 0.6)
        for index, name in enumerate(STANCES):
            then, now = before.get(name), last.get(name)
            if then is None or now is None:
                continue
            left = x + 4.0 + index * BAND_STEP
            top, bottom = level_y(min(10.0, then + error)), level_y(max(0.0, then - error))
            _hatched(sheet, left, top, bottom - top, STANCE_INK[name].lanes[0])
            draw_marker(sheet, left + BAND + 3.4, level_y(now), name, 4.8)

    def _positions(self, x: float, width: float) -> list[float]:
        left, room = x + 9.0, width - 18.0
        days = [point.tested_on.toordinal() for point in self._points]
        span = days[-1] - days[0]
        if span == 0:
            return [left + room * (index + 1) / (len(days) + 1) for index in range(len(days))]
        return [left + room * (value - days[0]) / span for value in days]

    def _dates(self, sheet: Sheet, positions: list[float], y: float, left: float, right: float) -> None:
        """Write the dates that fit, the last and the first before those between."""
        width = typeface("regular").width("00-Mmm-0000", NOTE) + 6
        order = [len(positions) - 1, 0, *range(1, len(positions) - 1)]
        taken: list[float] = []
        for index in dict.fromkeys(order):
            centre = min(max(positions[index], left + width / 2 - 12), right - width / 2 + 12)
            if all(abs(centre - other) >= width for other in taken):
                taken.append(centre)
                sheet.text(centre, y, day(self._points[index].tested_on), NOTE, colour=TEXT_2, align="centre")


def _hatched(sheet: Sheet, x: float, y: float, height: float, colour: Colour) -> None:
    """Draw a band as slanting lines in an outline, so that it is a band on a grey printer too."""
    with sheet.clipped(x, y, BAND, height):
        at = y
        while at < y + height + BAND:
            sheet.line(x, at, x + BAND, at - BAND, colour, 0.5)
            at += 2.6
    sheet.rectangle(x, y, BAND, height, line=colour, line_width=0.5)


def _scores(point: TrendPoint) -> list[str]:
    return [f"{name} {'none' if (score := point.scores.get(name)) is None else shown_score(score)}" for name in STANCES]


def scored_points(content: ReportContent) -> list[TrendPoint]:
    """Return the sessions that have a score at all, oldest first."""
    return [point for point in content.trend if any(score is not None for score in point.scores.values())]


def change_block(content: ReportContent) -> Block:
    """Return the change since the session before, in plain differences, with what may be said about it."""
    points = scored_points(content)
    if len(points) < 2 or points[-1] is not content.trend[-1]:
        return Stack()
    before = points[-2]
    said = change_sentences(before.scores, points[-1].scores, content.measurement_error)
    return Stack(
        Text(f"Change since {day(before.tested_on)}", weight="strong", leading=13.0, kind="H3"),
        Text(" ".join(filter(None, (*said, content.trend_sentence))), size=8.0, leading=10.8, colour=TEXT_2),
    )


class HistoryTable:
    """All sessions with their four scores, as many rows as are given."""

    ROW = 13.0

    def __init__(self, points: Sequence[TrendPoint]) -> None:
        self._points = points

    def height(self, width: float) -> float:  # noqa: ARG002
        """Return the height of head and rows."""
        return 20.0 + self.ROW * len(self._points) + 6.0

    def draw(self, sheet: Sheet, x: float, y: float, width: float) -> None:
        """Draw the table, newest session first."""
        columns = [x + width * share for share in (0.40, 0.58, 0.76, 0.94)]
        sheet.line(x, y + 17.0, x + width, y + 17.0, TEXT, 0.75)
        with sheet.group("Table"):
            with sheet.group("TR"):
                with sheet.tagged("TH", header_scope="Column"):
                    sheet.text(x, y + 11.0, "Tested", NOTE, colour=TEXT_2)
                for column, name in zip(columns, STANCES, strict=True):
                    draw_key(sheet, column - 60, y + 8.4, name)
                    with sheet.tagged("TH", header_scope="Column"):
                        sheet.text(column, y + 11.0, name, NOTE, weight="strong", align="right")
            for index, point in enumerate(self._points):
                top = y + 20.0 + index * self.ROW
                sheet.line(x, top + self.ROW - 2.5, x + width, top + self.ROW - 2.5, BORDER, 0.4)
                with sheet.group("TR"):
                    with sheet.tagged("TH", header_scope="Row"):
                        sheet.text(x, top + 7.6, day(point.tested_on), BODY)
                    for column, name in zip(columns, STANCES, strict=True):
                        score = point.scores.get(name)
                        with sheet.tagged("TD"):
                            words = "–" if score is None else shown_score(score)
                            sheet.text(column, top + 7.6, words, BODY, align="right")


def history_blocks(content: ReportContent, room: float) -> list[Block]:
    """Return the history as tables that each fill at most one page."""
    rows = list(reversed(content.trend))
    per_page = max(1, int((room - 60.0) // HistoryTable.ROW))
    title = f"All {len(rows)} sessions, score 0–10, newest first"
    blocks: list[Block] = []
    for start in range(0, len(rows), per_page):
        words = title if start == 0 else f"{title}, continued"
        blocks.append(
            Stack(
                Text(words, size=9.6, leading=18.0, weight="strong", kind="H2"),
                HistoryTable(rows[start : start + per_page]),
                Text(
                    f"{'; '.join(f'{name}: {STANCE_NAMES[name].lower()}' for name in STANCES)}. A dash: no score.",
                    size=NOTE,
                    leading=10.4,
                    colour=TEXT_2,
                ),
            )
        )
    return blocks


def trend_and_questionnaires(content: ReportContent, width: float) -> list[Block]:
    """Return trend and questionnaires side by side, or whichever of them there is."""
    right: list[Block] = []
    for summary in content.questionnaires:
        right.append(Text(summary.name, weight="strong", leading=13.0, kind="H3"))
        detail = " ".join(part for part in (summary.note, _flagged(summary.flagged)) if part)
        right.append(LeadText(summary.total_text, detail, below=6.0))
    drawn = scored_points(content)
    if content.options.trend and len(drawn) > 1:
        error = usable_error(content.measurement_error)
        plot: Block = TrendPlot(drawn[-SHOWN_SESSIONS:], len(drawn), error)
        said = change_block(content)
        share = 0.633
        column = width * (1 - share) - Columns.GAP
        if Stack(*right, said).height(column) <= plot.height(width) + 12.0:
            right.append(said)
        else:
            plot = Stack(plot, Space(4.0), said)
        return [Columns(plot, Stack(*right), share), Space(4.0)]
    if content.options.trend:
        right.insert(
            0, Text("Trend: this is the first scored session.", size=8.0, leading=12.0, colour=TEXT_2, below=4.0)
        )
    return [Stack(*right), Space(4.0)] if right else []


def _flagged(items: tuple[str, ...]) -> str:
    return f"Yes to: {'; '.join(items)}." if items else ""
