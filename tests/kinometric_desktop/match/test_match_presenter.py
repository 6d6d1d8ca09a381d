"""Searching, comparing and linking without a window."""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import TYPE_CHECKING

import pytest

from kinometric.contract.patients import AthenaLookup, AthenaSearch, EndLink, ImportPatient, MakeLink, ShowBirthYear
from kinometric_desktop.app.match_actions import match_actions
from kinometric_desktop.client.errors import ServerError, Unreachable

if TYPE_CHECKING:
    from conftest import Desk

REASON = "Typing error in athenaOne"


def everything_shown(desk: Desk) -> str:
    """All that the screen could write, as one text."""
    return repr(dataclasses.asdict(desk.presenter.state))


def test_arriving_fills_the_form_from_the_record_and_asks_athena_nothing(desk: Desk) -> None:
    state = desk.enter().state
    assert (state.form.lastname, state.form.firstname, state.form.born) == ("Muestra-López", "Maria", date(1951, 3, 4))
    assert state.form.department == "1"
    assert [choice.name for choice in state.departments] == ["Physical Therapy", "Eastside PT"]
    assert desk.calls.asked == []
    assert state.compare is None


def test_a_search_lists_by_band_and_chooses_nobody(desk: Desk) -> None:
    presenter = desk.enter()
    presenter.search()
    state = presenter.state
    assert [group.word for group in state.groups] == ["Strong", "Possible", "Weak"]
    assert state.rows[0].athena_patient_id == "60145"
    assert not any(row.opened for row in state.rows)
    assert state.compare is None
    assert state.requests == "3 of 4 requests"
    assert state.hidden_other_department == 2
    assert desk.calls.forms("search") == [
        AthenaSearch("p-maria", "Muestra-López", "Maria", date(1951, 3, 4), "1", wider=False)
    ]


def test_search_wider_asks_for_the_next_steps(desk: Desk) -> None:
    presenter = desk.enter()
    presenter.search_wider()
    assert [form.wider for form in desk.calls.forms("search")] == [True]  # type: ignore[attr-defined]


def test_the_year_is_hidden_everywhere_until_it_is_typed_right(desk: Desk) -> None:
    presenter = desk.compare()
    assert desk.session.patient is not None
    assert desk.session.patient.year_hidden
    shown = [row.born for row in presenter.state.rows]
    assert presenter.state.compare is not None
    assert presenter.state.compare.near is not None
    shown += [value for row in presenter.state.compare.rows if row.field == "born" for value in (row.ours, row.theirs)]
    shown.append(presenter.state.compare.near.born)
    assert all(text.endswith("-••••") for text in shown)
    presenter.type_year("195")
    assert presenter.state.year_hidden
    presenter.type_year("1951")
    assert not presenter.state.year_hidden
    assert not desk.session.patient.year_hidden
    born = next(row for row in presenter.state.compare.rows if row.field == "born")
    assert (born.ours, born.theirs) == ("04-Mar-1951 (75y)", "03-Apr-1951 (75y)")
    assert presenter.state.rows[0].born == "03-Apr-1951"


def test_a_link_needs_the_comparison_the_year_and_the_reason_and_is_made_by_a_person(desk: Desk) -> None:
    presenter = desk.compare()
    panel = presenter.state.compare
    assert panel is not None
    assert (
        panel.still_needed == "Still needed: the birth year and a reason. Years of birth stay hidden until it is right."
    )
    presenter.link()
    presenter.type_year("195")
    assert "the last digit" in presenter.state.compare.still_needed  # type: ignore[union-attr]
    presenter.type_year("1951")
    presenter.link()
    assert desk.calls.forms("link") == []
    presenter.choose_reason("born", REASON)
    assert presenter.state.compare is not None
    assert presenter.state.compare.ready
    assert desk.calls.forms("link") == [], "nothing is linked before the button is pressed"
    presenter.link()
    assert desk.calls.forms("link") == [MakeLink("60145", "print-60145", "1951", "search", 3, {"born": REASON})]
    linked = presenter.state.linked
    assert linked is not None
    assert (linked.athena_patient_id, linked.linked_by, linked.method) == (
        "60145",
        "Dr. Smith",
        "by name and department",
    )
    assert linked.accepted_differences == (f"Born: {REASON}",)
    assert linked.linked_at == "23-Nov-2026 09:05"
    assert desk.session.patient is not None
    assert desk.session.patient.linked


