"""The scope sheet: nothing is on by itself, nothing falls back silently, secrets go in and never out."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select, update

from kinometric.contract.practices import ChangeScope, NewPractice
from kinometric_server.database import Actor, PracticeScope
from kinometric_server.errors import BadInputError, ConflictError, StaleWriteError
from kinometric_server.practices import sheet
from kinometric_server.practices.tables import SWITCHES, installation, practices

OWN = {"athena_credentials": "own", "client_id": "client-1", "client_secret": "the secret"}


@pytest.fixture
def scope(clinic):
    return PracticeScope.of_worker(clinic.practice_a)


@pytest.fixture
def change(server, scope):
    """Change the sheet of practice A from its present version on; returns the new sheet."""

    def made(settings=None, **values):
        with server.database.writing(scope) as unit:
            version = sheet.scope_sheet(unit).version
            return sheet.change_scope(
                unit, scope, server.keys, ChangeScope(version=version, **values), settings or server.settings
            )

    return made


def secret(server, scope):
    with server.database.reading(scope) as unit:
        return sheet.athena_secret(unit, server.keys)


def test_a_practice_without_athena_has_no_credentials(server, scope):
    assert secret(server, scope) is None


def test_athena_can_not_be_switched_on_without_credentials_or_a_practice_id(change, server, scope):
    with pytest.raises(BadInputError, match="credentials"):
        change(athena_environment="standin")
    with pytest.raises(BadInputError, match="practice id"):
        change(athena_environment="standin", athena_practice_id="", **OWN)


def test_a_practice_with_own_credentials_never_falls_back_to_the_shared_ones(change, server, scope):
    with server.database.writing_outside(Actor()) as unit:
        sheet.set_shared_credentials(unit, server.keys, "standin", "shared client", "shared secret")
    change(athena_environment="standin", athena_credentials="own", client_id="client-1")
    assert secret(server, scope) is None
    change(client_secret="the secret")
    assert secret(server, scope) == ("client-1", "the secret")


def test_shared_credentials_are_those_of_the_same_environment(change, server, scope):
    with server.database.writing_outside(Actor()) as unit:
        sheet.set_shared_credentials(unit, server.keys, "preview", "preview client", "preview secret")
    change(athena_environment="standin", athena_credentials="shared")
    assert secret(server, scope) is None
    change(athena_environment="preview")
    assert secret(server, scope) == ("preview client", "preview secret")
    with server.database.writing_outside(Actor()) as unit:
        sheet.set_shared_credentials(unit, server.keys, "preview", "newer client", "newer secret")
        stored = unit.all(select(installation).where(installation.c.name == "athena_shared_preview"))
    assert secret(server, scope) == ("newer client", "newer secret")
    assert len(stored) == 1
    assert b"newer secret" not in stored[0].sealed


def test_a_new_environment_or_client_forgets_the_secret(change, server, scope):
    change(athena_environment="standin", **OWN)
    assert change(upload_encoding="form_base64").secret_set_at is not None
    assert change(client_id="client-2").secret_set_at is None
    change(client_secret="another")
    assert change(athena_environment="production").secret_set_at is None
    assert secret(server, scope) is None


def test_the_environment_alone_decides_the_address(change, server, scope):
    def address():
        with server.database.reading(scope) as unit:
            return sheet.scope_row(unit).athena_base_url

    for environment, wanted in (
        ("standin", None),
        ("preview", "https://api.preview.platform.athenahealth.com"),
        ("production", "https://api.platform.athenahealth.com"),
        ("none", None),
    ):
        change(athena_environment=environment, **OWN)
        assert address() == wanted


def test_a_server_with_a_test_address_is_never_connected_to_athenahealth(change, server):
    testing = replace(server.settings, test_endpoints=("http://127.0.0.1:1",))
    for environment in ("preview", "production"):
        with pytest.raises(BadInputError, match="test address"):
            change(testing, athena_environment=environment, **OWN)
    assert change(testing, athena_environment="standin", **OWN).athena_environment == "standin"


@pytest.mark.parametrize("switch", SWITCHES)
def test_each_switch_goes_on_and_off_alone_and_is_audited(change, switch, server, audited):
    before = change(model_address="https://models.example.org/v1", model_name="small")  # that one switch needs
    after = change(**{switch: True})
    assert {name for name in SWITCHES if getattr(before, name) != getattr(after, name)} == {switch}
    assert getattr(change(**{switch: False}), switch) is False
    assert len(audited("scope_changed")) == 3


@pytest.mark.parametrize("name", sheet.NOT_BUILT)
def test_what_is_not_built_can_not_be_switched_on(change, name):
    before = change()
    with pytest.raises(BadInputError, match="not built"):
        change(**{name: True})
    after = change(**{name: False})
    assert getattr(after, name) is False
    assert after.version == before.version + 1


def test_every_yes_or_no_of_the_sheet_is_a_switch_or_not_built(change):
    shown = {name for name, value in vars(change()).items() if isinstance(value, bool)}
    assert shown == {*SWITCHES, *sheet.NOT_BUILT}
    assert not set(SWITCHES) & set(sheet.NOT_BUILT)


def test_no_switch_is_without_effect(repository):
    """Each switch is read somewhere beside the sheet that shows it and the table that keeps it."""
    read = [
        path.read_text("utf-8")
        for path in (repository / "kinometric_server").rglob("*.py")
        if path.parent.name not in ("practices", "versions")
    ]
    assert [name for name in SWITCHES if not any(f".{name}" in text for text in read)] == []


def test_two_superadmins_do_not_overwrite_each_other(change, server, scope):
    first = change(documents_list=True)
    stale = ChangeScope(version=first.version - 1, documents_list=False)
    with pytest.raises(StaleWriteError), server.database.writing(scope) as unit:
        sheet.change_scope(unit, scope, server.keys, stale, server.settings)
    with server.database.reading(scope) as unit:
        assert sheet.scope_sheet(unit).documents_list is True


def test_an_athena_practice_id_is_a_number_and_belongs_to_one_practice(change):
    for wrong in ("12a", "-1", "1 2", "9" * 21):
        with pytest.raises(BadInputError, match="number"):
            change(athena_practice_id=wrong)
    with pytest.raises(ConflictError, match="Another practice"):
        change(athena_practice_id="990018")
    assert change(athena_practice_id="990019").athena_practice_id == "990019"


def test_a_secret_moved_to_another_practice_does_not_open(change, server, scope, clinic):
    from kinometric_server.security.sealing import KeyRingError

    change(athena_environment="standin", **OWN)
    with server.database.writing_outside(Actor()) as unit:
        row = unit.one(select(practices).where(practices.c.id == clinic.practice_a))
        unit.execute(
            update(practices)
            .where(practices.c.id == clinic.practice_b)
            .values(
                athena_client_secret=row.athena_client_secret,
                athena_client_id=row.athena_client_id,
                athena_credentials="own",
            )
        )
    with pytest.raises(KeyRingError, match="another place"):
        secret(server, PracticeScope.of_worker(clinic.practice_b))


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"name": "  ", "slug": "x"}, "name"),
        ({"name": "X", "slug": "Upper"}, "short name"),
        ({"name": "X", "slug": "-x"}, "short name"),
        ({"name": "X", "slug": "a b"}, "short name"),
        ({"name": "X", "slug": "x" * 81}, "short name"),
        ({"name": "X", "slug": "x", "time_zone": "Mars/Olympus"}, "time zone"),
        ({"name": "X", "slug": "x", "time_zone": "../../etc/passwd"}, "time zone"),
        ({"name": "X", "slug": "x", "time_zone": ""}, "time zone"),
    ],
)
def test_a_practice_that_can_not_be_is_refused_with_the_reason(server, values, word):
    with pytest.raises(BadInputError, match=word), server.database.writing_outside(Actor()) as unit:
        sheet.make_practice(unit, NewPractice(**values))


def test_a_short_name_is_taken_once(server, clinic):
    with pytest.raises(ConflictError, match="taken"), server.database.writing_outside(Actor()) as unit:
        sheet.make_practice(unit, NewPractice(name="X", slug="harbor-street"))
