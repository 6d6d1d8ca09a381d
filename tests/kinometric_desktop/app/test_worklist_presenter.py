"""The worklist reads a day, counts it, filters it, previews a row and opens it at its next step."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from kinometric.contract.patients import Worklist, WorklistRow
from kinometric.contract.sessions import RecordingFiles
from kinometric_desktop.app.runners import ManualRunner
from kinometric_desktop.app.worklist import WorklistPresenter, answers, folded, row_name, step_words
from kinometric_desktop.client.errors import ServerError, Unreachable
from tests.kinometric_desktop.house import NOW, TODAY, House, linked, me, membership, patient, row

MARIA = row("s-1", next_step="match")
MARIO = row(
    "s-2", patient("p-2", firstname="Mario", middlename="", lastname="Muestra", number=10483), next_step="review"
)
OKAFOR = row(
    "s-3",
    patient("p-3", lastname="O'Mock", firstname="Sean", middlename="", born=date(1960, 6, 30)),
    next_step="upload",
)
FILED = row(
    "s-4", patient("p-4", lastname="Prøve", firstname="Nils", middlename=""), next_step="filed", upload_state="filed"
)
LOST = row("s-5", patient("p-5", lastname="Prueba"), next_step="problem", upload_state="outcome_unknown")
BLIND = row("s-6", patient("p-6", lastname="Campione"), next_step="not_scorable", level=None)
ALL = (MARIA, MARIO, OKAFOR, FILED, LOST, BLIND)


def begin(house: House, rows: tuple[WorklistRow, ...] = ALL) -> WorklistPresenter:
    house.server.patients.answers["worklist"] = Worklist(TODAY, rows, NOW.isoformat())
    presenter = WorklistPresenter(
        house.session, house.navigation, house.connection, house.runner, house.clock, house.timer
    )
    presenter.enter()
    return presenter


def shown(presenter: WorklistPresenter) -> list[str]:
    return [one.session_id for one in presenter.state.shown]


def test_entering_reads_the_day_of_the_practice() -> None:
    house = House().work()
    presenter = begin(house)
    assert house.server.patients.last("worklist")[0].day == TODAY
    assert shown(presenter) == ["s-1", "s-2", "s-3", "s-4", "s-5", "s-6"]
    assert presenter.state.read_at == "14:22"


def test_no_patient_is_open_on_a_list_of_several() -> None:
    house = House().work()
    house.session.open_patient(patient())
    begin(house)
    assert house.session.patient is None


def test_tabs_count_and_filter() -> None:
    presenter = begin(House().work())
    assert dict(presenter.state.counts) == {"today": 6, "match": 1, "review": 1, "ready": 1, "problems": 2, "filed": 1}
    presenter.choose_tab("problems")
    assert shown(presenter) == ["s-5", "s-6"]
    presenter.choose_tab("today")
    assert len(shown(presenter)) == 6


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("muestra 1951", ["s-1", "s-2"]),
        ("lopez", ["s-1"]),
        ("MUESTRA-LÓPEZ", ["s-1"]),
        ("muestralopez", ["s-1"]),
        ("omock", ["s-3"]),
        ("o'mock", ["s-3"]),
        ("prove", ["s-4"]),
        ("10483", ["s-2"]),
        ("upload", ["s-3"]),
        ("nobody", []),
        ("  ", ["s-1", "s-2", "s-3", "s-4", "s-5", "s-6"]),
    ],
)
def test_the_filter_ignores_accents_case_and_hyphens(typed: str, found: list[str]) -> None:
    presenter = begin(House().work())
    presenter.type_filter(typed)
    assert shown(presenter) == found


def test_a_row_can_be_asked_whether_it_answers() -> None:
    assert answers(MARIA, "mar elena")
    assert not answers(MARIA, "mar sean")
    assert folded("Müller-Ström") == "muller strom"


def test_a_lost_answer_reads_unknown_and_a_rejection_rejected() -> None:
    assert step_words(LOST)[0] == "Unknown"
    assert step_words(replace(LOST, upload_state="rejected"))[0] == "Rejected"
    assert step_words(FILED)[0] == "Filed"


def test_the_first_row_is_chosen_and_stays_chosen_when_the_list_is_read_again() -> None:
    presenter = begin(House().work())
    assert presenter.state.chosen_id == "s-1"
    presenter.choose("s-3")
    presenter.refresh()
    assert presenter.state.chosen_id == "s-3"


@pytest.mark.parametrize(
    ("session", "screen"), [("s-1", "match"), ("s-2", "review"), ("s-3", "report"), ("s-5", "uploads")]
)
def test_enter_opens_a_row_at_its_next_step(session: str, screen: str) -> None:
    house = House().work()
    presenter = begin(house)
    presenter.choose(session)
    presenter.open_chosen()
    assert house.navigation.screen == screen
    assert house.session.patient is not None
    assert house.session.patient.session_id == session


def test_a_filed_session_opens_as_reviewed_and_filed() -> None:
    house = House().work()
    presenter = begin(house)
    presenter.open_row(FILED)
    assert house.session.patient is not None
    assert house.session.patient.filed
    assert house.session.patient.reviewed


def test_somebody_who_may_not_match_reviews_instead() -> None:
    house = House().work(can_match=False)
    presenter = begin(house)
    presenter.open_row(MARIA)
    assert house.navigation.screen == "review"


def test_f4_opens_the_athenaone_search_of_the_chosen_row() -> None:
    house = House().work()
    presenter = begin(house)
    presenter.choose("s-2")
    presenter.open_for_match()
    assert house.navigation.screen == "match"


def test_an_empty_list_opens_nothing() -> None:
    house = House().work()
    presenter = begin(house, ())
    presenter.open_chosen()
    presenter.open_for_match()
    assert house.navigation.screen == "worklist"
    assert presenter.chosen is None


def test_offline_clears_the_list_rather_than_showing_yesterdays() -> None:
    house = House().work()
    presenter = begin(house)
    house.server.patients.answers["worklist"] = Unreachable("gone")
    presenter.refresh()
    assert presenter.state.rows == ()
    assert presenter.state.problem is not None
    assert presenter.state.problem.offline
    assert presenter.state.read_at == ""


def test_a_line_that_breaks_elsewhere_clears_the_list_and_its_return_reads_it() -> None:
    house = House().work()
    presenter = begin(house)
    house.session.set_online(False)
    assert presenter.state.rows == ()
    house.session.set_online(True)
    assert len(presenter.state.rows) == 6


def test_a_refusal_is_said() -> None:
    house = House().work()
    presenter = begin(house)
    house.server.patients.answers["worklist"] = ServerError("KS-403", "Not in this practice.")
    presenter.refresh()
    assert presenter.state.problem is not None
    assert presenter.state.problem.sentence == "Not in this practice."


def test_switching_the_practice_clears_the_list_before_the_new_one_is_read() -> None:
    house = House().work("clinician", membership("clinician", practice_id="p-other"))
    presenter = begin(house)
    runner = ManualRunner()
    presenter._runner = runner
    house.session.enter_practice(me(practice_id="p-other"))
    assert presenter.state.rows == ()
    assert presenter.state.preview.view is None


def test_another_day_and_only_my_department() -> None:
    house = House().work()
    presenter = begin(house)
    presenter.choose_day(TODAY - timedelta(days=1))
    assert house.server.patients.last("worklist")[0].day == date(2026, 11, 1)
    presenter.choose_mine(True)
    assert house.server.patients.last("worklist")[0].department_id == "d-pt"
    presenter.choose_mine(False)
    assert house.server.patients.last("worklist")[0].department_id is None


def test_the_days_of_two_weeks_are_offered() -> None:
    presenter = begin(House().work())
    assert presenter.state.days[0] == TODAY
    assert len(presenter.state.days) == 15


def test_the_preview_is_read_a_moment_after_the_choice_and_only_the_last_one() -> None:
    house = House().work()
    presenter = begin(house)
    view = object_with(trials=())
    house.server.sessions.answers["get"] = view
    house.server.sessions.answers["recordings"] = RecordingFiles(())
    presenter.choose("s-2")
    presenter.choose("s-3")
    house.timer.fire()
    assert [arguments for name, arguments, _ in house.server.sessions.asked if name == "get"] == [("s-3",)]
    assert presenter.state.preview.session_id == "s-3"
    assert presenter.state.preview.view is view


def object_with(**values: Any) -> Any:
    """A session view as far as the preview's curves look at it."""

    class View:
        patient = patient()
        tested_at_local = "2026-11-02T14:05:00-05:00"

    view = View()
    for name, value in values.items():
        setattr(view, name, value)
    return view


