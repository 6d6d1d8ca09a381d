"""A test belongs to the practice's own calendar day: at midnight, where clocks are changed, and far from Greenwich."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import update

from kinometric_server.database import Actor
from kinometric_server.practices.tables import practices
from tests.kinometric_server.connected_clinic import ok, refused

BORDERS = {
    "America/New_York": (
        ("2025-01-01T04:59:59+00:00", "2024-12-31"),
        ("2025-01-01T05:00:00+00:00", "2025-01-01"),
        ("2025-03-09T04:59:59+00:00", "2025-03-08"),  # the night in which clocks go forward
        ("2025-03-09T05:00:00+00:00", "2025-03-09"),
        ("2025-03-10T03:59:59+00:00", "2025-03-09"),
        ("2025-03-10T04:00:00+00:00", "2025-03-10"),
        ("2025-11-02T05:30:00+00:00", "2025-11-02"),  # 1:30 for the first time
        ("2025-11-02T06:30:00+00:00", "2025-11-02"),  # 1:30 for the second time
        ("2025-11-03T04:59:59+00:00", "2025-11-02"),
        ("2025-11-03T05:00:00+00:00", "2025-11-03"),
        ("2024-02-29T23:30:00-05:00", "2024-02-29"),
    ),
    "Africa/Cairo": (
        ("2025-04-24T21:59:59+00:00", "2025-04-24"),  # the day after begins at one o'clock
        ("2025-04-24T22:00:00+00:00", "2025-04-25"),
    ),
    "Pacific/Kiritimati": (
        ("2025-06-30T09:59:59+00:00", "2025-06-30"),
        ("2025-06-30T10:00:00+00:00", "2025-07-01"),
    ),
    "Asia/Kathmandu": (
        ("2025-06-30T18:14:59+00:00", "2025-06-30"),
        ("2025-06-30T18:15:00+00:00", "2025-07-01"),
    ),
    "Pacific/Pago_Pago": (
        ("2025-07-01T10:59:59+00:00", "2025-06-30"),
        ("2025-07-01T11:00:00+00:00", "2025-07-01"),
        ("2025-07-02T01:30:00+14:00", "2025-07-01"),
    ),
}


def in_zone(server, practice_id, zone):
    with server.database.writing_outside(Actor()) as unit:
        unit.execute(update(practices).where(practices.c.id == practice_id).values(time_zone=zone))


@pytest.mark.parametrize("zone", BORDERS)
def test_list_page_note_and_session_bear_the_day_on_which_it_was_tested_there(zone, at_work, bob, server, clinic):
    in_zone(server, clinic.practice_a, zone)
    patient = at_work.patient(bob)
    for tested_at, day in BORDERS[zone]:
        body = at_work.result(patient, "LBEO", tested_at=tested_at, outcome="unable", reason="Pain in the hip")
        body.pop("recording_base64")
        view = ok(bob.post("/v1/results", body), 201)
        assert view["tested_at_local"][:10] == day, tested_at
        assert datetime.fromisoformat(view["tested_at_local"]) == datetime.fromisoformat(tested_at)
        local = date.fromisoformat(day)
        for listed, here in ((local, True), (local - timedelta(days=1), False), (local + timedelta(days=1), False)):
            rows = ok(bob.post("/v1/worklist", {"day": listed.isoformat()}))["rows"]
            assert (view["session_id"] in {row["session_id"] for row in rows}) is here, (tested_at, listed)
        note = at_work.preview(bob, view)["marker_note"]
        assert f" {local:%d-%b-%Y} " in note, note


def test_the_worklist_without_a_day_is_today_where_the_practice_is(at_work, bob, server, clinic, clock):
    patient = at_work.patient(bob)
    for zone, today in (("Pacific/Kiritimati", "2026-05-06"), ("Pacific/Pago_Pago", "2026-05-05")):
        in_zone(server, clinic.practice_a, zone)
        assert ok(bob.post("/v1/worklist", {}))["day"] == today
    assert patient["born"] == "1944-09-23"


def test_the_age_is_that_of_the_day_of_the_test_where_it_was_made(at_work, bob, server, clinic):
    in_zone(server, clinic.practice_a, "America/New_York")
    birthday = at_work.patient(bob, born="1955-11-02")
    for tested_at, age in (("2025-11-02T03:59:59+00:00", 69), ("2025-11-02T04:00:00+00:00", 70)):
        body = at_work.result(birthday, "LBEO", tested_at=tested_at, outcome="unable", reason="Pain in the hip")
        body.pop("recording_base64")
        view = ok(bob.post("/v1/results", body), 201)
        assert f"({age}y)" in at_work_text(at_work, bob, view), tested_at


def at_work_text(at_work, bob, view):
    """The text of the previewed pages."""
    import base64

    import pypdfium2

    document = pypdfium2.PdfDocument(base64.b64decode(at_work.preview(bob, view)["pdf_base64"]))
    try:
        return " ".join(" ".join(page.get_textpage().get_text_range() for page in document).split())
    finally:
        document.close()


def test_a_zone_stays_once_there_are_sessions_whose_dates_are_its_own(at_work, bob, dave, clinic, audited):
    path, zone = f"/v1/practices/{clinic.practice_a}", "America/Denver"
    moved = ok(dave.post(path, {"version": 1, "time_zone": zone}))
    assert moved["time_zone"] == zone
    body = at_work.result(at_work.patient(bob), "LBEO", outcome="unable", reason="Pain in the hip")
    body.pop("recording_base64")
    ok(bob.post("/v1/results", body), 201)
    said = refused(dave.post(path, {"version": moved["version"], "time_zone": "Asia/Tokyo"}), 409, "KS-409S")
    assert said == "This practice has test sessions, whose dates are those of its time zone, so the zone stays."
    ok(dave.post("/v1/me/practice", {"practice_id": clinic.practice_a, "reason": "To move it"}))
    inside = dave.post("/v1/practice", {"version": moved["version"], "time_zone": "Asia/Tokyo"})
    assert refused(inside, 409, "KS-409S") == said
    same = ok(dave.post(path, {"version": moved["version"], "time_zone": zone, "city": "Portside"}))
    assert (same["time_zone"], same["city"]) == (zone, "Portside")
    other = ok(dave.post(f"/v1/practices/{clinic.practice_b}", {"version": 1, "time_zone": "Asia/Tokyo"}))
    assert other["time_zone"] == "Asia/Tokyo", "sessions of another practice are not in its way"
    assert [entry[1] for entry in audited("practice_changed")] == ["success"] * 3
