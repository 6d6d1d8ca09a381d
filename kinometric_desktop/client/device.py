"""This computer's signing key: Ed25519, made here, of which the server knows the public half."""

from __future__ import annotations


def new_seed() -> bytes:
    """A fresh key's 32 byte seed."""
    from nacl.signing import SigningKey

    return bytes(SigningKey.generate())


def public_key(seed: bytes) -> str:
    """The public half as 64 hex digits."""
    from nacl.signing import SigningKey

    return bytes(SigningKey(seed).verify_key).hex()


def signature(seed: bytes, challenge: str, username: str) -> str:
    """Sign a sign-in's challenge for a user name, as hex digits."""
    from nacl.signing import SigningKey

    text = f"kinometric device {challenge} {username.strip().lower()}".encode()
    return SigningKey(seed).sign(text).signature.hex()
