"""Fifteen minutes without input lock the screen, warned at thirteen; the same person goes on where they were."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kinometric.contract.accounts import SignedIn
from kinometric.contract.errors import WRONG_CODE, WRONG_SIGN_IN
from kinometric_desktop.app.lock import ACTIVITY_EVERY_S, IDLE_END_S, WARN_BEFORE_S, LockPresenter
from kinometric_desktop.app.sign_in import CODE_DID_NOT_MATCH
from kinometric_desktop.app.unlock import WRONG, UnlockPresenter
from kinometric_desktop.client.errors import ServerError, Unreachable
from tests.kinometric_desktop.house import House, me, membership, patient


def watched(house: House) -> LockPresenter:
    presenter = LockPresenter(house.session, house.connection, house.runner, house.clock, house.timer)
    house.server.accounts.answers["activity"] = me()
    house.work()
    return presenter


def test_nothing_counts_before_somebody_works() -> None:
    house = House()
    presenter = LockPresenter(house.session, house.connection, house.runner, house.clock, house.timer)
    assert not presenter.state.running
    assert presenter.state.words == ""


def test_the_time_counts_down_once_a_practice_is_entered() -> None:
    house = House()
    presenter = watched(house)
    house.clock.second += 12
    house.timer.fire()
    assert presenter.state.words == "Locks in 14:48 without input"


def test_thirteen_minutes_warn_and_any_input_takes_the_warning_away() -> None:
    house = House()
    presenter = watched(house)
    house.clock.second += IDLE_END_S - WARN_BEFORE_S
    house.timer.fire()
    assert presenter.state.warning
    presenter.input_seen()
    assert not presenter.state.warning


def test_fifteen_minutes_lock_and_end_the_server_session() -> None:
    house = House()
    presenter = watched(house)
    house.clock.second += IDLE_END_S
    house.timer.fire()
    assert house.session.state.locked
    assert presenter.state.locked
    assert presenter.state.why == "idle"
    assert house.server.accounts.names() == ["sign_out"]


def test_a_session_that_ended_on_the_server_is_not_called_idleness() -> None:
    house = House()
    presenter = watched(house)
    house.session.lock()
    assert presenter.state.locked
    assert presenter.state.why == "server"


def test_a_laptop_that_wakes_after_the_end_locks_at_the_first_key() -> None:
    house = House()
    presenter = watched(house)
    house.clock.second += IDLE_END_S + 3600
    presenter.input_seen()
    assert house.session.state.locked


def test_real_input_is_told_to_the_server_once_a_minute_at_most() -> None:
    house = House()
    presenter = watched(house)
    for _ in range(10):
        house.clock.second += ACTIVITY_EVERY_S / 5
        presenter.input_seen()
        house.timer.fire()
    assert house.server.accounts.names().count("activity") == 2


def test_without_input_the_server_session_is_not_renewed() -> None:
    house = House()
    watched(house)
    house.clock.second += 5 * 60
    house.timer.fire()
    assert "activity" not in house.server.accounts.names()


def test_a_locked_screen_counts_no_further() -> None:
    house = House()
    presenter = watched(house)
    presenter.lock_now()
    assert not house.timer.waiting
    presenter.input_seen()
    assert house.session.state.locked


def test_locking_twice_signs_out_once() -> None:
    house = House()
    presenter = watched(house)
    presenter.lock_now()
    assert presenter.state.why == "hand"
    presenter.lock_now()
    assert house.server.accounts.names() == ["sign_out"]


def test_a_closed_lock_stops_its_timer() -> None:
    house = House()
    presenter = watched(house)
    presenter.close()
    assert not house.timer.waiting


def locked_house() -> tuple[House, UnlockPresenter]:
    house = House().work()
    house.session.open_patient(patient(), "s-1")
    house.session.choose_department("d-east", "Eastside PT")
    house.session.lock()
    return house, UnlockPresenter(house.session, house.connection, house.runner)


def test_the_same_person_goes_on_with_the_same_patient_and_department() -> None:
    house, presenter = locked_house()
    house.server.accounts.answers["sign_in"] = SignedIn("signed_in", None, me())
    presenter.sign_in("right")
    assert not house.session.state.locked
    assert house.session.patient is not None
    assert house.session.practice is not None
    assert house.session.practice.department_name == "Eastside PT"


def test_the_practice_of_before_is_entered_again() -> None:
    house, presenter = locked_house()
    elsewhere = me("clinician", practice_id="p-other")
    house.server.accounts.answers["sign_in"] = SignedIn("signed_in", None, elsewhere)
    house.server.accounts.answers["switch_practice"] = me()
    presenter.sign_in("right")
    assert house.server.accounts.last("switch_practice")[0].practice_id == "p-harbor"
    assert not house.session.state.locked


def test_a_wrong_password_keeps_it_locked() -> None:
    house, presenter = locked_house()
    house.server.accounts.answers["sign_in"] = ServerError(WRONG_SIGN_IN, "no")
    presenter.sign_in("wrong")
    assert house.session.state.locked
    assert presenter.state.sentence == WRONG


def test_a_code_is_asked_for_and_a_wrong_one_said() -> None:
    house, presenter = locked_house()
    house.server.accounts.answers["sign_in"] = SignedIn("code_needed", None, None)
    presenter.sign_in("right")
    assert presenter.state.code_asked
    house.server.accounts.answers["sign_in"] = ServerError(WRONG_CODE, "no")
    presenter.sign_in("right", "000000")
    assert presenter.state.sentence == CODE_DID_NOT_MATCH
    assert presenter.state.code_asked


def test_a_server_that_is_gone_keeps_it_locked_and_says_so() -> None:
    house, presenter = locked_house()
    house.server.accounts.answers["sign_in"] = Unreachable("gone")
    presenter.sign_in("right")
    assert house.session.state.locked
    assert "[KW-101]" in presenter.state.sentence


def test_somebody_else_starts_over_without_the_patient() -> None:
    house, presenter = locked_house()
    presenter.someone_else()
    assert house.session.state.me is None
    assert house.session.patient is None


def test_unlocking_without_a_connection_starts_over() -> None:
    house, presenter = locked_house()
    house.connection.close()
    presenter.sign_in("right")
    assert house.session.state.me is None


def test_a_second_membership_does_not_matter_when_going_on() -> None:
    house, presenter = locked_house()
    house.server.accounts.answers["sign_in"] = SignedIn(
        "signed_in", None, me("clinician", membership(practice_id="p-2"))
    )
    presenter.sign_in("right")
    assert "switch_practice" not in house.server.accounts.names()


def test_a_superadmin_enters_again_for_the_reason_of_before() -> None:
    house = House().work("admin", superadmin=True)
    house.session.enter_practice(me("admin", superadmin=True), "Setting it up")
    house.session.lock()
    outside = replace(me("admin", superadmin=True), active=None, memberships=())
    house.server.accounts.answers.update(
        sign_in=SignedIn("signed_in", None, outside), switch_practice=me("admin", superadmin=True)
    )
    UnlockPresenter(house.session, house.connection, house.runner).sign_in("right")
    assert house.server.accounts.last("switch_practice")[0].reason == "Setting it up"
    assert not house.session.state.locked


def test_the_reason_does_not_outlive_the_practice() -> None:
    house = House().work("admin", superadmin=True)
    house.session.enter_practice(me("admin", superadmin=True), "Setting it up")
    house.session.enter_practice(me("admin", practice_id="p-own", superadmin=True))
    assert house.session.state.entered_reason == ""


def test_a_recovery_code_opens_the_lock_too() -> None:
    house, presenter = locked_house()
    house.server.accounts.answers["sign_in"] = SignedIn("signed_in", None, me())
    presenter.sign_in("right", "", " aaaa-bbbb ")
    form = house.server.accounts.last("sign_in")[0]
    assert (form.code, form.recovery_code) == (None, "aaaa-bbbb")
    assert not house.session.state.locked


@pytest.mark.parametrize("news", ["password_to_change", "second_factor_needed"])
def test_where_the_server_opens_nothing_yet_the_sign_in_begins_anew(news: str) -> None:
    house, presenter = locked_house()
    house.server.accounts.answers["sign_in"] = SignedIn("signed_in", None, replace(me(), **{news: True}))
    presenter.sign_in("right")
    assert house.session.state.me is None
