"""The report's cost beside matplotlib's PdfPages: three A4 pages, twelve traces of 1,000 points, a table of 20 by 5."""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import time
import venv
from pathlib import Path

ROUNDS = 7
HERE = Path(__file__).resolve().parent
PEERS = HERE.parent / "build" / "peers-report"
PEER_PACKAGES = ("matplotlib==3.11.2", "numpy>=2.2,<3")


def _peer_python() -> Path | None:
    """Return the interpreter of a separate environment with matplotlib, made on first use; None without a registry."""
    python = PEERS / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not (PEERS / "ready").exists():
        venv.create(PEERS, with_pip=True, clear=True)
        installed = subprocess.run([str(python), "-m", "pip", "install", "-q", *PEER_PACKAGES], check=False)
        if installed.returncode != 0:
            return None
        (PEERS / "ready").touch()
    return python


def _traces() -> list[list[float]]:
    """Return twelve sway-like series of 1,000 points, the same in every process."""
    import numpy as np

    random = np.random.default_rng(7)
    kernel = np.hanning(41) / np.hanning(41).sum()
    series = []
    for _ in range(12):
        smooth = np.convolve(random.normal(size=1100), kernel, mode="same")[50:1050]
        series.append((smooth / smooth.std() * 0.3 + random.normal(size=1000) * 0.02).tolist())
    return series


def ours() -> dict[str, float]:
    """Render our own report with its whole identity block, sway paths, trend and history, and time it warm."""
    started = time.process_time()
    sys.path.insert(0, str(HERE.parent))
    from datetime import date, datetime, timedelta, timezone

    import numpy as np

    from kinometric.report import (
        DocumentIdentity,
        PageOptions,
        PatientIdentity,
        ReportContent,
        Review,
        SessionLevel,
        SignedText,
        StanceReport,
        TestCircumstances,
        TrendPoint,
        render_report,
    )
    from kinometric.scoring.values import ConfirmedHold, Trial
    from kinometric.sway.measures import measure
    from kinometric.sway.values import SwaySignal

    traces = _traces()
    stances = []
    for index, name in enumerate(("LBEO", "RBEO", "LBEC", "RBEC")):
        one, two, vertical = (np.array(traces[3 * index + lane]) for lane in range(3))
        kernel = np.hanning(21) / np.hanning(21).sum()
        smooth = [np.convolve(series, kernel, mode="same") for series in (one, two, vertical)]
        signal = SwaySignal(
            np.arange(1000) / 100,
            *smooth,
            one,
            two,
            vertical,
            ("AP", "ML"),
            np.zeros((1000, 3)),
            np.array([0.0, 1.0, 0.0]),
            1.0,
            0.0,
        )
        hold = ConfirmedHold(10.0, True, "user", "2026-11-02T19:16:00Z")
        trial = Trial(
            name, "scored", None, True, 0.0, 10.0, "confirmed", True, True, False, 10.0, hold, (), 6.8, "moderate",
            "score", None, measure(signal), (), "held 10.0 s of 10: 6.8",
        )  # fmt: skip
        stances.append(StanceReport(name, trial, signal, 1, "Dr. Smith"))
    zone = timezone(timedelta(hours=-5))
    content = ReportContent(
        identity=DocumentIdentity("ses_5f21", "pat_9c04", "rev_77aa", "60145", 3),
        patient=PatientIdentity("MUESTRA-LÓPEZ, Maria Elena", date(1951, 3, 4), 75, "Female", "10482", "60145", True),
        circumstances=TestCircumstances(
            "Harbor Street Clinic", "Physical Therapy", datetime(2026, 11, 2, 14, 5, tzinfo=zone), "T. Beispiel, PTA"
        ),
        review=Review("Dr. Smith", datetime(2026, 11, 2, 14, 18, tzinfo=zone)),
        stances=tuple(stances),
        level=SessionLevel("moderate", "Session level, from the weaker eyes-open leg (right, 6.8 of 10)."),
        made_at=datetime(2026, 11, 2, 14, 19, tzinfo=zone),
        engine="1.0.0",
        trend=tuple(
            TrendPoint(
                date(2025, 1, 1) + timedelta(days=30 * n), {"LBEO": 6.0, "RBEO": 5 + n / 20, "LBEC": 2.0, "RBEC": 3.0}
            )
            for n in range(20)
        ),
        note=SignedText("Holds 10 s on either leg with eyes open, steadier on the left.", "Dr. Smith"),
        options=PageOptions(history=True, page_size="a4"),
    )
    return {**_timed(lambda: render_report(content), started), **_fonts(render_report(content))}


def _fonts(pdf: bytes) -> dict[str, float]:
    import io

    import pikepdf

    with pikepdf.open(io.BytesIO(pdf)) as document:
        programs = [each for each in document.objects if isinstance(each, pikepdf.Stream) and "/Length1" in each]
        return {"fonts_kib": sum(len(each.read_raw_bytes()) for each in programs) / 1024, "pages": len(document.pages)}