def test_other_as_a_reason_needs_words(desk: Desk) -> None:
    presenter = desk.compare()
    presenter.type_year("1951")
    presenter.choose_reason("born", "Other")
    assert presenter.state.compare is not None
    assert "the reason in your words" in presenter.state.compare.still_needed
    presenter.write_reason("born", "Passport shows April")
    assert presenter.state.compare.ready
    presenter.link()
    assert desk.calls.forms("link")[0].reasons == {"born": "Passport shows April"}  # type: ignore[attr-defined]


def test_a_wrong_year_is_cleared_and_counted_and_three_of_them_go_back_to_search(desk: Desk) -> None:
    presenter = desk.compare()
    presenter.type_year("1957")
    panel = presenter.state.compare
    assert panel is not None
    assert (panel.year.mark, panel.year.typed_digits) == ("wrong", 0)
    assert "2 tries left" in panel.year.sentence
    presenter.type_year("1952")
    presenter.type_year("1953")
    assert presenter.state.compare is None
    assert presenter.state.message.startswith("The birth year did not match three times")
    assert presenter.state.year_hidden
    assert desk.calls.forms("birth_year_refused") == ["p-maria"]
    assert presenter.state.rows, "the candidates stay"


def test_records_whose_years_differ_ask_for_no_year_and_can_not_be_linked(desk: Desk) -> None:
    presenter = desk.compare("20117", role="admin")
    panel = presenter.state.compare
    assert panel is not None
    assert panel.still_needed.startswith("The years of birth differ.")
    assert panel.year.mark == "not_asked"
    for year in ("1951", "1957"):
        presenter.type_year(year)
    presenter.link()
    assert presenter.state.year_hidden
    assert desk.calls.forms("link") == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"born": None}, "athenaOne has no birth date. Add it there before you link."),
        ({"status": "deleted"}, "This record was deleted in athenaOne. Look for the chart in use."),
        ({"status": "merged"}, "This record was merged into another in athenaOne. Look for the surviving chart."),
        (
            {"lastname": "Okafor"},
            "Last name and birth date both differ. Only an administrator can link these, with a reason.",
        ),
    ],
)
def test_what_forbids_a_link_is_said_beside_the_button(desk: Desk, changes: dict[str, object], sentence: str) -> None:
    desk.calls.charts["60145"] = dataclasses.replace(desk.calls.charts["60145"], **changes)  # type: ignore[arg-type]
    panel = desk.compare().state.compare
    assert panel is not None
    assert panel.still_needed == sentence
    assert not panel.ready


def test_an_inactive_chart_is_a_warning(desk: Desk) -> None:
    desk.calls.charts["60145"] = dataclasses.replace(desk.calls.charts["60145"], status="inactive")
    presenter = desk.compare()
    panel = presenter.state.compare
    assert panel is not None
    assert "inactive" in panel.warnings[0]
    assert presenter.state.rows[0].note == "inactive"


def test_a_test_patient_is_never_linked_in_production(desk: Desk) -> None:
    panel = desk.compare(athena_environment="production").state.compare
    assert panel is not None
    assert panel.still_needed == "A TEST patient can't be linked in a practice that works with real charts."


def test_the_twin_is_named_on_the_panel_and_one_key_away(desk: Desk) -> None:
    presenter = desk.compare()
    near = presenter.state.compare.near  # type: ignore[union-attr]
    assert near is not None
    assert (near.athena_patient_id, near.firstname, near.born, near.sex) == ("60146", "Mario", "04-Mar-••••", "Male")
    presenter.compare_near()
    assert presenter.state.compare is not None
    assert presenter.state.compare.athena_patient_id == "60146"


def test_the_next_candidate_goes_through_the_list_and_asks_the_year_again(desk: Desk) -> None:
    presenter = desk.enter()
    presenter.search()
    order = [row.athena_patient_id for row in presenter.state.rows]
    seen = []
    for _ in range(len(order) + 1):
        presenter.next_candidate()
        assert presenter.state.compare is not None
        seen.append(presenter.state.compare.athena_patient_id)
        presenter.type_year("1951")
    assert seen == [*order, order[0]]
    presenter.next_candidate()
    assert presenter.state.year_hidden


