"""Compare the measures with published software, micromotion and physiodsp, in an environment of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import venv
from dataclasses import asdict
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from kinometric.recordings import read_recording, synthetic_recording  # noqa: E402
from kinometric.recordings.force_plate import read_centre_of_pressure  # noqa: E402
from kinometric.sway import SwaySignal, measure_planar, process  # noqa: E402
from kinometric.sway.filters import low_pass  # noqa: E402

PEERS = ROOT / "build" / "peers-science"
# The two GPL packages are tools of this comparison only; nothing of Kinometric imports them.
PACKAGES = ("micromotion==1.15.0", "physiodsp==0.2.0", "scikit-digital-health==0.17.18", "numpy>=2.2,<3")
# physiodsp's chi-square constant is cut to 5.991465, and its results are rounded.
LIMITS = {"micromotion": 1e-12, "physiodsp": 1e-9}
ELLIPSE_OF_PHYSIODSP = 1e-7
RATE = 100.0


def peer_python() -> Path:
    """Return the interpreter of the separate environment, made on first use."""
    python = PEERS / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not (PEERS / "ready").exists():
        venv.create(PEERS, with_pip=True, clear=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", *PACKAGES], check=True)
        (PEERS / "ready").touch()
    return python


def shared_data() -> Path | None:
    """Return the folder of real recordings, where there is one."""
    folder = Path(os.environ.get("KINOMETRIC_SHARED", ROOT.parent / "shared")) / "data" / "sway"
    return folder if folder.is_dir() else None


def cases() -> dict[str, dict[str, np.ndarray]]:
    """Return filtered traces, and for accelerations the same before the filter."""
    found = {}
    for stance, seed in (("LBEO", 1), ("RBEO", 2), ("LBEC", 3), ("RBEC", 4)):
        found[f"synthetic {stance}"] = _of_signal(process(synthetic_recording(stance=stance, seed=seed)))
    folder = shared_data()
    if folder is None:
        return found
    for path in sorted((folder / "waist_phone_hapt").glob("stand_*.csv")):
        signal = process(read_recording(path, rate_hz=50.0), foot_lift_s=6.0, end_s=10.0)
        found[f"waist {path.stem[6:18]} {path.stem.rsplit('_', 2)[1]}"] = _of_signal(signal)
    plate = next((folder / "cop_forceplate").glob("*.csv"), None)
    if plate is not None:
        cop = read_centre_of_pressure(plate).between(30.0, 150.0)
        filtered = low_pass(np.stack((cop.first_cm, cop.second_cm)), 10.0, RATE)
        found["force plate, 120 s"] = {"first": filtered[0], "second": filtered[1]}
    return found


def _of_signal(signal: SwaySignal) -> dict[str, np.ndarray]:
    """The whole window before and after the filter, so that nothing but the formulas differs."""
    raw = np.stack((signal.axis_1_raw, signal.axis_2_raw))
    filtered = low_pass(raw, 3.5, RATE)
    return {"first": filtered[0], "second": filtered[1], "first_raw": raw[0], "second_raw": raw[1]}


def main() -> int:
    """Print the table; 1 when a difference is larger than the software's own rounding explains."""
    traces = cases()
    with tempfile.TemporaryDirectory() as folder:
        for number, trace in enumerate(traces.values()):
            np.savez(Path(folder) / f"{number:03d}.npz", rate=RATE, **trace)
        script = Path(__file__).with_name("_science_peers.py")
        run = subprocess.run([str(peer_python()), str(script), folder], capture_output=True, text=True, check=False)
    if run.returncode != 0:
        print(run.stderr, file=sys.stderr)
        return 1
    peers = json.loads(run.stdout)
    worst: dict[tuple[str, str], tuple[float, str]] = {}
    for number, (title, trace) in enumerate(traces.items()):
        mine = asdict(measure_planar(trace["first"], trace["second"], RATE))
        for software, values in peers[f"{number:03d}"].items():
            for name, value in values.items():
                difference = abs(mine[name] - value) / abs(value)
                if difference >= worst.get((software, name), (-1.0, ""))[0]:
                    worst[software, name] = (difference, title)
    print(f"{len(traces)} traces. Largest relative difference of each measure:\n")
    print(f"{'software':<14}{'measure':<24}{'difference':>12}  {'limit':>8}  on")
    failed = False
    for (software, name), (difference, title) in sorted(worst.items()):
        is_ellipse = software == "physiodsp" and name.startswith("ellipse")
        limit = ELLIPSE_OF_PHYSIODSP if is_ellipse else LIMITS[software]
        failed = failed or difference > limit
        mark = "" if difference <= limit else "   TOO LARGE"
        print(f"{software:<14}{name:<24}{difference:>12.1e}  {limit:>8.0e}  {title}{mark}")
    print("\nphysiodsp cuts its chi-square constant to 5.991465 and divides by N/fs, which is undone here.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
