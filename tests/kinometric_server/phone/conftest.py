"""A clinic that is connected to the stand-in."""

from tests.kinometric_server.connected_clinic import *  # noqa: F403
