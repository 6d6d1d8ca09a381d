"""How the traces of a stance are painted, layer by layer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from kinometric_desktop.ui.plots.lanes import LaneCurves, LaneGeometry, PeakBeyond
from kinometric_desktop.ui.plots.strokes import draw_curve, draw_peak, hairlines
from kinometric_desktop.ui.plots.ticks import (
    STANDARD_M_S2,
    scale_words,
    signed,
    signed_free,
    ticks_between,
    time_step,
    written_seconds,
)

if TYPE_CHECKING:
    from kinometric_desktop.ui.plots.traces import StanceTraces

#: Antialias up to this many samples a lane in view.
_SMOOTH_SAMPLES = 2000


def paint_traces(plot: StanceTraces, painter: QPainter) -> None:
    """Paint grounds, grid, curves, events, line and labels of a plot."""
    geometry = plot.geometry_of_lanes()
    painter.fillRect(geometry.frame, plot.theme.ground)
    _paint_not_measured(plot, painter, geometry)
    _paint_grid(plot, painter, geometry)
    if plot.earlier_lanes is not None:
        _paint_curves(plot, painter, geometry, plot.earlier_lanes, earlier=True)
    if plot.lanes is not None:
        _paint_curves(plot, painter, geometry, plot.lanes, earlier=False)
    _paint_frame(plot, painter, geometry)
    if plot.lanes is not None:
        for peak in plot.lanes.peaks_beyond(plot.amplitude_m_s2):
            _paint_peak(plot, painter, geometry, peak)
    _paint_event(plot, painter, geometry)
    _paint_labels(plot, painter, geometry)
    _paint_line(plot, painter, geometry)


def _paint_not_measured(plot: StanceTraces, painter: QPainter, geometry: LaneGeometry) -> None:
    curves = plot.curves
    if curves is None or curves.measured_s is None:
        return
    low, high = curves.measured_s
    stretches = [(geometry.from_s, low)]
    # After a loss of balance the curve is grey; the shade stays where nobody is measured, at the end of the window.
    end_s = high if curves.event is None else max(high, 9.5)
    stretches.append((end_s, geometry.to_s))
    for from_s, to_s in stretches:
        left = max(geometry.x_of(from_s), geometry.frame.left())
        right = min(geometry.x_of(to_s), geometry.frame.right())
        if right > left:
            painter.fillRect(
                QRectF(left, geometry.frame.top(), right - left, geometry.frame.height()), plot.theme.shade
            )


def _paint_grid(plot: StanceTraces, painter: QPainter, geometry: LaneGeometry) -> None:
    theme, frame = plot.theme, geometry.frame
    if plot.grid_shown:
        lines = [
            QRectF(round(geometry.x_of(tick)), frame.top(), 1, frame.height())
            for tick in _time_ticks(plot, geometry)[1]
        ]
        step = _lane_step(plot, geometry)
        if step is not None:
            for lane in range(3):
                lines += [
                    QRectF(frame.left(), round(geometry.y_of(lane, tick)), frame.width(), 1)
                    for tick in ticks_between(-geometry.amplitude_m_s2, geometry.amplitude_m_s2, step)
                    if 0 < abs(tick) < geometry.amplitude_m_s2
                ]
        hairlines(painter, theme.grid, lines)
    zeros = [QRectF(frame.left(), round(geometry.y_of(lane, 0)), frame.width(), 1) for lane in range(3)]
    hairlines(painter, theme.zero, zeros)


def _paint_frame(plot: StanceTraces, painter: QPainter, geometry: LaneGeometry) -> None:
    frame = geometry.frame
    lines = [QRectF(frame.left(), round(geometry.lane(lane).top()), frame.width(), 1) for lane in range(3)]
    lines += [
        QRectF(frame.left(), frame.bottom() - 1, frame.width(), 1),
        QRectF(frame.left(), frame.top(), 1, frame.height()),
        QRectF(frame.right() - 1, frame.top(), 1, frame.height()),
    ]
    hairlines(painter, plot.theme.frame, lines)


def _paint_curves(
    plot: StanceTraces, painter: QPainter, geometry: LaneGeometry, lanes: LaneCurves, *, earlier: bool
) -> None:
    theme, curves = plot.theme, lanes.curves
    look = theme.stances[curves.stance]
    in_view = (geometry.to_s - geometry.from_s) * curves.rate_hz
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, in_view <= _SMOOTH_SAMPLES)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    width = theme.trace_large_px if plot.large and not earlier and in_view <= _SMOOTH_SAMPLES else theme.trace_px
    split_s = curves.end_s if curves.event is None else min(curves.event.at_s, curves.end_s)
    for lane in range(3):
        painter.setClipRect(geometry.lane(lane))
        parts: list[tuple[float, float, QColor]] = [
            (curves.start_s, split_s, theme.previous if earlier else look.lanes[lane])
        ]
        if split_s < curves.end_s:
            parts.append((split_s, curves.end_s, theme.previous if earlier else theme.after))
        for from_s, to_s, colour in parts:
            polygon = lanes.polygon(lane, geometry, from_s, to_s)
            if polygon is not None:
                draw_curve(painter, polygon, colour, width)
    painter.setClipping(False)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def _paint_peak(plot: StanceTraces, painter: QPainter, geometry: LaneGeometry, peak: PeakBeyond) -> None:
    if not geometry.from_s <= peak.time_s <= geometry.to_s:
        return
    theme, lane = plot.theme, geometry.lane(peak.lane)
    upwards = peak.value_m_s2 > 0
    y = lane.top() + 7 if upwards else lane.bottom() - 7
    x = min(max(geometry.x_of(peak.time_s), lane.left() + 5), lane.right() - 5)
    text = signed_free(abs(peak.value_m_s2), 1)
    if peak.value_m_s2 < 0:
        text = signed_free(peak.value_m_s2, 1)
    width = plot.width_of(text)
    beside = (
        plot.curves is not None and plot.curves.event is not None and abs(plot.curves.event.at_s - peak.time_s) < 0.4
    )
    mark_x = min(max(x, geometry.x_of(plot.curves.event.at_s) + 7), lane.right() - 5) if beside else x  # type: ignore[union-attr]
    draw_peak(painter, QPointF(mark_x, y), theme.text_2, upwards=upwards)
    right = mark_x + 7 + width <= lane.right()
    plot.text_at(
        painter,
        QPointF(mark_x + 7 if right else mark_x - 7, y),
        text,
        theme.text_2,
        align=Qt.AlignmentFlag.AlignLeft if right else Qt.AlignmentFlag.AlignRight,
        ground=theme.ground,
    )


def _paint_event(plot: StanceTraces, painter: QPainter, geometry: LaneGeometry) -> None:
    event = None if plot.curves is None else plot.curves.event
    if event is None or not geometry.from_s <= event.at_s <= geometry.to_s:
        return
    theme, frame = plot.theme, geometry.frame
    x = geometry.x_of(event.at_s)
    width = theme.event_px
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.fillRect(QRectF(x - width / 2, frame.top(), width, frame.height()), theme.text)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    bold = event.when
    bold_width = plot.width_of(bold, 600)
    whole = bold_width + (plot.width_of(f" {event.word}") if event.word else 0)
    y = frame.top() + plot.scaled(10)
    left = x + 6 if x + 8 + whole <= frame.right() else x - 6 - whole
    height = plot.font_of()[1].height()
    painter.fillRect(QRectF(left - 2, y - height / 2, whole + 4, height), theme.ground)
    plot.text_at(painter, QPointF(left, y), bold, theme.text, weight=600)
    if event.word:
        plot.text_at(painter, QPointF(left + bold_width, y), f" {event.word}", theme.text)


def _paint_labels(plot: StanceTraces, painter: QPainter, geometry: LaneGeometry) -> None:
    theme, frame = plot.theme, geometry.frame
    names = plot.curves.lane_names if plot.curves is not None else ("AP", "ML", "V")
    right = Qt.AlignmentFlag.AlignRight
    for lane, name in enumerate(names):
        y = geometry.lane(lane).center().y()
        plot.text_at(painter, QPointF(frame.left() - 7, y), name, theme.text_2, weight=600, align=right)
        tick = _label_value(geometry.amplitude_m_s2)
        if plot.large and tick * geometry.pixels_per_m_s2 > plot.scaled(20):
            for value in (tick, -tick):
                text = signed(value, 0 if tick >= 1 else 2)
                plot.text_at(
                    painter, QPointF(frame.left() - 7, geometry.y_of(lane, value)), text, theme.text_2, align=right
                )
    y = frame.bottom() + 3 + plot.font_of()[1].height() / 2
    step, ticks = _time_ticks(plot, geometry)
    for tick in ticks:
        text = written_seconds(tick, step)
        last = tick == ticks[-1]
        if last and step < 60:
            text += " s"
        x = geometry.x_of(tick)
        half = plot.width_of(text) / 2
        x = min(max(x, half), plot.width() - half - 1)
        if last and step < 60 and x + half > frame.right():
            x = min(x, frame.right() + 4 - half)
        plot.text_at(painter, QPointF(x, y), text, theme.text_2, align=Qt.AlignmentFlag.AlignHCenter)
    if geometry.amplitude_m_s2 != STANDARD_M_S2:
        lane = geometry.lane(2)
        at = QPointF(frame.right() - 6, lane.bottom() - plot.scaled(9))
        words = scale_words(geometry.amplitude_m_s2)
        plot.text_at(painter, at, words, theme.text_2, weight=600, align=right, ground=theme.ground)


def _paint_line(plot: StanceTraces, painter: QPainter, geometry: LaneGeometry) -> None:
    if plot.line_s is None or plot.curves is None or not geometry.from_s <= plot.line_s <= geometry.to_s:
        return
    theme, frame = plot.theme, geometry.frame
    x = geometry.x_of(plot.line_s)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.fillRect(QRectF(x - 0.75, frame.top(), 1.5, frame.height()), theme.accent)
    for lane, value in enumerate(plot.curves.values_at(plot.line_s)):
        area = geometry.lane(lane)
        y = min(max(geometry.y_of(lane, value), area.top() + 4), area.bottom() - 4)
        painter.setPen(QPen(theme.accent, 1.5))
        painter.setBrush(theme.ground)
        painter.drawEllipse(QPointF(x, y), 3.5, 3.5)
        if plot.large:
            _paint_value(plot, painter, QPointF(x, area.top() + plot.scaled(15)), signed(value, 3) + " m/s²", frame)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def _paint_value(plot: StanceTraces, painter: QPainter, at: QPointF, text: str, frame: QRectF) -> None:
    theme = plot.theme
    width = max(plot.width_of(text, 600, 12) + 20, plot.scaled(96))
    height = plot.scaled(21)
    left = at.x() + 8 if at.x() + 8 + width <= frame.right() - 2 else at.x() - 8 - width
    box = QRectF(round(left) + 0.5, round(at.y() - height / 2) + 0.5, round(width), height)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setPen(QPen(theme.accent, 1))
    painter.setBrush(theme.ground)
    painter.drawRoundedRect(box, 4, 4)
    centre = Qt.AlignmentFlag.AlignHCenter
    plot.text_at(painter, box.center(), text, theme.text, weight=600, px=12, align=centre)


def _time_ticks(plot: StanceTraces, geometry: LaneGeometry) -> tuple[float, tuple[float, ...]]:
    room = plot.width_of("00:00:00") * 1.4 if geometry.to_s - geometry.from_s > 120 else plot.scaled(44)
    step = time_step(geometry.to_s - geometry.from_s, max(int(geometry.frame.width() / room), 1))
    return step, ticks_between(geometry.from_s, geometry.to_s, step)


def _lane_step(plot: StanceTraces, geometry: LaneGeometry) -> float | None:
    del plot
    for step in (geometry.amplitude_m_s2 / 3, geometry.amplitude_m_s2 * 2 / 3):
        if step * geometry.pixels_per_m_s2 >= 14:
            return step
    return None


def _label_value(amplitude_m_s2: float) -> float:
    value = amplitude_m_s2 * 2 / 3
    return float(round(value)) if value >= 1 else round(value, 2)
