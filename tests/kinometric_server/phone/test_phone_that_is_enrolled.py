"""Where only enrolled devices are admitted, the phone is enrolled and signs in as docs/phone-api.md says."""

from __future__ import annotations

from typing import Any

from nacl.signing import SigningKey
from sqlalchemy import update

from kinometric_server.database import Actor
from kinometric_server.practices.tables import practices
from tests.kinometric_server.conftest import PASSWORD
from tests.kinometric_server.connected_clinic import AtWork, ok, refused

KEY = SigningKey(bytes(range(32)))
PUBLIC = bytes(KEY.verify_key).hex()


def demand_devices(at_work: AtWork) -> None:
    with at_work.server.database.writing_outside(Actor()) as unit:
        mine = practices.c.id == at_work.clinic.practice_a
        unit.execute(update(practices).where(mine).values(require_devices=True))


def sign_in(client: Any, username: str = "bob", key: SigningKey | None = KEY) -> Any:
    body = {"username": username, "password": PASSWORD, "client": "phone"}
    if key is not None:
        challenge = ok(client.post("/v1/auth/challenge"))["challenge"]
        signature = key.sign(f"kinometric device {challenge} {username.lower()}".encode()).signature.hex()
        public = bytes(key.verify_key).hex()
        body |= {"device_id": public, "device_challenge": challenge, "device_signature": signature}
    return client.post("/v1/auth/sign-in", json=body)


def test_an_enrolled_phone_works_and_a_revoked_one_does_not(
    at_work: AtWork, alice: Any, bob: Any, anonymous: Any
) -> None:
    device = ok(alice.post(f"/v1/users/{bob.user_id}/devices", {"public_key": PUBLIC, "name": "Phone 3"}), 201)
    demand_devices(at_work)
    token = ok(sign_in(anonymous, "Bob"))["token"]
    as_phone = {"Authorization": f"Bearer {token}", "Kinometric-User-Action": "1"}
    assert ok(anonymous.post("/back_departments.php", headers=as_phone))["departments"] != []
    assert ok(anonymous.post("/back_patients.php", json={"text": "prueba"}, headers=as_phone))["more"] is False
    ok(bob.post(f"/v1/me/devices/{device['device_id']}/revoke"))
    refused(anonymous.post("/back_departments.php", headers=as_phone), 401, "KS-401")
    refused(sign_in(anonymous), 401, "KS-401D")


def test_a_phone_that_nobody_enrolled_or_that_signs_with_another_key_stays_outside(
    at_work: AtWork, alice: Any, bob: Any, anonymous: Any
) -> None:
    ok(alice.post(f"/v1/users/{bob.user_id}/devices", {"public_key": PUBLIC, "name": "Phone 3"}), 201)
    demand_devices(at_work)
    refused(sign_in(anonymous, key=None), 401, "KS-401D")
    refused(sign_in(anonymous, key=SigningKey(bytes(32))), 401, "KS-401D")
    refused(sign_in(anonymous, "alice"), 401, "KS-401D")
    refused(bob.post("/back_departments.php"), 403, "KS-403")
