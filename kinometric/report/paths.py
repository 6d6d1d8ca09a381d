"""The four sway paths side by side: one scale, measured part in colour, 95 % ellipse, grey after a loss of balance."""

from __future__ import annotations

import numpy as np

from kinometric.recordings.recording import STANCES, FloatArray
from kinometric.report.content import ReportContent, StanceReport
from kinometric.report.ink import AFTER, BODY, FRAME, GRID, NOTE, STANCE_INK, TEXT_2, WHITE, ZERO
from kinometric.report.lines import wrap
from kinometric.report.sheet import Sheet
from kinometric.report.typeface import typeface
from kinometric.report.wording import STANCE_NAMES, is_synthetic, number
from kinometric.sway.measures import ellipse95
from kinometric.sway.values import MEASURED_FROM_S, MEASURED_TO_S, SwaySignal

SCALE_M_S2 = 1.5
GAP = 12.4
AXIS = 9.5
TICK = 7.0
SMALLEST_SIDE = 80.0
CAPTION = (
    "Same scale in all plots, ±1.5 m/s². Path and 95 % ellipse of the measured part; grey after the loss of balance, "
    "or where there is no score; a triangle marks a path that leaves the plot. Left solid, right "
    "dashed; eyes open filled, eyes closed hollow."
)


class SwayPaths:
    """Four square plots: side to side across, front to back up."""

    def __init__(self, content: ReportContent, smaller_by: float = 0.0) -> None:
        self._content = content
        self._smaller_by = smaller_by

    def _side(self, width: float) -> float:
        return (width - 3 * GAP) / 4 - self._smaller_by

    def spare(self, width: float) -> float:
        """Return by how many points the plots may shrink to keep a page whole."""
        return max(0.0, self._side(width) - SMALLEST_SIDE)

    def height(self, width: float) -> float:
        """Return the height of headings, plots and caption."""
        return 14.0 + self._side(width) + AXIS + 4.0 + 10.4 * len(wrap(CAPTION, NOTE, width)) + 6.0

    def draw(self, sheet: Sheet, x: float, y: float, width: float) -> None:
        """Draw the plots and their caption."""
        side = self._side(width)
        for index, name in enumerate(STANCES):
            stance = self._content.stance(name)
            left = x + index * (width + GAP) / 4
            with sheet.tagged("H3"):
                used = sheet.text(left, y + 8.5, name, BODY, weight="strong")
                sheet.text(left + used + 4, y + 8.5, STANCE_NAMES[name], BODY, colour=TEXT_2)
            box = (left, y + 14.0, side, side + AXIS)
            with sheet.tagged("Figure", alternative=_description(stance), box=box):
                self._plot(sheet, left, y + 14.0, side, stance)
        with sheet.tagged("Caption"):
            for index, line in enumerate(wrap(CAPTION, NOTE, width)):
                sheet.text(x, y + 14.0 + side + AXIS + 10.5 + index * 10.4, line, NOTE, colour=TEXT_2)

    def _plot(self, sheet: Sheet, x: float, y: float, side: float, stance: StanceReport) -> None:
        scale = side / (2 * SCALE_M_S2)
        centre = (x + side / 2, y + side / 2)
        for step in (-1.0, -0.5, 0.5, 1.0):
            sheet.line(centre[0] + step * scale, y, centre[0] + step * scale, y + side, GRID, 0.5)
            sheet.line(x, centre[1] + step * scale, x + side, centre[1] + step * scale, GRID, 0.5)
        sheet.line(centre[0], y, centre[0], y + side, ZERO, 0.6)
        sheet.line(x, centre[1], x + side, centre[1], ZERO, 0.6)
        signal = stance.signal
        if signal is None or not _is_drawn(stance):
            _label(sheet, centre[0] + 22.0, centre[1] + 2.6, "no sway path", align="right")
        else:
            with sheet.clipped(x, y, side, side):
                self._sway(sheet, centre, scale, stance, signal)
        sheet.rectangle(x, y, side, side, line=FRAME, line_width=0.75)
        names = signal.axis_names if signal else ("AP", "ML")
        _label(sheet, x + 4.5, y + 10.0, names[0])
        # The scale stands below the plot, where no path and no ellipse can run through it.
        below = y + side + AXIS - 1.0
        sheet.text(x, below, number(-SCALE_M_S2, 1), TICK, colour=TEXT_2)
        sheet.text(centre[0], below, f"{names[1]}, m/s²", TICK, colour=TEXT_2, align="centre")
        sheet.text(x + side, below, number(SCALE_M_S2, 1), TICK, colour=TEXT_2, align="right")
        if is_synthetic(stance):
            _label(sheet, x + 4.5, y + side - 5.0, "synthetic")

    def _sway(
        self, sheet: Sheet, centre: tuple[float, float], scale: float, stance: StanceReport, signal: SwaySignal
    ) -> None:
        ink = STANCE_INK[stance.stance]
        start, end = measured_part(stance)
        time = signal.time_s
        inside = (time >= start) & (time <= end)
        scored = stance.trial is not None and stance.trial.score is not None
        later = (time >= end) & (time <= MEASURED_TO_S) if end < MEASURED_TO_S else np.zeros(len(time), dtype=bool)
        page_x, page_y = centre[0] + signal.axis_2 * scale, centre[1] - signal.axis_1 * scale
        _limited_curve(sheet, page_x[later], page_y[later], AFTER, 0.5)
        _limited_curve(sheet, page_x[inside], page_y[inside], ink.line if scored else AFTER, 0.6)
        if scored and stance.trial is not None and stance.trial.measures is not None:
            ellipse = ellipse95(signal, end_s=end)
            (long, short), angle = ellipse.axes, ellipse.angle
            sheet.ellipse(
                (centre[0] + ellipse.center[1] * scale, centre[1] - ellipse.center[0] * scale),
                (long * np.sin(angle) * scale, -long * np.cos(angle) * scale),
                (short * np.cos(angle) * scale, short * np.sin(angle) * scale),
                line=ink.lanes[0],
                line_width=1.3,
                dash=(4.5, 2.4) if ink.dashed else None,
            )
        beyond = max(
            float(np.max(np.abs(signal.axis_1[inside]), initial=0)),
            float(np.max(np.abs(signal.axis_2[inside]), initial=0)),
        )
        if beyond > SCALE_M_S2:
            left, bottom = centre[0] - SCALE_M_S2 * scale + 7.5, centre[1] + SCALE_M_S2 * scale - 15.0
            sheet.polygon([(left - 2.6, bottom), (left + 2.6, bottom), (left, bottom - 4.8)], fill=ink.lanes[0])
            sheet.text(left + 5, bottom, number(beyond, 1), NOTE, colour=TEXT_2)


