"""Measure given traces with published software; runs in an environment of its own, reads .npz and prints JSON."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np


def micromotion(first: np.ndarray, second: np.ndarray, rate: float) -> dict[str, float]:
    """Return the posturography of micromotion on a filtered trace."""
    from micromotion.balance import cop_sway_metrics

    found = cop_sway_metrics(np.stack((first, second), axis=1), fs=rate)
    return {
        "path": found["path_len"],
        "path_rate": found["path_rate"],
        "ellipse95_chi_square": found["area95"],
        "range_1": found["ml_range"],
        "range_2": found["ap_range"],
        "rms_1": found["ml_sd"] * np.sqrt((first.size - 1) / first.size),
        "rms_2": found["ap_sd"] * np.sqrt((first.size - 1) / first.size),
    }


def physiodsp(first: np.ndarray, second: np.ndarray, rate: float) -> dict[str, float]:
    """Return the sway of physiodsp on an unfiltered trace, with its filter set to 3.5 Hz.

    It rounds to six decimals, so the trace is made a million times larger by the sensor's height.
    """
    from physiodsp.balance_tests.sway import Sway, SwaySettings
    from physiodsp.sensors.imu.accelerometer import AccelerometerData

    height = 1e6
    data = AccelerometerData(
        timestamps=np.arange(first.size) / rate, x=first, y=np.zeros_like(first), z=second, fs=int(rate)
    )
    row = Sway(SwaySettings(filter_high_freq=3.5)).run(data, height).biomarker.iloc[0]
    return {
        "mdist": row["average_distance_m"] / height,
        "rms": row["rms_distance_m"] / height,
        "path": row["total_distance_m"] / height,
        "path_rate": row["average_velocity_m_s"] / height * first.size / (first.size - 1),
        "ellipse95_chi_square": row["ellipse_area_m2"] / height**2,
    }


def main() -> int:
    """Print one JSON object: case -> software -> measure -> value."""
    result = {}
    for path in sorted(Path(sys.argv[1]).glob("*.npz")):
        with np.load(path) as case:
            rate = float(case["rate"])
            found = {"micromotion": micromotion(case["first"], case["second"], rate)}
            if "first_raw" in case:
                found["physiodsp"] = physiodsp(case["first_raw"], case["second_raw"], rate)
        result[path.stem] = {
            name: {measure: float(value) for measure, value in values.items()} for name, values in found.items()
        }
    print(json.dumps(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
