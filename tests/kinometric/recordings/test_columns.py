"""Which columns of a table are time and acceleration, and in which unit, by their names alone."""

from __future__ import annotations

import numpy as np
import pytest

from kinometric.recordings import RecordingError
from kinometric.recordings.columns import missing_axes, refuse_missing, time_column, time_unit, triples
from kinometric.recordings.units import STANDARD_GRAVITY_M_S2, gravity_free, to_m_s2, unit_of_header


@pytest.mark.parametrize(
    "names",
    [
        "x,y,z",
        "X,Y,Z",
        "ax,ay,az",
        "a_x,a_y,a_z",
        "AccX,AccY,AccZ",
        "acc_x,acc_y,acc_z",
        "accel-x,accel-y,accel-z",
        "Acceleration x (m/s^2),Acceleration y (m/s^2),Acceleration z (m/s^2)",
        "accelerometerAccelerationX(G),accelerometerAccelerationY(G),accelerometerAccelerationZ(G)",
        "gFx,gFy,gFz",
        "g-force x,g-force y,g-force z",
        "x-axis[m/s^2],y-axis[m/s^2],z-axis[m/s^2]",
        "x (g),y (g),z (g)",
        "AccelerationX,AccelerationY,AccelerationZ",
        "accelerationIncludingGravity.x,accelerationIncludingGravity.y,accelerationIncludingGravity.z",
    ],
)
def test_names_of_an_acceleration_with_gravity_are_known(names: str) -> None:
    header = ["time", *names.split(",")]
    (triple,) = triples(header)
    assert triple.columns == (1, 2, 3)
    assert triple.kind == "with_gravity"


@pytest.mark.parametrize(
    "names",
    [
        "Linear Acceleration x (m/s^2),Linear Acceleration y (m/s^2),Linear Acceleration z (m/s^2)",
        "userAcceleration.x,userAcceleration.y,userAcceleration.z",
        "motionUserAccelerationX(G),motionUserAccelerationY(G),motionUserAccelerationZ(G)",
        "lin_acc_x,lin_acc_y,lin_acc_z",
        "acceleration_without_gravity_x,acceleration_without_gravity_y,acceleration_without_gravity_z",
    ],
)
def test_names_of_an_acceleration_without_gravity_are_known(names: str) -> None:
    (triple,) = triples(["time", *names.split(",")])
    assert triple.kind == "linear"


@pytest.mark.parametrize(
    "names", ["gravity.x,gravity.y,gravity.z", "motionGravityX(G),motionGravityY(G),motionGravityZ(G)"]
)
def test_names_of_gravity_alone_are_known(names: str) -> None:
    (triple,) = triples(["time", *names.split(",")])
    assert triple.kind == "gravity"


@pytest.mark.parametrize(
    "names",
    [
        "gyro_x,gyro_y,gyro_z",
        "wx,wy,wz",
        "Bx,By,Bz",
        "rotationRate.x,rotationRate.y,rotationRate.z",
        "gyroRotationX(rad/s),gyroRotationY(rad/s),gyroRotationZ(rad/s)",
        "magnetometer x,magnetometer y,magnetometer z",
        "Gyroscope x (rad/s),Gyroscope y (rad/s),Gyroscope z (rad/s)",
        "euler_x,euler_y,euler_z",
        "orientation x,orientation y,orientation z",
        "gx,gy,gz",
        "velocity_x,velocity_y,velocity_z",
        "position x,position y,position z",
        "quaternionX,quaternionY,quaternionZ",
    ],
)
def test_other_sensors_are_never_taken_for_acceleration(names: str) -> None:
    assert triples(["time", *names.split(",")]) == ()


def test_the_order_of_the_columns_does_not_matter() -> None:
    (triple,) = triples(["az", "time", "ax", "ay"])
    assert triple.columns == (2, 3, 0)


def test_what_says_that_it_includes_gravity_goes_first() -> None:
    header = ["acc_x", "acc_y", "acc_z", "acc_with_gravity_x", "acc_with_gravity_y", "acc_with_gravity_z"]
    assert [triple.columns for triple in triples(header)] == [(3, 4, 5), (0, 1, 2)]


