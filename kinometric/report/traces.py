"""The trace page: three lanes of every stance on one time axis and one scale, with the loss of balance marked."""

from __future__ import annotations

import numpy as np

from kinometric.recordings.recording import STANCES, FloatArray
from kinometric.report.content import ReportContent, StanceReport
from kinometric.report.ink import (
    AFTER,
    BODY,
    FRAME,
    GRID,
    LEVEL_INK,
    NOTE,
    SHADE,
    STANCE_INK,
    TEXT,
    TEXT_2,
    WHITE,
    ZERO,
)
from kinometric.report.lines import shortened
from kinometric.report.sheet import Sheet
from kinometric.report.symbols import draw_key, draw_level
from kinometric.report.typeface import typeface
from kinometric.report.wording import (
    BAND_SENTENCE,
    EVENT_WORDS,
    STANCE_NAMES,
    hold_line,
    is_synthetic,
    level_words,
    number,
    printed_level,
    seconds,
)
from kinometric.scoring.formula import shown_score
from kinometric.sway.values import MEASURED_FROM_S, MEASURED_TO_S, RATE_HZ, WINDOW_S

LANE_M_S2 = 1.5
LANES_LEFT = 21.0
HEAD = 17.0
AXIS = 14.0
GAP = 9.0
TITLE_HEIGHT = 22.0
MAX_TRIANGLES = 3


class TracePage:
    """All four stances below each other, filling the height that the page leaves."""

    def __init__(self, content: ReportContent, room: float) -> None:
        self._content = content
        self._plot_height = (room - TITLE_HEIGHT) / 4 - HEAD - AXIS - GAP

    def height(self, width: float) -> float:  # noqa: ARG002
        """Return the height of the page's room."""
        return TITLE_HEIGHT + 4 * (HEAD + self._plot_height + AXIS + GAP)

    def draw(self, sheet: Sheet, x: float, y: float, width: float) -> None:
        """Draw the heading and the four plots."""
        with sheet.tagged("H2"):
            used = sheet.text(x, y + 11.0, "Acceleration traces", 9.6, weight="strong")
            what = "m/s², unfiltered, 100 Hz, gravity removed. Each lane ±1.5 m/s². Triangle: a peak beyond the lane."
            sheet.text(x + used + 5, y + 11.0, what, BODY, colour=TEXT_2)
        y += TITLE_HEIGHT
        for name in STANCES:
            stance = self._content.stance(name)
            self._head(sheet, x, y, width, stance)
            self._plot(sheet, x + LANES_LEFT, y + HEAD, width - LANES_LEFT, stance)
            y += HEAD + self._plot_height + AXIS + GAP

    def _head(self, sheet: Sheet, x: float, y: float, width: float, stance: StanceReport) -> None:
        trial, baseline = stance.trial, y + 9.0
        draw_key(sheet, x, y + 6.0, stance.stance)
        level = printed_level(trial, self._content.options.age_view) if trial else None
        right = x + width * 0.80
        with sheet.tagged("H3"):
            used = 25.5 + sheet.text(x + 25.5, baseline, stance.stance, BODY, weight="strong")
            used += 6 + sheet.text(x + used + 6, baseline, STANCE_NAMES[stance.stance], BODY)
        with sheet.tagged("P"):
            room = (width * 0.745 if trial and trial.score is not None else width) - used - 8
            synthetic = "Synthetic. " if is_synthetic(stance) else ""
            sheet.text(
                x + used + 7, baseline, shortened(synthetic + hold_line(stance), BODY, room), BODY, colour=TEXT_2
            )
        if trial is None or trial.score is None:
            return
        mark = "?" if trial.provisional else ""
        with sheet.tagged("P"):
            sheet.text(right - 6, baseline, shown_score(trial.score) + mark, 9.6, weight="strong", align="right")
            if level:
                draw_level(sheet, right + 4, baseline - 3.0, level)
                words = level_words(level, trial.level_basis) + mark
                sheet.text(right + 10.5, baseline, words, BODY, weight="strong", colour=LEVEL_INK[level])
            else:
                sheet.text(right + 1, baseline, "no level", BODY, colour=TEXT_2)

    def _plot(self, sheet: Sheet, x: float, y: float, width: float, stance: StanceReport) -> None:
        height, lane = self._plot_height, self._plot_height / 3
        for start, end in ((0.0, MEASURED_FROM_S), (MEASURED_TO_S, WINDOW_S)):
            sheet.rectangle(x + start / WINDOW_S * width, y, (end - start) / WINDOW_S * width, height, fill=SHADE)
        for second in (2, 4, 6, 8):
            sheet.line(x + second / WINDOW_S * width, y, x + second / WINDOW_S * width, y + height, GRID, 0.5)
        for index in range(3):
            sheet.line(x, y + (index + 0.5) * lane, x + width, y + (index + 0.5) * lane, ZERO, 0.5)
            if index:
                sheet.line(x, y + index * lane, x + width, y + index * lane, FRAME, 0.6)
        box = (x - LANES_LEFT, y, width + LANES_LEFT, height + AXIS)
        words = f"Traces, {STANCE_NAMES[stance.stance]}. {hold_line(stance)}"
        with sheet.tagged("Figure", alternative=words, box=box):
            names = (*stance.signal.axis_names, "V") if stance.signal else ("AP", "ML", "V")
            for index, label in enumerate(names):
                short = {"major": "maj", "minor": "min"}.get(label, label)
                sheet.text(
                    x - 5, y + (index + 0.5) * lane + 3.0, short, NOTE, weight="strong", colour=TEXT_2, align="right"
                )
            for second in (0, 2, 4, 6, 8, 10):
                align = "right" if second == 10 else "centre"
                text = f"{second} s" if second == 10 else str(second)
                sheet.text(x + second / WINDOW_S * width, y + height + 10.0, text, NOTE, colour=TEXT_2, align=align)
            if stance.signal is None:
                sheet.rectangle(x + width / 2 - 27, y + 0.5 * lane - 5.0, 54, 10, fill=WHITE)
                sheet.text(x + width / 2, y + 0.5 * lane + 3.0, "no recording", NOTE, colour=TEXT_2, align="centre")
            else:
                self._lanes(sheet, x, y, width, stance)
        sheet.rectangle(x, y, width, height, line=FRAME, line_width=0.75)

    def _lanes(self, sheet: Sheet, x: float, y: float, width: float, stance: StanceReport) -> None:
        signal, trial, lane = stance.signal, stance.trial, self._plot_height / 3
        assert signal is not None
        down = _loss_of_balance(stance)
        end = WINDOW_S + 1 if down is None else down
        time, step = signal.time_s, width / WINDOW_S / RATE_HZ
        until = int(np.searchsorted(time, end, side="right"))
        ink, scored = STANCE_INK[stance.stance], trial is not None and trial.score is not None
        for index, series in enumerate((signal.axis_1_raw, signal.axis_2_raw, signal.vertical_raw)):
            middle = y + (index + 0.5) * lane
            page_y = middle - np.clip(series, -LANE_M_S2, LANE_M_S2) / LANE_M_S2 * lane / 2
            sheet.series(x + max(0, until - 1) * step, step, page_y[max(0, until - 1) :], AFTER, 0.6)
            sheet.series(x, step, page_y[:until], ink.lanes[index] if scored else AFTER, 0.7)
            for at, peak in peaks_beyond(time, series):
                self._triangle(sheet, x + at / WINDOW_S * width, middle, lane, peak, x + width)
        if down is None:
            return
        at = x + down / WINDOW_S * width
        sheet.line(at, y, at, y + self._plot_height, TEXT, 1.2)
        kind = EVENT_WORDS[trial.events[0].kind] if trial and trial.events and trial.confirmed_hold is None else ""
        words = f"down {seconds(down)} s"
        span = typeface("strong").width(words, NOTE) + typeface("regular").width(f" {kind}", NOTE)
        left = at + 4 if at + span + 10 < x + width else at - span - 6
        sheet.rectangle(left - 2, y + 1.2, span + 5, 9.6, fill=WHITE)
        used = sheet.text(left, y + 8.6, words, NOTE, weight="strong")
        sheet.text(left + used + 2, y + 8.6, kind, NOTE)

    def _triangle(self, sheet: Sheet, x: float, middle: float, lane: float, peak: float, right: float) -> None:
        up = 1 if peak > 0 else -1
        tip = middle - up * (lane / 2 - 0.5)
        sheet.polygon([(x, tip), (x + 2.6, tip + up * 4.4), (x - 2.6, tip + up * 4.4)], fill=TEXT_2)
        baseline = tip + (6.2 if up > 0 else -1.2)
        words = number(abs(peak), 1)
        space = typeface("regular").width(words, 6.8) + 6
        left = x + 4.4 if x + space < right else x - space + 1.6
        sheet.rectangle(left - 0.8, baseline - 5.4, space - 4.4, 6.6, fill=WHITE)
        sheet.text(left, baseline, words, 6.8, colour=TEXT_2)


