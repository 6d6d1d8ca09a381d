"""This computer's key signs sign-ins; without a keyring it is not enrolled, and says so."""

from __future__ import annotations

from nacl.signing import VerifyKey

from kinometric.contract.accounts import Device, DeviceChallenge, SignedIn, SignIn
from kinometric_desktop.app.device import WORDS, Enrolment, EnrolmentPresenter, account_of
from kinometric_desktop.app.unlock import UnlockPresenter
from kinometric_desktop.client.device import new_seed, public_key, signature
from kinometric_desktop.client.errors import ServerError
from tests.kinometric_desktop.house import House, KeyBox, me

URL = "https://kinometric.example"
CHALLENGE = "ab" * 32


def enrolled(house: House) -> tuple[Enrolment, KeyBox]:
    keys = KeyBox()
    house.server.accounts.answers["enrol_device"] = Device("dev-7", "Workstation", "2026-11-02", None, revoked=False)
    house.server.accounts.answers["device_challenge"] = DeviceChallenge(CHALLENGE)
    enrolment = Enrolment(keys, house.connection)
    assert enrolment.enrol("DSmith") == "enrolled"
    return enrolment, keys


def test_the_server_gets_the_public_half_and_the_keyring_the_key() -> None:
    house = House().work()
    _, keys = enrolled(house)
    key = keys.keys[account_of(URL, "dsmith")]
    form = house.server.accounts.last("enrol_device")[0]
    assert form.public_key == public_key(key.seed)
    assert key.device_id == "dev-7"
    assert key.seed.hex() not in repr(key)


def test_a_sign_in_is_signed_for_this_person_and_this_challenge() -> None:
    house = House().work()
    enrolment, keys = enrolled(house)
    form = enrolment.signed(SignIn("DSmith", "right"))
    assert (form.device_id, form.device_challenge, form.password) == ("dev-7", CHALLENGE, "right")
    assert form.device_signature is not None
    key = keys.keys[account_of(URL, "dsmith")]
    text = f"kinometric device {CHALLENGE} dsmith".encode()
    VerifyKey(bytes.fromhex(public_key(key.seed))).verify(text, bytes.fromhex(form.device_signature))


def test_somebody_elses_sign_in_is_not_signed() -> None:
    house = House().work()
    enrolment, _ = enrolled(house)
    form = SignIn("other", "right")
    assert enrolment.signed(form) == form


def test_without_a_keyring_nothing_is_signed_enrolled_or_kept() -> None:
    house = House().work()
    keys = KeyBox(there=False)
    enrolment = Enrolment(keys, house.connection)
    form = SignIn("dsmith", "right")
    assert enrolment.signed(form) == form
    assert enrolment.standing("dsmith") == "no_keyring"
    assert enrolment.enrol("dsmith") == "no_keyring"
    assert keys.keys == {}
    assert house.server.accounts.names() == []


def test_a_server_without_challenges_is_signed_in_to_without_one() -> None:
    house = House().work()
    enrolment, _ = enrolled(house)
    house.server.accounts.answers["device_challenge"] = ServerError("KS-404", "no")
    form = SignIn("dsmith", "right")
    assert enrolment.signed(form) == form


def test_two_keys_are_never_the_same() -> None:
    assert new_seed() != new_seed()
    assert signature(new_seed(), CHALLENGE, "dsmith") != signature(new_seed(), CHALLENGE, "dsmith")


def test_the_settings_say_how_it_stands_and_enrol_once() -> None:
    house = House().work()
    keys = KeyBox()
    house.server.accounts.answers["enrol_device"] = Device("dev-7", "Workstation", "2026-11-02", None, revoked=False)
    presenter = EnrolmentPresenter(Enrolment(keys, house.connection), "dsmith", house.runner)
    presenter.enter()
    assert WORDS[presenter.state.standing] == "This computer is not enrolled"
    presenter.enrol()
    presenter.enrol()
    assert presenter.state.standing == "enrolled"
    assert house.server.accounts.names() == ["enrol_device"]


def test_a_refused_enrolment_is_said() -> None:
    house = House().work()
    house.server.accounts.answers["enrol_device"] = ServerError("KS-422", "This device was revoked.")
    presenter = EnrolmentPresenter(Enrolment(KeyBox(), house.connection), "dsmith", house.runner)
    presenter.enter()
    presenter.enrol()
    assert presenter.state.problem is not None
    assert not presenter.state.busy


def test_unlocking_is_signed_too() -> None:
    house = House().work()
    enrolment, _ = enrolled(house)
    house.session.lock()
    house.server.accounts.answers["sign_in"] = SignedIn("signed_in", None, me())
    UnlockPresenter(house.session, house.connection, house.runner, enrolment.signed).sign_in("right")
    assert house.server.accounts.last("sign_in")[0].device_id == "dev-7"


def waiting(house: House) -> tuple[Enrolment, KeyBox, str]:
    keys = KeyBox()
    enrolment = Enrolment(keys, house.connection)
    return enrolment, keys, enrolment.key_to_show("dsmith")


def listed(public: str, *, revoked: bool = False) -> tuple[Device, ...]:
    return (Device("dev-9", "Front desk", "2026-11-02", None, revoked=revoked, public_key=public),)


def test_the_key_that_is_shown_stays_the_same_until_it_is_enrolled() -> None:
    house = House().work()
    enrolment, keys, shown = waiting(house)
    assert enrolment.key_to_show("dsmith") == shown
    key = keys.keys[account_of(URL, "dsmith")]
    assert (key.waits, public_key(key.seed)) == (True, shown)
    house.server.signed_in = False
    assert enrolment.standing("dsmith") == "waiting"


def test_a_sign_in_is_signed_under_the_key_itself_while_it_waits() -> None:
    house = House().work()
    enrolment, _, shown = waiting(house)
    house.server.accounts.answers["device_challenge"] = DeviceChallenge(CHALLENGE)
    form = enrolment.signed(SignIn("dsmith", "x"))
    assert form.device_id == shown
    text = f"kinometric device {CHALLENGE} dsmith".encode()
    VerifyKey(bytes.fromhex(shown)).verify(text, bytes.fromhex(form.device_signature or ""))


def test_once_an_administrator_has_enrolled_it_the_computer_knows_its_id() -> None:
    house = House().work()
    enrolment, keys, shown = waiting(house)
    house.server.accounts.answers["devices"] = ()
    assert enrolment.standing("dsmith") == "waiting"
    house.server.accounts.answers["devices"] = listed(shown)
    assert enrolment.standing("dsmith") == "enrolled"
    assert keys.keys[account_of(URL, "dsmith")].device_id == "dev-9"
    house.server.accounts.answers["devices"] = listed(shown, revoked=True)
    assert enrolment.standing("dsmith") == "not_enrolled"
    assert enrolment.key_to_show("dsmith") != shown


def test_a_key_that_waits_is_enrolled_by_the_person_where_that_is_allowed() -> None:
    house = House().work()
    enrolment, _, shown = waiting(house)
    house.server.accounts.answers["enrol_device"] = Device("dev-7", "W", "2026-11-02", None, revoked=False)
    assert enrolment.enrol("dsmith", "Front desk") == "enrolled"
    assert house.server.accounts.last("enrol_device")[0].public_key == shown


def test_without_a_keyring_there_is_no_key_to_show() -> None:
    house = House().work()
    assert Enrolment(KeyBox(there=False), house.connection).key_to_show("dsmith") == ""
