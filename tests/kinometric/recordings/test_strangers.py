"""Files as strangers hand them over: every quirk that an app, a spreadsheet or a hasty export adds to a table."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np
import pytest

from kinometric.recordings import RecordingError, read_recording, synthetic_recording
from kinometric.scoring import score

G0 = 9.80665
BASE = synthetic_recording(stance="LBEO", hold_s=6.4, seed=21)
TIME, VALUES = BASE.time_s, BASE.acceleration_m_s2
GRAVITY = np.tile(VALUES[:600].mean(axis=0), (1000, 1))
LINEAR = VALUES - GRAVITY
START = datetime(2026, 2, 3, 12, 59, 55)  # noqa: DTZ001 - what a phone writes has no zone

Column = Sequence[str] | np.ndarray


def table(header: str, *columns: Column, separator: str = ",", comma: bool = False, end: str = "\n") -> bytes:
    """A header and one row for each sample; strings are written as they are."""
    lines = [header] if header else []
    for cells in zip(*columns, strict=True):
        written = [
            cell if isinstance(cell, str) else f"{cell:.6f}".replace(".", "," if comma else ".") for cell in cells
        ]
        lines.append(separator.join(written))
    return (end.join(lines) + end).encode()


def xyz(values: np.ndarray) -> list[np.ndarray]:
    return [values[:, axis] for axis in range(3)]


def plain(separator: str = ",", **more: object) -> bytes:
    return table(separator.join(["t", "ax", "ay", "az"]), TIME, *xyz(VALUES), separator=separator, **more)  # type: ignore[arg-type]


def clock(form: str, cut: int | None = None) -> list[str]:
    return [(START + timedelta(seconds=float(t))).strftime(form)[:cut] for t in TIME]


def archive(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return buffer.getvalue()


def phyphox(values: np.ndarray, name: str = "Acceleration") -> bytes:
    return table('"Time (s)",' + ",".join(f'"{name} {axis} (m/s^2)"' for axis in "xyz"), TIME, *xyz(values))


def sensor_logger(values: np.ndarray) -> bytes:
    epoch = [str(1_770_000_000_000_000_000 + round(t * 1e9)) for t in TIME]
    return table("time,seconds_elapsed,z,y,x", epoch, TIME, *xyz(values[:, ::-1]))


def with_units_below(units: str, values: np.ndarray) -> bytes:
    return table("t,ax,ay,az\n" + units, TIME, *xyz(values))


TEXT = [""] * 1000
READ = {
    "utf-16 without its mark": plain().decode().encode("utf-16-le"),
    "utf-16 big end first": b"\xfe\xff" + plain().decode().encode("utf-16-be"),
    "utf-16 big end first without its mark": plain().decode().encode("utf-16-be"),
    "old line ends": plain(end="\r"),
    "bars": plain("|"),
    "several blanks": plain("   "),
    "blanks before each row": plain("  ").replace(b"\n", b"\n    "),
    "comma and blank": plain(", "),
    "semicolons, commas as decimal sign": plain(";", comma=True),
    "a first row of zeros, then commas": b"t;ax;ay;az\n0;0;10;0\n"
    + table("", TIME + 0.01, *xyz(VALUES), separator=";", comma=True),
    "quoted numbers with commas": table(
        "t,ax,ay,az", *[[f'"{value:.6f}"'.replace(".", ",") for value in column] for column in (TIME, *xyz(VALUES))]
    ),
    "quoted numbers": table(
        '"t","ax","ay","az"', *[[f'"{value:.6f}"' for value in column] for column in (TIME, *xyz(VALUES))]
    ),
    "names in single quotes": table("'t','ax','ay','az'", TIME, *xyz(VALUES)),
    "capital names": table("TIME (S),ACC X (M/S^2),ACC Y (M/S^2),ACC Z (M/S^2)", TIME, *xyz(VALUES)),
    "a minus that no keyboard has": plain().replace(b"-", "−".encode()),
    "spreadsheet's separator line": b"sep=;\n" + plain(";", comma=True),
    "units below the names": with_units_below("s,m/s^2,m/s^2,m/s^2", VALUES),
    "units in brackets below the names": with_units_below("(s),(g),(g),(g)", VALUES / G0),
    "remarks above in percent signs": b"% made by an app\n% 2026\n" + plain(),
    "remarks above in slashes": b"// made by an app\n" + plain(),
    "facts above": b"Device,Phone\nRate,100\nStart,2026-01-01\n\n" + plain(),
    "facts above with other separators": b"Device;Phone\n" + plain(),
    "remarks below": plain() + b"# end\n# samples: 1000\n",
    "words below": plain() + b"\nRecorded by hand, 3 tries\n",
    "empty cells below": plain() + b",,,\n,,,\n",
    "an unnamed counter before": table(",t,ax,ay,az", [str(n) for n in range(1000)], TIME, *xyz(VALUES)),
    "labels with commas": table("t,ax,ay,az,label", TIME, *xyz(VALUES), ['"left, open"'] * 1000),
    "other columns": table("t,ax,ay,az,label,notes", TIME, *xyz(VALUES), ["stand"] * 1000, TEXT),
    "Android's array": table("event_timestamp;values[0];values[1];values[2]",
                             [str(round((8e4 + t) * 1e9)) for t in TIME], *xyz(VALUES), separator=";"),
    "German phyphox": phyphox(VALUES, "Beschleunigung").replace(b"Time (s)", b"Zeit (s)"),
    "Spanish names": table("Tiempo (s),Aceleración x,Aceleración y,Aceleración z", TIME, *xyz(VALUES)),
    "MATLAB's dates": table("Timestamp,X,Y,Z", clock("%d-%b-%Y %H:%M:%S.%f", -3), *xyz(VALUES)),
    "MATLAB's durations": table("Timestamp,X,Y,Z", [f"{t:.3f} sec" for t in TIME], *xyz(VALUES)),
    "American dates": table("Timestamp,X,Y,Z", clock("%m/%d/%Y %H:%M:%S.%f", -3), *xyz(VALUES)),
    "German dates": table("Zeit;X;Y;Z", clock("%d.%m.%Y %H:%M:%S,%f", -3), *xyz(VALUES), separator=";", comma=True),
    "twelve hours past one": table("time,x,y,z", [f"{c} PM" for c in clock("%I:%M:%S.%f")], *xyz(VALUES)),
    "twelve hours past midnight": table(
        "time,x,y,z", [f"12:00:{t - 5:09.6f} am" if t >= 5 else f"11:59:{55 + t:09.6f} pm" for t in TIME], *xyz(VALUES)
    ),
    "minutes past the hour": table("time,x,y,z", clock("%M:%S.%f"), *xyz(VALUES)),
    "date and clock apart": table("Date,Time,x,y,z", clock("%Y-%m-%d"), clock("%H:%M:%S.%f"), *xyz(VALUES)),
    "epoch in microseconds": table(
        "timestamp,x,y,z", [str(round((1.77e9 + t) * 1e6)) for t in TIME], *xyz(VALUES)
    ),
    "Axivity": table("", clock("%Y-%m-%d %H:%M:%S.%f", -3), *xyz(VALUES / G0)),
    "AndroSensor": table(
        ";".join(f"{name} {axis} (m/s²)" for name in ("ACCELEROMETER", "GRAVITY", "LINEAR ACCELERATION")
                 for axis in "XYZ") + ";Time since start in ms ;YYYY-MO-DD HH-MI-SS_SSS",
        *xyz(VALUES), *xyz(GRAVITY), *xyz(LINEAR), [f"{t * 1000:.0f}" for t in TIME],
        ["2026-02-03 10:00:00:000"] * 1000, separator=";",
    ),
    "Xsens DOT": b"DeviceTag:,A\nFirmwareVersion:,1.6\n\n" + table(
        "PacketCounter,SampleTimeFine,Acc_X,Acc_Y,Acc_Z", [str(n) for n in range(1000)],
        [str(4_000_000 + round(t * 1e6)) for t in TIME], *xyz(VALUES),
    ),
    "web page": table(
        "timestamp," + ",".join(f"{name}.{axis}" for name in ("accelerationIncludingGravity", "acceleration")
                                for axis in "xyz"), TIME * 1000, *xyz(VALUES), *xyz(LINEAR),
    ),
    "Physics Toolbox with gravity under its linear names": table(
        "\ntime,ax,ay,az,aT", TIME, *xyz(VALUES), np.linalg.norm(VALUES, axis=1)
    ),
    "Physics Toolbox in German": table(
        "time;gFx;gFy;gFz;TgF", TIME, *xyz(VALUES / G0), TIME, separator=";", comma=True
    ),
    "SensorLog rows of the motion sensors": table(
        "loggingTime(txt),accelerometerTimestamp_sinceReboot(s)," + ",".join(
            f"accelerometerAcceleration{axis}(G)" for axis in "XYZ") + ",motionTimestamp_sinceReboot(s)," + ",".join(
            f"{name}{axis}(G)" for name in ("motionUserAcceleration", "motionGravity") for axis in "XYZ"),
        clock("%Y-%m-%d %H:%M:%S.%f +0100"), TEXT, TEXT, TEXT, TEXT, 62_608 + TIME,
        *xyz(LINEAR / G0), *xyz(GRAVITY / G0),
    ),
    "Sensor Logger's uncalibrated beside the linear one": archive(
        **{"Accelerometer.csv": sensor_logger(LINEAR), "AccelerometerUncalibrated.csv": sensor_logger(VALUES / G0)}
    ),
    "Sensor Logger's parts in g": archive(
        **{"a/Accelerometer.csv": sensor_logger(LINEAR / G0), "a/Gravity.csv": sensor_logger(GRAVITY / G0)}
    ),
    "phyphox zip with both accelerations": archive(
        **{"Accelerometer.csv": phyphox(VALUES), "Linear Accelerometer.csv": phyphox(LINEAR, "Linear Acceleration")}
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", READ)
def test_a_strangers_file_gives_the_recording_back(name: str) -> None:
    recording = read_recording(READ[name])
    extra = 1 if name.startswith("a first row") else 0
    assert recording.time_s.size == 1000 + extra
    assert recording.rate_hz == pytest.approx(100.0, rel=1e-3)
    np.testing.assert_allclose(recording.acceleration_m_s2[extra:], VALUES, atol=2e-5)
    assert score(recording, stance="LBEO").hold_s == pytest.approx(6.4 + 0.01 * extra, abs=0.03)


@pytest.mark.parametrize(
    ("unit", "factor"),
    [
        *[(unit, 1.0) for unit in ("m/s²", "m/s^2", "ms-2", "m/s2", "m s^-2", "m·s⁻²", "m/s/s", "m/sec^2", "m.s-2")],
        *[(unit, 1 / G0) for unit in ("g", "G", "g's", "g0", "gee")],
        *[(unit, 1000 / G0) for unit in ("mg", "mG", "milli-g")],
        *[(unit, 100.0) for unit in ("cm/s^2", "cm/s²", "Gal")],
    ],
)
def test_units_may_be_spelled_in_any_way(unit: str, factor: float) -> None:
    content = table(f"t,ax ({unit}),ay ({unit}),az ({unit})", TIME, *xyz(VALUES * factor))
    np.testing.assert_allclose(read_recording(content).acceleration_m_s2, VALUES, atol=2e-5)


REFUSED = {
    "linear phyphox zip": (
        archive(**{"Linear Accelerometer.csv": phyphox(LINEAR, "Linear Acceleration")}), "gravity_free", "with g"),
    "Physics Toolbox linear": (
        table("time,ax,ay,az,aT", TIME, *xyz(LINEAR), TIME), "gravity_free", "g-force meter"),
    "AhmedHamed linear": (
        table("#standing\ntime[ms]; x-axis[m/s^2]; y-axis[m/s^2]; z-axis[m/s^2]", TIME * 1000, *xyz(LINEAR),
              separator="; "), "gravity_free", "not the linear acceleration"),
    "a watch's": (archive(**{"WatchAccelerometer.csv": sensor_logger(LINEAR)}), "gravity_free", "Total Acceleration"),
    "Gravity.csv alone": (
        sensor_logger(VALUES / np.linalg.norm(VALUES, axis=1, keepdims=True) * G0), "gravity_alone", "alone"),
    "a gyroscope under the same names": (sensor_logger(VALUES * 0.01), "gravity_free", "Total Acceleration"),
    "a gyroscope": (
        table("Time (s),Gyroscope x (rad/s),Gyroscope y (rad/s),Gyroscope z (rad/s)", TIME, *xyz(VALUES)),
        "columns", "no acceleration"),
    "counts of a converter": (table("t,ax,ay,az", TIME, *xyz(VALUES * 1670.0)), "unit_unknown", "cannot be told"),
    "backwards": (table("t,ax,ay,az", TIME[::-1], *xyz(VALUES)), "time_order", "backwards"),
    "a counter instead of time": (
        table("t,ax,ay,az", np.arange(1000.0), *xyz(VALUES)), "no_time", "--rate"),
    "whole seconds": (table("time,ax,ay,az", clock("%Y-%m-%dT%H:%M:%S"), *xyz(VALUES)), "time_coarse", "--rate"),
    "a second header in the middle": (plain() + plain(), "not_a_number", "line 1002"),
    "JSON": (json.dumps([{"time": 1, "x": 2.0}]).encode(), "not_a_table", "JSON"),
    "RTF": (b"{\\rtf1\\ansi 0,0,0,9.8\\par}", "not_a_table", "document"),
    "binary that begins like a table": (plain()[:4000] + bytes(range(256)) * 20, "not_text", "not a text table"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_recording_is_refused_in_one_sentence(name: str) -> None:
    content, code, words = REFUSED[name]
    with pytest.raises(RecordingError) as caught:
        read_recording(content)
    assert caught.value.code == code
    assert words in str(caught.value)
    assert caught.value.reason.endswith(".")
    assert len(caught.value.reason) < 250


@pytest.mark.parametrize("name", ["a counter instead of time", "whole seconds"])
def test_a_stated_rate_stands_in_for_a_time_that_tells_nothing(name: str) -> None:
    recording = read_recording(REFUSED[name][0], rate_hz=100.0)
    np.testing.assert_allclose(recording.time_s, TIME, atol=1e-9)
    assert score(recording, stance="LBEO").hold_s == pytest.approx(6.4, abs=0.03)


def test_lines_left_out_below_the_rows_are_counted() -> None:
    (finding,) = read_recording(plain() + b"# end\n\nRecorded by hand\n").findings
    assert (finding.code, finding.severity, finding.numbers["lines"]) == ("tail", "shown", 2.0)
    assert finding.message == "2 lines below the last row are no row of numbers and left out."


def test_a_row_that_was_cut_off_is_not_a_remark() -> None:
    cut = plain().rsplit(b"\n", 2)[0] + b"\n9.99,0.1"
    with pytest.raises(RecordingError, match="cut off"):
        read_recording(cut)


def test_a_slow_sensor_that_is_written_often_is_as_slow_as_it_is() -> None:
    """20 new values a second, each written five times: the file looks like 100 Hz."""
    held = np.repeat(VALUES[::5], 5, axis=0)
    trial = score(read_recording(table("t,ax,ay,az", TIME, *xyz(held))), stance="LBEO")
    assert trial.outcome == "not_scorable"
    assert trial.reason == "The recording has 20.0 samples a second; at least 40 are needed."


def test_a_slow_logger_is_told_its_rate() -> None:
    slow = slice(None, None, 5)
    header = "Date;Timestamp;DeviceOrientation;AccelerationX;AccelerationY;AccelerationZ;Label"
    columns = [clock("%Y-%m-%d %H:%M:%S")[slow], [f"{1.77e9 + t:.6f}" for t in TIME[slow]], ["portrait"] * 200]
    content = table(header, *columns, *xyz(VALUES[slow] / G0), ["stand"] * 200, separator=";")
    trial = score(read_recording(content), stance="LBEO")
    assert trial.outcome == "not_scorable"
    assert "20.0 samples a second; at least 40 are needed" in trial.explanation


def test_no_finding_and_no_refusal_repeats_what_the_file_says() -> None:
    """Whatever stands in the file may be a name."""
    secret = "Secret Person"
    made = [
        f"# patient: {secret}\n".encode() + plain() + f"{secret} was here\n".encode(),
        plain().replace(b"\n3.000000,", f"\n{secret},".encode()),
        table(f"{secret},b,c,d", TIME, *xyz(VALUES)),
        archive(**{f"{secret}.csv": plain()[:5000] + b"x,y\n" + plain()}),
        table("time,ax,ay,az", [secret] * 1000, *xyz(VALUES)),
    ]
    for content in made:
        try:
            trial = score(read_recording(content), stance="LBEO")
            told = trial.explanation + " ".join(finding.message for finding in trial.findings)
        except RecordingError as error:
            told = str(error)
        assert "Secret" not in told
