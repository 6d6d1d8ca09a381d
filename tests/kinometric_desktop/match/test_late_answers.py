"""Answers that come late, out of order or after the person has moved on."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest

from kinometric_desktop.app.ports import TaskRunner
from kinometric_desktop.app.runners import ManualRunner
from kinometric_desktop.client.errors import ServerError, Unreachable

if TYPE_CHECKING:
    from tests.kinometric_desktop.match.conftest import Desk

REASON = "Typing error in athenaOne"


@pytest.fixture
def runner() -> TaskRunner:
    """Work waits until the test finishes it."""
    return ManualRunner()


def waiting(desk: Desk) -> ManualRunner:
    """The runner that holds the work."""
    runner = desk.work.runner
    assert isinstance(runner, ManualRunner)
    return runner


def test_a_search_says_that_it_is_under_way_and_shows_nothing_yet(desk: Desk) -> None:
    presenter = desk.enter()
    waiting(desk).finish_all()
    presenter.search()
    assert presenter.state.busy == "search"
    assert presenter.state.rows == ()
    waiting(desk).finish_all()
    assert presenter.state.busy == ""
    assert presenter.state.rows


def test_the_answer_of_the_search_before_is_dropped(desk: Desk) -> None:
    presenter = desk.enter()
    waiting(desk).finish_all()
    presenter.search()
    first = waiting(desk).waiting.pop()
    desk.calls.found = ("20117",)
    presenter.search_wider()
    waiting(desk).finish_all()
    desk.calls.found = None
    first.finish()
    assert [row.athena_patient_id for row in presenter.state.rows] == ["20117"]


def test_the_answer_for_a_patient_who_was_closed_is_dropped(desk: Desk) -> None:
    presenter = desk.enter()
    waiting(desk).finish_all()
    presenter.search()
    late = waiting(desk).waiting.pop()
    other = dataclasses.replace(desk.calls.patient, patient_id="p-james", lastname="Okafor", firstname="James")
    desk.session.open_patient(other)
    late.finish()
    assert presenter.state.rows == ()
    assert presenter.state.form.lastname == "Okafor"


def test_the_link_waits_for_the_fresh_chart(desk: Desk) -> None:
    presenter = desk.enter()
    waiting(desk).finish_all()
    presenter.search()
    waiting(desk).finish_all()
    presenter.open_candidate("60145")
    panel = presenter.state.compare
    assert panel is not None
    assert (panel.fresh, panel.still_needed) == (False, "Reading the chart from athenaOne…")
    presenter.type_year("1951")
    presenter.choose_reason("born", REASON)
    presenter.link()
    assert desk.calls.forms("link") == []
    waiting(desk).finish_all()
    assert presenter.state.compare is not None
    assert presenter.state.compare.ready
    assert not presenter.state.year_hidden, "what was typed meanwhile still counts"


def test_a_fresh_chart_that_comes_after_the_next_candidate_was_opened_changes_nothing(desk: Desk) -> None:
    presenter = desk.enter()
    waiting(desk).finish_all()
    presenter.search()
    waiting(desk).finish_all()
    presenter.open_candidate("60145")
    late = waiting(desk).waiting.pop()
    presenter.open_candidate("60146")
    waiting(desk).finish_all()
    desk.calls.charts["60145"] = dataclasses.replace(desk.calls.charts["60145"], lastname="Changed")
    late.finish()
    assert presenter.state.compare is not None
    assert presenter.state.compare.athena_patient_id == "60146"
    assert all("Changed" not in row.name for row in presenter.state.rows)


def test_a_link_is_ordered_once_however_often_the_key_is_pressed(desk: Desk) -> None:
    presenter = desk.enter()
    waiting(desk).finish_all()
    presenter.search()
    waiting(desk).finish_all()
    presenter.open_candidate("60145")
    waiting(desk).finish_all()
    presenter.type_year("1951")
    presenter.choose_reason("born", REASON)
    for _ in range(3):
        presenter.link()
    assert presenter.state.busy == "link"
    waiting(desk).finish_all()
    assert len(desk.calls.forms("link")) == 1


def test_leaving_while_the_chart_is_read_leaves_no_comparison_behind(desk: Desk) -> None:
    presenter = desk.enter()
    waiting(desk).finish_all()
    presenter.search()
    waiting(desk).finish_all()
    presenter.open_candidate("60145")
    desk.navigation.go("worklist")
    waiting(desk).finish_all()
    assert presenter.state.compare is None
    assert presenter.state.busy == ""
    assert desk.session.patient is not None
    assert not desk.session.patient.year_hidden


def test_a_year_that_was_to_be_shown_stays_hidden_when_another_candidate_is_open_by_then(desk: Desk) -> None:
    presenter = desk.enter()
    waiting(desk).finish_all()
    presenter.search()
    waiting(desk).finish_all()
    presenter.open_candidate("60145")
    waiting(desk).finish_all()
    presenter.show_year()
    desk.dialogs.answer("match.show_year", text="Patient can't speak")
    presenter.close_compare()
    waiting(desk).finish_all()
    assert presenter.state.year_hidden
    assert presenter.state.busy == ""


def test_a_line_that_breaks_while_linking_links_nothing_here_and_says_so(desk: Desk) -> None:
    presenter = desk.enter()
    waiting(desk).finish_all()
    presenter.search()
    waiting(desk).finish_all()
    presenter.open_candidate("60145")
    waiting(desk).finish_all()
    presenter.type_year("1951")
    presenter.choose_reason("born", REASON)
    desk.calls.refuse["link"] = Unreachable("reset", after_send=True)
    presenter.link()
    waiting(desk).finish_all()
    assert presenter.state.linked is None
    assert presenter.state.compare_problem is not None
    assert presenter.state.compare_problem.code == "KW-101"
    assert presenter.state.busy == ""


def test_a_mistake_of_the_program_is_never_swallowed(desk: Desk) -> None:
    presenter = desk.enter()
    waiting(desk).finish_all()
    desk.calls.refuse["search"] = ZeroDivisionError()
    presenter.search()
    with pytest.raises(ZeroDivisionError):
        waiting(desk).finish_next()


def test_departments_that_can_not_be_read_leave_all_of_them(desk: Desk) -> None:
    desk.server.departments.refuse = ServerError("KS-500", "Something went wrong.", status=500)
    presenter = desk.enter()
    waiting(desk).finish_all()
    assert presenter.state.departments == ()
    assert presenter.state.form.department == "any"


def test_after_closing_nothing_is_delivered(desk: Desk) -> None:
    presenter = desk.enter()
    waiting(desk).finish_all()
    seen: list[object] = []
    presenter.subscribe(seen.append)
    presenter.search()
    presenter.close()
    count = len(seen)
    waiting(desk).finish_all()
    assert len(seen) == count
