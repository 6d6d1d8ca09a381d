"""A clinic that is connected to the stand-in, for days of which nobody knows beforehand what happens in them."""

from tests.kinometric_server.connected_clinic import *  # noqa: F403
