"""What is shown once passes: off the clipboard after a minute, out of every repr, and easy to read aloud."""

from __future__ import annotations

from kinometric_desktop.app.one_time_password import OneTimePassword, new_one_time_password
from kinometric_desktop.app.own_password import rules_of
from kinometric_desktop.app.passing_clipboard import STAYS_S
from tests.kinometric_desktop.house import House


def test_what_was_copied_is_taken_back_after_a_minute() -> None:
    house = House()
    house.passing.copy("canary-secret")
    assert house.clipboard.text == "canary-secret"
    assert [alarm.delay_s for alarm in house.timer.waiting] == [STAYS_S] == [60.0]
    house.timer.fire()
    assert house.clipboard.text == ""
    assert house.timer.waiting == []


def test_a_second_copy_has_a_minute_of_its_own() -> None:
    house = House()
    house.passing.copy("first")
    house.passing.copy("second")
    assert len(house.timer.waiting) == 1
    house.timer.fire()
    assert house.clipboard.text == ""


def test_what_somebody_else_copied_meanwhile_stays() -> None:
    house = House()
    house.passing.copy("secret")
    house.clipboard.text = "a shopping list"
    house.passing.take_back()
    assert house.clipboard.text == "a shopping list"


def test_nothing_is_touched_where_nothing_was_copied() -> None:
    house = House()
    house.clipboard.text = "a shopping list"
    house.passing.take_back()
    assert house.clipboard.text == "a shopping list"


def test_a_one_time_password_keeps_the_rule_and_has_no_sign_that_is_taken_for_another() -> None:
    made = {new_one_time_password() for _ in range(300)}
    assert len(made) == 300
    for password in made:
        assert all(rule.kept for rule in rules_of(password, password, "gina"))
        assert not set("0Oo1Il5S8B2Z") & set(password.replace("-", ""))
        assert [len(group) for group in password.split("-")] == [4, 4, 4, 4]


def test_a_one_time_password_stands_in_no_repr() -> None:
    assert "canary" not in repr(OneTimePassword("gina", "canary"))
