"""A clinic that is connected to the stand-in and to a language model's address on loopback."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.kinometric_server.connected_clinic import *  # noqa: F403
from tests.kinometric_server.interpretation.model_server import ModelServer


@pytest.fixture
def model() -> Iterator[ModelServer]:
    with ModelServer() as running:
        yield running
