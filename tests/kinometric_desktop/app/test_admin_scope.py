"""The scope sheet and the athenaOne connection without Qt: each change asked for, the secret kept nowhere."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kinometric.contract.errors import STALE
from kinometric.contract.practices import ChangeScope, ScopeSheet
from kinometric_desktop.app.admin_scope import ScopePresenter
from kinometric_desktop.app.athena_connection import AthenaConnectionPresenter
from kinometric_desktop.app.scope_words import SWITCHES, scope_lines
from kinometric_desktop.client.errors import ServerError
from tests.kinometric_desktop.clinic_admin import SHEET, furnished
from tests.kinometric_desktop.house import House


class Desk:
    """A superadmin, or an administrator, at the scope sheet."""

    def __init__(self, *, superadmin: bool = True) -> None:
        self.house = furnished(House()).work("admin", superadmin=superadmin)
        self.forms: list[AthenaConnectionPresenter] = []
        self.presenter = ScopePresenter(
            self.house.session, self.house.connection, self.house.runner, self.house.dialogs, self.forms.append
        )
        self.presenter.enter()

    @property
    def practice(self) -> Any:
        return self.house.server.practice


def test_every_switch_of_the_contract_stands_on_the_sheet_with_its_sentence() -> None:
    named = {switch.name for switch in SWITCHES}
    beside = {"athena_practice_id", "client_id", "secret_set_at", "version", "model_address", "model_name",
              "model_key_set_at"}  # fmt: skip
    assert named == set(ScopeSheet.__dataclass_fields__) - beside
    for switch in SWITCHES:
        assert switch.meaning or switch.name == "upload_encoding"
        named_elsewhere = switch.name in ("athena_environment", "athena_credentials") or not switch.built
        assert bool(switch.consequence) is not named_elsewhere


def test_the_sheet_never_shows_a_secret_or_a_client_id() -> None:
    text = repr(scope_lines(SHEET))
    assert "client-7" not in text
    assert "Set 05-May-2026, never shown" in text


def test_a_switch_is_turned_after_a_question_that_names_what_it_does() -> None:
    desk = Desk()
    desk.presenter.ask_turn("documents_list")
    question = desk.house.dialogs.answer(accepted=False)
    assert (question.title, question.action) == ("Switch read document list on?", "Switch on")
    assert "list of a patient’s documents" in question.body
    assert "change_scope" not in desk.practice.names()
    desk.presenter.ask_turn("documents_list")
    desk.house.dialogs.answer()
    assert desk.practice.last("change_scope")[0] == ChangeScope(9, documents_list=True)
    assert desk.presenter.state.done == "Read document list: on."


def test_switching_off_says_what_ends() -> None:
    desk = Desk()
    desk.presenter.ask_turn("second_factor_for_admins")
    question = desk.house.dialogs.answer()
    assert question.action == "Switch off"
    assert "password alone" in question.body
    assert desk.practice.last("change_scope")[0] == ChangeScope(9, second_factor_for_admins=False)


def test_a_choice_is_asked_too_and_the_same_one_is_nothing() -> None:
    desk = Desk()
    desk.presenter.ask_choose("upload_encoding", "multipart_base64")
    assert desk.house.dialogs.open == []
    desk.presenter.ask_choose("upload_encoding", "form_base64")
    assert "confirmed readable" in desk.house.dialogs.answer().body
    assert desk.practice.last("change_scope")[0] == ChangeScope(9, upload_encoding="form_base64")


def test_who_is_no_superadmin_changes_nothing() -> None:
    desk = Desk(superadmin=False)
    assert not desk.presenter.state.may_change
    desk.presenter.ask_turn("documents_list")
    desk.presenter.ask_choose("athena_environment", "none")
    desk.presenter.open_connection()
    assert (desk.house.dialogs.open, desk.forms) == ([], [])


def test_environment_and_credentials_open_the_form_that_asks_for_the_secret() -> None:
    desk = Desk()
    desk.presenter.ask_choose("athena_environment", "production")
    form = desk.forms[0]
    assert (form.state.environment, form.state.secret_needed) == ("production", True)
    assert "real charts" in form.state.consequence
    assert "forgotten" in form.state.consequence
    assert "change_scope" not in desk.practice.names()


def test_a_stale_change_shows_the_servers_sentence_and_the_new_sheet() -> None:
    desk = Desk()
    desk.presenter.ask_turn("documents_list")
    desk.practice.answers.update(
        change_scope=ServerError(STALE, "Somebody else changed this.", status=409),
        scope=replace(SHEET, athena_dob_param=True),
    )
    desk.house.dialogs.answer()
    assert desk.presenter.state.problem is not None
    assert desk.presenter.state.problem.sentence == "Somebody else changed this."
    assert next(line for line in desk.presenter.state.lines if line.name == "athena_dob_param").is_on


def test_after_a_change_the_bar_above_shows_the_new_environment() -> None:
    desk = Desk()
    desk.presenter.ask_choose("athena_environment", "none")
    desk.forms[0].save("")
    assert desk.practice.last("change_scope")[0].athena_environment == "none"
    assert "me" in desk.house.server.accounts.names()


def connecting(**wanted: str) -> tuple[AthenaConnectionPresenter, House, list[ScopeSheet]]:
    house = furnished(House()).work("admin", superadmin=True)
    stored: list[ScopeSheet] = []
    return AthenaConnectionPresenter(house.connection, house.runner, SHEET, stored.append, **wanted), house, stored


@pytest.mark.parametrize(
    ("changes", "needed"),
    [
        ({}, False),
        ({"environment": "production"}, True),
        ({"client_id": "client-8"}, True),
        ({"environment": "production", "credentials": "shared"}, False),
        ({"environment": "none"}, False),
        ({"athena_practice_id": "990018"}, False),
    ],
)
def test_the_secret_is_asked_for_again_where_the_server_forgets_it(changes: dict[str, str], needed: bool) -> None:
    form, house, _ = connecting()
    for name, value in changes.items():
        form.set_value(name, value)
    assert form.state.secret_needed is needed
    form.save("")
    assert ("change_scope" in house.server.practice.names()) is not needed
    assert bool(form.state.complaint) is needed


def test_the_secret_goes_with_the_form_and_stays_in_no_state() -> None:
    form, house, stored = connecting(athena_environment="production")
    form.save(" canary-secret ")
    sent = house.server.practice.last("change_scope")[0]
    assert (sent.client_secret, sent.version, sent.athena_environment) == ("canary-secret", 9, "production")
    assert stored
    assert "canary" not in repr(form.state)
    assert "canary" not in repr(vars(form))


def test_an_empty_secret_leaves_the_one_that_is_set() -> None:
    form, house, _ = connecting()
    form.set_value("athena_practice_id", "990018")
    form.save("")
    assert house.server.practice.last("change_scope")[0].client_secret is None


def test_shared_credentials_send_neither_client_id_nor_secret() -> None:
    form, house, _ = connecting(athena_credentials="shared")
    form.save("left over in the field")
    sent = house.server.practice.last("change_scope")[0]
    assert (sent.client_id, sent.client_secret, sent.athena_credentials) == (None, None, "shared")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"athena_practice_id": "ninety"}, "is a number"),
        ({"credentials": "none"}, "which credentials"),
        ({"client_id": " "}, "client ID"),
    ],
)
def test_what_the_server_would_refuse_is_said_before_it_is_sent(changes: dict[str, str], words: str) -> None:
    form, house, _ = connecting()
    for name, value in changes.items():
        form.set_value(name, value)
    form.save("x")
    assert words in form.state.complaint
    assert "change_scope" not in house.server.practice.names()


def test_a_stale_form_reads_the_sheet_again_so_that_the_next_try_counts() -> None:
    form, house, stored = connecting()
    form.set_value("athena_practice_id", "990018")
    house.server.practice.answers.update(
        change_scope=ServerError(STALE, "Somebody else changed this.", status=409), scope=replace(SHEET, version=12)
    )
    form.save("")
    assert form.state.problem is not None
    assert form.state.athena_practice_id == "990018"
    house.server.practice.answers["change_scope"] = lambda sent: replace(SHEET, version=sent.version + 1)
    form.save("")
    assert stored[0].version == 13


def test_what_is_not_built_is_never_asked_for() -> None:
    desk = Desk()
    unbuilt = [line.name for line in desk.presenter.state.lines if not line.built]
    assert unbuilt == ["appointments", "webhooks", "fax", "hl7"]
    for name in unbuilt:
        desk.presenter.ask_turn(name)
    assert desk.house.dialogs.open == []
    assert all(line.meaning.startswith("Not built") for line in desk.presenter.state.lines if not line.built)
