"""Passwords: hashing over a keyed pre-hash, PHP's hashes, and the rule for new ones."""

from __future__ import annotations

import bcrypt
import pytest
from sqlalchemy import select, update

from kinometric_server.accounts.tables import users
from kinometric_server.database import Actor
from kinometric_server.errors import BadInputError
from kinometric_server.security.common_passwords import common_passwords
from kinometric_server.security.passwords import Passwords, check_new_password
from kinometric_server.security.sealing import KeyRing


@pytest.fixture
def passwords(key_folder):
    return Passwords(KeyRing.load(key_folder), 4)


def test_each_hash_has_its_own_salt_and_checks(passwords):
    first, second = passwords.hash("Quiet meadow 77"), passwords.hash("Quiet meadow 77")
    assert first != second
    assert passwords.verify("Quiet meadow 77", first)
    assert not passwords.verify("Quiet meadow 78", first)


def test_every_character_of_a_long_password_counts(passwords):
    long = "ä" * 100
    stored = passwords.hash(long + "1")
    assert passwords.verify(long + "1", stored)
    assert not passwords.verify(long + "2", stored)


def test_another_pepper_does_not_verify(passwords, tmp_path):
    other = Passwords(KeyRing.create(tmp_path / "keys"), 4)
    assert not other.verify("Quiet meadow 77", passwords.hash("Quiet meadow 77"))


def test_a_hash_made_by_php_verifies_and_is_outdated(passwords):
    php = "$2y$" + bcrypt.hashpw(b"Quiet meadow 77", bcrypt.gensalt(4)).decode()[4:]
    assert passwords.verify("Quiet meadow 77", php)
    assert not passwords.verify("Quiet meadow 78", php)
    assert passwords.outdated(php)
    assert not passwords.outdated(passwords.hash("Quiet meadow 77"))


def test_a_hash_of_php_is_made_anew_at_the_next_sign_in(anonymous, bob, database):
    php = "$2y$" + bcrypt.hashpw(b"Quiet meadow 77", bcrypt.gensalt(4)).decode()[4:]
    with database.writing_outside(Actor()) as unit:
        unit.execute(update(users).where(users.c.username == "bob").values(password=php))
    body = {"username": "bob", "password": "Quiet meadow 77"}
    assert anonymous.post("/v1/auth/sign-in", json=body).status_code == 200
    with database.reading_outside(Actor()) as unit:
        stored = unit.one(select(users.c.password).where(users.c.username == "bob")).password
    assert stored.startswith(("k1$2b$", "k1$$2b$"))
    assert anonymous.post("/v1/auth/sign-in", json=body).status_code == 200


@pytest.mark.parametrize("stored", ["", "plain", "$1$md5", "k1$nonsense", "$2y$99$x"])
def test_a_stored_value_that_is_no_hash_never_verifies(passwords, stored):
    assert not passwords.verify("plain", stored)


def test_a_password_with_a_zero_byte_is_no_way_round(passwords):
    php = "$2y$" + bcrypt.hashpw(b"Quiet", bcrypt.gensalt(4)).decode()[4:]
    assert not passwords.verify("Quiet\0anything", php)


@pytest.mark.parametrize(
    ("password", "word"),
    [
        ("Ab1", "8 characters"),
        ("A1" + "b" * 300, "256"),
        ("nouppercase1", "upper-case"),
        ("NOLOWERCASE1", "lower-case"),
        ("NoNumbersHere", "number"),
        ("Marlowe99x", "user name"),
        ("Welcome2026!", "most common"),
        ("Athenaone1", "most common"),
        ("Qwerty123456", "most common"),
        ("Aa1Aa1Aa1", "most common"),
    ],
)
def test_a_password_that_breaks_the_rule_is_refused_with_the_reason(password, word):
    with pytest.raises(BadInputError, match=word):
        check_new_password(password, "marlowe99X")


def test_a_good_password_is_taken_and_the_block_list_is_long_enough():
    check_new_password("Harbor lantern 42", "marlowe")
    assert len(common_passwords()) > 3000
