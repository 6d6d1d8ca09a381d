"""Answers to questionnaires: shown by the API to those who may see them, sealed in the database, and nowhere else."""

from __future__ import annotations

import json
import logging

from sqlalchemy import select

from kinometric.questionnaires import instrument
from kinometric_server.database import PracticeScope
from kinometric_server.results.tables import questions
from tests.kinometric_server.connected_clinic import ok

ASKED = instrument("three_key_questions")
ANSWERS = {"instrument": ASKED.id, "answers": {item.id: "yes" for item in ASKED.items if item.kind == "yes_no"}}


def test_answers_stand_in_the_api_alone(at_work, bob, frank, server, clinic, caplog):
    caplog.set_level(logging.DEBUG)
    view = at_work.session(bob, at_work.patient(bob), stances=("LBEO",))
    path = f"/v1/sessions/{view['session_id']}"
    shown = ok(bob.post(path + "/answers", ANSWERS))["questionnaires"][0]
    assert ok(frank.get(path))["questionnaires"] == [shown]
    with server.database.reading(PracticeScope.of_worker(clinic.practice_a)) as unit:
        (row,) = unit.all(select(questions).where(questions.c.practice_id == unit.practice_id))
    sealed = [value for value in row if isinstance(value, bytes)]
    assert sealed
    assert all(value.startswith(b"KS1") for value in sealed)
    plain = [str(value) for value in row if not isinstance(value, bytes)]
    words = (*ANSWERS["answers"], json.dumps(ANSWERS["answers"]))
    files = [path for path in server.settings.root.rglob("*") if path.is_file()]
    for word in words:
        assert all(word not in value for value in plain), word
        assert all(word.encode() not in path.read_bytes() for path in files), word
        assert word not in caplog.text, word
