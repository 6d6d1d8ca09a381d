"""How long until the first window is painted, beside a bare PySide6 window; and the longest gap while the rest loads.

Run it by ``python benchmarks/first_paint.py [rounds]``. Both programs are started in turn, as processes of their own,
and end at their first paint; the ratio is the median of the rounds' ratios. The gap is measured inside the running
workstation by a timer that should fire every millisecond.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
BUDGET_RATIO = 1.15
BUDGET_GAP_MS = 60.0
GAP_RUNS = 5

BARE = """
import sys
from PySide6.QtWidgets import QApplication, QMainWindow
class Window(QMainWindow):
    def paintEvent(self, event):
        super().paintEvent(event)
        application.quit()
application = QApplication(sys.argv[:1])
window = Window()
window.resize(1366, 768)
window.show()
application.exec()
"""
OURS = "import sys; from kinometric_desktop.__main__ import main; sys.exit(main(['--first-paint-exit']))"
GAPS = """
import json, sys, time
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from kinometric_desktop.ui.shell.first_window import MainWindow
application = QApplication(sys.argv[:1])
window = MainWindow()
beats = []
timer = QTimer()
timer.setInterval(1)
timer.timeout.connect(lambda: beats.append(time.perf_counter()))
running = []
def begin():
    from kinometric_desktop.starting import start
    timer.start()
    beats.append(time.perf_counter())
    start(application, window, "", running)
    watch.start(20)
def loaded():
    station = next((one for one in running if hasattr(one, "shell")), None)
    if station is not None and "kinometric_desktop.ui.review.screen" in sys.modules and station._threads.idle:
        application.quit()
watch = QTimer()
watch.timeout.connect(loaded)
window.painted.connect(lambda: QTimer.singleShot(0, begin))
window.show()
application.exec()
gaps = sorted(((b - a) * 1000 for a, b in zip(beats, beats[1:])), reverse=True)
print(json.dumps({"gaps_ms": gaps[:5], "loaded_ms": (beats[-1] - beats[0]) * 1000}))
"""


def environment() -> dict[str, str]:
    """The environment of the measured processes: offscreen unless a display was chosen, settings of their own."""
    chosen = dict(os.environ)
    chosen.setdefault("QT_QPA_PLATFORM", "offscreen")
    chosen["PYTHONPATH"] = str(ROOT)
    # As installed: modules are compiled once, not at every start.
    chosen.pop("PYTHONDONTWRITEBYTECODE", None)
    chosen["PYTHONPYCACHEPREFIX"] = str(ROOT / "build" / "bench-bytecode")
    chosen["XDG_CONFIG_HOME"] = str(ROOT / "build" / "bench-settings")
    return chosen


def seconds(program: str) -> tuple[float, float]:
    """Wall and processor time of one run."""
    begun, used = time.perf_counter(), os.times()
    subprocess.run([sys.executable, "-c", program], env=environment(), check=True, capture_output=True, cwd=ROOT)
    after = os.times()
    spent = after.children_user + after.children_system - used.children_user - used.children_system
    return time.perf_counter() - begun, spent


def gaps() -> dict[str, Any]:
    """The gaps of one start; what else the machine does lengthens them, so the middle of several runs counts."""
    command = [sys.executable, "-c", GAPS]
    found = subprocess.run(command, env=environment(), check=True, capture_output=True, cwd=ROOT, text=True)
    return dict(json.loads(found.stdout.strip().splitlines()[-1]))


def measure(rounds: int) -> dict[str, float]:
    """Measure in turn, so that whatever else the machine does falls on both."""
    seconds(BARE)
    seconds(OURS)
    bare, ours = [], []
    for _ in range(rounds):
        bare.append(seconds(BARE))
        ours.append(seconds(OURS))
    gaps()
    runs = sorted((gaps() for _ in range(GAP_RUNS)), key=lambda run: float(run["gaps_ms"][0]))
    middle = runs[len(runs) // 2]
    pairs = list(zip(ours, bare, strict=True))
    return {
        "bare_ms": statistics.median(wall for wall, _ in bare) * 1000,
        "ours_ms": statistics.median(wall for wall, _ in ours) * 1000,
        "ratio": statistics.median(mine[0] / theirs[0] for mine, theirs in pairs),
        "cpu_ratio": statistics.median(mine[1] / theirs[1] for mine, theirs in pairs),
        "longest_gap_ms": middle["gaps_ms"][0],
        "second_gap_ms": middle["gaps_ms"][1],
        "least_gap_ms": runs[0]["gaps_ms"][0],
        "loaded_ms": middle["loaded_ms"],
    }


def main() -> int:
    """Print the figures; exit 1 when a budget is not kept."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 11
    figures = measure(rounds)
    for name, value in figures.items():
        print(f"{name:18} {value:8.2f}")
    kept = figures["ratio"] <= BUDGET_RATIO and figures["longest_gap_ms"] <= BUDGET_GAP_MS
    print(f"budgets: ratio <= {BUDGET_RATIO}, longest gap <= {BUDGET_GAP_MS:.0f} ms: {'kept' if kept else 'not kept'}")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
