"""Only https, or http on this very machine."""

from __future__ import annotations

import pytest

from kinometric_desktop.client.address import AddressRefusedError, checked_address, is_loopback


@pytest.mark.parametrize(
    ("typed", "url", "host"),
    [
        ("kinometric.example", "https://kinometric.example", "kinometric.example"),
        (" https://kinometric.example:8443/ ", "https://kinometric.example:8443", "kinometric.example:8443"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080", "127.0.0.1:8080"),
        ("http://localhost:8080", "http://localhost:8080", "localhost:8080"),
        ("http://[::1]:8080", "http://[::1]:8080", "[::1]:8080"),
    ],
)
def test_good_addresses_are_taken(typed: str, url: str, host: str) -> None:
    address = checked_address(typed)
    assert (address.url, address.host) == (url, host)
    assert address.encrypted == url.startswith("https")


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "http://kinometric.example",
        "http://192.168.1.20:8080",
        "http://127.0.0.1.evil.example",
        "ftp://kinometric.example",
        "https://dsmith:secret@kinometric.example",
        "https://kinometric.example/login",
        "https://kinometric.example?practice=1",
        "https://kinometric.example:port",
        "https://kinometric.example:99999",
        "https://",
        "not an address",
    ],
)
def test_other_addresses_are_refused_with_a_sentence(typed: str) -> None:
    with pytest.raises(AddressRefusedError) as refused:
        checked_address(typed)
    assert str(refused.value).endswith((".", "8443."))
    assert "secret" not in str(refused.value)


def test_this_machine_is_known_by_its_addresses() -> None:
    assert is_loopback("127.0.0.53")
    assert is_loopback("::1")
    assert not is_loopback("10.0.0.1")
    assert not is_loopback("localhost.example")