def _label(sheet: Sheet, x: float, baseline: float, text: str, align: str = "left") -> None:
    """Write a label on a white ground, so that no path runs through it."""
    width = typeface("regular").width(text, NOTE)
    left = x - width if align == "right" else x
    sheet.rectangle(left - 1.5, baseline - 7.0, width + 3.0, 9.0, fill=WHITE)
    sheet.text(x, baseline, text, NOTE, colour=TEXT_2, align=align)


def _limited_curve(
    sheet: Sheet, x: FloatArray, y: FloatArray, colour: tuple[float, float, float], width: float
) -> None:
    """Draw a curve whose far points are brought to a page's size, so that no viewer meets absurd coordinates."""
    sheet.curve(np.clip(x, -500.0, 2000.0), np.clip(y, -500.0, 2000.0), colour, width)


def _is_drawn(stance: StanceReport) -> bool:
    start, end = measured_part(stance)
    return end > start


def measured_part(stance: StanceReport) -> tuple[float, float]:
    """Return where the measured part of a trial starts and ends, seconds from the start of the window."""
    trial = stance.trial
    if trial is None:
        return (MEASURED_FROM_S, MEASURED_FROM_S)
    if trial.measures is not None:
        return (trial.measures.measured_from_s, trial.measures.measured_to_s)
    end = MEASURED_TO_S if trial.hold_s is None or trial.held_full else min(MEASURED_TO_S, trial.hold_s)
    return (MEASURED_FROM_S, max(MEASURED_FROM_S, end))


def _description(stance: StanceReport) -> str:
    name = STANCE_NAMES[stance.stance]
    trial = stance.trial
    if stance.signal is None or trial is None or trial.measures is None:
        return f"Sway path, {name}: nothing to draw."
    area = number(trial.measures.ellipse95_m2_s4, 2)
    return f"Sway path, {name}: 95 % ellipse {area} (m/s²)², RMS {number(trial.measures.rms_m_s2, 2)} m/s²."
