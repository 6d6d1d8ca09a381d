"""Whatever people do in whatever order: a change voids what rested on it, and who saw less than is changes nothing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from hypothesis.stateful import INVARIANT_MARKER, run_state_machine_as_test

from tests.kinometric_server.sequences.clinic_machine import machine_of


def run(at_work: Any, people: Any, clinic: Any, *, examples: int, steps: int, **more: Any) -> None:
    """Run the machine, by chance in `make soak` and the same each time in `make test`."""
    run_state_machine_as_test(
        machine_of(at_work, people, clinic),
        settings=hypothesis_settings(
            max_examples=examples, stateful_step_count=steps, suppress_health_check=list(HealthCheck), **more
        ),
    )


WALK: tuple[tuple[Any, ...], ...] = (
    ("order", "bob", 0, False),
    ("confirm_hold", "bob", 0, 0, 0, 10.0),
    ("confirm_hold", "alice", 0, 0, 1, 3.0),
    ("confirm_hold", "bob", 0, 2, 0, 3.0),
    ("order", "erin", 0, False),
    ("order", "bob", 0, False),
    ("write_a_note", "alice", 0, 0),
    ("write_a_note", "bob", 0, 1),
    ("end_the_link", "frank", 0),
    ("end_the_link", "erin", 0),
    ("end_the_link", "bob", 1),
    ("link", "bob", 2),
    ("order", "charlie", 0, False),
    ("order", "bob", 0, False),
    ("add_trial", "erin", 0, "LBEO", 4.0, True),
    ("confirm_hold", "alice", 0, 4, 0, 3.0),
    ("review", "bob", 0, 1),
    ("order", "bob", 0, False),
    ("work", "busy"),
    ("time_passes", 11),
    ("work", "refused"),
    ("decide", "bob", 0, 2, "retry"),
    ("decide", "frank", 0, 0, "retry"),
    ("decide", "bob", 0, 0, "retry"),
    ("work", "lost"),
    ("decide", "bob", 0, 0, "send-again"),
    ("order", "bob", 0, False),
    ("time_passes", 11),
    ("decide", "bob", 0, 0, "send-again"),
    ("work", "none"),
    ("decide", "bob", 0, 0, "cancel"),
    ("order", "alice", 0, False),
    ("order", "alice", 0, True),
    ("a_review_and_a_change_at_once", 0),
    ("order", "alice", 0, True),
    ("two_change_one_trial_at_once", 0, 1),
    ("order", "alice", 0, True),
    ("decide", "alice", 0, 1, "cancel"),
    ("decide", "alice", 0, 0, "cancel"),
    ("order", "alice", 0, True),
    ("work", "lost"),
    ("decide", "alice", 0, 0, "found"),
)
"""A day in which everything happens once that chance brings seldom; "order" makes ready what a report needs first."""


def test_each_promise_is_put_to_the_proof_once(at_work: Any, people: Any, clinic: Any) -> None:
    machine = machine_of(at_work, people, clinic)()
    invariants = [getattr(machine, name) for name in dir(machine) if hasattr(getattr(machine, name), INVARIANT_MARKER)]
    machine.begin()
    for name, *arguments in WALK:
        getattr(machine, "a_report_is_made_ready_and_ordered" if name == "order" else name)(*arguments)
        for holds in invariants:
            holds()
    states = [upload["state"] for upload in machine.now.uploads.values()]
    assert (states.count("filed"), states.count("cancelled")) == (2, 6), states
    machine.teardown()


def test_what_a_clinic_promises_holds_in_every_order(at_work: Any, people: Any, clinic: Any) -> None:
    run(at_work, people, clinic, examples=2, steps=12)


@pytest.mark.soak
def test_what_a_clinic_promises_holds_in_long_orders(at_work: Any, people: Any, clinic: Any) -> None:
    run(at_work, people, clinic, examples=60, steps=40)
