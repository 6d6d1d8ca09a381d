"""The same clinic as the match screen's."""

from tests.kinometric_desktop.match.conftest import desk, runner  # noqa: F401 - fixtures are found by name
