"""The plots beside stock pyqtgraph in one run: panning, opening a session, and a recording of 24 hours."""

from __future__ import annotations

import io
import itertools
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
import pyqtgraph as pg
from PySide6.QtWidgets import QApplication, QGridLayout, QWidget

from kinometric.contract.sessions import TrialView
from kinometric.recordings import Recording, synthetic_recording, write_csv
from kinometric.scoring import score
from kinometric.sway import measure, process
from kinometric_desktop.app.review_curves import EventMark, StanceCurves
from kinometric_desktop.app.review_signals import LocalTrial, _measure_trial
from kinometric_desktop.ui.plots.path import SwayPath
from kinometric_desktop.ui.plots.theme import PlotTheme
from kinometric_desktop.ui.plots.traces import StanceTraces

STANCES = ("LBEO", "RBEO", "LBEC", "RBEC")
ROUNDS = 15
FRAMES = 40
WINDOW = (1600, 900)
DAY_SAMPLES = 24 * 3600 * 100
BUDGETS = {"pan of the review screen": 0.45, "session open": 0.6, "frame of 24 h beside 10 s": 1.3}


def main() -> int:
    """Print the ratios with the absolutes beside them; figures are read by people, never judged here."""
    application = QApplication.instance() or QApplication([])
    figures = {
        "pan of the review screen": compare(*pan_ours(), *pan_stock(), frames=FRAMES),
        "session open": compare(*open_ours(), *open_stock(), frames=1),
        "frame of 24 h beside 10 s": compare(*day_ours(), *ten_seconds_ours(), frames=FRAMES),
        "frame of 24 h beside pyqtgraph's peak mode": compare(*day_ours(), *day_stock(), frames=FRAMES),
    }
    print(f"{'what':<46}{'ours ms':>9}{'peer ms':>9}{'ratio':>8}{'lowest':>8}{'highest':>8}{'budget':>8}")
    for what, found in figures.items():
        budget = BUDGETS.get(what)
        print(
            f"{what:<46}{found['ours_ms']:>9.2f}{found['peer_ms']:>9.2f}{found['ratio']:>8.3f}"
            f"{found['lowest']:>8.3f}{found['highest']:>8.3f}{'' if budget is None else budget:>8}"
        )
    print(json.dumps({"plots": figures}))
    application.processEvents()
    return 0


def compare(
    ours: Callable[[], None], our_window: QWidget, peer: Callable[[], None], peer_window: QWidget, *, frames: int
) -> dict[str, float]:
    """Run both in turns and return the median processor time of each with the ratio of the pairs."""
    our_ms, peer_ms = [], []
    for what in (ours, peer):
        what()
    for _ in range(ROUNDS):
        our_ms.append(_processor_ms(ours, frames))
        peer_ms.append(_processor_ms(peer, frames))
    ratios = sorted(one / other for one, other in zip(our_ms, peer_ms, strict=True))
    for window in (our_window, peer_window):
        window.close()
    return {
        "ours_ms": statistics.median(our_ms),
        "peer_ms": statistics.median(peer_ms),
        "ratio": statistics.median(ratios),
        "lowest": ratios[0],
        "highest": ratios[-1],
    }


def _processor_ms(what: Callable[[], None], frames: int) -> float:
    begun = time.process_time()
    for _ in range(frames):
        what()
    return (time.process_time() - begun) / frames * 1000


