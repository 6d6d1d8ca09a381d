"""Enrolled computers: the user's own, and those of the practice's users for its administrators."""

from __future__ import annotations

from fastapi import APIRouter, Request

from kinometric.contract.accounts import Device, DeviceChallenge, NewDevice
from kinometric_server.accounts import people
from kinometric_server.accounts.memberships import devices_demanded_of
from kinometric_server.api.scope import Administrator, ServerDep, SettledSession, Stranger
from kinometric_server.audit.trail import DENIED, record
from kinometric_server.database.scope import PracticeScope
from kinometric_server.database.unit import Unit
from kinometric_server.errors import DeniedError, NotFoundError
from kinometric_server.security import devices

router = APIRouter(prefix="/v1", tags=["devices"])


def _listed(unit: Unit, user_id: str) -> list[Device]:
    return devices.devices_of(unit, user_id)


def _revoke(unit: Unit, user_id: str, device_id: str) -> None:
    try:
        devices.revoke(unit, user_id, device_id)
    except NotFoundError:
        record(unit, unit.scope, "device_revoked", "device", device_id, "denied")
        raise
    record(unit, unit.scope, "device_revoked", "device", device_id)


def _enrol(unit: Unit, user_id: str, asked: NewDevice) -> Device:
    key = devices.enrol(unit, user_id, asked.public_key, asked.name)
    record(unit, unit.scope, "device_enrolled", "device", key)
    return next(one for one in _listed(unit, user_id) if one.device_id == key)


def _check_only_here(unit: Unit, scope: PracticeScope, user_id: str) -> None:
    people.user_row(unit, user_id)
    if not people.only_here(unit, user_id) and not scope.is_superadmin:
        raise DeniedError("This person works in other practices too; only a superadmin can change this.")


@router.post("/auth/challenge")
def make_challenge(server: ServerDep, actor: Stranger) -> DeviceChallenge:
    """Give a challenge for an enrolled computer to sign at sign-in."""
    with server.database.writing_outside(actor) as unit:
        devices.throttle_challenges(unit, server.keys, actor.ip or "")
        return DeviceChallenge(challenge=devices.new_challenge(unit))


@router.get("/me/devices")
def list_own_devices(server: ServerDep, request: Request, session: SettledSession) -> list[Device]:
    """List the user's own computers."""
    actor = session.actor(request.state.ip, request.state.request_id)
    with server.database.writing_outside(actor) as unit:
        record(unit, actor, "devices_read", "user", session.user_id)
        return _listed(unit, session.user_id)


@router.post("/me/devices", status_code=201)
def enrol_device(server: ServerDep, request: Request, session: SettledSession, asked: NewDevice) -> Device:
    """Enrol the computer at which the user is signed in."""
    actor = session.actor(request.state.ip, request.state.request_id)
    with server.database.writing_outside(actor) as unit:
        if session.device_id is None and devices_demanded_of(unit, session.user_id):
            record(unit, actor, "device_enrolled", "user", session.user_id, DENIED)
            raise DeniedError(
                "A practice of yours admits enrolled computers only, so an administrator has to enrol this one."
            )
        return _enrol(unit, session.user_id, asked)


@router.post("/me/devices/{device_id}/revoke")
def revoke_own_device(server: ServerDep, request: Request, session: SettledSession, device_id: str) -> list[Device]:
    """Revoke one of the user's own computers for good."""
    actor = session.actor(request.state.ip, request.state.request_id)
    with server.database.writing_outside(actor) as unit:
        _revoke(unit, session.user_id, device_id)
        return _listed(unit, session.user_id)


@router.get("/users/{user_id}/devices")
def list_user_devices(server: ServerDep, scope: Administrator, user_id: str) -> list[Device]:
    """List the computers of one of the practice's users."""
    with server.database.writing(scope) as unit:
        people.user_row(unit, user_id)
        record(unit, scope, "devices_read", "user", user_id)
        return _listed(unit, user_id)


@router.post("/users/{user_id}/devices", status_code=201)
def enrol_user_device(server: ServerDep, scope: Administrator, user_id: str, asked: NewDevice) -> Device:
    """Enrol a computer for one of the practice's users, by the key that it shows."""
    with server.database.writing(scope) as unit:
        _check_only_here(unit, scope, user_id)
        return _enrol(unit, user_id, asked)


@router.post("/users/{user_id}/devices/{device_id}/revoke")
def revoke_user_device(server: ServerDep, scope: Administrator, user_id: str, device_id: str) -> list[Device]:
    """Revoke a computer of one of the practice's users for good."""
    with server.database.writing(scope) as unit:
        _check_only_here(unit, scope, user_id)
        _revoke(unit, user_id, device_id)
        return _listed(unit, user_id)
