"""Zips of phone apps: which table is read, what is added up, and what is refused."""

from __future__ import annotations

import io
import zipfile

import numpy as np
import pytest

from kinometric.recordings import RecordingError, read_recording, synthetic_recording, write_csv
from kinometric.recordings.archive import is_archive, read_archive

BASE = synthetic_recording(seed=31)
TIME, VALUES = BASE.time_s, BASE.acceleration_m_s2
GRAVITY = np.tile(VALUES.mean(axis=0), (TIME.size, 1))


def packed(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def table(header: str, values: np.ndarray, clock: np.ndarray = TIME) -> bytes:
    rows = [f"{t:.6f},{t:.6f},{x:.9f},{y:.9f},{z:.9f}" for t, (x, y, z) in zip(clock, values, strict=True)]
    return (header + "\n" + "\n".join(rows) + "\n").encode()


def sensor_logger(values: np.ndarray, clock: np.ndarray = TIME) -> bytes:
    return table("time,seconds_elapsed,x,y,z", values, clock)


def test_a_zip_is_known_by_its_first_bytes() -> None:
    assert is_archive(packed({"a.csv": b"x"}))
    assert not is_archive(write_csv(BASE))
    assert not is_archive(b"PK")


@pytest.mark.parametrize("name", ["recording.csv", "some folder/recording.csv", "RECORDING.CSV", "recording.txt"])
def test_a_zip_with_one_table_is_read_whatever_its_name(name: str) -> None:
    recording = read_archive(packed({name: write_csv(BASE)}))
    assert recording.stance == BASE.stance
    assert (recording.acceleration_m_s2 == VALUES).all()


def test_total_acceleration_goes_before_the_parts() -> None:
    members = {
        "Accelerometer.csv": sensor_logger(VALUES - GRAVITY),
        "Gravity.csv": sensor_logger(GRAVITY * 2.0),
        "TotalAcceleration.csv": sensor_logger(VALUES),
    }
    np.testing.assert_allclose(read_archive(packed(members)).acceleration_m_s2, VALUES, atol=1e-8)


def test_parts_are_added_where_they_overlap() -> None:
    later = TIME + 0.5
    members = {"Accelerometer.csv": sensor_logger(VALUES - GRAVITY), "Gravity.csv": sensor_logger(GRAVITY, later)}
    recording = read_archive(packed(members))
    assert recording.time_s.size == pytest.approx(960, abs=2)
    np.testing.assert_allclose(recording.acceleration_m_s2[-1], VALUES[-1], atol=1e-6)


def test_parts_with_different_rates_are_added() -> None:
    slow = slice(None, None, 4)
    members = {
        "Accelerometer.csv": sensor_logger(VALUES - GRAVITY),
        "Gravity.csv": sensor_logger(GRAVITY[slow], TIME[slow]),
    }
    np.testing.assert_allclose(read_archive(packed(members)).acceleration_m_s2, VALUES, atol=1e-6)


def test_parts_of_another_dialect_are_not_added() -> None:
    plain = b"t,ax,ay,az\n" + b"".join(b"%.2f,0.1,9.8,0.2\n" % t for t in TIME)
    members = {"Accelerometer.csv": plain, "Gravity.csv": sensor_logger(GRAVITY)}
    np.testing.assert_allclose(read_archive(packed(members)).acceleration_m_s2[0], [0.1, 9.8, 0.2])


def test_parts_that_do_not_overlap_are_refused() -> None:
    members = {
        "Accelerometer.csv": sensor_logger(VALUES - GRAVITY),
        "Gravity.csv": sensor_logger(GRAVITY, TIME + 900.0),
    }
    with pytest.raises(RecordingError, match="same time"):
        read_archive(packed(members))


def test_an_acceleration_without_its_gravity_says_what_is_missing() -> None:
    members = {"Accelerometer.csv": sensor_logger(VALUES - GRAVITY), "Gyroscope.csv": sensor_logger(VALUES * 0.01)}
    with pytest.raises(RecordingError, match="Total Acceleration") as caught:
        read_archive(packed(members))
    assert caught.value.code == "gravity_free"


def test_other_tables_in_the_zip_are_passed_over() -> None:
    members = {
        "Annotation.csv": b"time,seconds_elapsed,text\n1,0.5,fell\n",
        "Battery.csv": b"level\nfull\n",
        "TotalAcceleration.csv": sensor_logger(VALUES),
        "__MACOSX/._TotalAcceleration.csv": b"\x00\x05\x16\x07",
        "broken.csv": b"\x00\x01\x02",
    }
    assert read_archive(packed(members)).time_s.size == 1000


def test_a_table_without_time_in_a_zip_needs_the_rate() -> None:
    rows = "".join(f"{x:.6f},{y:.6f},{z:.6f}\n" for x, y, z in VALUES / 9.80665)
    content = packed({"recording.csv": ("ax_g,ay_g,az_g\n" + rows).encode()})
    with pytest.raises(RecordingError, match="--rate"):
        read_recording(content)
    assert read_recording(content, rate_hz=100.0).rate_hz == pytest.approx(100.0)


@pytest.mark.parametrize(
    ("device", "expected"),
    [
        (b'"property","value"\n"deviceModel","Nine"\n"deviceBrand","Acme"\n', "Acme Nine"),
        (b'"property","value"\n"deviceModel","Nine"\n', "Nine"),
        (b'"property"\n', None),
    ],
)
def test_the_phone_is_told_by_phyphox(device: bytes, expected: str | None) -> None:
    raw = b'"Time (s)","Acceleration x (m/s^2)","Acceleration y (m/s^2)","Acceleration z (m/s^2)"\n'
    raw += b"".join(b"%.2f,0.1,9.8,0.2\n" % t for t in TIME)
    assert read_archive(packed({"Raw Data.csv": raw, "meta/device.csv": device})).device == expected


@pytest.mark.parametrize(
    "start", [b'"START",0,"soon","x"\n', b'"START",0\n', b'"PAUSE",0,1.0,"x"\n', b'"START",0,1e300,"x"\n']
)
def test_a_start_that_cannot_be_read_is_left_out(start: bytes) -> None:
    raw = b'"Time (s)","Acceleration x (m/s^2)","Acceleration y (m/s^2)","Acceleration z (m/s^2)"\n'
    raw += b"".join(b"%.2f,0.1,9.8,0.2\n" % t for t in TIME)
    times = b'"event","experiment time","system time","system time text"\n' + start
    assert read_archive(packed({"Raw Data.csv": raw, "meta/time.csv": times})).recorded_at is None


def test_a_zip_of_nothing_is_refused() -> None:
    with pytest.raises(RecordingError, match="no table of a recording"):
        read_archive(packed({"readme.md": b"hello"}))


def test_a_damaged_zip_is_refused() -> None:
    content = bytearray(packed({"TotalAcceleration.csv": sensor_logger(VALUES)}))
    content[200:260] = bytes(60)
    with pytest.raises(RecordingError, match="damaged or encrypted"):
        read_archive(bytes(content))


def test_a_zip_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kinometric.recordings.archive.MAX_BYTES", 10_000)
    with pytest.raises(RecordingError, match="more than a recording"):
        read_archive(packed({"bomb.csv": b"0" * 1_000_000}))
