"""Exports of phone apps: each is written here as its app writes it, and must give back the recording."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from kinometric.cli import main
from kinometric.recordings import Recording, RecordingError, read_recording, synthetic_recording
from kinometric.recordings.dialects import DIALECTS
from kinometric.recordings.reading import read_with_gravity
from kinometric.scoring import score

G0 = 9.80665
EPOCH_S = 1_770_000_000.0
BASE = synthetic_recording(stance="LBEO", hold_s=6.4, seed=21)
TIME = BASE.time_s
VALUES = BASE.acceleration_m_s2
GRAVITY = np.tile(VALUES[:600].mean(axis=0), (1000, 1))


def rows(
    header: str, *columns: object, separator: str = ",", before: str = "", comma: bool = False, end: str = ""
) -> bytes:
    lines = []
    for cells in zip(*columns, strict=True):
        line = separator.join(cell if isinstance(cell, str) else f"{cell:.9g}" for cell in cells) + end
        lines.append(line.replace(".", ",") if comma else line)
    return (before + header + "\n" + "\n".join(lines) + "\n").encode()


def xyz(values: np.ndarray) -> list[np.ndarray]:
    return [values[:, axis] for axis in range(3)]


def phyphox(values: np.ndarray, name: str = "Acceleration", separator: str = ",", comma: bool = False) -> bytes:
    names = [f'"{name} {axis} (m/s^2)"' for axis in "xyz"] + ['"Absolute acceleration (m/s^2)"']
    header = separator.join(['"Time (s)"', *names])
    exact = [np.array([f"{v:.9E}" for v in column]) for column in (TIME, *xyz(values), np.linalg.norm(values, axis=1))]
    return rows(header, *[[str(v) for v in column] for column in exact], separator=separator, comma=comma)


def sensor_logger(values: np.ndarray, order: str = "zyx", offset: float = 0.0) -> bytes:
    header = "time,seconds_elapsed," + ",".join(order)
    clock = [str(int((EPOCH_S + t) * 1e9)) for t in TIME]
    picked = ["xyz".index(axis) for axis in order]
    return rows(header, clock, TIME + offset, *[values[:, axis] for axis in picked])


def physics_toolbox() -> bytes:
    linear = (VALUES - GRAVITY).T
    zero = np.zeros(1000)
    return rows(
        "time,gFx,gFy,gFz,ax,ay,az,wx,wy,wz,",
        TIME,
        *xyz(VALUES / G0),
        *linear,
        zero,
        zero,
        zero,
        before="\n",
        end=",",
    )


def sensorlog(*, raw: bool) -> bytes:
    start = datetime(2026, 2, 3, 10, 0, tzinfo=UTC)
    text = [(start + timedelta(seconds=float(t))).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3] + " +0100" for t in TIME]
    label = ["XArbitraryZVertical"] * 1000
    columns: list[object] = [text, label, 62_608.0 + TIME]
    header = "loggingTime(txt),motionAttitudeReferenceFrame(txt),accelerometerTimestamp_sinceReboot(s)"
    if raw:
        header += "".join(f",accelerometerAcceleration{axis}(G)" for axis in "XYZ")
        columns += xyz(VALUES / G0)
    header += "".join(f",gyroRotation{axis}(rad/s)" for axis in "XYZ")
    columns += [np.zeros(1000)] * 3
    header += "".join(f",motionUserAcceleration{axis}(G)" for axis in "XYZ")
    columns += xyz((VALUES - GRAVITY) / G0)
    header += "".join(f",motionGravity{axis}(G)" for axis in "XYZ")
    columns += xyz(GRAVITY / G0)
    return rows(header, *columns)


def semicolon_ios() -> bytes:
    date = ["2026-02-03 10:00:00"] * 1000
    stamps = [f"{EPOCH_S + t:.6f}" for t in TIME]
    header = "Date;Timestamp;DeviceOrientation;AccelerationX;AccelerationY;AccelerationZ;Label"
    return rows(header, date, stamps, ["portrait"] * 1000, *xyz(VALUES / G0), ["stand"] * 1000, separator=";")


def commented_android(values: np.ndarray) -> bytes:
    before = "# Accelerometer values\n# 2026-02-03\n# rate: 100 Hz\n"
    header = "time,ax (m/s^2),ay (m/s^2),az (m/s^2),aT (m/s^2)"
    return rows(header, TIME, *xyz(values), np.linalg.norm(values, axis=1), before=before)


def ahmedhamed(separator: str = "; ", header_separator: str = "; ") -> bytes:
    header = header_separator.join(["time[ms]", "x-axis[m/s^2]", "y-axis[m/s^2]", "z-axis[m/s^2]"])
    return rows(header, [f"{t * 1000:.0f}" for t in TIME], *xyz(VALUES), separator=separator, before="#standing\n")


def archive(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return buffer.getvalue()


EXPORTS = {
    "phyphox": (phyphox(VALUES), "phyphox"),
    "phyphox-semicolon-comma": (phyphox(VALUES, separator=";", comma=True), "phyphox"),
    "phyphox-tab-comma": (phyphox(VALUES, separator="\t", comma=True), "phyphox"),
    "phyphox-zip": (archive(**{"Raw Data.csv": phyphox(VALUES)}), "phyphox"),
    "sensor-logger-zyx": (sensor_logger(VALUES), "Sensor Logger"),
    "sensor-logger-yzx": (sensor_logger(VALUES, "yzx"), "Sensor Logger"),
    "sensor-logger-ios-g": (sensor_logger(-VALUES / G0, "xyz"), "Sensor Logger"),
    "sensor-logger-zip": (
        archive(**{"Accelerometer.csv": sensor_logger(VALUES - GRAVITY), "Gravity.csv": sensor_logger(GRAVITY)}),
        "Sensor Logger",
    ),
    "sensor-logger-android-zip": (
        archive(
            **{
                "Accelerometer.csv": sensor_logger(VALUES - GRAVITY),
                "Gravity.csv": sensor_logger(GRAVITY),
                "TotalAcceleration.csv": sensor_logger(VALUES),
                "Metadata.csv": b"version,device name\n3,somebody's phone\n",
            }
        ),
        "Sensor Logger",
    ),
    "physics-toolbox": (physics_toolbox(), "Physics Toolbox"),
    "sensorlog-ios": (sensorlog(raw=True), "SensorLog"),
    "sensorlog-ios-motion": (sensorlog(raw=False), "SensorLog"),
    "semicolon-ios": (semicolon_ios(), "iOS logger"),
    "commented-android": (commented_android(VALUES), "Android accelerometer"),
    "ahmedhamed": (ahmedhamed(), "SensorLogger (AhmedHamed)"),
    "ahmedhamed-commas": (ahmedhamed(",", ", "), "SensorLogger (AhmedHamed)"),
    "ahmedhamed-commented-header": (ahmedhamed().replace(b"time[ms]", b"# time[ms]"), "SensorLogger (AhmedHamed)"),
}


@pytest.mark.parametrize("name", EXPORTS)
def test_an_export_is_recognised_by_content_and_gives_the_recording_back(name: str) -> None:
    content, source = EXPORTS[name]
    recording = read_recording(content)
    assert recording.source == source
    assert recording.time_s.size == 1000
    assert recording.rate_hz == pytest.approx(100.0, rel=1e-3)
    sign = -1.0 if name == "sensor-logger-ios-g" else 1.0
    np.testing.assert_allclose(recording.acceleration_m_s2, sign * VALUES, atol=2e-6)
    assert score(recording, stance="LBEO").hold_s == pytest.approx(6.4, abs=0.03)


@pytest.mark.parametrize("name", [name for name in EXPORTS if "zip" not in name])
def test_a_byte_order_mark_and_windows_line_ends_do_not_matter(name: str) -> None:
    content, source = EXPORTS[name]
    recording = read_recording(b"\xef\xbb\xbf" + content.replace(b"\n", b"\r\n"))
    assert recording.source == source


GRAVITY_FREE = {
    "phyphox": (phyphox(VALUES - GRAVITY, "Linear Acceleration"), "Acceleration with g"),
    "phyphox-zip": (
        archive(**{"Raw Data.csv": phyphox(VALUES - GRAVITY, "Linear Acceleration")}), "Acceleration with g"
    ),
    "sensor-logger": (sensor_logger(VALUES - GRAVITY), "Total Acceleration"),
    "commented-android": (commented_android(VALUES - GRAVITY), "not the linear accelerometer"),
    "physics-toolbox": (rows("time,ax,ay,az,aT", TIME, *xyz(VALUES - GRAVITY), TIME), "g-force meter"),
    "sensorlog-ios": (
        rows("loggingTime(txt),motionUserAccelerationX(G),motionUserAccelerationY(G),motionUserAccelerationZ(G)",
             TIME, *xyz(VALUES - GRAVITY)),
        "Accelerometer",
    ),
    "any-app": (rows("t,userAcceleration.x,userAcceleration.y,userAcceleration.z", TIME, *xyz(VALUES)), "with gravity"),
}  # fmt: skip


@pytest.mark.parametrize("name", GRAVITY_FREE)
def test_a_file_without_gravity_is_told_what_to_switch_on_in_that_app(name: str) -> None:
    content, hint = GRAVITY_FREE[name]
    with pytest.raises(RecordingError, match="Gravity was removed") as caught:
        read_recording(content)
    assert hint in str(caught.value)
    assert caught.value.code == "gravity_free"


def test_core_motion_parts_are_added_up() -> None:
    header = "timestamp,userAcceleration.x,userAcceleration.y,userAcceleration.z,gravity.x,gravity.y,gravity.z"
    content = rows(header, TIME, *xyz((VALUES - GRAVITY) / G0), *xyz(GRAVITY / G0))
    np.testing.assert_allclose(read_recording(content).acceleration_m_s2, VALUES, atol=1e-5)


def test_an_acceleration_that_lacks_gravity_is_completed_from_the_same_file() -> None:
    header = "time,accelerometer_x,accelerometer_y,accelerometer_z,gravity_x,gravity_y,gravity_z"
    content = rows(header, TIME, *xyz(VALUES - GRAVITY), *xyz(GRAVITY))
    np.testing.assert_allclose(read_recording(content).acceleration_m_s2, VALUES, atol=1e-5)


def test_of_two_accelerations_the_one_that_says_it_includes_gravity_is_read() -> None:
    names = "acceleration.x,acceleration.y,acceleration.z"
    header = f"timestamp,{names},{names.replace('acceleration', 'accelerationIncludingGravity')}"
    content = rows(header, TIME, *xyz(VALUES - GRAVITY), *xyz(VALUES))
    np.testing.assert_allclose(read_recording(content).acceleration_m_s2, VALUES, atol=2e-6)


def test_a_superscript_in_latin_1_is_read() -> None:
    content = rows("t,ax (m/s²),ay (m/s²),az (m/s²)", TIME, *xyz(VALUES)).decode().encode("latin-1")
    np.testing.assert_allclose(read_recording(content).acceleration_m_s2, VALUES, atol=2e-6)


def test_accelerometer_and_gravity_files_are_read_together(tmp_path: Path) -> None:
    acceleration, gravity = tmp_path / "Accelerometer.csv", tmp_path / "Gravity.csv"
    acceleration.write_bytes(sensor_logger(VALUES - GRAVITY))
    gravity.write_bytes(sensor_logger(GRAVITY, offset=0.003))
    recording = read_with_gravity(acceleration, gravity)
    np.testing.assert_allclose(recording.acceleration_m_s2, VALUES, atol=1e-5)


def test_parts_of_different_recordings_are_not_added() -> None:
    with pytest.raises(RecordingError, match="same time"):
        read_with_gravity(sensor_logger(VALUES - GRAVITY), sensor_logger(GRAVITY, offset=500.0))
    with pytest.raises(RecordingError, match="not both Sensor Logger"):
        read_with_gravity(sensor_logger(VALUES), phyphox(VALUES))


def test_held_rows_of_physics_toolbox_are_left_out() -> None:
    """5 rows for each new value of the sensor, as some phones write them."""
    time_s = np.arange(5000) / 500
    held = np.repeat(VALUES / G0, 5, axis=0)
    recording = read_recording(rows("time,gFx,gFy,gFz,TgF", time_s, *xyz(held), np.ones(5000), before="\n"))
    assert recording.time_s.size == 1000
    (finding,) = [finding for finding in recording.findings if finding.code == "repeated_rows"]
    assert finding.numbers["rows"] == 4000.0
    assert score(recording, stance="LBEO").hold_s == pytest.approx(6.4, abs=0.03)


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("time_ms,ax,ay,az", [f"{t * 1e3:.3f}" for t in TIME]),
        ("timestamp,ax,ay,az", [f"{(EPOCH_S + t) * 1e3:.0f}" for t in TIME]),
        ("timestamp,ax,ay,az", [f"{(EPOCH_S + t) * 1e9:.0f}" for t in TIME]),
        ("timestamp,ax,ay,az", [f"{EPOCH_S + t:.3f}" for t in TIME]),
        ("time (us),ax,ay,az", [f"{t * 1e6:.0f}" for t in TIME]),
        (
            "timestamp,ax,ay,az",
            [(datetime(2026, 2, 3, tzinfo=UTC) + timedelta(seconds=float(t))).isoformat() for t in TIME],
        ),
        ("time,ax,ay,az", [f"23:59:{55 + t:06.3f}" if t < 5 else f"00:00:{t - 5:06.3f}" for t in TIME]),
        ("time,ax,ay,az", [f"10:20:{30 + int(t)}:{round(t % 1 * 1000):03d}" for t in TIME]),
    ],
    ids=["ms", "epoch-ms", "epoch-ns", "epoch-s", "us", "iso", "clock-past-midnight", "clock-with-colons"],
)
def test_every_kind_of_clock_becomes_seconds(header: str, cells: list[str]) -> None:
    recording = read_recording(rows(header, cells, *xyz(VALUES)))
    np.testing.assert_allclose(recording.time_s, TIME, atol=2e-3)


def test_a_time_that_cannot_be_read_is_named_with_its_line() -> None:
    cells = [f"10:20:{30 + t:06.3f}" for t in TIME]
    cells[7] = "tea time"
    with pytest.raises(RecordingError, match="line 9: The time cannot be read"):
        read_recording(rows("time,ax,ay,az", cells, *xyz(VALUES)))


def test_a_time_whose_unit_cannot_be_told_is_refused() -> None:
    with pytest.raises(RecordingError, match="unit of the time column"):
        read_recording(rows("time,ax,ay,az", TIME * 1e-5, *xyz(VALUES)))


def test_rows_that_repeat_a_time_are_left_out_and_said() -> None:
    order = np.sort(np.concatenate([np.arange(1000), np.arange(0, 1000, 50)]))
    recording = read_recording(rows("t,ax,ay,az", TIME[order], *xyz(VALUES[order])))
    assert recording.time_s.size == 1000
    assert [finding.code for finding in recording.findings] == ["repeated_times"]


def paused(first_s: float) -> bytes:
    """A part of `first_s` seconds, a pause of 163 s, then ten seconds more."""
    keep = np.less_equal(TIME, first_s)
    time_s = np.concatenate([TIME[keep], TIME + first_s + 163.0])
    values = np.concatenate([VALUES[keep], VALUES])
    return rows("t,ax,ay,az", time_s, *xyz(values))


def test_after_a_long_pause_the_first_part_that_is_long_enough_is_used() -> None:
    recording = read_recording(paused(4.0))
    assert recording.time_s.size == 1000
    (finding,) = recording.findings
    assert (finding.code, finding.severity) == ("pause", "shown")
    assert finding.numbers["pause_s"] == pytest.approx(163.0, abs=0.02)
    assert finding.numbers["from_s"] == pytest.approx(167.0)
    assert read_recording(paused(9.99)).findings[0].numbers["from_s"] == 0.0


def test_a_foot_lift_mark_chooses_the_part_that_holds_it() -> None:
    content = b"# foot_lift_s: 1.0\n" + paused(4.0)
    recording = read_recording(content)
    assert recording.duration_s == pytest.approx(4.0)
    assert recording.foot_lift_s == 1.0
    later = read_recording(b"# foot_lift_s: 168.5\n" + paused(4.0))
    assert later.foot_lift_s == pytest.approx(1.5)


def test_uneven_samples_are_said() -> None:
    random = np.random.default_rng(5)
    time_s = np.sort(random.uniform(0.0, 10.0, 1000))
    recording = read_recording(rows("t,ax,ay,az", time_s, *xyz(VALUES)))
    assert "jitter" in [finding.code for finding in recording.findings]


def test_a_stated_rate_that_the_file_contradicts_is_said() -> None:
    recording = read_recording(rows("t,ax,ay,az", TIME, *xyz(VALUES)), rate_hz=50.0)
    assert [finding.code for finding in recording.findings] == ["rate_differs"]
    assert read_recording(rows("t,ax,ay,az", TIME, *xyz(VALUES)), rate_hz=101.0).findings == ()


def test_gyroscope_and_magnetometer_are_never_taken_for_acceleration() -> None:
    header = "t,gyro_x,gyro_y,gyro_z,mag_x,mag_y,mag_z,accel_x,accel_y,accel_z"
    columns = [np.full(1000, 9.0)] * 6
    recording = read_recording(rows(header, TIME, *columns, *xyz(VALUES)))
    np.testing.assert_allclose(recording.acceleration_m_s2, VALUES, atol=2e-6)
    for names in ("gyro_x,gyro_y,gyro_z", "wx,wy,wz", "rotationRate.x,rotationRate.y,rotationRate.z"):
        with pytest.raises(RecordingError, match="names no acceleration"):
            read_recording(rows("t," + names, TIME, *xyz(VALUES)))


def test_phyphox_tells_phone_and_start_in_its_zip() -> None:
    device = b'"property","value"\n"deviceBrand","Acme"\n"deviceModel","Phone 9"\n'
    times = b'"event","experiment time","system time","system time text"\n"START",0,1770000000.5,"x"\n'
    content = archive(**{"Raw Data.csv": phyphox(VALUES), "meta/device.csv": device, "meta/time.csv": times})
    recording = read_recording(content)
    assert recording.device == "Acme Phone 9"
    assert recording.recorded_at == "2026-02-02T02:40:00+00:00"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (archive(**{"notes.pdf": b"%PDF"}), "no table of a recording"),
        (archive(**{"xl/workbook.xml": b"<x/>"}), "Excel workbook"),
        (archive(**{"Raw Data.csv": phyphox(VALUES)})[:3000], "damaged or encrypted"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "Excel workbook"),
        (b"MATLAB 5.0 MAT-file", "MATLAB"),
        (b"%PDF-1.7", "PDF"),
        (archive(**{f"{number}.csv": b"a\n" for number in range(300)}), "more than a recording"),
    ],
    ids=["no-table", "xlsx", "cut-zip", "xls", "mat", "pdf", "too-many"],
)
def test_other_files_are_refused_in_one_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(RecordingError, match=sentence):
        read_recording(content)


def test_convert_writes_what_score_reads(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "export.csv"
    source.write_bytes(phyphox(VALUES))
    assert main(["convert", str(source), "--stance", "rbeo", "--placement", "waist", "--foot-lift", "0"]) == 0
    written = tmp_path / "export.kinometric.csv"
    assert capsys.readouterr().out.strip() == str(written)
    recording = read_recording(written)
    assert (recording.stance, recording.placement, recording.foot_lift_s) == ("RBEO", "waist", 0.0)
    np.testing.assert_allclose(recording.acceleration_m_s2, VALUES, atol=2e-6)


def test_convert_does_several_into_a_folder_and_tells_each_failure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, bad, out = tmp_path / "good.csv", tmp_path / "bad.csv", tmp_path / "out"
    good.write_bytes(sensor_logger(VALUES))
    bad.write_bytes(b"t,ax\n0,1\n")
    out.mkdir()
    assert main(["convert", str(bad), str(good), "-o", str(out)]) == 2
    assert (out / "good.kinometric.csv").exists()
    assert f"{bad}: line 1: " in capsys.readouterr().err
    assert main(["convert", str(good), "-o", str(good)]) == 2
    assert "over itself" in capsys.readouterr().err


def test_convert_takes_gravity_from_its_own_file(tmp_path: Path) -> None:
    acceleration, gravity = tmp_path / "Accelerometer.csv", tmp_path / "Gravity.csv"
    acceleration.write_bytes(sensor_logger(VALUES - GRAVITY))
    gravity.write_bytes(sensor_logger(GRAVITY))
    target = tmp_path / "whole.csv"
    assert main(["convert", str(acceleration), "--gravity", str(gravity), "-o", str(target)]) == 0
    assert isinstance(read_recording(target), Recording)
    assert main(["convert", str(acceleration), str(acceleration), "--gravity", str(gravity)]) == 2


def test_score_takes_gravity_from_its_own_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    acceleration, gravity = tmp_path / "Accelerometer.csv", tmp_path / "Gravity.csv"
    acceleration.write_bytes(sensor_logger(VALUES - GRAVITY))
    gravity.write_bytes(sensor_logger(GRAVITY))
    assert main(["score", str(acceleration), "--stance", "LBEO"]) == 2
    assert "Accelerometer.csv and Gravity.csv" in capsys.readouterr().err
    assert main(["score", str(acceleration), "--gravity", str(gravity), "--stance", "LBEO", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["hold_s"] == pytest.approx(6.4, abs=0.03)
    assert main(["score", str(acceleration), str(acceleration), "--gravity", str(gravity)]) == 2
    assert main(["score", str(acceleration), "--gravity", str(tmp_path / "none.csv")]) == 2
    assert "no such file" in capsys.readouterr().err


def test_formats_lists_every_dialect(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["formats"]) == 0
    out = capsys.readouterr().out
    for dialect in DIALECTS:
        assert dialect.name in out
        assert dialect.title in out
