"""Logs hold ids only, in the specification's files, one event a line."""

from __future__ import annotations

import json
import logging

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kinometric_server.operations.logs import FILES, Logs, formatter

CANARY = "Quillfeather"


@pytest.fixture
def logs(tmp_path):
    made = Logs(tmp_path / "logs")
    yield tmp_path / "logs"
    made.close()


def read(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_each_topic_writes_its_file_and_everything_else_the_servers_log(logs):
    for name in FILES:
        logging.getLogger(name).warning("event_of_a_topic", extra={"upload_id": "u1"})
    logging.getLogger("kinometric.server").warning("other")
    for name, file in FILES.items():
        assert [line["logger"] for line in read(logs / file)] == [name]
    assert [line["event"] for line in read(logs / "server.log")] == ["other"]
    assert read(logs.parent / "test" / "logs" / "auth_debug.log")[0]["logger"] == "kinometric.auth"


def test_a_field_that_is_not_listed_is_dropped(logs):
    logging.getLogger("kinometric.uploads").error("failed", extra={"upload_id": "u1", "patient_name": CANARY})
    text = (logs / "athena_send.log").read_text()
    assert CANARY not in text
    assert read(logs / "athena_send.log")[0]["upload_id"] == "u1"


def test_arguments_and_traces_never_get_in(logs):
    try:
        raise ValueError(f"patient {CANARY}")
    except ValueError:
        logging.getLogger("kinometric.server").exception("went wrong with %s", CANARY)
    logging.getLogger("sqlalchemy.pool").error("parameters: %s", CANARY)
    logging.getLogger("anything").error(f"free text about {CANARY}")
    text = (logs / "server.log").read_text()
    assert CANARY not in text
    assert next(line.get("error_type") for line in read(logs / "server.log")) == "ValueError"


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.sampled_from('ab\r\n\x1b\u2028\u2029\x85\x0b\x00"\\{}')))
def test_one_event_is_one_line_whatever_is_in_it(text):
    record = logging.LogRecord("kinometric.server", logging.INFO, "", 0, "event", (), None)
    record.why = text
    line = formatter().format(record).replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    assert "\n" not in line
    assert "\r" not in line
    assert "\x1b" not in line
    assert json.loads(line)["why"] == text
