"""The forms with a secret without Qt: the language model and the credentials that practices share."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kinometric.contract.errors import NOT_FOUND, STALE
from kinometric.contract.practices import ChangeScope, ScopeSheet, SetSharedCredentials, SharedCredentials
from kinometric_desktop.app.admin_scope import MODEL_STORED, MODEL_WAITS, ScopeForm, ScopePresenter
from kinometric_desktop.app.language_model import KEY_AGAIN, SWITCH_OFF_FIRST, LanguageModelPresenter
from kinometric_desktop.app.runners import ManualRunner
from kinometric_desktop.app.scope_words import scope_lines
from kinometric_desktop.app.shared_credentials import NOT_YOURS, SharedCredentialsPresenter
from kinometric_desktop.client.errors import ServerError, Unreachable
from tests.kinometric_desktop.clinic_admin import SHEET, furnished
from tests.kinometric_desktop.house import House

ADDRESS = "https://models.example/v1/chat/completions"
WITH_MODEL = replace(SHEET, model_address=ADDRESS, model_name="small-1", model_key_set_at="2026-05-05T12:00:00+00:00")


def modelling(sheet: ScopeSheet = SHEET) -> tuple[LanguageModelPresenter, House, list[ScopeSheet]]:
    house = furnished(House()).work("admin", superadmin=True)
    stored: list[ScopeSheet] = []
    return LanguageModelPresenter(house.connection, house.runner, sheet, stored.append), house, stored


def sent(house: House) -> ChangeScope:
    form = house.server.practice.last("change_scope")[0]
    assert isinstance(form, ChangeScope)
    return form


def test_a_model_is_named_with_its_key_which_stays_in_no_state() -> None:
    form, house, stored = modelling()
    form.set_value("address", " https://models.example/v1 ")
    form.set_value("name", "small-1")
    form.save(" canary-key ")
    assert sent(house) == ChangeScope(
        9, model_address="https://models.example/v1", model_name="small-1", model_key="canary-key"
    )
    assert stored
    assert "canary" not in repr(form.state) + repr(vars(form))


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "address"),
        ({"address": "https://models.example/v1"}, "name"),
        ({"address": "https://models.example/v1", "name": " "}, "name"),
        ({"address": "https://models.example/v1", "name": "small-1"}, KEY_AGAIN),
    ],
)
def test_what_is_missing_is_said_before_anything_is_sent(values: dict[str, str], words: str) -> None:
    form, house, _ = modelling()
    for name, value in values.items():
        form.set_value(name, value)
    form.save("")
    assert words in form.state.complaint
    assert "change_scope" not in house.server.practice.names()


def test_a_model_without_a_key_is_named_by_saying_so() -> None:
    form, house, _ = modelling()
    for name, value in {"address": "https://models.example/v1", "name": "small-1", "keyless": True}.items():
        form.set_value(name, value)
    form.save("typed before the tick")
    assert sent(house).model_key is None


def test_the_key_that_is_set_stays_while_the_address_does() -> None:
    form, house, _ = modelling(WITH_MODEL)
    form.set_value("address", "https://models.example/v1/")
    form.set_value("name", "small-2")
    assert not form.state.key_needed
    form.save("")
    assert sent(house) == ChangeScope(9, model_name="small-2")


def test_another_address_needs_the_key_again() -> None:
    form, house, _ = modelling(WITH_MODEL)
    form.set_value("address", "https://elsewhere.example/v1")
    assert form.state.key_needed
    form.save("")
    assert form.state.complaint == KEY_AGAIN
    form.save("another")
    assert sent(house).model_address == "https://elsewhere.example/v1"


def test_a_tick_from_another_address_does_not_drop_a_key_typed_for_this_one() -> None:
    form, house, _ = modelling(WITH_MODEL)
    form.set_value("address", "https://elsewhere.example/v1")
    form.set_value("keyless", True)
    form.set_value("address", ADDRESS)
    form.save("renewed")
    assert sent(house).model_key == "renewed"


def test_an_empty_address_takes_all_away_once_the_switch_is_off() -> None:
    form, house, _ = modelling(replace(WITH_MODEL, interpretation_model=True))
    form.set_value("address", "")
    form.save("")
    assert form.state.complaint == SWITCH_OFF_FIRST
    form, house, _ = modelling(WITH_MODEL)
    form.set_value("address", "")
    form.save("left over")
    assert sent(house) == ChangeScope(9, model_address="", model_name="")


def test_a_refused_model_keeps_what_was_typed_and_a_stale_one_goes_through_the_next_time() -> None:
    form, house, stored = modelling()
    form.set_value("address", "http://models.example/v1")
    form.set_value("name", "small-1")
    house.server.practice.answers["change_scope"] = ServerError("KS-422", "By https only.", status=422)
    form.save("k")
    assert (form.state.busy, form.state.address) == (False, "http://models.example/v1")
    assert form.state.problem is not None
    house.server.practice.answers.update(
        change_scope=ServerError(STALE, "Somebody else changed this.", status=409), scope=replace(SHEET, version=12)
    )
    form.set_value("address", "https://models.example/v1")
    assert form.state.problem is None
    form.save("k")
    house.server.practice.answers["change_scope"] = lambda asked: replace(SHEET, version=asked.version + 1)
    form.save("k")
    assert stored[0].version == 13


def test_twice_pressed_sends_once() -> None:
    house = furnished(House(runner=ManualRunner())).work("admin", superadmin=True)
    form = LanguageModelPresenter(house.connection, house.runner, WITH_MODEL, lambda _: None)
    form.save("")
    form.save("")
    house.runner.finish_all()  # type: ignore[attr-defined]
    assert house.server.practice.names().count("change_scope") == 1


class Desk:
    """A superadmin, or an administrator, at the scope sheet."""

    def __init__(self, sheet: ScopeSheet = SHEET, *, superadmin: bool = True) -> None:
        self.house = furnished(House()).work("admin", superadmin=superadmin)
        self.house.server.practice.answers["scope"] = sheet
        self.forms: list[ScopeForm] = []
        self.presenter = ScopePresenter(
            self.house.session, self.house.connection, self.house.runner, self.house.dialogs, self.forms.append
        )
        self.presenter.enter()


def test_the_switch_asks_for_a_model_first_and_is_turned_then() -> None:
    desk = Desk()
    desk.presenter.ask_turn("interpretation_model")
    form = desk.forms[0]
    assert isinstance(form, LanguageModelPresenter)
    assert desk.house.dialogs.open == []
    desk.house.server.practice.answers["change_scope"] = replace(WITH_MODEL, version=10)
    for name, value in {"address": "https://models.example/v1", "name": "small-1"}.items():
        form.set_value(name, value)
    form.save("k")
    assert desk.presenter.state.done == MODEL_WAITS
    desk.presenter.ask_turn("interpretation_model")
    desk.house.dialogs.answer()
    assert sent(desk.house) == ChangeScope(10, interpretation_model=True)


def test_a_model_whose_switch_is_on_is_changed_without_being_told_to_switch_it_on() -> None:
    desk = Desk(replace(WITH_MODEL, interpretation_model=True))
    desk.presenter.open_model()
    desk.house.server.practice.answers["change_scope"] = replace(WITH_MODEL, interpretation_model=True)
    desk.forms[0].save("")
    assert desk.presenter.state.done == MODEL_STORED


def test_the_sheet_says_who_is_asked_and_nothing_of_the_key() -> None:
    line = next(one for one in scope_lines(WITH_MODEL) if one.name == "interpretation_model")
    assert line.meaning == "Asks models.example, small-1."


def test_an_administrator_opens_none_of_the_forms() -> None:
    desk = Desk(superadmin=False)
    desk.presenter.open_model()
    desk.presenter.open_shared()
    assert desk.forms == []
    assert "shared_credentials" not in desk.house.server.practice.names()


SHARED = (SharedCredentials("preview", "client-7"), SharedCredentials("production", "client-9"))


def sharing(environment: str = "preview") -> tuple[SharedCredentialsPresenter, House, list[str]]:
    house = furnished(House()).work("admin", superadmin=True)
    house.server.practice.answers.update(shared_credentials=SHARED, set_shared_credentials=SHARED)
    said: list[str] = []
    form = SharedCredentialsPresenter(house.connection, house.runner, environment, said.append)
    form.enter()
    return form, house, said


def test_shared_credentials_show_what_is_set_for_the_environment_and_what_replacing_does() -> None:
    form, _, _ = sharing()
    assert form.state.client_id == "client-7"
    assert "every practice" in form.state.standing
    form.set_value("environment", "production")
    assert form.state.client_id == "client-9"
    form.set_value("environment", "standin")
    assert form.state.client_id == ""
    assert form.state.standing.startswith("None are set for stand-in")


def test_a_typed_client_id_stays_when_another_environment_is_looked_at() -> None:
    form, _, _ = sharing()
    form.set_value("client_id", "client-8")
    form.set_value("environment", "production")
    assert form.state.client_id == "client-8"


def test_a_client_id_typed_before_the_list_was_read_stays() -> None:
    house = furnished(House(runner=ManualRunner())).work("admin", superadmin=True)
    house.server.practice.answers["shared_credentials"] = SHARED
    form = SharedCredentialsPresenter(house.connection, house.runner, "preview", lambda _: None)
    form.enter()
    form.set_value("client_id", "client-8")
    house.runner.finish_all()  # type: ignore[attr-defined]
    assert (form.state.client_id, form.state.known) == ("client-8", True)


def test_a_practice_without_athenaone_is_offered_preview() -> None:
    form, _, _ = sharing("none")
    assert form.state.environment == "preview"


def test_the_secret_is_needed_with_every_change_and_kept_nowhere() -> None:
    form, house, said = sharing()
    form.save("")
    assert "secret" in form.state.complaint
    form.set_value("client_id", " ")
    form.save("canary")
    assert form.state.complaint == "Type the client ID."
    assert "set_shared_credentials" not in house.server.practice.names()
    form.set_value("client_id", "client-8")
    form.save(" canary ")
    asked = house.server.practice.last("set_shared_credentials")[0]
    assert asked == SetSharedCredentials("preview", "client-8", "canary")
    assert said == ["preview"]
    assert "canary" not in repr(form.state) + repr(vars(form))


def test_who_is_superadmin_no_more_is_told_so_and_a_lost_line_is_no_refusal() -> None:
    form, house, said = sharing()
    house.server.practice.answers["set_shared_credentials"] = ServerError(NOT_FOUND, "There is no such thing.")
    form.save("s")
    assert form.state.problem is not None
    assert form.state.problem.sentence == NOT_YOURS
    house.server.practice.answers["set_shared_credentials"] = Unreachable("gone")
    form.save("s")
    assert form.state.problem.offline
    assert said == []
