"""Practices and their scope sheets: what is switched on, and the athenaOne credentials that never come back."""

from __future__ import annotations

import re
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import Row, insert, select, update

from kinometric.contract.practices import (
    ChangePractice,
    ChangeScope,
    NewPractice,
    Practice,
    ScopeSheet,
    SetSharedCredentials,
    SharedCredentials,
)
from kinometric_server.audit.trail import record
from kinometric_server.database.ordering import by_name
from kinometric_server.database.scope import PracticeScope
from kinometric_server.database.unit import Unit
from kinometric_server.errors import BadInputError, ConflictError, DeniedError, NotFoundError, StaleWriteError
from kinometric_server.interpretation.address import completions_address
from kinometric_server.interpretation.provider import ModelAccess
from kinometric_server.operations.settings import Settings
from kinometric_server.practices.tables import SWITCHES, installation, practices
from kinometric_server.results.tables import test_sessions
from kinometric_server.security.sealing import KeyRing, Purpose
from kinometric_server.short_text import short_text

HOSTS = {
    "production": "https://api.platform.athenahealth.com",
    "preview": "https://api.preview.platform.athenahealth.com",
}
"""athenahealth's two hosts; the environment alone decides which one is asked."""

NOT_BUILT = {
    "appointments": "Appointments are not built: this server never asks athenaOne for them.",
    "webhooks": "Webhooks are not built: this server takes no calls from athenaOne.",
    "fax": "Fax delivery is not built: reports are filed in athenaOne, printed or saved.",
    "hl7": "Sending HL7 messages is not built; `kinometric export --hl7` writes one into a file.",
}
"""What other documents describe and this version doesn't have; the sheet shows each as off, and it stays off."""

ZONE_STAYS = "This practice has test sessions, whose dates are those of its time zone, so the zone stays."
_SLUG = re.compile(r"^[a-z0-9](?:[a-z0-9-]{0,78}[a-z0-9])?$")
_DIGITS = re.compile(r"^[0-9]{1,20}$")
_LONGEST_MODEL_NAME = 80
_PLAIN = ("athena_environment", "athena_credentials", "upload_encoding", "page_size", *SWITCHES)


def make_practice(unit: Unit, asked: NewPractice) -> Practice:
    """Make a practice with everything beyond the specification switched off."""
    _check_name(asked.name)
    if not _SLUG.match(asked.slug):
        raise BadInputError("The short name takes lower-case letters, digits and hyphens only.")
    _check_zone(asked.time_zone)
    if unit.first(select(practices.c.id).where(practices.c.slug == asked.slug)) is not None:
        raise ConflictError("This short name is taken.")
    key = unit.execute(
        insert(practices)
        .values(
            slug=asked.slug,
            time_zone=asked.time_zone,
            **_texts(asked),
            created_at=unit.now,
            updated_at=unit.now,
        )
        .returning(practices.c.id)
    ).scalar_one()
    record(unit, unit.scope, "practice_created", "practice", key)
    return practice(unit, key)


def _check_name(name: str) -> None:
    if not name.strip():
        raise BadInputError("The practice needs a name.")


def _check_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadInputError("This time zone is not known; use one such as America/New_York.") from None


_TEXTS = {
    "name": (200, "name"),
    "address": (200, "address"),
    "city": (100, "city"),
    "state": (40, "state"),
    "zip": (20, "ZIP code"),
    "phone": (40, "phone number"),
}


def _texts(asked: NewPractice | ChangePractice) -> dict[str, Any]:
    given = {field: getattr(asked, field) for field in _TEXTS}
    return {field: short_text(text, *_TEXTS[field]) for field, text in given.items() if text is not None}