def lanes(seed: int, samples: int = 1001) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Three lanes of smooth noise, as large as unsteady sway."""
    random = np.random.default_rng(seed)
    kernel = np.hanning(15) / 7.0
    first, second, vertical = (np.convolve(random.normal(size=samples), kernel, "same") * 0.3 for _ in range(3))
    return first, second, vertical * 0.2


def curves(stance: str, seed: int, samples: int = 1001) -> StanceCurves:
    """Curves of one stance."""
    made = lanes(seed, samples)
    angle = np.linspace(0, 2 * np.pi, 97)
    event = EventMark(6.4, "impact") if stance.endswith("EC") and samples < 2000 else None
    return StanceCurves(
        stance,
        100.0,
        made,
        (made[0], made[1]),
        measured_s=(1.0, 6.4 if event else 9.5),
        event=event,
        ellipse_m_s2=np.column_stack((np.cos(angle), np.sin(angle))),
        ellipse95_m2_s4=1.0,
    )


def _in_grid(widgets: list[QWidget]) -> QWidget:
    window = QWidget()
    grid = QGridLayout(window)
    for place, widget in enumerate(widgets):
        grid.addWidget(widget, place // 2, place % 2)
    _show(window)
    return window


def _show(window: QWidget, size: tuple[int, int] = WINDOW) -> None:
    window.resize(*size)
    window.show()
    QApplication.processEvents()


def pan_ours() -> tuple[Callable[[], None], QWidget]:
    """Four stances of three lanes move together, a synchronous repaint a frame."""
    theme = PlotTheme.from_tokens("light")
    plots = [StanceTraces(theme) for _ in STANCES]
    for seed, (stance, plot) in enumerate(zip(STANCES, plots, strict=True)):
        plot.show_curves(curves(stance, seed))
        plot.set_time_range(0.0, 8.0)
    window = _in_grid(list(plots))
    frame = 0

    def pan() -> None:
        nonlocal frame
        frame += 1
        shift = 1.0 + np.sin(frame * 0.3)
        for plot in plots:
            plot.set_time_range(shift, shift + 8.0)
        window.repaint()

    return pan, window


def pan_stock() -> tuple[Callable[[], None], QWidget]:
    """Twelve pyqtgraph plots of one trace, linked in time."""
    window = pg.GraphicsLayoutWidget()
    plots = []
    for seed in range(4):
        for lane, values in enumerate(lanes(seed)):
            plot = window.addPlot(row=seed // 2 * 3 + lane, col=seed % 2)
            plot.plot(np.arange(values.size) / 100, values, pen=pg.mkPen("#0072B2", width=1), antialias=True)
            plot.setYRange(-1.5, 1.5)
            if plots:
                plot.setXLink(plots[0])
            plots.append(plot)
    _show(window)
    frame = 0

    def pan() -> None:
        nonlocal frame
        frame += 1
        shift = 1.0 + np.sin(frame * 0.3)
        plots[0].setXRange(shift, shift + 8.0, padding=0)
        window.viewport().repaint()

    return pan, window


def _sessions() -> list[list[tuple[str, Recording, bytes]]]:
    """Two sessions of four files, opened in turns: a session that is opened is never the one already on the screen."""
    sessions = []
    for number, severity in enumerate((0.3, 0.7)):
        files = []
        for seed, stance in enumerate(STANCES):
            recording = synthetic_recording(stance=stance, severity=severity, hold_s=10.0, seed=seed + 10 * number)
            files.append((stance, recording, write_csv(recording)))
        sessions.append(files)
    return sessions


def open_ours() -> tuple[Callable[[], None], QWidget]:
    """Four files parsed, scored and measured, four paths and twelve lanes painted."""
    theme = PlotTheme.from_tokens("light")
    paths, traces = [SwayPath(theme) for _ in STANCES], [StanceTraces(theme) for _ in STANCES]
    window = _in_grid([widget for pair in zip(paths, traces, strict=True) for widget in pair])
    sessions = [
        [(_trial(stance, recording), content.decode()) for stance, recording, content in files] for files in _sessions()
    ]
    turns = itertools.cycle(sessions)

    def open_session() -> None:
        files = next(turns)
        for (trial, csv), path, plot in zip(files, paths, traces, strict=True):
            local: LocalTrial = _measure_trial(trial, csv, 75.0, "2026-11-02T14:05:00-05:00")
            path.show_curves(local.curves)
            plot.show_curves(local.curves)
        window.repaint()

    return open_session, window


def open_stock() -> tuple[Callable[[], None], QWidget]:
    """The same with numpy.loadtxt, the same measures, and pyqtgraph: twelve curves, four paths, four spectra."""
    window = pg.GraphicsLayoutWidget()
    lane_plots, path_plots, spectra = [], [], []
    for seed in range(4):
        pen = pg.mkPen("#0072B2", width=1)
        lane_plots += [window.addPlot(row=seed * 3 + lane, col=0).plot(pen=pen) for lane in range(3)]
        path_plots.append(window.addPlot(row=seed * 3, col=1, rowspan=3).plot(pen=pen))
        spectra.append(window.addPlot(row=seed * 3, col=2, rowspan=3).plot(pen=pen))
    _show(window)
    sessions = [[content.decode() for _, _, content in files] for files in _sessions()]
    head = sum(1 for line in sessions[0][0].splitlines() if not line[:1].isdigit())
    turns = itertools.cycle(sessions)

    def open_session() -> None:
        for place, text in enumerate(next(turns)):
            table = np.loadtxt(io.StringIO(text), delimiter=",", skiprows=head)
            signal = process(Recording(table[:, 0], table[:, 1:4]))
            measure(signal)
            for lane, values in enumerate((signal.axis_1_raw, signal.axis_2_raw, signal.vertical_raw)):
                lane_plots[place * 3 + lane].setData(signal.time_s, values)
            path_plots[place].setData(signal.axis_2, signal.axis_1)
            power = np.abs(np.fft.rfft(signal.axis_1)) ** 2
            spectra[place].setData(np.fft.rfftfreq(signal.axis_1.size, 0.01), power)
        window.viewport().repaint()

    return open_session, window


def _trial(stance: str, recording: Recording) -> TrialView:
    made = score(recording, stance=stance, age=75.0)
    return TrialView(
        "t", stance, "", True, True, made.outcome, None, made.scorable, made.window_start_s, None, made.hold_s,
        made.held_full, made.hold_source, made.plausible, made.provisional, made.detected_hold_s, None, None, None,
        made.score, made.level, made.level_basis, made.explanation, {}, (), (), None, None, None, None, made.engine,
        True, 1,
    )  # type: ignore[arg-type]  # fmt: skip


def _frame_of(samples: int) -> tuple[Callable[[], None], QWidget]:
    plot = StanceTraces(PlotTheme.from_tokens("light"), large=True)
    _show(plot, (1600, 500))
    plot.show_curves(curves("LBEO", 7, samples))
    plot.repaint()
    return plot.repaint, plot


def day_ours() -> tuple[Callable[[], None], QWidget]:
    """A frame of 24 h at 100 Hz."""
    return _frame_of(DAY_SAMPLES)


def ten_seconds_ours() -> tuple[Callable[[], None], QWidget]:
    """A frame of 10 s at 100 Hz in the same plot."""
    return _frame_of(1001)


def day_stock() -> tuple[Callable[[], None], QWidget]:
    """A frame of 24 h in one pyqtgraph plot with its peak downsampling and clipping."""
    window = pg.PlotWidget()
    for offset, values in enumerate(lanes(7, DAY_SAMPLES)):
        item = window.plot(np.arange(values.size) / 100, values + 3 * offset, pen=pg.mkPen("#0072B2", width=1))
        item.setDownsampling(auto=True, method="peak")
        item.setClipToView(True)
    _show(window, (1600, 500))
    frame = 0

    def draw() -> None:
        nonlocal frame
        frame += 1
        window.setXRange(0, 86_400 - frame % 2, padding=0)
        window.viewport().repaint()

    return draw, window


if __name__ == "__main__":
    sys.exit(main())
