"""What a client on the loopback interface needs of TLS: nothing, and nothing read from the disk for each client."""

from __future__ import annotations

import ssl

NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Trusts nobody; making httpx's own context takes longer than most tests."""
