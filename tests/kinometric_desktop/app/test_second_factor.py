"""Setting a second factor up and off, and a person's own new password, without Qt."""

from __future__ import annotations

from typing import Any

import pytest

from kinometric.contract.accounts import RecoveryCodes, SecondFactorBegun
from kinometric.contract.errors import TOO_MANY_TRIES, WRONG_CODE, WRONG_SIGN_IN
from kinometric_desktop.app.own_password import OLD_NOT_RIGHT, OwnPasswordPresenter
from kinometric_desktop.app.passing_clipboard import COPIED
from kinometric_desktop.app.runners import ManualRunner
from kinometric_desktop.app.second_factor import (
    CODE_DID_NOT_MATCH,
    PASSWORD_NOT_RIGHT,
    SecondFactorPresenter,
    squares_of,
)
from kinometric_desktop.client.errors import ServerError, Unreachable
from tests.kinometric_desktop.house import House

SECRET = "CANARYBASE32SECRETCANARYBASE32SE"
URI = f"otpauth://totp/Kinometric:dsmith?secret={SECRET}&issuer=Kinometric"
CODES = tuple(f"canary-{place}{place}{place}{place}" for place in range(10))


def setting_up(**answers: Any) -> tuple[SecondFactorPresenter, House, list[str]]:
    house = House().work("admin")
    done: list[str] = []
    house.server.accounts.answers.update(
        begin_second_factor=SecondFactorBegun(SECRET, URI),
        confirm_second_factor=RecoveryCodes(CODES),
        drop_second_factor=None,
        **answers,
    )
    presenter = SecondFactorPresenter(
        house.connection,
        house.runner,
        lambda: done.append("done"),
        house.passing,
        house.printer,  # type: ignore[arg-type]
    )
    return presenter, house, done


def test_the_secret_is_shown_as_a_picture_and_as_text_that_can_be_typed() -> None:
    presenter, _, _ = setting_up()
    presenter.begin()
    assert presenter.state.stage == "confirm"
    assert presenter.state.secret_in_groups == "CANA RYBA SE32 SECR ETCA NARY BASE 32SE"
    assert presenter.state.squares == squares_of(URI)
    sides = {len(presenter.state.squares), *(len(row) for row in presenter.state.squares)}
    assert len(sides) == 1
    finder = tuple(row[:7] for row in presenter.state.squares[:7])
    assert finder[0] == (True,) * 7
    assert finder[1] == (True, *(False,) * 5, True)
    assert finder[3] == (True, False, True, True, True, False, True)


def test_one_code_confirms_it_and_the_recovery_codes_are_shown_until_they_are_kept() -> None:
    presenter, house, done = setting_up()
    presenter.begin()
    presenter.confirm("407 123")
    assert house.server.accounts.last("confirm_second_factor")[0].code == "407123"
    assert (presenter.state.stage, presenter.state.codes) == ("codes", CODES)
    assert presenter.state.secret == ""
    presenter.finish()
    assert done == []
    presenter.say_kept(True)
    presenter.finish()
    assert done == ["done"]
    assert presenter.state.codes == ()


def test_a_code_that_is_not_six_digits_is_not_sent() -> None:
    presenter, house, _ = setting_up()
    presenter.begin()
    for code in ("", "12345", "1234567", "abcdef"):
        presenter.confirm(code)
    assert "confirm_second_factor" not in house.server.accounts.names()


def test_a_wrong_code_leaves_the_secret_in_sight() -> None:
    presenter, _, done = setting_up()
    presenter.begin()
    presenter._connection.client.accounts.answers["confirm_second_factor"] = ServerError(WRONG_CODE, "no")
    presenter.confirm("000000")
    assert presenter.state.problem is not None
    assert presenter.state.problem.sentence == CODE_DID_NOT_MATCH
    assert (presenter.state.stage, presenter.state.secret, done) == ("confirm", SECRET, [])


def test_copying_and_printing_touch_no_disk_and_say_so() -> None:
    presenter, house, _ = setting_up()
    presenter.print_codes()
    assert house.printer.pages == []
    presenter.begin()
    presenter.copy_secret()
    assert (house.clipboard.text, presenter.state.note) == (SECRET, COPIED)
    presenter.confirm("407123")
    assert presenter.state.note == ""
    presenter.copy_codes()
    assert house.clipboard.text.splitlines() == list(CODES)
    presenter.print_codes()
    title, lines = house.printer.pages[0]
    assert "canary" not in title
    assert [line.split()[-1] for line in lines] == list(CODES)
    assert presenter.state.note == "Sent to the printer."
    house.printer.refuses = "No printer."
    presenter.print_codes()
    assert presenter.state.problem is not None


def test_neither_secret_nor_codes_stand_in_a_repr() -> None:
    presenter, _, _ = setting_up()
    presenter.begin()
    assert "CANARY" not in repr(presenter.state)
    assert "True, True" not in repr(presenter.state)
    presenter.confirm("407123")
    assert "canary" not in repr(presenter.state)


@pytest.mark.parametrize("end", ["forget", "close"])
def test_nothing_is_left_once_the_screen_goes(end: str) -> None:
    presenter, _, _ = setting_up()
    presenter.begin()
    getattr(presenter, end)()
    assert (presenter.state.secret, presenter.state.squares) == ("", ())


