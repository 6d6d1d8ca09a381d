"""Prove that an installed or frozen workstation works: paint a window 500 times, score a sample, render a report page."""

from __future__ import annotations

import sys

from PySide6.QtWidgets import QApplication, QWidget

REPAINTS = 500


def self_check(window: QWidget) -> int:
    """Return 0 when everything worked; say in a line each what was done."""
    say = sys.stdout.write
    references = sys.getrefcount(None)
    for _ in range(REPAINTS):
        window.repaint()
        QApplication.processEvents()
    say(f"Painted the window {REPAINTS} times.\n")
    plots_painted = _paint_plots()
    say(f"Painted the plots of a stance {plots_painted} times.\n")
    lost = references - sys.getrefcount(None)
    if sys.version_info < (3, 12) and lost > REPAINTS:
        sys.stderr.write("This Qt binding loses references on this Python; use the pinned one.\n")
        return 1
    say(_score_a_sample() + "\n")
    say(_render_a_report() + "\n")
    return 0


def _sample() -> object:
    from kinometric.recordings import read_recording
    from kinometric.resources import resource_path

    return read_recording(sorted(resource_path("samples").glob("*.csv"))[0])


def _score_a_sample() -> str:
    from kinometric.scoring import score

    trial = score(_sample(), stance="LBEO", age=67)  # type: ignore[arg-type]
    return f"Scored a synthetic sample: {trial.explanation}"


def _paint_plots() -> int:
    from kinometric.recordings import Recording
    from kinometric_desktop.app.review_curves import curves_of
    from kinometric_desktop.ui.plots import StanceTraces, SwayPath

    recording = _sample()
    assert isinstance(recording, Recording)
    curves = curves_of(recording)
    path, traces = SwayPath(), StanceTraces()
    for plot in (path, traces):
        plot.resize(480, 240)
        plot.show()
    path.set_data(curves.path)
    traces.set_data(curves.traces)
    for _ in range(REPAINTS):
        path.repaint()
        traces.repaint()
    for plot in (path, traces):
        plot.close()
    return REPAINTS


def _render_a_report() -> str:
    from kinometric.report import render_report
    from kinometric.report.example import example_content

    pdf = render_report(example_content())
    return f"Rendered a report of {len(pdf)} bytes."