def test_two_axes_are_no_acceleration() -> None:
    assert triples(["t", "ax", "ay"]) == ()
    assert missing_axes(["t", "ax", "ay"]) == "z"
    assert missing_axes(["t", "something"]) == "x, y, z"
    error = refuse_missing(["t", "ax"], 4)
    assert str(error) == "line 4: The header names no acceleration along y, z."


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("t,ax,ay,az", 0),
        ("ax,ay,az,Time (s)", 3),
        ("time,seconds_elapsed,z,y,x", 1),
        ("Date,Timestamp,ax,ay,az", 1),
        ("loggingTime(txt),accelerometerTimestamp_sinceReboot(s),ax", 1),
        ("index,timestamp,ax,ay,az", 1),
        ("ax,ay,az", None),
        ("ax,ay,az,aT,label", None),
    ],
)
def test_the_time_that_counts_from_the_start_is_preferred(header: str, column: int | None) -> None:
    assert time_column(header.split(",")) == column


def test_a_column_that_is_taken_is_not_time() -> None:
    assert time_column(["t", "time"], taken=[0]) == 1
    assert time_column(["t"], taken=[0]) is None


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("time", None),
        ("Time (s)", "s"),
        ("time_s", "s"),
        ("seconds_elapsed", "s"),
        ("time_ms", "ms"),
        ("time[ms]", "ms"),
        ("milliseconds", "ms"),
        ("timestamp (ns)", "ns"),
        ("nanos", "ns"),
        ("time (us)", "us"),
        ("time (µs)", "us"),
        ("microseconds", "us"),
    ],
)
def test_units_of_time_are_read_from_the_name(name: str, unit: str | None) -> None:
    assert time_unit(name) == unit


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("ax", None),
        ("gFx", None),
        ("gyro", None),
        ("ax_g", "g"),
        ("accelerometerAccelerationX(G)", "g"),
        ("x (g)", "g"),
        ("x [g]", "g"),
        ("ax_mg", "mg"),
        ("ax (mg)", "mg"),
        ("ax_m_s2", "m_s2"),
        ("Acceleration x (m/s^2)", "m_s2"),
        ("ax (m/s²)", "m_s2"),
        ("ax [m/s2]", "m_s2"),
        ("ax (m s-2)", "m_s2"),
        ("ax (m/s/s)", "m_s2"),
        ("ax (ms-2)", "m_s2"),
    ],
)
def test_units_of_acceleration_are_read_from_the_name(name: str, unit: str | None) -> None:
    assert unit_of_header(name) == unit


def still(length: float, samples: int = 800) -> np.ndarray:
    return np.tile([0.0, 0.6 * length, 0.8 * length], (samples, 1))


@pytest.mark.parametrize(
    ("length", "stated", "factor"),
    [
        (1.0, None, STANDARD_GRAVITY_M_S2),
        (0.81, None, STANDARD_GRAVITY_M_S2),
        (1.19, None, STANDARD_GRAVITY_M_S2),
        (9.8, None, 1.0),
        (8.1, None, 1.0),
        (11.9, None, 1.0),
        (1000.0, "mg", STANDARD_GRAVITY_M_S2 / 1000),
        (7.0, "m_s2", 1.0),
    ],
)
def test_what_is_plausible_or_stated_becomes_metres_per_second_squared(
    length: float, stated: str | None, factor: float
) -> None:
    np.testing.assert_allclose(to_m_s2(still(length), stated), still(length) * factor)  # type: ignore[arg-type]


@pytest.mark.parametrize(("length", "stated"), [(0.1, None), (2.5, None), (0.05, "g"), (1.0, "m_s2")])
def test_without_gravity_there_is_no_conversion(length: float, stated: str | None) -> None:
    with pytest.raises(RecordingError) as caught:
        to_m_s2(still(length), stated)  # type: ignore[arg-type]
    assert caught.value.code == "gravity_free"


@pytest.mark.parametrize("length", [5.0, 14.0, 300.0])
def test_an_implausible_length_is_named(length: float) -> None:
    with pytest.raises(RecordingError, match=f"{length:.3g}") as caught:
        to_m_s2(still(length), None)
    assert caught.value.code == "unit_unknown"


def test_the_hint_of_an_app_replaces_the_general_one() -> None:
    assert "press the red button." in gravity_free("press the red button").reason
    assert "record the acceleration with gravity" in gravity_free().reason
