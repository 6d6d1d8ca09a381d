"""Screens, steps, and what blocks the way."""

from __future__ import annotations

import pytest

from kinometric_desktop.app.navigation import Navigation, Place
from tests.kinometric_desktop.house import House, linked, me, patient, without_link


def marks(navigation: Navigation) -> dict[str, str]:
    return {step.step_id: step.mark for step in navigation.place.steps}


def test_the_first_screen_is_the_sign_in() -> None:
    assert House().navigation.screen == "sign_in"


def test_a_patients_screen_needs_an_open_patient() -> None:
    house = House().work()
    assert not house.navigation.go("review")
    assert house.navigation.screen == "worklist"


def test_a_practice_without_athenaone_has_no_match_screen() -> None:
    house = House().work()
    house.session.enter_practice(without_link(me()))
    house.session.open_patient(patient())
    assert not house.navigation.go("match")
    assert house.navigation.go("review")
    assert marks(house.navigation)["match"] == "unused"
    assert marks(house.navigation)["upload"] == "unused"


def test_the_steps_show_how_far_a_patient_has_come() -> None:
    house = House().work()
    house.session.open_patient(patient(link=linked()), "s-1", reviewed=True)
    house.navigation.go("report")
    assert marks(house.navigation) == {
        "find": "done", "match": "done", "review": "done", "report": "here", "upload": "open",
    }  # fmt: skip


def test_a_filed_session_has_all_steps_done() -> None:
    house = House().work()
    house.session.open_patient(patient(link=linked()), "s-1", reviewed=True, filed=True)
    house.navigation.go("review")
    assert marks(house.navigation)["upload"] == "done"
    assert marks(house.navigation)["report"] == "done"


def test_there_are_no_steps_without_a_patient() -> None:
    assert House().work().navigation.place.steps == ()


def test_what_blocks_is_said_once_and_forgotten_on_the_next_screen() -> None:
    house = House().work()
    house.session.open_patient(patient())
    house.navigation.go("review")
    seen: list[Place] = []
    house.navigation.listen(seen.append)
    house.navigation.say_blocked("Review needs 3 confirmed holds")
    house.navigation.say_blocked("Review needs 3 confirmed holds")
    assert [place.blocked_by for place in seen] == ["Review needs 3 confirmed holds"]
    house.navigation.go("report")
    assert house.navigation.place.blocked_by == ""


def test_going_where_one_is_tells_nobody() -> None:
    house = House().work()
    seen: list[Place] = []
    house.navigation.listen(seen.append)
    assert house.navigation.go("worklist")
    assert seen == []


def test_back_leads_from_a_patient_to_the_worklist_and_from_help_to_where_one_was() -> None:
    house = House().work()
    house.session.open_patient(patient())
    house.navigation.go("review")
    house.navigation.go("help")
    assert house.navigation.back()
    assert house.navigation.screen == "review"
    assert house.navigation.back()
    assert house.navigation.screen == "worklist"
    assert not house.navigation.back()


def test_help_before_signing_in_leads_back_to_the_sign_in() -> None:
    house = House()
    house.navigation.go("help")
    house.navigation.back()
    assert house.navigation.screen == "sign_in"


def test_closing_the_patient_leaves_the_patients_screens() -> None:
    house = House().work()
    house.session.open_patient(patient())
    house.navigation.go("review")
    house.session.close_patient()
    assert house.navigation.screen == "worklist"


def test_signing_out_leads_to_the_sign_in() -> None:
    house = House().work()
    house.session.sign_out()
    assert house.navigation.screen == "sign_in"


@pytest.mark.parametrize(
    ("step", "screen"),
    [
        ("match", "match"),
        ("review", "review"),
        ("report", "report"),
        ("upload", "report"),
        ("filed", "review"),
        ("nothing", "review"),
    ],
)
def test_a_row_opens_at_its_next_step(step: str, screen: str) -> None:
    assert House().work().navigation.next_step_for(step) == screen


def test_a_row_that_needs_a_match_opens_the_review_where_there_is_no_athenaone() -> None:
    house = House().work()
    house.session.enter_practice(without_link(me()))
    assert house.navigation.next_step_for("match") == "review"


def test_a_listener_can_end() -> None:
    house = House().work()
    seen: list[Place] = []
    end = house.navigation.listen(seen.append)
    end()
    end()
    house.navigation.go("uploads")
    assert seen == []