def test_opening_a_candidate_reads_its_chart_afresh(desk: Desk) -> None:
    presenter = desk.enter()
    presenter.search()
    changed = dataclasses.replace(desk.calls.charts["60145"], fingerprint="newer", zip="00104")
    desk.calls.charts["60145"] = changed
    presenter.open_candidate("60145")
    assert desk.calls.forms("lookup") == [AthenaLookup("60145", "p-maria")]
    presenter.type_year("1951")
    presenter.choose_reason("born", REASON)
    presenter.link()
    assert desk.calls.forms("link")[0].fingerprint == "newer"  # type: ignore[attr-defined]


def test_a_candidate_of_another_department_is_only_counted_once_its_chart_says_so(desk: Desk) -> None:
    presenter = desk.enter()
    presenter.search()
    desk.calls.refuse["lookup"] = ServerError("KS-403D", "denied", status=403)
    presenter.open_candidate("60145")
    state = presenter.state
    assert state.compare is None
    assert "60145" not in everything_shown(desk)
    assert state.hidden_other_department == 3
    assert state.problem is not None
    assert state.problem.sentence.startswith("This patient belongs to a department")


def test_looking_up_an_id_lists_one_candidate_and_links_by_id(desk: Desk) -> None:
    presenter = desk.enter()
    presenter.set_athena_id("60145")
    presenter.look_up()
    assert [row.athena_patient_id for row in presenter.state.rows] == ["60145"]
    assert presenter.state.compare is None
    presenter.open_candidate("60145")
    assert len(desk.calls.forms("lookup")) == 1
    presenter.type_year("1951")
    presenter.choose_reason("born", REASON)
    presenter.link()
    assert desk.calls.forms("link")[0].method == "id"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("typed", "complaint"), [("", "digits only"), ("60 145", "digits only"), ("６０", "digits only")]
)
def test_an_id_that_is_none_asks_nobody(desk: Desk, typed: str, complaint: str) -> None:
    presenter = desk.enter()
    presenter.set_athena_id(typed)
    presenter.look_up()
    assert complaint in presenter.state.form_complaint
    assert desk.calls.asked == []


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("KS-403D", "This patient belongs to a department your practice is not set up for. Ask an administrator."),
        ("KS-404A", "athenaOne has no patient with this ID in your practice."),
        ("KS-422M", "More than 50 matches. Add a first name or birth date."),
        ("KS-503", "athenaOne could not be reached."),
    ],
)
def test_a_search_that_fails_says_what_happened(desk: Desk, code: str, sentence: str) -> None:
    presenter = desk.enter()
    desk.calls.refuse["search"] = ServerError(code, "athenaOne could not be reached.", status=400)
    presenter.search()
    assert presenter.state.problem is not None
    assert presenter.state.problem.sentence.startswith(sentence)
    assert presenter.state.problem.code == code
    assert presenter.state.busy == ""


def test_a_busy_athena_says_how_long_to_wait_second_by_second(desk: Desk) -> None:
    presenter = desk.enter()
    desk.calls.refuse["search"] = ServerError("KS-429A", "athenaOne asked us to slow down.", retry_after_s=40)
    presenter.search()
    for passed, left in ((0, "0:40"), (1, "0:39"), (38.5, "0:01")):
        desk.clock.second += passed
        desk.timer.fire()
        assert presenter.state.problem is not None
        assert presenter.state.problem.sentence == f"athenaOne asked us to slow down. Next try in {left}."
        presenter.search()
    assert len(desk.calls.forms("search")) == 1, "nobody is asked before the time is over"
    desk.clock.second += 1
    desk.timer.fire()
    assert presenter.state.problem is None
    presenter.search()
    assert presenter.state.rows


def test_another_patient_does_not_inherit_the_countdown(desk: Desk) -> None:
    presenter = desk.enter()
    desk.calls.refuse["search"] = ServerError("KS-429A", "athenaOne asked us to slow down.", retry_after_s=40)
    presenter.search()
    desk.session.open_patient(dataclasses.replace(desk.calls.patient, patient_id="p-james"))
    desk.timer.fire()
    assert presenter.state.problem is None
    assert not presenter.state.must_wait


