"""A clinic that is connected to the stand-in, with one object of each kind in practice A."""

from __future__ import annotations

import pytest

from kinometric_server.database import Role
from tests.kinometric_server.connected_clinic import *  # noqa: F403


@pytest.fixture
def objects(clinic_on_athena, at_work, ready_session, alice, bob, people, server):
    """One object of each kind in practice A, by the name that paths give its key."""
    victim = people.make("gina", practice=clinic_on_athena.practice_a)
    upload = at_work.queued(alice, ready_session)
    device = victim.post("/v1/me/devices", {"public_key": "11" * 32, "name": "x"}).json()
    people.make("hugo", practice=clinic_on_athena.practice_a, role=Role.READONLY).get("/v1/users")
    return {
        "user_id": victim.user_id,
        "practice_id": clinic_on_athena.practice_a,
        "device_id": device["device_id"],
        "department_id": clinic_on_athena.eastside,
        "patient_id": ready_session["patient"]["patient_id"],
        "session_id": ready_session["session_id"],
        "trial_id": ready_session["trials"][0]["trial_id"],
        "upload_id": upload["upload_id"],
        "incident_id": alice.get("/v1/incidents").json()[0]["incident_id"],
    }
