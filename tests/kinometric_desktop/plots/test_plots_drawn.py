"""What the plots draw and where, and how keys and the mouse move them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from kinometric_desktop.app.review_curves import StanceCurves, TrendPoint, TrendSeries
from kinometric_desktop.ui.plots.lanes import LaneCurves, LaneGeometry
from kinometric_desktop.ui.plots.path import SwayPath
from kinometric_desktop.ui.plots.theme import PlotTheme
from kinometric_desktop.ui.plots.traces import StanceTraces
from kinometric_desktop.ui.plots.trend import TrendPlot

Sway = Callable[..., StanceCurves]


def near(image: QImage, x: float, y: float, colour: QColor, *, reach: int = 3, tolerance: int = 70) -> bool:
    """True when a pixel close to a place has nearly a colour."""
    for column in range(int(x) - reach, int(x) + reach + 1):
        for row in range(int(y) - reach, int(y) + reach + 1):
            if 0 <= column < image.width() and 0 <= row < image.height():
                pixel = image.pixelColor(column, row)
                off = max(
                    abs(pixel.red() - colour.red()),
                    abs(pixel.green() - colour.green()),
                    abs(pixel.blue() - colour.blue()),
                )
                if off <= tolerance:
                    return True
    return False


def shown(qtbot: QtBot, widget: QWidget, width: int, height: int) -> QWidget:
    qtbot.addWidget(widget)
    widget.resize(width, height)
    widget.show()
    qtbot.waitExposed(widget)
    return widget


def test_the_first_axis_is_up_and_the_second_is_to_the_right_at_one_fixed_scale(qtbot: QtBot, theme: PlotTheme) -> None:
    path = SwayPath(theme)
    shown(qtbot, path, 129, 129)
    assert path.position(0, 0) == QPointF(64, 64)
    assert path.position(1.5, 0) == QPointF(64, 0)
    assert path.position(0, 1.5) == QPointF(128, 64)
    assert path.position(0, -1.5) == QPointF(0, 64)


def test_quiet_sway_stays_small_until_a_person_asks_for_another_scale(
    qtbot: QtBot, theme: PlotTheme, sway: Sway
) -> None:
    path = SwayPath(theme)
    shown(qtbot, path, 129, 129)
    path.show_curves(sway(size=0.05))
    assert path.position(0.5, 0).y() == pytest.approx(64 - 128 / 6)
    assert "scaled to fit" not in path.summary()
    path.set_amplitude(0.2)
    assert "±0.2 m/s², scaled to fit" in path.summary()


def test_the_path_is_drawn_for_the_measured_part_and_grey_after_a_loss_of_balance(
    qtbot: QtBot, theme: PlotTheme, sway: Sway
) -> None:
    path = SwayPath(theme)
    shown(qtbot, path, 300, 300)
    path.show_curves(sway())
    assert path.parts() == (slice(100, 951), slice(0, 0))
    path.show_curves(sway("LBEC", down_s=4.2))
    measured, after = path.parts() or (slice(0), slice(0))
    assert (measured.start, measured.stop) == (100, 421)
    assert (after.start, after.stop) == (420, 1001)
    curves = path.curves
    assert curves is not None
    assert curves.path_m_s2 is not None
    image = path.grab().toImage()
    spot = path.position(float(curves.path_m_s2[0][250]), float(curves.path_m_s2[1][250]))
    assert near(image, spot.x(), spot.y(), theme.stances["LBEC"].line)
    spot = path.position(float(curves.path_m_s2[0][700]), float(curves.path_m_s2[1][700]))
    assert near(image, spot.x(), spot.y(), theme.after)


def test_the_ellipse_has_the_dark_shade_of_its_stance(qtbot: QtBot, theme: PlotTheme, sway: Sway) -> None:
    path = SwayPath(theme, large=True)
    shown(qtbot, path, 312, 312)
    path.show_curves(sway("LBEO", size=0.8))
    top = path.position(0.8 * 1.2, 0.0)
    assert near(path.grab().toImage(), top.x(), top.y(), theme.stances["LBEO"].lanes[0], tolerance=40)


def test_an_earlier_session_is_grey(qtbot: QtBot, theme: PlotTheme, sway: Sway) -> None:
    path = SwayPath(theme)
    shown(qtbot, path, 300, 300)
    empty = path.grab().toImage()
    path.show_curves(sway("RBEO", size=0.1), sway("RBEO", size=1.0))
    earlier = sway("RBEO", size=1.0)
    assert earlier.path_m_s2 is not None
    spot = path.position(float(earlier.path_m_s2[0][300]), float(earlier.path_m_s2[1][300]))
    assert near(path.grab().toImage(), spot.x(), spot.y(), theme.previous, tolerance=50)
    assert not near(empty, spot.x(), spot.y(), theme.previous, tolerance=20, reach=1)


def test_three_lanes_share_one_scale_of_time_and_acceleration(qtbot: QtBot, theme: PlotTheme, sway: Sway) -> None:
    plot = StanceTraces(theme)
    shown(qtbot, plot, 326, 129)
    plot.show_curves(sway())
    geometry = plot.geometry_of_lanes()
    assert geometry.x_of(0) == geometry.frame.left()
    assert geometry.x_of(10) == pytest.approx(geometry.frame.right() - 1)
    for lane in range(3):
        area = geometry.lane(lane)
        assert geometry.y_of(lane, 0) == pytest.approx(area.center().y())
        assert geometry.y_of(lane, 1.5) == pytest.approx(area.top() + 0.5)
    assert geometry.time_at(geometry.x_of(4.2)) == pytest.approx(4.2)


def test_each_lane_has_its_own_shade_and_samples_after_the_event_are_grey(
    qtbot: QtBot, theme: PlotTheme, sway: Sway
) -> None:
    plot = StanceTraces(theme, large=True)
    shown(qtbot, plot, 620, 420)
    plot.show_curves(sway("LBEC", size=1.0, down_s=6.0))
    image, geometry = plot.grab().toImage(), plot.geometry_of_lanes()
    curves = plot.curves
    assert curves is not None
    for lane, shade in enumerate(theme.stances["LBEC"].lanes):
        x = geometry.x_of(3.0)
        assert near(image, x, geometry.y_of(lane, curves.values_at(3.0)[lane]), shade, reach=2)
        x = geometry.x_of(8.0)
        assert near(image, x, geometry.y_of(lane, curves.values_at(8.0)[lane]), theme.after, reach=2, tolerance=60)
    assert near(image, geometry.x_of(6.0), geometry.frame.center().y(), theme.text, reach=1, tolerance=40)


def test_time_that_is_not_measured_is_shaded(qtbot: QtBot, theme: PlotTheme, sway: Sway) -> None:
    plot = StanceTraces(theme)
    shown(qtbot, plot, 326, 129)
    plot.show_curves(sway(size=0.1))
    image, geometry = plot.grab().toImage(), plot.geometry_of_lanes()
    y = int(geometry.lane(0).top() + 4)
    assert image.pixelColor(int(geometry.x_of(0.5)), y) == theme.shade
    assert image.pixelColor(int(geometry.x_of(9.8)), y) == theme.shade
    assert image.pixelColor(int(geometry.x_of(5.1)), y) == theme.ground


def test_a_peak_beyond_the_lane_keeps_its_value(theme: PlotTheme, sway: Sway) -> None:
    curves = sway(size=0.3)
    vertical = np.array(curves.lanes_m_s2[2])
    vertical[431] = 3.6
    first = np.array(curves.lanes_m_s2[0])
    first[200] = -2.2
    peaks = LaneCurves(StanceCurves("LBEC", 100.0, (first, curves.lanes_m_s2[1], vertical))).peaks_beyond(1.5)
    assert [(peak.lane, peak.value_m_s2) for peak in peaks] == [(0, -2.2), (2, 3.6)]
    assert peaks[1].time_s == pytest.approx(4.31)


def test_a_long_recording_is_drawn_with_few_points_and_all_its_peaks(theme: PlotTheme) -> None:
    rng = np.random.default_rng(5)
    lane = rng.normal(size=360_000) * 0.1
    lane[123_456] = 1.4
    curves = StanceCurves("LBEO", 100.0, (lane, lane, lane))
    from PySide6.QtCore import QRectF

    geometry = LaneGeometry(QRectF(40, 0, 600, 390), 0.0, curves.end_s, 1.5)
    polygon = LaneCurves(curves).polygon(0, geometry, 0.0, curves.end_s)
    assert polygon is not None
    assert polygon.size() <= 600
    assert min(point.y() for point in polygon) == pytest.approx(geometry.y_of(0, 1.4))


def test_a_short_recording_is_drawn_with_every_sample(sway: Sway) -> None:
    from PySide6.QtCore import QRectF

    curves = sway()
    geometry = LaneGeometry(QRectF(32, 0, 290, 108), 0.0, 10.0, 1.5)
    polygon = LaneCurves(curves).polygon(0, geometry, 0.0, 10.0)
    assert polygon is not None
    assert polygon.size() == 1001
    assert LaneCurves(curves).polygon(0, geometry, 30.0, 40.0) is None


def test_the_line_moves_by_hundredths_and_with_shift_by_tenths(qtbot: QtBot, theme: PlotTheme, sway: Sway) -> None:
    plot = StanceTraces(theme, large=True)
    shown(qtbot, plot, 620, 420)
    plot.show_curves(sway())
    plot.move_line(3.42)
    plot.setFocus()
    told: list[float] = []
    plot.line_moved.connect(told.append)
    qtbot.keyClick(plot, Qt.Key.Key_Right)
    qtbot.keyClick(plot, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(plot, Qt.Key.Key_Left)
    assert told == pytest.approx([3.43, 3.53, 3.52])
    qtbot.keyClick(plot, Qt.Key.Key_Home)
    assert plot.line_s == 0.0
    qtbot.keyClick(plot, Qt.Key.Key_Left)
    assert plot.line_s == 0.0
    qtbot.keyClick(plot, Qt.Key.Key_End)
    assert plot.line_s == 10.0


def test_the_line_has_a_ring_on_each_curve(qtbot: QtBot, theme: PlotTheme, sway: Sway) -> None:
    plot = StanceTraces(theme, large=True)
    shown(qtbot, plot, 620, 420)
    plot.show_curves(sway(size=1.0))
    plot.move_line(5.0)
    image = plot.grab().toImage()
    for lane in range(3):
        point = plot.line_point(lane)
        assert point is not None
        assert image.pixelColor(int(point.x()), int(point.y())) == theme.ground
        assert near(image, point.x() + 3.5, point.y(), theme.accent, reach=1)


def test_keys_zoom_and_zero_goes_back_to_the_standard_scale(qtbot: QtBot, theme: PlotTheme, sway: Sway) -> None:
    plot = StanceTraces(theme)
    shown(qtbot, plot, 326, 129)
    plot.show_curves(sway())
    qtbot.keyClick(plot, Qt.Key.Key_Plus)
    assert plot.amplitude_m_s2 == 1.0
    assert "scaled to fit" in plot.accessibleDescription()
    qtbot.keyClick(plot, Qt.Key.Key_Minus)
    qtbot.keyClick(plot, Qt.Key.Key_Minus)
    assert plot.amplitude_m_s2 == 2.0
    qtbot.keyClick(plot, Qt.Key.Key_0)
    assert plot.amplitude_m_s2 == 1.5
    assert "scaled to fit" not in plot.accessibleDescription()
    plot.fit()
    assert plot.amplitude_m_s2 == 0.5
    qtbot.keyClick(plot, Qt.Key.Key_G)
    assert not plot.grid_shown


def test_time_can_be_zoomed_and_moved_by_keys_wheel_and_drag(qtbot: QtBot, theme: PlotTheme, sway: Sway) -> None:
    plot = StanceTraces(theme)
    shown(qtbot, plot, 326, 129)
    plot.show_curves(sway())
    control = Qt.KeyboardModifier.ControlModifier
    qtbot.keyClick(plot, Qt.Key.Key_Up, control)
    assert plot.range_s == (2.5, 7.5)
    qtbot.keyClick(plot, Qt.Key.Key_Right, control)
    assert plot.range_s == (3.0, 8.0)
    for _ in range(9):
        qtbot.keyClick(plot, Qt.Key.Key_Right, control)
    assert plot.range_s == (5.0, 10.0)
    start = QPoint(150, 40)
    qtbot.mousePress(plot, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(plot, start + QPoint(58, 0))
    qtbot.mouseRelease(plot, Qt.MouseButton.LeftButton, pos=start + QPoint(58, 0))
    assert plot.range_s[0] < 5.0
    before = plot.range_s
    wheel = QWheelEvent(
        QPointF(150, 40), QPointF(150, 40), QPoint(0, 0), QPoint(0, 120), Qt.MouseButton.NoButton, control,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(plot, wheel)
    assert plot.range_s[1] - plot.range_s[0] < before[1] - before[0]
    qtbot.keyClick(plot, Qt.Key.Key_0)
    assert plot.range_s == (0.0, 10.0)


def test_a_plot_tells_once_that_it_was_on_the_screen_with_data(qtbot: QtBot, theme: PlotTheme, sway: Sway) -> None:
    plot = StanceTraces(theme)
    told: list[int] = []
    plot.was_shown.connect(lambda: told.append(1))
    shown(qtbot, plot, 326, 129)
    plot.grab()
    assert told == []
    plot.show_curves(sway())
    qtbot.waitUntil(lambda: told == [1])
    plot.update()
    qtbot.waitUntil(lambda: not plot.testAttribute(Qt.WidgetAttribute.WA_PendingUpdate))
    assert told == [1]


def test_the_trend_is_proportional_in_time_and_fixed_in_score(qtbot: QtBot, theme: PlotTheme) -> None:
    plot = TrendPlot(theme)
    shown(qtbot, plot, 620, 104)
    days = [datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 11, tzinfo=UTC), datetime(2026, 4, 11, tzinfo=UTC)]
    points = tuple(TrendPoint(day, score) for day, score in zip(days, (6.0, None, 8.0), strict=True))
    plot.show_series((TrendSeries("LBEO", points), TrendSeries("RBEC", points)))
    frame = plot.frame()
    assert plot.y_of(0) == frame.bottom() - 1
    assert plot.y_of(10) == pytest.approx(frame.top())
    share = (plot.x_of(days[1]) - plot.x_of(days[0])) / (plot.x_of(days[2]) - plot.x_of(days[0]))
    assert share == pytest.approx(0.1)
    assert plot.summary() == "Score 0 to 10 over 3 sessions: LBEO 8.0, was 6.0; RBEC 8.0, was 6.0."
    image = plot.grab().toImage()
    x, y = plot.x_of(days[2]), plot.y_of(8.0)
    assert near(image, x, y, theme.stances["RBEC"].line, reach=5, tolerance=30)


def test_the_measurement_error_is_a_bar_around_the_score_before_the_last(qtbot: QtBot, theme: PlotTheme) -> None:
    plot = TrendPlot(theme)
    shown(qtbot, plot, 620, 104)
    days = [datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 4, 11, tzinfo=UTC)]
    series = (
        TrendSeries("LBEO", tuple(TrendPoint(day, score) for day, score in zip(days, (6.0, 8.0), strict=True))),
        TrendSeries("RBEC", tuple(TrendPoint(day, score) for day, score in zip(days, (9.5, 9.0), strict=True))),
        TrendSeries("LBEC", (TrendPoint(days[1], 3.0),)),
    )
    plot.show_series(series)
    assert plot.error_bars() == []
    assert "error" not in plot.summary()
    plot.show_series(series, 0.8)
    bars = plot.error_bars()
    assert [line.stance for _, line in bars] == ["LBEO", "RBEC"]
    first, second = (bar for bar, _ in bars)
    assert (first.top(), first.bottom()) == pytest.approx((plot.y_of(6.8), plot.y_of(5.2)))
    assert second.top() == pytest.approx(plot.y_of(10.0))
    assert first.x() < second.x()
    assert plot.summary().endswith(" Measurement error 0.8 points.")
    image = plot.grab().toImage()
    assert near(image, first.x(), first.top(), theme.stances["LBEO"].line, reach=3, tolerance=30)


def test_one_session_stands_in_the_middle_of_the_trend(qtbot: QtBot, theme: PlotTheme) -> None:
    plot = TrendPlot(theme)
    shown(qtbot, plot, 620, 104)
    assert plot.summary() == "No earlier scores."
    day = datetime(2026, 11, 2, tzinfo=UTC)
    plot.show_series((TrendSeries("LBEO", (TrendPoint(day, 8.2),)),))
    assert plot.x_of(day) == pytest.approx(plot.frame().center().x())
    plot.grab()


@pytest.mark.parametrize("name", ["dark", "hc"])
def test_a_plot_can_change_its_theme(qtbot: QtBot, theme: PlotTheme, sway: Sway, name: str) -> None:
    plot = StanceTraces(theme)
    shown(qtbot, plot, 326, 129)
    plot.show_curves(sway())
    plot.set_theme(PlotTheme.from_tokens(name, text_scale=2.0))
    image, geometry = plot.grab().toImage(), plot.geometry_of_lanes()
    assert (
        image.pixelColor(int(geometry.x_of(5.1)), int(geometry.lane(0).top() + 3)) == PlotTheme.from_tokens(name).ground
    )
    assert geometry.frame.left() >= 64


def test_every_plot_says_in_one_line_what_can_be_seen(theme: PlotTheme, sway: Sway, qtbot: QtBot) -> None:
    traces, path = StanceTraces(theme), SwayPath(theme)
    qtbot.addWidget(traces)
    qtbot.addWidget(path)
    assert traces.summary() == "No traces."
    assert path.summary() == "No path."
    traces.show_curves(sway("RBEC", down_s=6.4))
    path.show_curves(sway("RBEC", down_s=6.4))
    assert traces.accessibleName() == "Traces, RBEC, Right, eyes closed"
    assert "balance lost, down 6.4 s lean" in traces.accessibleDescription()
    assert "95 % ellipse 1.30 (m/s²)²" in path.accessibleDescription()
    assert "\n" not in traces.summary() + path.summary()


@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_an_ellipse_is_as_thick_on_a_screen_of_any_pixel_ratio(
    qtbot: QtBot, theme: PlotTheme, sway: Sway, ratio: float
) -> None:
    path = SwayPath(theme)
    shown(qtbot, path, 200, 200)
    curves = sway("LBEO", size=0.9)
    path.show_curves(StanceCurves("LBEO", 100.0, curves.lanes_m_s2, measured_s=None, ellipse_m_s2=curves.ellipse_m_s2))
    image = QImage(round(200 * ratio), round(200 * ratio), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    path.render(image)
    ink, x = theme.stances["LBEO"].lanes[0], round(path.position(0, 0.0).x() * ratio) + round(5 * ratio)
    dark = sum(
        1
        for y in range(round(image.height() * 0.5))
        if abs(image.pixelColor(x, y).red() - ink.red()) + abs(image.pixelColor(x, y).blue() - ink.blue()) < 120
    )
    assert ratio <= dark <= 3 * ratio