def test_nobody_found_is_said_with_name_and_department(desk: Desk) -> None:
    desk.calls.found = ()
    presenter = desk.enter()
    presenter.search()
    state = presenter.state
    assert (state.searched, state.found) == (True, 0)
    assert (state.searched_name, state.searched_department) == ("Muestra-López", "Physical Therapy")


def test_a_search_without_a_last_name_asks_nobody(desk: Desk) -> None:
    presenter = desk.enter()
    presenter.set_lastname("  ")
    presenter.search()
    assert presenter.state.form_complaint == "Type a last name."
    assert desk.calls.asked == []


def test_a_typed_birth_date_is_understood_or_complained_of(desk: Desk) -> None:
    presenter = desk.enter()
    presenter.set_born_text("4 apr 51")
    assert (presenter.state.form.born, presenter.state.form_complaint) == (date(1951, 4, 4), "")
    presenter.set_born_text("4 foo")
    assert presenter.state.form_complaint == "Write it like 4 mar 1951"
    presenter.search()
    assert desk.calls.asked == []
    presenter.take_born_from_record()
    assert presenter.state.form.born_from_record


def test_showing_the_year_takes_a_reason_that_the_server_writes_down_first(desk: Desk) -> None:
    presenter = desk.compare()
    presenter.show_year()
    desk.dialogs.answer("match.show_year", accepted=False)
    assert presenter.state.year_hidden
    desk.calls.refuse["birth_year_shown"] = Unreachable("gone")
    presenter.show_year()
    desk.dialogs.answer("match.show_year", text="Patient can't speak")
    assert presenter.state.year_hidden, "not written down, not shown"
    presenter.show_year()
    desk.dialogs.answer("match.show_year", text="Patient can't speak")
    assert desk.calls.forms("birth_year_shown")[-1] == ShowBirthYear("Patient can't speak")
    assert not presenter.state.year_hidden
    assert presenter.state.compare is not None
    assert not presenter.state.compare.ready
    presenter.choose_reason("born", REASON)
    presenter.type_year("1951")
    presenter.link()
    assert desk.calls.forms("link")[0].birth_year_was_shown  # type: ignore[attr-defined]


def test_leaving_the_screen_closes_the_comparison_and_opens_the_banner_again(desk: Desk) -> None:
    presenter = desk.compare()
    desk.navigation.go("worklist")
    assert presenter.state.compare is None
    assert desk.session.patient is not None
    assert not desk.session.patient.year_hidden
    desk.navigation.go("match")
    assert desk.session.patient.year_hidden
    assert presenter.state.rows, "the candidates are still there"


def test_another_patient_clears_everything_of_the_one_before(desk: Desk) -> None:
    presenter = desk.compare()
    other = dataclasses.replace(
        desk.calls.patient, patient_id="p-james", lastname="Okafor", firstname="James", number=7
    )
    desk.session.open_patient(other)
    state = presenter.state
    assert (state.form.lastname, state.found, state.compare) == ("Okafor", 0, None)
    assert "Muestra" not in everything_shown(desk)


def test_a_readonly_person_can_look_but_neither_search_nor_link(desk: Desk) -> None:
    presenter = desk.enter("readonly")
    presenter.search()
    presenter.look_up()
    assert presenter.state.may_not_sentence == "Your role here is read-only. You can view but not link or upload."
    assert desk.calls.asked == []


def test_a_clinician_without_the_right_to_match_is_told_so(desk: Desk) -> None:
    presenter = desk.enter(can_match=False)
    presenter.search()
    assert "no right to match" in presenter.state.may_not_sentence
    assert desk.calls.asked == []


def test_a_lost_line_clears_the_list_and_blocks_linking(desk: Desk) -> None:
    presenter = desk.compare()
    desk.session.set_online(False)
    state = presenter.state
    assert (state.found, state.compare, state.online) == (0, None, False)
    assert state.form.lastname == "Muestra-López"
    presenter.search()
    assert len(desk.calls.forms("search")) == 1


def test_a_link_that_is_refused_is_said_and_nothing_is_linked(desk: Desk) -> None:
    presenter = desk.compare()
    presenter.type_year("1951")
    presenter.choose_reason("born", REASON)
    desk.calls.refuse["link"] = ServerError(
        "KS-409L", "athenaOne ID 60145 is already linked to the patient with number 9321.", status=409
    )
    presenter.link()
    assert presenter.state.linked is None
    assert presenter.state.compare_problem is not None
    assert "number 9321" in presenter.state.compare_problem.sentence
    presenter.link()
    assert presenter.state.linked is not None


