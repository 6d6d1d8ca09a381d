"""What the workstation measures itself: curves, ellipse, events and scores, equal to the server's."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from kinometric.recordings import read_recording, synthetic_recording, write_csv
from kinometric.scoring import ConfirmedHold
from kinometric.sway import ellipse95, process
from kinometric_desktop.app.review_signals import SCORE_TOLERANCE, measure_session
from kinometric_desktop.app.review_words import engine_difference, engine_words


def measured(clinic):
    view = clinic.sessions.view()
    files = {item.trial_id: item.csv for item in clinic.sessions.recordings("s-1").recordings}
    return view, measure_session(view, files, 75.0)


def test_every_trial_with_a_recording_is_measured(clinic) -> None:
    clinic.full_session()
    view, local = measured(clinic)
    assert set(local) == {trial.trial_id for trial in view.trials}
    for trial in view.trials:
        assert local[trial.trial_id].score == pytest.approx(trial.score, abs=SCORE_TOLERANCE)


def test_a_trial_without_a_recording_is_left_out(clinic) -> None:
    clinic.full_session()
    clinic.sessions.takes[3] = dataclasses.replace(
        clinic.sessions.takes[3], recording=None, outcome="unable", reason="pain"
    )
    _, local = measured(clinic)
    assert "t-4" not in local


def test_the_curves_are_the_raw_traces_and_the_path_is_filtered(clinic) -> None:
    clinic.full_session()
    view, local = measured(clinic)
    curves = local["t-1"].curves
    assert curves is not None
    csv = clinic.sessions.recordings("s-1").recordings[0].csv
    signal = process(read_recording(csv.encode()))
    assert np.array_equal(curves.lanes_m_s2[0], signal.axis_1_raw)
    assert curves.path_m_s2 is not None
    assert np.array_equal(curves.path_m_s2[1], signal.axis_2)
    assert curves.axis_names == ("AP", "ML")
    assert curves.label == "02-Nov-2026"
    assert view.trials[0].held_full
    assert curves.measured_s == pytest.approx((1.0, 9.5))
    assert curves.event is None


def test_the_ellipse_points_lie_on_the_ellipse_whose_area_is_measured(clinic) -> None:
    clinic.full_session()
    _, local = measured(clinic)
    curves = local["t-2"].curves
    assert curves is not None
    assert curves.ellipse_m_s2 is not None
    points = curves.ellipse_m_s2
    x, y = points[:-1, 0], points[:-1, 1]
    area = abs(float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y))) / 2
    assert area == pytest.approx(curves.ellipse95_m2_s4, rel=2e-3)
    csv = clinic.sessions.recordings("s-1").recordings[1].csv
    shape = ellipse95(process(read_recording(csv.encode())))
    assert points.mean(axis=0) == pytest.approx(shape.center, abs=0.02)


def test_most_of_the_path_lies_inside_its_ellipse(clinic) -> None:
    clinic.full_session()
    _, local = measured(clinic)
    curves = local["t-2"].curves
    assert curves is not None
    assert curves.path_m_s2 is not None
    assert curves.measured_s is not None
    part = curves.slice_between(*curves.measured_s)
    points = np.column_stack([axis[part] for axis in curves.path_m_s2])
    shape = ellipse95(process(read_recording(clinic.sessions.recordings("s-1").recordings[1].csv.encode())))
    turn = np.array([[np.cos(shape.angle), np.sin(shape.angle)], [-np.sin(shape.angle), np.cos(shape.angle)]])
    local_axes = (points - shape.center) @ turn.T / shape.axes
    inside = float(np.mean((local_axes**2).sum(axis=1) <= 1.0))
    assert 0.85 <= inside <= 1.0


def test_a_loss_of_balance_is_marked_where_it_was_detected(clinic) -> None:
    clinic.full_session()
    view, local = measured(clinic)
    trial, curves = view.trials[3], local["t-4"].curves
    assert curves is not None
    assert curves.event is not None
    assert curves.event.at_s == trial.hold_s
    assert curves.event.word == trial.events[0].kind
    assert curves.measured_s is not None
    assert curves.measured_s[1] == pytest.approx(trial.hold_s, abs=0.02)


def test_a_corrected_hold_moves_the_mark_and_the_measured_part(clinic) -> None:
    clinic.full_session()
    clinic.sessions.takes[3].confirmed = ConfirmedHold(5.0, False, "u-1", "2026-11-02T19:20:00+00:00", "foot down")
    view, local = measured(clinic)
    curves = local["t-4"].curves
    assert curves is not None
    assert curves.event is not None
    assert (curves.event.at_s, curves.event.word) == (5.0, "corrected")
    assert curves.measured_s == pytest.approx((1.0, 5.0))
    assert engine_words(view, local)[1] is True


def test_a_hold_shorter_than_what_can_be_measured_has_traces_without_an_ellipse(clinic) -> None:
    clinic.full_session()
    clinic.sessions.takes[2].confirmed = ConfirmedHold(0.6, False, "u-1", "2026-11-02T19:20:00+00:00", "at once")
    _, local = measured(clinic)
    curves = local["t-3"].curves
    assert curves is not None
    assert curves.ellipse_m_s2 is None
    assert curves.measured_s is None
    assert curves.event is not None
    assert curves.event.when == "down 0.6 s"


def test_an_unreadable_file_is_a_sentence_and_does_not_stop_the_others(clinic) -> None:
    clinic.full_session()
    view = clinic.sessions.view()
    files = {item.trial_id: item.csv for item in clinic.sessions.recordings("s-1").recordings}
    files["t-2"] = "this is no recording"
    local = measure_session(view, files, 75.0)
    assert local["t-2"].curves is None
    assert local["t-2"].unreadable
    assert local["t-1"].curves is not None
    assert engine_words(view, local) == ("Engine 1.0.0: 1 score differs here", False)
    assert "RBEO" in engine_difference(view, local)


def test_a_phone_on_a_table_has_no_score_here_either(clinic) -> None:
    clinic.full_session()
    still = synthetic_recording(stance="LBEO", severity=0.0, seed=1)
    flat = dataclasses.replace(still, acceleration_m_s2=np.tile([0.0, 0.0, 9.80665], (still.time_s.size, 1)))
    clinic.sessions.takes[0] = dataclasses.replace(clinic.sessions.takes[0], recording=flat)
    view, local = measured(clinic)
    assert view.trials[0].score is None
    assert local["t-1"].score is None
    assert engine_words(view, local)[1] is True


def test_unknown_mounting_names_major_and_minor_axis(clinic) -> None:
    clinic.full_session()
    take = clinic.sessions.takes[0]
    clinic.sessions.takes[0] = dataclasses.replace(take, recording=dataclasses.replace(take.recording, mounting=None))
    _, local = measured(clinic)
    curves = local["t-1"].curves
    assert curves is not None
    assert curves.axis_names == ("major", "minor")
    assert curves.lane_names == ("major", "minor", "V")


def test_without_a_birth_date_there_is_no_age_note(clinic) -> None:
    clinic.full_session()
    view = clinic.sessions.view()
    files = {item.trial_id: item.csv for item in clinic.sessions.recordings("s-1").recordings}
    local = measure_session(view, files, None)
    assert {item.age_note for item in local.values()} == {""}


def test_age_notes_are_short_and_carry_their_evidence(clinic) -> None:
    clinic.full_session()
    _, local = measured(clinic)
    assert local["t-1"].age_note == "46 % hold 10 s at 71–75, fair evidence"
    assert local["t-3"].age_note.startswith("above ")
    assert local["t-3"].age_note.endswith(" at 70–79, thin evidence")


def test_a_recording_survives_its_way_through_the_product_s_csv(clinic) -> None:
    clinic.full_session()
    recording = clinic.sessions.takes[0].recording
    again = read_recording(write_csv(recording))
    assert np.abs(again.acceleration_m_s2 - recording.acceleration_m_s2).max() < 1e-5
    assert (again.stance, again.placement, again.mounting) == ("LBEO", "sacrum", "portrait_screen_out")
