"""The cost of reading and measuring recordings beside peers: ratios of processor time, in pairs."""

from __future__ import annotations

import csv
import io
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
from scipy.signal import butter, sosfiltfilt  # noqa: E402

from kinometric.recordings import read_recording, synthetic_recording, write_csv  # noqa: E402
from kinometric.scoring import score  # noqa: E402
from kinometric.sway import measure, measure_batch  # noqa: E402

ROUNDS = 15
BATCH = 10_000


def paired(
    title: str,
    mine: Callable[[], object],
    peer: Callable[[], object],
    bar: float,
    unit: float = 1.0,
    rounds: int = ROUNDS,
) -> None:
    """Print the median ratio of two functions called in turn, the bar it is held against, and both times."""
    mine()
    peer()
    pairs = [(_cpu(mine), _cpu(peer)) for _ in range(rounds)]
    ratios = sorted(first / second for first, second in pairs)
    first, second = (statistics.median(times) / unit * 1e6 for times in zip(*pairs, strict=True))
    print(
        f"{title:<46}{statistics.median(ratios):>7.3f}  [{ratios[0]:.3f} to {ratios[-1]:.3f}]  bar {bar:g}"
        f"   {first:,.0f} us against {second:,.0f} us"
    )


def _cpu(function: Callable[[], object]) -> float:
    start = time.process_time()
    function()
    return time.process_time() - start


def repeated(function: Callable[[], object], times: int) -> Callable[[], None]:
    """Return a function that calls another so many times."""

    def run() -> None:
        for _ in range(times):
            function()

    return run


def beside_skdh() -> None:
    """Measure one recording beside scikit-digital-health's feature bank; runs in the peers' environment."""
    from skdh import features

    names = (
        "Mean", "StdDev", "Skewness", "Kurtosis", "Range", "IQR", "RMS", "Autocorrelation", "LinearSlope",
        "SignalEntropy", "DominantFrequency", "DominantFrequencyValue", "PowerSpectralSum", "SpectralFlatness",
        "SpectralEntropy", "JerkMetric",
    )  # fmt: skip
    bank = features.Bank()
    bank.add([getattr(features, name)() for name in names])
    acceleration = np.array(synthetic_recording(seed=1).acceleration_m_s2)
    window = acceleration[np.newaxis]
    paired(
        f"measures of one window / skdh bank of {len(names)}",
        repeated(lambda: measure_batch(window), 50),
        repeated(lambda: bank.compute(acceleration, fs=100.0, axis=0), 50),
        0.5,
        50,
    )
    recording = synthetic_recording(seed=1)
    for title, whole in (("measure, with events and quality", measure), ("score", score)):
        paired(
            f"{title} / skdh bank of {len(names)}",
            repeated(lambda whole=whole: whole(recording), 50),  # type: ignore[misc]
            repeated(lambda: bank.compute(acceleration, fs=100.0, axis=0), 50),
            0.5,
            50,
        )


def batches() -> None:
    """Measure many windows beside SciPy's filter and the Fourier transform alone."""
    sections = butter(4, 3.5, fs=100.0, output="sos")
    some = np.stack([synthetic_recording(seed=seed).acceleration_m_s2 for seed in range(50)])
    windows = np.tile(some, (BATCH // 50, 1, 1))
    rows = np.ascontiguousarray(windows[:, :, :2].transpose(0, 2, 1))

    def filter_and_transform() -> None:
        for first in range(0, BATCH, 16):
            np.fft.rfft(sosfiltfilt(sections, rows[first : first + 16])[..., 100:951])

    title = f"{BATCH:,} windows / filter + FFT alone"
    paired(title, lambda: measure_batch(windows), filter_and_transform, 2.3, BATCH, rounds=5)


def parsing(folder: Path) -> None:
    """Read a session of four files and a long recording beside numpy.loadtxt and the csv module."""
    paths, heads = [], []
    for stance in ("LBEO", "RBEO", "LBEC", "RBEC"):
        path = folder / f"{stance}.csv"
        content = write_csv(synthetic_recording(stance=stance))
        path.write_bytes(content)
        paths.append(path)
        heads.append(content.split(b"time_s,")[0].count(b"\n") + 1)

    def loadtxt() -> None:
        for path, head in zip(paths, heads, strict=True):
            np.loadtxt(path, delimiter=",", skiprows=head)

    def read() -> None:
        for path in paths:
            read_recording(path)

    paired("a session of 4 files / numpy.loadtxt", repeated(read, 20), repeated(loadtxt, 20), 1.3, 80)
    rows = 360_000
    random = np.random.default_rng(0)
    columns = [np.arange(rows) / 100, *(random.normal(size=(3, rows)) + np.array([[0.0], [9.8], [0.0]]))]
    text = "t,ax,ay,az\n" + "".join(
        f"{t:.2f},{x:.6f},{y:.6f},{z:.6f}\n" for t, x, y, z in zip(*(c.tolist() for c in columns), strict=True)
    )
    content = text.encode()

    def by_csv() -> None:
        reader = csv.reader(io.StringIO(text))
        next(reader)
        np.array([[float(cell) for cell in row] for row in reader])

    paired("360,000 rows / csv module", lambda: read_recording(content), by_csv, 0.15, rounds=5)


def main() -> int:
    """Print every ratio."""
    if "--beside-skdh" in sys.argv:
        beside_skdh()
        return 0
    print("ratio of processor time, median [range] of pairs in turn")
    from oracle import peer_python

    try:
        command = [str(peer_python()), str(Path(__file__).resolve()), "--beside-skdh"]
        subprocess.run(command, check=True)
    except (subprocess.CalledProcessError, OSError):
        print("measures of one window: not compared, skdh could not be installed here")
    sys.stdout.flush()
    batches()
    with tempfile.TemporaryDirectory() as folder:
        parsing(Path(folder))
    return 0


if __name__ == "__main__":
    sys.exit(main())