def test_a_chart_that_changed_meanwhile_is_read_again(desk: Desk) -> None:
    presenter = desk.compare()
    presenter.type_year("1951")
    presenter.choose_reason("born", REASON)
    desk.calls.charts["60145"] = dataclasses.replace(desk.calls.charts["60145"], fingerprint="newer")
    desk.calls.refuse["link"] = ServerError("KS-422L", "The athenaOne record changed since it was shown.", status=422)
    presenter.link()
    assert presenter.state.compare_problem is not None
    assert len(desk.calls.forms("lookup")) == 2
    presenter.link()
    assert desk.calls.forms("link")[-1].fingerprint == "newer"  # type: ignore[attr-defined]


def test_a_stale_link_reads_the_patient_again_and_asks_once_more(desk: Desk) -> None:
    presenter = desk.compare()
    presenter.type_year("1951")
    presenter.choose_reason("born", REASON)
    desk.calls.patient = dataclasses.replace(desk.calls.patient, link_version=9)
    desk.calls.refuse["link"] = ServerError("KS-409", "Changed meanwhile.", status=409)
    presenter.link()
    assert presenter.state.linked is None
    assert presenter.state.year_hidden
    presenter.type_year("1951")
    presenter.choose_reason("born", REASON)
    presenter.link()
    assert desk.calls.forms("link")[-1].link_version == 9  # type: ignore[attr-defined]


def test_a_wrong_year_that_the_server_finds_counts_as_a_try(desk: Desk) -> None:
    presenter = desk.compare()
    presenter.type_year("1951")
    presenter.choose_reason("born", REASON)
    desk.calls.refuse["link"] = ServerError("KS-422Y", "Wrong year.", status=422)
    presenter.link()
    assert presenter.state.compare is not None
    assert presenter.state.compare.year.mark == "wrong"
    assert presenter.state.year_hidden


def linked_desk(desk: Desk) -> Desk:
    presenter = desk.compare()
    presenter.type_year("1951")
    presenter.choose_reason("born", REASON)
    presenter.link()
    return desk


def test_a_fresh_link_can_be_undone_for_ten_seconds(desk: Desk) -> None:
    presenter = linked_desk(desk).presenter
    assert presenter.state.linked is not None
    assert presenter.state.linked.can_undo
    assert desk.timer.once[-1][0] == 10.0
    presenter.undo_link()
    assert desk.calls.forms("end_link") == [EndLink(4, "Undone right after linking")]
    assert presenter.state.linked is None
    assert presenter.state.year_hidden


def test_after_ten_seconds_a_link_is_taken_back_with_a_reason_only(desk: Desk) -> None:
    presenter = linked_desk(desk).presenter
    desk.timer.fire()
    assert presenter.state.linked is not None
    assert not presenter.state.linked.can_undo
    presenter.undo_link()
    assert desk.calls.forms("end_link") == []
    presenter.unlink()
    question = desk.dialogs.answer("match.unlink", text="Wrong sister")
    assert ("athenaOne patient ID", "60145") in question.facts
    assert desk.calls.forms("end_link") == [EndLink(4, "Wrong sister")]


def test_a_linked_patient_opens_with_fresh_demographics_and_can_be_confirmed(desk: Desk) -> None:
    linked_desk(desk)
    patient = desk.calls.patient
    presenter = desk.presenter
    desk.navigation.go("worklist")
    desk.calls.asked.clear()
    desk.calls.charts["60145"] = dataclasses.replace(desk.calls.charts["60145"], fingerprint="fresh")
    desk.session.open_patient(dataclasses.replace(patient))
    desk.navigation.go("match")
    assert desk.calls.forms("lookup") == [AthenaLookup("60145", "p-maria")]
    state = presenter.state
    assert not state.year_hidden
    assert state.compare is not None
    assert state.compare.athena_patient_id == "60145"
    assert not state.compare.ready
    presenter.still_same()
    assert desk.calls.forms("verify_link")[0].fingerprint == "fresh"  # type: ignore[attr-defined]
    assert presenter.state.linked is not None
    assert presenter.state.linked.verified_now
    assert presenter.state.linked.last_verified == "23-Nov-2026 10:00"
    presenter.search()
    assert desk.calls.forms("search") == [], "a linked patient is not searched for"


