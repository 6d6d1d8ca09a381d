"""Kinometric's own CSV, written and read again."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kinometric.recordings import Recording, RecordingError, read_recording, synthetic_recording, write_csv
from kinometric.recordings.product_csv import HEADER


def test_writing_and_reading_gives_the_same_recording() -> None:
    recording = replace(
        synthetic_recording(stance="RBEC", lead_s=1.25), device="Phone X", recorded_at="2026-02-03T10:00:00Z"
    )
    again = read_recording(write_csv(recording))
    for field in fields(Recording):
        mine, theirs = getattr(recording, field.name), getattr(again, field.name)
        if isinstance(mine, np.ndarray):
            assert (mine == theirs).all(), field.name
        else:
            assert mine == theirs, field.name


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(*[st.floats(-50, 50, allow_subnormal=False)] * 3), min_size=2, max_size=30))
def test_every_number_survives_bit_for_bit(rows: list[tuple[float, float, float]]) -> None:
    values = np.array(rows)
    values[:, 1] += 1000.0
    recording = Recording(np.arange(len(rows)) * 0.01 + 0.0, values)
    again = read_recording(write_csv(recording))
    assert (again.acceleration_m_s2 == recording.acceleration_m_s2).all()
    assert (again.time_s == recording.time_s).all()


def test_the_header_is_the_documented_one() -> None:
    lines = write_csv(synthetic_recording()).decode().splitlines()
    assert HEADER == "time_s,ax_m_s2,ay_m_s2,az_m_s2"
    assert HEADER in lines
    assert "# synthetic: yes" in lines
    assert "# stance: LBEO" in lines


def test_the_documentation_shows_the_header_and_every_key(repository) -> None:  # type: ignore[no-untyped-def]
    text = (repository / "docs" / "recording-format.md").read_text(encoding="utf-8")
    assert HEADER in text
    for key in ("stance", "placement", "mounting", "device", "source", "recorded_at", "foot_lift_s", "synthetic"):
        assert f"`{key}`" in text


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("# stance: LEFT", "stance is not one of"),
        ("# placement: ankle", "placement is not one of"),
        ("# mounting: upside down", "mounting is not one of"),
        ("# foot_lift_s: soon", "foot lift is not a number"),
        ("# foot_lift_s: nan", "foot lift is not a number"),
        ("# synthetic: perhaps", "yes or no"),
    ],
)
def test_metadata_of_the_wrong_kind_is_refused(line: str, reason: str) -> None:
    content = write_csv(synthetic_recording()).decode().split(HEADER)[1]
    with pytest.raises(RecordingError, match=reason):
        read_recording(f"{line}\n{HEADER}{content}".encode())


def test_unknown_metadata_and_plain_comments_are_left_out() -> None:
    content = write_csv(synthetic_recording()).decode()
    recording = read_recording(("# operator_mood: good\n# a remark\n#\n" + content).encode())
    assert recording.stance == "LBEO"


def test_labels_may_be_written_in_any_case() -> None:
    content = write_csv(synthetic_recording()).decode().replace("LBEO", "lbeo").replace("waist", "Waist")
    recording = read_recording(content.encode())
    assert (recording.stance, recording.placement) == ("LBEO", "waist")


def test_the_foot_lift_mark_moves_with_the_clock() -> None:
    recording = synthetic_recording(lead_s=2.0)
    shifted = Recording(
        recording.time_s + 100.0, recording.acceleration_m_s2, foot_lift_s=102.0, placement="waist", stance="LBEO"
    )
    again = read_recording(write_csv(shifted))
    assert again.foot_lift_s == pytest.approx(2.0)
    assert again.time_s[0] == 0.0


def test_line_breaks_in_a_device_name_do_not_break_the_file() -> None:
    recording = replace(synthetic_recording(), device="Phone\n# stance: RBEC")
    again = read_recording(write_csv(recording))
    assert again.stance == "LBEO"
    assert again.device == "Phone # stance: RBEC"