def test_a_late_answer_never_shows_a_secret_on_a_screen_that_has_gone() -> None:
    house = House(runner=ManualRunner()).work("admin")
    house.server.accounts.answers["begin_second_factor"] = SecondFactorBegun(SECRET, URI)
    presenter = SecondFactorPresenter(house.connection, house.runner, lambda: None)
    presenter.begin()
    presenter.forget()
    house.runner.finish_all()
    assert (presenter.state.stage, presenter.state.secret) == ("begin", "")


def test_a_lost_line_can_be_tried_again() -> None:
    presenter, house, _ = setting_up()
    house.server.accounts.answers["begin_second_factor"] = Unreachable("gone")
    presenter.begin()
    assert presenter.state.stage == "begin"
    assert presenter.state.problem is not None
    house.server.accounts.answers["begin_second_factor"] = SecondFactorBegun(SECRET, URI)
    presenter.begin()
    assert presenter.state.stage == "confirm"


def test_it_is_switched_off_with_the_password_only() -> None:
    presenter, house, done = setting_up()
    presenter.turn_off("")
    assert "drop_second_factor" not in house.server.accounts.names()
    house.server.accounts.answers["drop_second_factor"] = ServerError(WRONG_SIGN_IN, "no", status=422)
    presenter.turn_off("wrong")
    assert presenter.state.problem is not None
    assert (presenter.state.problem.sentence, done) == (PASSWORD_NOT_RIGHT, [])
    house.server.accounts.answers["drop_second_factor"] = None
    presenter.turn_off("right")
    assert done == ["done"]
    assert house.server.accounts.last("drop_second_factor")[0].password == "right"


def new_password(old: str = "", **answers: Any) -> tuple[OwnPasswordPresenter, House, list[str]]:
    house = House().work()
    done: list[str] = []
    house.server.accounts.answers.update(change_password=None, **answers)
    presenter = OwnPasswordPresenter(house.connection, house.runner, lambda: done.append("done"))
    presenter.start("dsmith", old)
    return presenter, house, done


def test_what_a_new_password_still_lacks_is_said_while_it_is_typed() -> None:
    presenter, _, _ = new_password()

    def missing(new: str, again: str = "") -> list[str]:
        presenter.typed(new, again, "old")
        return [rule.words for rule in presenter.state.rules if not rule.kept]

    assert len(missing("")) == 5
    assert missing("quiet") == ["8 characters or more", "an upper-case and a lower-case letter", "a number",
                                "the same twice"]  # fmt: skip
    assert missing("Quiet meadow 7", "Quiet meadow") == ["the same twice"]
    assert missing("Quiet meadow 7", "Quiet meadow 7") == []
    assert presenter.state.ready
    assert missing("DSmith", "DSmith") == ["8 characters or more", "a number", "not the username"]


def test_an_incomplete_one_is_not_sent_and_says_what_is_missing() -> None:
    presenter, house, _ = new_password()
    presenter.change("Quiet meadow", "Quiet meadow", "old")
    assert presenter.state.problem is not None
    assert presenter.state.problem.sentence == "Still missing: a number."
    presenter.change("Quiet meadow 7", "Quiet meadow 7")
    assert presenter.state.problem is not None
    assert "until now" in presenter.state.problem.sentence
    assert "change_password" not in house.server.accounts.names()


def test_it_is_sent_with_the_one_of_until_now_and_stays_in_no_state() -> None:
    presenter, house, done = new_password()
    presenter.change("Canary meadow 7", "Canary meadow 7", "Canary old 1")
    form = house.server.accounts.last("change_password")[0]
    assert (form.old_password, form.new_password) == ("Canary old 1", "Canary meadow 7")
    assert done == ["done"]
    assert presenter.state.changed
    assert "Canary" not in repr(presenter.state)


def test_where_it_was_just_typed_the_one_of_until_now_is_not_asked_again() -> None:
    presenter, house, _ = new_password("Just typed 1")
    assert not presenter.state.asks_old
    presenter.change("Quiet meadow 7", "Quiet meadow 7")
    assert house.server.accounts.last("change_password")[0].old_password == "Just typed 1"
    presenter.forget()
    assert presenter.state.asks_old


@pytest.mark.parametrize(
    ("refusal", "words"),
    [
        (ServerError(WRONG_SIGN_IN, "no", status=422), OLD_NOT_RIGHT),
        (ServerError("KS-422", "This password is one of the most common ones. Choose another."), "most common"),
        (ServerError(TOO_MANY_TRIES, "Too many tries.", retry_after_s=45), "Wait 0:45"),
    ],
)
def test_a_refusal_is_said_and_the_form_stays(refusal: ServerError, words: str) -> None:
    presenter, house, done = new_password()
    house.server.accounts.answers["change_password"] = refusal
    presenter.change("Quiet meadow 7", "Quiet meadow 7", "old")
    assert presenter.state.problem is not None
    assert words in presenter.state.problem.sentence
    assert (presenter.state.busy, presenter.state.changed, done) == (False, False, [])
