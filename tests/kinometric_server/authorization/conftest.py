"""A clinic that is connected to the stand-in, with one object of each kind in practice A."""

from tests.kinometric_server.connected_clinic import *  # noqa: F403