def test_an_opened_record_becomes_a_new_patient_after_its_year_was_asked(desk: Desk) -> None:
    presenter = desk.compare("11935")
    presenter.add_from_athena()
    desk.dialogs.answer("match.add_new", text="1949")
    assert desk.calls.forms("import") == [ImportPatient("11935", "print-11935", "1949", accept_similar=False)]
    assert desk.session.patient is not None
    assert desk.session.patient.patient_id == "p-new"
    assert presenter.state.linked is not None


def test_a_similar_patient_is_pointed_out_before_a_new_one_is_made(desk: Desk) -> None:
    presenter = desk.compare("11935")
    desk.calls.refuse["import"] = ServerError("KS-409S", "A patient much like this one is already here.", status=409)
    presenter.add_from_athena()
    desk.dialogs.answer("match.add_new", text="1949")
    question = desk.dialogs.answer("match.add_similar")
    assert question.statement
    assert [form.accept_similar for form in desk.calls.forms("import")] == [False, True]  # type: ignore[attr-defined]


def test_adding_as_new_needs_an_opened_candidate(desk: Desk) -> None:
    presenter = desk.enter()
    presenter.add_from_athena()
    assert desk.dialogs.open == []
    assert presenter.state.message.startswith("Open a candidate first")


def test_a_patient_can_go_on_without_a_link(desk: Desk) -> None:
    presenter = desk.enter()
    presenter.keep_kinometric_only()
    desk.dialogs.answer("match.keep", accepted=False)
    assert desk.navigation.screen == "match"
    presenter.keep_kinometric_only()
    desk.dialogs.answer("match.keep")
    assert desk.navigation.screen == "review"
    assert desk.calls.forms("link") == []


def test_the_seconds_of_the_comparison_are_counted(desk: Desk) -> None:
    presenter = desk.compare()
    desk.clock.second += 14
    desk.timer.fire()
    assert presenter.state.compare is not None
    assert presenter.state.compare.open_s == 14
    presenter.close_compare()
    assert all(alarm.dropped for _, alarm in desk.timer.again)


def test_the_weight_is_for_administrators_only(desk: Desk) -> None:
    assert desk.compare().state.compare.weight == ""  # type: ignore[union-attr]
    desk.navigation.go("worklist")
    desk.session.close_patient()
    panel = desk.compare(role="admin").state.compare
    assert panel is not None
    assert "bits" in panel.weight


def test_the_state_has_no_text_form_of_names_or_dates(desk: Desk) -> None:
    presenter = desk.compare()
    presenter.type_year("1951")
    text = repr(presenter.state)
    assert not any(value in text for value in ("Muestra", "López", "1951", "Mario", "0142"))


def test_keys_are_in_the_registry_and_do_what_they_say(desk: Desk) -> None:
    current = []
    actions = {action.action_id: action for action in match_actions(lambda: current[0] if current else None)}
    assert [action.key_bar for action in actions.values() if action.key_bar] == [1, 2, 3, 4]
    assert (actions["match.next"].shortcut, actions["match.wider"].shortcut) == ("F6", "Ctrl+W")
    assert actions["match.link"].keys == "Alt+Enter"
    actions["match.wider"].handler()
    assert not actions["match.link"].enabled(), "before the screen was shown no key does anything"
    current.append(desk.enter())
    assert not actions["match.next"].enabled()
    actions["match.wider"].handler()
    actions["match.next"].handler()
    assert desk.presenter.state.compare is not None
    desk.presenter.type_year("1951")
    desk.presenter.choose_reason("born", REASON)
    assert not actions["match.undo"].enabled()
    actions["match.link"].handler()
    assert actions["match.undo"].enabled()
    actions["match.undo"].handler()
    assert desk.presenter.state.linked is None


def test_departments_of_another_practice_are_never_offered(desk: Desk) -> None:
    presenter = desk.enter()
    presenter.choose_department("3")
    desk.navigation.go("worklist")
    desk.server.departments.refuse = ServerError("KS-500", "Something went wrong.", status=500)
    desk.session.close_patient()
    desk.enter(practice_id="pr-2")
    assert presenter.state.departments == ()
    assert presenter.state.form.department == "any"


