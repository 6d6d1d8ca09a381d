"""What a role may do, refined by the membership's bits, and what a scope may be made of."""

from __future__ import annotations

import itertools

import pytest

from kinometric_server.database import Actor, Capability, PracticeScope, Role
from kinometric_server.database.scope import capabilities_of

BITS = ("can_match", "can_review", "can_upload")


@pytest.mark.parametrize("granted", list(itertools.product([False, True], repeat=3)))
def test_a_read_only_user_can_only_look_whatever_bits_are_stored(granted):
    assert capabilities_of(Role.READONLY, **dict(zip(BITS, granted, strict=True))) == {Capability.VIEW}


@pytest.mark.parametrize("granted", list(itertools.product([False, True], repeat=3)))
@pytest.mark.parametrize("role", [Role.CLINICIAN, Role.ADMIN])
def test_a_bit_gives_its_own_capability_and_no_other(role, granted):
    given = dict(zip(BITS, granted, strict=True))
    allowed = capabilities_of(role, **given)
    assert {str(one) for one in allowed if str(one) in BITS} == {name for name, value in given.items() if value}
    assert {Capability.VIEW, Capability.RECORD} <= allowed
    assert (Capability.ADMINISTER in allowed) == (role is Role.ADMIN)


def test_a_superadmin_inside_looks_and_administers_but_does_no_clinical_work():
    allowed = capabilities_of(Role.SUPERADMIN, can_match=True, can_review=True, can_upload=True)
    assert allowed == {Capability.VIEW, Capability.ADMINISTER}


def test_the_worker_acts_for_one_practice_and_is_nobody():
    scope = PracticeScope.of_worker("a" * 32)
    assert (scope.practice_id, scope.user_id, scope.role) == ("a" * 32, None, Role.SYSTEM)
    assert all(scope.may(capability) for capability in Capability)


def test_a_scope_without_capabilities_may_nothing():
    scope = PracticeScope("a" * 32, "u" * 32, "x", Role.CLINICIAN)
    assert not any(scope.may(capability) for capability in Capability)


def test_a_scope_can_not_be_changed_after_it_was_made():
    scope = PracticeScope.of_worker("a" * 32)
    with pytest.raises(AttributeError):
        scope.practice_id = "b" * 32  # type: ignore[misc]
    with pytest.raises(AttributeError):
        Actor().user_id = "u" * 32  # type: ignore[misc]