def _loss_of_balance(stance: StanceReport) -> float | None:
    trial = stance.trial
    if trial is None or trial.hold_s is None or trial.held_full or trial.outcome != "scored":
        return None
    return trial.hold_s


def peaks_beyond(time_s: FloatArray, series: FloatArray) -> list[tuple[float, float]]:
    """Return time and value of the largest peaks beyond a lane's edge, at most three and no closer than 0.8 s.

    Parameters
    ----------
    time_s, series : (n,) float64
        Seconds and m/s2.

    Returns
    -------
    list of (float, float)
        In the order of time.
    """
    beyond = np.flatnonzero(np.abs(series) > LANE_M_S2)
    chosen: list[int] = []
    for index in beyond[np.argsort(-np.abs(series[beyond]), kind="stable")]:
        if len(chosen) == MAX_TRIANGLES:
            break
        if all(abs(time_s[index] - time_s[other]) >= 0.8 for other in chosen):
            chosen.append(int(index))
    return [(float(time_s[index]), float(series[index])) for index in sorted(chosen)]


def trace_foot(content: ReportContent) -> str:
    """Return the foot of the trace page: what the lanes and marks mean."""
    names = {stance.signal.axis_names for stance in content.stances if stance.signal is not None}
    axes = (
        "AP: front to back. ML: side to side. V: vertical."
        if names <= {("AP", "ML")}
        else "maj, min: horizontal directions of most and least sway (the phone’s mounting is not stated). V: vertical."
    )
    marks = "Shaded: not measured (first 1 s, last 0.5 s). Grey line: after the loss of balance, or no score."
    return f"{axes} {marks} {BAND_SENTENCE}"
