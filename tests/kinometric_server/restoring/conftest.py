"""A clinic that is connected to the stand-in, with something to back up."""

from tests.kinometric_server.connected_clinic import *  # noqa: F403