def test_a_department_that_was_stopped_meanwhile_is_no_longer_searched_in(desk: Desk) -> None:
    presenter = desk.enter()
    presenter.choose_department("3")
    desk.navigation.go("worklist")
    desk.server.departments.stopped.add("3")
    desk.navigation.go("match")
    assert [choice.name for choice in presenter.state.departments] == ["Physical Therapy"]
    assert presenter.state.form.department == "1"


def test_a_record_that_was_corrected_on_another_screen_is_compared_anew(desk: Desk) -> None:
    presenter = desk.enter()
    presenter.search()
    assert presenter.state.rows[0].athena_patient_id == "60145"
    desk.navigation.go("worklist")
    corrected = dataclasses.replace(desk.calls.patient, lastname="Lopez", middlename="", born=date(1957, 3, 4))
    desk.session.update_patient(record=corrected)
    desk.navigation.go("match")
    assert presenter.state.rows[0].athena_patient_id == "20117"
    assert presenter.state.form.lastname == "Lopez"
    presenter.open_candidate("20117")
    presenter.type_year("1957")
    assert presenter.state.compare is not None
    assert presenter.state.compare.ready


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("KS-403D", "This patient belongs to a department your practice is not set up for."),
        ("KS-404A", "athenaOne has no patient with this ID in your practice."),
        ("KS-503", "athenaOne did not answer."),
    ],
)
def test_a_linked_chart_that_can_not_be_read_is_said_and_not_confirmed(desk: Desk, code: str, sentence: str) -> None:
    linked_desk(desk)
    desk.navigation.go("worklist")
    desk.calls.refuse["lookup"] = ServerError(code, "athenaOne did not answer.", status=500)
    desk.navigation.go("match")
    presenter = desk.presenter
    assert presenter.state.compare is None
    assert presenter.state.compare_problem is not None
    assert presenter.state.compare_problem.sentence.startswith(sentence)
    assert presenter.state.linked is not None
    presenter.still_same()
    assert desk.calls.forms("verify_link") == []


def test_a_linked_chart_whose_birth_year_changed_says_so(desk: Desk) -> None:
    linked_desk(desk)
    desk.navigation.go("worklist")
    desk.calls.charts["60145"] = dataclasses.replace(desk.calls.charts["60145"], born=date(1961, 4, 3))
    desk.navigation.go("match")
    panel = desk.presenter.state.compare
    assert panel is not None
    assert panel.obstacles[0].startswith("The years of birth differ.")


def test_a_chart_that_changed_while_it_was_confirmed_is_not_confirmed(desk: Desk) -> None:
    presenter = linked_desk(desk).presenter
    desk.calls.refuse["verify_link"] = ServerError("KS-422L", "The athenaOne record changed.", status=422)
    presenter.still_same()
    assert presenter.state.linked is not None
    assert not presenter.state.linked.verified_now
    assert presenter.state.compare_problem is not None


def test_uploads_under_a_link_are_named_before_it_is_taken_back(desk: Desk) -> None:
    presenter = linked_desk(desk).presenter
    desk.calls.filed = 2
    desk.navigation.go("worklist")
    desk.navigation.go("match")
    assert presenter.state.linked is not None
    assert presenter.state.linked.documents_filed == 2
    presenter.unlink()
    question = desk.dialogs.answer("match.unlink", accepted=False)
    assert question.body.startswith("2 documents were filed under this link.")
    assert desk.calls.forms("end_link") == []


def test_a_link_under_which_something_was_filed_can_not_be_undone_by_a_key(desk: Desk) -> None:
    desk.calls.filed = 1
    presenter = linked_desk(desk).presenter
    assert presenter.state.linked is not None
    assert not presenter.state.linked.can_undo


def test_the_wider_search_is_off_once_every_step_was_taken(desk: Desk) -> None:
    desk.calls.can_go_wider = False
    presenter = desk.enter()
    presenter.search()
    assert not presenter.state.can_go_wider


def test_offline_and_back_again_the_search_works(desk: Desk) -> None:
    presenter = desk.enter()
    desk.session.set_online(False)
    presenter.search()
    assert desk.calls.forms("search") == []
    desk.session.set_online(True)
    presenter.search()
    assert presenter.state.rows