def matplotlib_pages() -> dict[str, float]:
    """Draw the same content with matplotlib: words, result table, sway paths and trend; twelve traces; the history."""
    started = time.process_time()
    import io

    import matplotlib as mpl

    mpl.use("pdf")
    import matplotlib.pyplot as plt
    from matplotlib.backends.backend_pdf import PdfPages
    from matplotlib.patches import Ellipse

    traces = _traces()
    time_s = [n / 100 for n in range(1000)]
    rows = [[f"{n:02d}-Nov-2026", "6.0", "5.0", "2.0", "3.0"] for n in range(20)]
    result = [[name, "6.8", "Moderate risk", "10.0", "0.38", "0.26", "0.28", "17.2", "1.30", "good"] for name in "ABCD"]
    heads = ["Stance", "Score", "Level", "Held", "RMS", "RMS AP", "RMS ML", "Path", "Ellipse", "Signal"]

    def render() -> bytes:
        out = io.BytesIO()
        with PdfPages(out) as pdf:
            figure = plt.figure(figsize=(8.27, 11.69))
            for line in range(40):
                figure.text(
                    0.08, 0.95 - line * 0.02, f"Line {line} of the report's first page, with words.", fontsize=8
                )
            axes = figure.add_axes((0.1, 0.6, 0.8, 0.1))
            axes.axis("off")
            axes.table(cellText=result, colLabels=heads, loc="center")
            for index in range(4):
                axes = figure.add_axes((0.08 + 0.22 * index, 0.35, 0.19, 0.14))
                axes.plot(traces[3 * index + 1][100:950], traces[3 * index][100:950], linewidth=0.6)
                axes.add_patch(Ellipse((0, 0), 1.2, 0.9, fill=False))
                axes.set_xlim(-1.5, 1.5)
                axes.set_ylim(-1.5, 1.5)
            axes = figure.add_axes((0.1, 0.05, 0.5, 0.2))
            for series in range(4):
                axes.plot(range(6), [series + n / 10 for n in range(6)], marker="o")
            pdf.savefig(figure)
            plt.close(figure)
            figure, all_axes = plt.subplots(12, 1, figsize=(8.27, 11.69), sharex=True)
            for axes, series in zip(all_axes, traces, strict=True):
                axes.plot(time_s, series, linewidth=0.7)
                axes.set_ylim(-1.5, 1.5)
            pdf.savefig(figure)
            plt.close(figure)
            figure, axes = plt.subplots(figsize=(8.27, 11.69))
            axes.axis("off")
            axes.table(cellText=rows, colLabels=["Tested", "LBEO", "RBEO", "LBEC", "RBEC"], loc="center")
            pdf.savefig(figure)
            plt.close(figure)
        return out.getvalue()

    return _timed(render, started)


def _timed(render: object, started: float) -> dict[str, float]:
    """Return CPU milliseconds of the first call with its imports and of the best warm one, and the size."""
    first = render()  # type: ignore[operator]
    first_ms = (time.process_time() - started) * 1e3
    best = float("inf")
    gc.disable()
    for _ in range(5):
        begin = time.process_time()
        render()  # type: ignore[operator]
        best = min(best, (time.process_time() - begin) * 1e3)
    return {"warm_ms": best, "first_ms": first_ms, "kib": len(first) / 1024}


def _run(python: str | Path, which: str) -> dict[str, float]:
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(
        [str(python), __file__, which], capture_output=True, text=True, check=True, env=environment, cwd=HERE.parent
    )
    return dict(json.loads(done.stdout.splitlines()[-1]))


def main() -> int:
    """Run both in turns, each round in fresh processes, and print the ratios of the medians."""
    if len(sys.argv) > 1:
        print(json.dumps({"ours": ours, "matplotlib": matplotlib_pages}[sys.argv[1]]()))
        return 0
    peer = _peer_python()
    mine, theirs = [], []
    for _ in range(ROUNDS):
        mine.append(_run(sys.executable, "ours"))
        if peer is not None:
            theirs.append(_run(peer, "matplotlib"))

    def median(rows: list[dict[str, float]], key: str) -> float:
        return sorted(row[key] for row in rows)[len(rows) // 2]

    print(f"report, {mine[0]['pages']:.0f} pages: {mine[0]['kib']:.1f} KiB, fonts {mine[0]['fonts_kib']:.1f} KiB of it")
    print(f"  warm {median(mine, 'warm_ms'):.1f} ms, first with imports {median(mine, 'first_ms'):.0f} ms (CPU)")
    if not theirs:
        print("matplotlib could not be installed here: no ratio.")
        return 0
    print(f"matplotlib PdfPages: {theirs[0]['kib']:.1f} KiB")
    print(f"  warm {median(theirs, 'warm_ms'):.1f} ms, first with imports {median(theirs, 'first_ms'):.0f} ms (CPU)")
    warm = sorted(other["warm_ms"] / own["warm_ms"] for own, other in zip(mine, theirs, strict=True))
    first = sorted(own["first_ms"] / other["first_ms"] for own, other in zip(mine, theirs, strict=True))
    print(f"warm: 1/{warm[len(warm) // 2]:.1f} of matplotlib (budget 1/20), rounds 1/{warm[0]:.1f} to 1/{warm[-1]:.1f}")
    print(f"first with imports: {first[len(first) // 2]:.2f} of matplotlib (bar 0.30)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
