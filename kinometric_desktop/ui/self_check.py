"""Prove that an installed or frozen workstation works: paint 500 times, score a sample, render a report."""

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
    say(f"Painted a stance's path and traces {_paint_plots()} times.\n")
    if sys.version_info < (3, 12) and references - sys.getrefcount(None) > REPAINTS:
        sys.stderr.write("This Qt binding loses references on this Python; use the pinned one.\n")
        return 1
    try:
        say(f"{_score_a_sample()}\n{_render_a_report()}\n{_reach_for_the_client()}\n{_load_the_keys()}\n")
    except (ImportError, OSError) as problem:
        sys.stderr.write(f"A part of this installation is missing: {problem}\n")
        return 1
    return 0


def _paint_plots() -> int:
    from kinometric.recordings import read_recording
    from kinometric.resources import resource_path
    from kinometric.sway import process
    from kinometric_desktop.app.review_curves import StanceCurves
    from kinometric_desktop.ui.plots.path import SwayPath
    from kinometric_desktop.ui.plots.theme import present_theme
    from kinometric_desktop.ui.plots.traces import StanceTraces

    signal = process(read_recording(resource_path("samples/synthetic-LBEO.csv")))
    lanes = (signal.axis_1_raw, signal.axis_2_raw, signal.vertical_raw)
    curves = StanceCurves("LBEO", 100.0, lanes, (signal.axis_1, signal.axis_2), axis_names=signal.axis_names)
    plots = (SwayPath(present_theme()), StanceTraces(present_theme()))
    for plot in plots:
        plot.show_curves(curves)
        plot.resize(480, 240)
        plot.show()
    for _ in range(REPAINTS):
        for plot in plots:
            plot.repaint()
    for plot in plots:
        plot.close()
    return REPAINTS


def _score_a_sample() -> str:
    import kinometric
    from kinometric.resources import resource_path

    trial = kinometric.score(kinometric.read_recording(resource_path("samples/synthetic-LBEO.csv")), stance="LBEO")
    return f"Scored a synthetic sample: {trial.explanation}"


def _render_a_report() -> str:
    import pypdfium2

    import kinometric
    from kinometric.report.session_file import read_session
    from kinometric.resources import resource_path

    pdf = kinometric.render_report(read_session(resource_path("samples/session.json")))
    document = pypdfium2.PdfDocument(pdf)
    pages = len(document)
    document[0].render(scale=1.0)
    document.close()
    return f"Rendered a report of {pages} pages and showed its first page."


def _reach_for_the_client() -> str:
    from kinometric_desktop.client.server import ServerClient

    return f"Loaded {ServerClient.__name__} and what it needs for TLS."


def _load_the_keys() -> str:
    import importlib

    from nacl.signing import SigningKey

    signed = len(SigningKey.generate().sign(b"challenge").signature)
    if sys.platform.startswith("linux"):
        importlib.import_module("secretstorage")
    importlib.import_module("keyring")
    return f"Signed with a new key ({signed} bytes) and loaded the keyring."
