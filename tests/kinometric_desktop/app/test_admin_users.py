"""Administering users without Qt: what is asked first, what is sent, what is shown once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kinometric.contract.accounts import ChangeUser
from kinometric.contract.errors import STALE
from kinometric_desktop.app.admin_users import UsersPresenter
from kinometric_desktop.app.one_time_password import OneTimePassword
from kinometric_desktop.app.runners import ManualRunner
from kinometric_desktop.client.errors import ServerError, Unreachable
from tests.kinometric_desktop.clinic_admin import USERS, furnished
from tests.kinometric_desktop.house import House


class Desk:
    """An administrator at the list of users."""

    def __init__(self, *, superadmin: bool = False, house: House | None = None) -> None:
        self.house = furnished(house or House()).work("admin", superadmin=superadmin)
        self.shown: list[OneTimePassword] = []
        self.presenter = UsersPresenter(
            self.house.session, self.house.connection, self.house.runner, self.house.dialogs, self.shown.append
        )
        self.presenter.enter()

    @property
    def state(self) -> Any:
        return self.presenter.state

    @property
    def accounts(self) -> Any:
        return self.house.server.accounts

    def choose(self, user_id: str) -> Desk:
        self.presenter.choose(user_id)
        return self

    def orders(self) -> list[str]:
        reads = ("users", "list", "users_devices")
        return [name for name in self.accounts.names() if name not in reads]


def test_the_list_is_read_with_departments_and_the_first_user_is_chosen() -> None:
    desk = Desk()
    assert [one.username for one in desk.state.users] == ["dsmith", "frontdesk", "agency", "student", "newcomer"]
    assert desk.state.user == USERS[0]
    assert desk.state.is_me
    assert desk.state.department_of(USERS[1]) == "Physical Therapy"


def test_disabling_is_asked_first_and_names_what_it_does() -> None:
    desk = Desk().choose("u-2")
    desk.presenter.ask_active()
    question = desk.house.dialogs.answer(accepted=False)
    assert "Terry Beispiel" in question.title
    assert "signed out of this practice at once" in question.body
    assert question.dangerous
    assert desk.orders() == []
    desk.presenter.ask_active()
    desk.house.dialogs.answer()
    user_id, form = desk.accounts.last("change_user")
    assert (user_id, form.version, form.is_active, form.role) == ("u-2", 3, False, None)
    assert "disabled" in desk.state.done


def test_enabling_takes_nothing_away_and_is_not_asked() -> None:
    desk = Desk().choose("u-4")
    desk.presenter.ask_active()
    assert desk.house.dialogs.open == []
    assert desk.accounts.last("change_user")[1].is_active is True


def test_a_one_time_password_is_shown_once_the_server_has_it() -> None:
    desk = Desk(house=House(runner=ManualRunner()))
    desk.house.runner.finish_all()
    desk.choose("u-2").presenter.ask_new_password()
    question = desk.house.dialogs.answer()
    assert "all their sessions end" in question.body
    assert desk.shown == []
    desk.house.runner.finish_all()
    sent = desk.accounts.last("change_user")[1].password
    assert [(one.username, one.password) for one in desk.shown] == [("frontdesk", sent)]
    assert sent not in repr(desk.state)


def test_a_refused_one_time_password_is_never_shown() -> None:
    desk = Desk().choose("u-2")
    desk.accounts.answers["change_user"] = ServerError("KS-403", "No.", status=403)
    desk.presenter.ask_new_password()
    desk.house.dialogs.answer()
    assert desk.shown == []
    assert desk.state.problem.sentence == "No."


def test_a_stale_order_is_refused_with_the_servers_sentence_beside_the_new_state() -> None:
    desk = Desk().choose("u-2")
    fresh = tuple(replace(one, can_upload=True, version=4) if one.user_id == "u-2" else one for one in USERS)
    desk.presenter.ask_active()
    desk.accounts.answers.update(
        change_user=ServerError(STALE, "Somebody else changed this in the meantime.", status=409), users=fresh
    )
    desk.house.dialogs.answer()
    assert desk.state.problem.sentence == "Somebody else changed this in the meantime."
    assert desk.state.problem.code == STALE
    assert desk.state.user.can_upload
    assert desk.state.done == ""


def test_the_second_factor_is_reset_after_a_question_only_where_there_is_one() -> None:
    desk = Desk(superadmin=True).choose("u-2")
    desk.presenter.ask_factor_off()
    assert desk.house.dialogs.open == []
    desk.choose("u-1").presenter.ask_factor_off()
    question = desk.house.dialogs.answer()
    assert "password alone lets them in" in question.body
    assert desk.accounts.last("drop_users_second_factor") == ("u-1",)


def test_sessions_are_ended_with_their_number_in_the_question() -> None:
    desk = Desk().choose("u-2")
    desk.presenter.ask_end_sessions()
    assert "1 session" in desk.house.dialogs.answer().body
    assert desk.accounts.last("end_sessions") == ("u-2",)
    desk.choose("u-4").presenter.ask_end_sessions()
    assert desk.house.dialogs.open == []


def test_whoever_works_elsewhere_too_is_a_superadmins_to_change() -> None:
    desk = Desk().choose("u-3")
    assert desk.state.person_locked
    desk.presenter.ask_new_password()
    desk.presenter.ask_factor_off()
    assert desk.house.dialogs.open == []
    form = desk.presenter.form("change")
    assert form is not None
    assert form.state.person_locked
    assert not Desk(superadmin=True).choose("u-3").state.person_locked


def test_only_a_superadmin_disables_everywhere() -> None:
    desk = Desk().choose("u-2")
    desk.presenter.ask_everywhere()
    assert desk.house.dialogs.open == []
    desk = Desk(superadmin=True).choose("u-2")
    desk.presenter.ask_everywhere()
    assert "every practice at once" in desk.house.dialogs.answer().body
    assert desk.accounts.last("allow_everywhere")[1].is_active is False


def test_everybody_is_allowed_again_where_they_were_disabled_everywhere() -> None:
    desk = Desk(superadmin=True)
    gone = tuple(replace(one, disabled_everywhere=True, is_active=False) for one in USERS)
    desk.accounts.answers["users"] = gone
    desk.presenter.refresh()
    desk.choose("u-2").presenter.ask_everywhere()
    assert desk.house.dialogs.answer().action == "Allow again"
    assert desk.accounts.last("allow_everywhere")[1].is_active is True


def test_a_new_user_gets_a_one_time_password_that_is_shown_with_their_name() -> None:
    desk = Desk()
    form = desk.presenter.form("new")
    assert form is not None
    form.save()
    assert set(form.state.complaints) == {"username", "display_name"}
    for name, value in {
        "username": " Gina ", "display_name": "Gina Muster", "role": "clinician", "can_match": False,
        "can_review": True, "department_id": "d-e",
    }.items():  # fmt: skip
        form.set_value(name, value)
    assert form.state.complaints == {}
    form.save()
    sent = desk.accounts.last("add_user")[0]
    assert (sent.username, sent.can_match, sent.can_review, sent.can_upload) == ("Gina", False, True, False)
    assert sent.department_id == "d-e"
    assert [(one.username, one.password) for one in desk.shown] == [("gina", sent.password)]
    assert form.state.saved
    assert sent.password not in repr(form.state)


def test_a_read_only_user_is_sent_without_a_right_whatever_was_ticked() -> None:
    desk = Desk()
    form = desk.presenter.form("new")
    assert form is not None
    for name, value in {"username": "x", "display_name": "X", "can_upload": True, "role": "readonly"}.items():
        form.set_value(name, value)
    form.save()
    sent = desk.accounts.last("add_user")[0]
    assert (sent.role, sent.can_match, sent.can_review, sent.can_upload) == ("readonly", False, False, False)


def test_a_change_sends_only_what_is_different_and_the_version_that_was_seen() -> None:
    desk = Desk().choose("u-2")
    form = desk.presenter.form("change")
    assert form is not None
    form.set_value("can_upload", True)
    form.set_value("department_id", "")
    form.set_value("email", "terry@clinic.example")
    form.save()
    user_id, sent = desk.accounts.last("change_user")
    assert (user_id, sent.version) == ("u-2", 3)
    assert (sent.can_upload, sent.department_id, sent.email) == (True, "", "terry@clinic.example")
    assert (sent.role, sent.can_match, sent.display_name, sent.is_default, sent.password) == (None,) * 5
    assert desk.shown == []


def test_the_practice_becomes_the_default_one_and_is_never_taken_away() -> None:
    desk = Desk().choose("u-3")
    form = desk.presenter.form("change")
    assert form is not None
    form.set_value("is_default", True)
    form.save()
    assert desk.accounts.last("change_user")[1].is_default is True
    mine = desk.choose("u-2").presenter.form("change")
    assert mine is not None
    assert mine.state.default_locked


def test_somebody_of_another_practice_is_added_without_a_password() -> None:
    desk = Desk(superadmin=True)
    form = desk.presenter.form("member")
    assert form is not None
    form.set_value("username", "agency2")
    form.save()
    assert desk.accounts.last("add_member")[0].username == "agency2"
    assert desk.shown == []


def test_a_refused_form_stays_as_it_was_typed() -> None:
    desk = Desk()
    form = desk.presenter.form("new")
    assert form is not None
    desk.accounts.answers["add_user"] = ServerError("KS-409S", "This user name is taken.", status=409)
    form.set_value("username", "dsmith")
    form.set_value("display_name", "Another Smith")
    form.save()
    assert form.state.problem is not None
    assert form.state.problem.sentence == "This user name is taken."
    assert (form.state.display_name, form.state.saved, desk.shown) == ("Another Smith", False, [])


def test_a_lost_line_empties_the_list() -> None:
    desk = Desk()
    desk.accounts.answers["users"] = Unreachable("gone")
    desk.presenter.refresh()
    assert desk.state.users == ()
    assert desk.state.problem.offline


def test_nothing_is_ordered_while_an_order_is_under_way() -> None:
    desk = Desk(house=House(runner=ManualRunner()))
    desk.house.runner.finish_all()
    desk.choose("u-4").presenter.ask_active()
    desk.presenter.ask_active()
    desk.presenter.ask_new_password()
    assert desk.house.dialogs.open == []
    desk.house.runner.finish_all()
    assert desk.orders() == ["change_user"]


@pytest.mark.parametrize("locked", [False, True])
def test_computers_are_listed_on_request_and_revoked_after_a_question(locked: bool) -> None:
    desk = Desk(superadmin=not locked).choose("u-3")
    assert "users_devices" not in desk.accounts.names()
    computers = desk.presenter.computers()
    assert computers is not None
    computers.enter()
    first, second = computers.state.computers
    assert (first.name, first.revoked, second.revoked) == ("Front desk, left", False, True)
    computers.ask_revoke(second)
    assert desk.house.dialogs.open == []
    computers.ask_revoke(first)
    if locked:
        assert desk.house.dialogs.open == []
        return
    assert "for good" in desk.house.dialogs.answer().body
    assert desk.accounts.last("revoke_device") == ("u-3", "d-1")
    assert all(line.revoked for line in computers.state.computers)


def test_a_computer_is_enrolled_by_the_key_that_it_shows() -> None:
    desk = Desk().choose("u-2")
    computers = desk.presenter.computers()
    assert computers is not None
    computers.enter()
    for key, name, words in (("abc", "Desk", "64 signs"), ("g" * 64, "Desk", "64 signs"), ("a" * 64, " ", "Name")):
        computers.enrol(key, name)
        assert computers.state.problem is not None
        assert words in computers.state.problem.sentence
    assert "enrol_users_device" not in desk.accounts.names()
    computers.enrol("AB" * 16 + " " + "cd" * 16, " Front desk ")
    user_id, form = desk.accounts.last("enrol_users_device")
    assert (user_id, form.public_key, form.name) == ("u-2", "ab" * 16 + "cd" * 16, "Front desk")
    assert computers.state.enrolled == 1


def test_a_stale_form_sends_what_its_person_changed_and_leaves_what_the_other_did() -> None:
    desk = Desk()
    desk.presenter.choose("u-2")
    form = desk.presenter.form("change")
    assert form is not None
    form.set_value("email", "terry@new.example")
    theirs = replace(USERS[1], can_review=True, department_id=None, version=8)
    desk.accounts.answers.update(
        change_user=ServerError(STALE, "Somebody else changed this.", status=409), users=(USERS[0], theirs)
    )
    form.save()
    assert form.state.problem is not None
    assert form.state.email == "terry@new.example"
    assert (form.state.can_review, form.state.department_id) == (True, "")
    desk.accounts.answers["change_user"] = lambda user_id, asked: replace(theirs, version=asked.version + 1)
    form.save()
    _, asked = desk.accounts.last("change_user")
    assert asked == ChangeUser(8, email="terry@new.example")
    assert form.state.saved