def test_a_preview_that_can_not_be_read_says_so() -> None:
    house = House().work()
    presenter = begin(house)
    house.server.sessions.answers["get"] = ServerError("KS-404", "This session is not there.")
    house.timer.fire()
    assert presenter.state.preview.problem is not None
    assert presenter.state.preview.problem.sentence == "This session is not there."


def test_a_hidden_preview_reads_nothing() -> None:
    house = House().work()
    presenter = begin(house)
    presenter.show_preview(False)
    presenter.choose("s-2")
    for alarm in house.timer.waiting:
        alarm.drop()
    presenter.choose("s-3")
    assert house.timer.waiting == []
    presenter.show_preview(True)
    assert len(house.timer.waiting) == 1


def test_a_locked_screen_reads_no_preview() -> None:
    house = House().work()
    presenter = begin(house)
    house.session.lock()
    house.timer.fire()
    assert house.server.sessions.asked == []
    assert presenter.state.preview.view is None


def test_leaving_the_screen_reads_no_preview_behind_another() -> None:
    house = House().work()
    presenter = begin(house)
    presenter.leave()
    assert house.timer.waiting == []
    assert house.server.sessions.asked == []


def test_closing_leaves_no_alarm_and_hears_nothing_more() -> None:
    house = House().work()
    presenter = begin(house)
    presenter.close()
    assert house.timer.waiting == []
    house.session.set_online(False)
    assert len(presenter.state.rows) == 6


def test_the_name_has_its_family_name_in_capitals() -> None:
    assert row_name(MARIA) == "MUESTRA-LÓPEZ, Maria Elena"
    assert row_name(row(who=patient(link=linked(), suffix="Jr"))).endswith("Elena Jr")