def change_practice(unit: Unit, practice_id: str, asked: ChangePractice, *, by_superadmin: bool) -> Practice:
    """Change name, address, zone, and whether a practice is in use; a practice that isn't lets nobody in.

    Raises
    ------
    DeniedError
        If an administrator wants to change the zone or ``is_active``, which are a superadmin's.
    ConflictError
        If the zone shall be another one though the practice has test sessions.
    StaleWriteError
        If somebody changed the practice in the meantime.
    """
    if not by_superadmin and (asked.time_zone is not None or asked.is_active is not None):
        raise DeniedError("Only a superadmin can change a practice's time zone, or close it.")
    values = _texts(asked)
    if "name" in values:
        _check_name(values["name"])
    if asked.time_zone is not None:
        _check_zone(asked.time_zone)
        _check_no_dates(unit, practice_id, asked.time_zone)
        values["time_zone"] = asked.time_zone
    if asked.is_active is not None:
        values["is_active"] = asked.is_active
    changed = unit.execute(
        update(practices)
        .where(practices.c.id == practice_id, practices.c.version == asked.version)
        .values(**values, version=practices.c.version + 1, updated_at=unit.now)
    ).rowcount
    if changed != 1:
        unit.one(select(practices.c.id).where(practices.c.id == practice_id))
        raise StaleWriteError
    details = {"fields": " ".join(sorted(values))} | ({} if asked.is_active is None else {"active": asked.is_active})
    record(unit, unit.scope, "practice_changed", "practice", practice_id, details=details)
    return practice(unit, practice_id)


def _check_no_dates(unit: Unit, practice_id: str, zone: str) -> None:
    """Refuse another zone once there are sessions: their dates, on paper and in the chart too, are those of the zone.

    The row is held first, so that a session that is just being stored is waited for.
    """
    mine = select(practices.c.time_zone).where(practices.c.id == practice_id)
    if unit.one(mine.with_for_update()).time_zone == zone:
        return
    if unit.first(select(test_sessions.c.id).where(test_sessions.c.practice_id == practice_id).limit(1)) is not None:
        raise ConflictError(ZONE_STAYS)


def practice_with_slug(unit: Unit, slug: str) -> str:
    """Return the key of the practice with this short name; 404 if there is none."""
    return str(unit.one(select(practices.c.id).where(practices.c.slug == slug)).id)


def _practice(row: Row[Any]) -> Practice:
    return Practice(
        practice_id=row.id,
        name=row.name,
        slug=row.slug,
        time_zone=row.time_zone,
        address=row.address,
        city=row.city,
        state=row.state,
        zip=row.zip,
        phone=row.phone,
        is_active=row.is_active,
        version=row.version,
    )


def practice(unit: Unit, practice_id: str) -> Practice:
    """Return one practice."""
    return _practice(unit.one(select(practices).where(practices.c.id == practice_id)))


def list_practices(unit: Unit) -> list[Practice]:
    """Return all practices of the installation, for superadmins."""
    rows = [_practice(row) for row in by_name(unit.all(select(practices)), "name", "slug")]
    record(unit, unit.scope, "practices_read", "installation", None, details={"count": len(rows)})
    return rows


def scope_row(unit: Unit) -> Row[Any]:
    """Return the practice's row with all switches, for checks inside a transaction."""
    return unit.one(select(practices).where(practices.c.id == unit.practice_id))


def _sheet(row: Row[Any]) -> ScopeSheet:
    return ScopeSheet(
        athena_environment=row.athena_environment,
        athena_credentials=row.athena_credentials,
        athena_practice_id=row.athena_practice_id,
        client_id=row.athena_client_id,
        secret_set_at=None if row.athena_secret_set_at is None else row.athena_secret_set_at.isoformat(),
        upload_encoding=row.upload_encoding,
        version=row.scope_version,
        page_size=row.page_size,
        model_address=row.model_address,
        model_name=row.model_name,
        model_key_set_at=None if row.model_key_set_at is None else row.model_key_set_at.isoformat(),
        **dict.fromkeys(NOT_BUILT, False),
        **{name: getattr(row, name) for name in SWITCHES},
    )


def scope_sheet(unit: Unit) -> ScopeSheet:
    """Return the practice's scope sheet; the secret is never part of it."""
    return _sheet(scope_row(unit))


