"""Tables of time and acceleration, and accelerations at a stated rate, as people hand them over."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest

from kinometric.recordings import Recording, RecordingError, read_recording

RATE = 100.0
G0 = 9.80665


def sway(samples: int = 1000, scale: float = 1.0) -> np.ndarray:
    random = np.random.default_rng(4)
    return (np.cumsum(random.normal(size=(samples, 3)), axis=0) * 0.01 + [0.0, G0, 0.0]) * scale


def table(
    values: np.ndarray,
    *,
    header: str | None = "t,ax,ay,az",
    separator: str = ",",
    newline: str = "\n",
    rate: float = RATE,
    time: bool = True,
) -> bytes:
    rows = [] if header is None else [header.replace(",", separator)]
    for number, row in enumerate(values):
        cells = [f"{number / rate:.4f}"] if time else []
        rows.append(separator.join([*cells, *(f"{value:.6f}" for value in row)]))
    return (newline.join(rows) + newline).encode()


def test_a_plain_table_keeps_its_numbers() -> None:
    values = sway()
    recording = read_recording(table(values))
    assert recording.time_s.size == 1000
    np.testing.assert_allclose(recording.acceleration_m_s2, values, atol=1e-6)
    assert recording.rate_hz == pytest.approx(100.0)
    assert recording.stance is None
    assert not recording.synthetic


@pytest.mark.parametrize(
    "header", [None, "time,x,y,z", "Time (s),Acc X,Acc Y,Acc Z", "timestamp,accel_x,accel_y,accel_z"]
)
def test_columns_are_found_by_name_or_by_order(header: str | None) -> None:
    values = sway()
    np.testing.assert_allclose(read_recording(table(values, header=header)).acceleration_m_s2, values, atol=1e-6)


def test_columns_in_another_order_are_put_in_order() -> None:
    values = sway()
    content = table(values[:, ::-1], header="time,az,ay,ax")
    np.testing.assert_allclose(read_recording(content).acceleration_m_s2, values, atol=1e-6)


@pytest.mark.parametrize("separator", [",", ";", "\t", " "])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_separators_and_line_ends_do_not_matter(separator: str, newline: str) -> None:
    values = sway()
    content = table(values, separator=separator, newline=newline)
    np.testing.assert_allclose(read_recording(content).acceleration_m_s2, values, atol=1e-6)


@pytest.mark.parametrize("encode", [lambda text: b"\xef\xbb\xbf" + text, lambda text: text.decode().encode("utf-16")])
def test_a_byte_order_mark_does_not_matter(encode: object) -> None:
    values = sway()
    content = encode(table(values))  # type: ignore[operator]
    np.testing.assert_allclose(read_recording(content).acceleration_m_s2, values, atol=1e-6)


@pytest.mark.parametrize(
    ("scale", "header"),
    [
        (1.0, "t,ax,ay,az"),
        (1.0, "t,ax (m/s^2),ay (m/s^2),az (m/s^2)"),
        (1 / G0, "t,ax,ay,az"),
        (1 / G0, "t,ax_g,ay_g,az_g"),
        (1000 / G0, "t,ax_mg,ay_mg,az_mg"),
    ],
)
def test_the_unit_comes_from_the_header_or_from_what_is_plausible(scale: float, header: str) -> None:
    values = sway()
    content = table(values * scale, header=header)
    np.testing.assert_allclose(read_recording(content).acceleration_m_s2, values, atol=2e-5)


def test_a_file_without_time_needs_a_rate() -> None:
    content = table(sway() / G0, header="ax_g,ay_g,az_g", time=False)
    with pytest.raises(RecordingError, match="no column of time") as caught:
        read_recording(content)
    assert caught.value.line == 1
    recording = read_recording(content, rate_hz=50.0)
    assert recording.time_s[-1] == pytest.approx(999 / 50)


@pytest.mark.parametrize("rate", [0.0, -1.0, float("nan"), float("inf")])
def test_a_stated_rate_must_be_a_positive_number(rate: float) -> None:
    with pytest.raises(RecordingError, match="positive number"):
        read_recording(table(sway(), time=False), rate_hz=rate)


def test_path_file_and_bytes_give_the_same(tmp_path: Path) -> None:
    content = table(sway())
    path = tmp_path / "recording.txt"
    path.write_bytes(content)
    with path.open("rb") as file:
        from_file = read_recording(file)
    for recording in (read_recording(path), read_recording(str(path)), read_recording(io.BytesIO(content)), from_file):
        assert (recording.acceleration_m_s2 == read_recording(content).acceleration_m_s2).all()


def test_time_starts_at_zero_whatever_the_clock_said() -> None:
    rows = [f"{1234.5 + k / 100:.2f},0.1,9.8,{0.1 * (k % 3)}" for k in range(200)]
    recording = read_recording(("t,ax,ay,az\n" + "\n".join(rows) + "\n").encode())
    assert recording.time_s[0] == 0.0
    assert recording.duration_s == pytest.approx(1.99)


NOISE = np.random.default_rng(0)


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        (b"", "empty", None),
        (b" \n\n", "empty", None),
        (NOISE.bytes(10_000_000), "not_text", None),
        (bytes(10_000_000), "not_text", None),
        (NOISE.integers(32, 127, 10_000_000, dtype=np.uint8).tobytes(), "no_numbers", 1),
        (NOISE.choice(np.frombuffer(b"abc123,.;-\n\t ", np.uint8), 10_000_000).tobytes(), "columns", None),
        (NOISE.choice(np.frombuffer(b"0123456789,.\n", np.uint8), 10_000_000).tobytes(), None, None),
        (b"<html><body>Not found</body></html>", "no_numbers", 1),
        (b'{"acceleration": [1, 2, 3]}', "not_a_table", None),
        (b'[{"sensor": "Accelerometer"}]', "not_a_table", None),
        (b"\x89PNG\r\n\x1a\n" + NOISE.bytes(2000), "not_a_table", None),
        (b"\xff\xd8\xff\xe0" + NOISE.bytes(2000), "not_a_table", None),
        (b"\x1f\x8b\x08" + NOISE.bytes(2000), "not_a_table", None),
        (b"t,ax,ay,az\n", "no_numbers", 1),
        (b"t,ax,ay,az\n0.0,0.1,9.8,0.1\n", "too_short", 2),
        (table(sway(), header="t,gx,gy,gz"), "columns", 1),
        (table(sway()[:, :2], header="t,ax,ay"), "columns", 1),
        (table(np.ones((50, 4)), header=None), "columns", 1),
        (table(sway()).replace(b"\n3.0000,", b"\n3.0000,nan,"), "not_a_number", 302),
        (table(sway()).replace(b"\n3.0000,", b"\n3.0000,,"), "not_a_number", 302),
        (table(sway()).replace(b"\n3.0000,", b"\n3.0000,inf,"), "not_a_number", 302),
        (table(sway()).replace(b"\n3.0000,", b"\n3.0000,1e999,"), "not_a_number", 302),
        (table(sway()).replace(b"\n3.0000,", b"\n3.0000,oops,"), "not_a_number", 302),
        (table(sway()).split(b"\n7.0000")[0] + b"\n7.0000,0.1", "truncated", 702),
        (table(sway()).replace(b"\n5.0000", b"\n1.0000"), "time_order", 502),
        (table(sway() - [0, G0, 0]), "gravity_free", None),
        (table(sway() - [0, G0, 0], header="t,ax_m_s2,ay_m_s2,az_m_s2"), "gravity_free", None),
        (table(sway() * 0.73), "unit_unknown", None),
    ],
    ids=lambda value: None if isinstance(value, bytes) else str(value),
)
def test_bad_input_is_refused_in_one_sentence_that_names_the_line(
    content: bytes, code: str | None, line: int | None
) -> None:
    with pytest.raises(RecordingError) as caught:
        read_recording(content)
    assert code is None or caught.value.code == code
    if line is not None:
        assert caught.value.line == line
        assert str(caught.value).startswith(f"line {line}: ")
    sentence = caught.value.reason
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert len(sentence) < 250


def test_a_gravity_free_file_is_told_what_to_switch_on() -> None:
    with pytest.raises(RecordingError, match="record the acceleration with gravity"):
        read_recording(table(sway() - [0, G0, 0]))


def test_a_missing_file_and_a_folder_are_said_to_be_so(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="no such file"):
        read_recording(tmp_path / "nothing.csv")
    with pytest.raises(RecordingError, match="folder"):
        read_recording(tmp_path)


def test_a_text_stream_is_refused() -> None:
    with pytest.raises(RecordingError, match="binary"):
        read_recording(io.StringIO("t,ax,ay,az\n"))  # type: ignore[arg-type]


def test_a_last_number_that_was_cut_off_is_left_out() -> None:
    values = sway(100)
    whole = table(values)
    assert read_recording(whole[:-1]).time_s.size == 100
    assert read_recording(whole[:-4]).time_s.size == 99


def test_content_never_shows_up_in_an_error() -> None:
    secret = b"t,ax,ay,az\n0.0,0.1,9.8,0.1\n0.1,Jane Secret,9.8,0.1\n"
    with pytest.raises(RecordingError) as caught:
        read_recording(secret)
    assert "Secret" not in str(caught.value)


def test_a_recording_made_from_arrays_is_checked_and_frozen() -> None:
    recording = Recording([0.0, 0.01], [[0, 0, 9.8], [0, 0, 9.8]])  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="read-only"):
        recording.acceleration_m_s2[0, 0] = 1.0
    for time_s, values, reason in [
        ([0.0, 0.0], np.ones((2, 3)), "does not increase"),
        ([0.0, 0.1], np.ones((2, 2)), "three columns"),
        ([0.0, 0.1], np.full((2, 3), np.nan), "not numbers"),
        ([0.0], np.ones((1, 3)), "fewer than two"),
    ]:
        with pytest.raises(RecordingError, match=reason):
            Recording(np.array(time_s), values)
    for field in ("stance", "placement", "mounting"):
        with pytest.raises(RecordingError, match=field):
            Recording(np.array([0.0, 0.1]), np.ones((2, 3)), **{field: "ankle"})  # type: ignore[arg-type]