def change_scope(unit: Unit, scope: PracticeScope, keys: KeyRing, asked: ChangeScope, settings: Settings) -> ScopeSheet:
    """Change the scope sheet; every change is audited, and a new environment needs the secret again."""
    row = scope_row(unit)
    if row.scope_version != asked.version:
        raise StaleWriteError
    for name, sentence in NOT_BUILT.items():
        if getattr(asked, name):
            raise BadInputError(sentence)
    values = {name: getattr(asked, name) for name in _PLAIN if getattr(asked, name) is not None}
    if asked.athena_practice_id is not None:
        values["athena_practice_id"] = _athena_practice_id(unit, asked.athena_practice_id)
    if asked.client_id is not None:
        values["athena_client_id"] = asked.client_id.strip()[:200] or None
    moved = values.get("athena_environment", row.athena_environment) != row.athena_environment
    if moved or values.get("athena_client_id", row.athena_client_id) != row.athena_client_id:
        values |= {"athena_client_secret": None, "athena_secret_set_at": None}
    if moved:
        values["athena_base_url"] = HOSTS.get(values["athena_environment"])
    if asked.client_secret:
        sealed = keys.seal(
            Purpose.ATHENA_SECRETS,
            practice_id=unit.practice_id,
            table="practices",
            row=unit.practice_id,
            field="athena_client_secret",
            content=asked.client_secret.encode(),
        )
        values |= {"athena_client_secret": sealed, "athena_secret_set_at": unit.now}
    values |= _model_values(unit, keys, row, asked, settings)
    _check(row, values)
    if values.get("athena_environment") in HOSTS and settings.test_endpoints:
        raise BadInputError("This server was started with a test address, so it can't be switched to athenahealth.")
    changed = unit.execute(
        update(practices)
        .where(practices.c.id == unit.practice_id, practices.c.scope_version == asked.version)
        .values(**values, scope_version=practices.c.scope_version + 1, updated_at=unit.now)
    ).rowcount
    if changed != 1:
        raise StaleWriteError
    shown = {name: values[name] for name in _PLAIN if name in values}
    record(
        unit,
        scope,
        "scope_changed",
        "practice",
        unit.practice_id,
        details={
            **shown,
            **{name: values[name] for name in ("model_address", "model_name") if name in values},
            "secret": bool(asked.client_secret),
            "model_key": bool(asked.model_key),
        },
    )
    return scope_sheet(unit)


def _model_values(unit: Unit, keys: KeyRing, row: Row[Any], asked: ChangeScope, settings: Settings) -> dict[str, Any]:
    """Return what changes of the language model; a key belongs to the one address that it was given for."""
    values: dict[str, Any] = {}
    if asked.model_name is not None:
        name = asked.model_name.strip()
        if len(name) > _LONGEST_MODEL_NAME or not name.isprintable():
            raise BadInputError(f"The language model's name has at most {_LONGEST_MODEL_NAME} characters.")
        values["model_name"] = name or None
    if asked.model_address is not None:
        values["model_address"] = _model_address(asked.model_address, settings)
    if values.get("model_address", row.model_address) != row.model_address:
        values |= {"model_key": None, "model_key_set_at": None}
    if asked.model_key:
        if not asked.model_key.isascii() or not asked.model_key.isprintable() or len(asked.model_key) > 1000:
            raise BadInputError("The language model's key has letters, digits and signs only.")
        if not values.get("model_address", row.model_address):
            raise BadInputError("Set the language model's address before its key.")
        sealed = keys.seal(
            Purpose.ATHENA_SECRETS,
            practice_id=unit.practice_id,
            table="practices",
            row=unit.practice_id,
            field="model_key",
            content=asked.model_key.encode(),
        )
        values |= {"model_key": sealed, "model_key_set_at": unit.now}
    return values


def _model_address(asked: str, settings: Settings) -> str | None:
    if not asked.strip():
        return None
    try:
        return completions_address(asked, loopback_http=bool(settings.test_endpoints))
    except ValueError as error:
        raise BadInputError(str(error)) from None


def language_model_access(unit: Unit, keys: KeyRing, settings: Settings) -> ModelAccess | None:
    """Return where the practice's language model is asked; None where that is switched off or no longer allowed."""
    row = scope_row(unit)
    if not (row.interpretation_model and row.model_address and row.model_name):
        return None
    try:
        address = completions_address(row.model_address, loopback_http=bool(settings.test_endpoints))
    except ValueError:
        return None  # set while the server served tests, which it does no more
    if row.model_key is None:
        return ModelAccess(address, row.model_name)
    place = {"practice_id": unit.practice_id, "table": "practices", "row": row.id, "field": "model_key"}
    return ModelAccess(address, row.model_name, keys.open(Purpose.ATHENA_SECRETS, row.model_key, **place).decode())


def _athena_practice_id(unit: Unit, asked: str) -> str | None:
    if asked and not _DIGITS.match(asked):
        raise BadInputError("athenaOne's practice id is a number.")
    taken = asked and unit.first(
        select(practices.c.id).where(practices.c.athena_practice_id == asked, practices.c.id != unit.practice_id)
    )
    if taken:
        raise ConflictError("Another practice already uses this athenaOne practice id.")
    return asked or None


def _check(row: Row[Any], values: dict[str, Any]) -> None:
    def after(name: str) -> Any:
        return values.get(name, getattr(row, name))

    if after("athena_environment") != "none":
        if not after("athena_practice_id"):
            raise BadInputError("Set athenaOne's practice id before switching athenaOne on.")
        if after("athena_credentials") == "none":
            raise BadInputError("Say which athenaOne credentials this practice uses: its own, or the shared ones.")
    if after("interpretation_model") and not (after("model_address") and after("model_name")):
        raise BadInputError("Set the language model's address and name before switching it on.")


def athena_secret(unit: Unit, keys: KeyRing) -> tuple[str, str] | None:
    """Return (client id, client secret) that the practice's sheet names, or None; there is no silent fall-back."""
    row = scope_row(unit)
    if row.athena_credentials == "own":
        client_id, sealed, place = row.athena_client_id, row.athena_client_secret, ("practices", row.id)
    elif row.athena_credentials == "shared":
        shared = unit.first(
            select(installation).where(installation.c.name == f"athena_shared_{row.athena_environment}")
        )
        if shared is None:
            return None
        client_id, sealed, place = shared.value, shared.sealed, ("installation", shared.name)
    else:
        return None
    if not client_id or sealed is None:
        return None
    secret = keys.open(
        Purpose.ATHENA_SECRETS,
        sealed,
        practice_id=unit.practice_id if place[0] == "practices" else "",
        table=place[0],
        row=place[1],
        field="athena_client_secret",
    )
    return client_id, secret.decode()


def set_shared_credentials(unit: Unit, keys: KeyRing, environment: str, client_id: str, client_secret: str) -> None:
    """Set the credentials that practices with ``shared`` use in one environment."""
    if environment not in ("standin", "preview", "production"):
        raise NotFoundError
    name = f"athena_shared_{environment}"
    sealed = keys.seal(
        Purpose.ATHENA_SECRETS,
        practice_id="",
        table="installation",
        row=name,
        field="athena_client_secret",
        content=client_secret.encode(),
    )
    changed = unit.execute(
        update(installation).where(installation.c.name == name).values(value=client_id, sealed=sealed)
    ).rowcount
    if changed == 0:
        unit.execute(insert(installation).values(name=name, value=client_id, sealed=sealed))
    record(unit, unit.scope, "shared_credentials_set", "installation", name)


def shared_credentials(unit: Unit) -> list[SharedCredentials]:
    """Return for which environments shared credentials are set; the secrets are never part of it."""
    rows = by_name(unit.all(select(installation).where(installation.c.name.startswith("athena_shared_"))), "name")
    return [SharedCredentials(row.name.removeprefix("athena_shared_"), row.value) for row in rows]


def replace_shared_credentials(unit: Unit, keys: KeyRing, asked: SetSharedCredentials) -> list[SharedCredentials]:
    """Set the shared credentials of one environment; return which are set."""
    client_id = asked.client_id.strip()
    if not client_id or len(client_id) > 200 or not asked.client_secret:
        raise BadInputError("The shared credentials need a client id of at most 200 characters, and a secret.")
    set_shared_credentials(unit, keys, asked.athena_environment, client_id, asked.client_secret)
    return shared_credentials(unit)
