"""The table of requirements names every row of the sources that concerns the server, and nothing that isn't there."""

from __future__ import annotations

import re
from itertools import chain

import pytest

from kinometric_server.practices.sheet import _PLAIN as SHEET

ROWS = frozenset(
    chain.from_iterable(
        range(first, last + 1)
        for first, last in (
            (2, 4), (6, 8), (14, 26), (28, 30), (32, 32), (34, 73), (75, 82), (84, 84), (87, 95), (98, 98), (100, 102),
            (106, 113), (115, 116), (120, 122), (124, 124), (126, 148), (151, 152), (154, 192), (194, 195), (197, 201),
        )
    )
)  # fmt: skip
"""The numbers of the rows that are marked as the server's or its operation's."""


@pytest.fixture(scope="module")
def table(repository):
    text = (repository / "docs" / "requirements.md").read_text("utf-8")
    found = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line[:2] == "| "]
    return [row for row in found if row[0].isdigit()]


def test_each_row_is_there_once(table):
    numbers = [int(row[0]) for row in table]
    assert sorted(numbers) == sorted(ROWS)


def test_each_row_ends_in_one_of_three_ways(table):
    for number, what, ends, module, test, remark in table:
        assert len(what) > 5, number
        assert ends in ("built", "switched", "no software"), number
        if ends == "no software":
            assert (module, test) == ("", ""), number
            assert len(remark) > 10, number
        else:
            assert module.endswith(".py`"), number
            assert "::test_" in test, number
        if ends == "switched":
            assert re.match(r"`(\w+)`", remark).group(1) in SHEET, number


def test_each_module_and_each_test_that_is_named_exists(table, repository):
    for number, _, ends, module, test, _ in table:
        if ends == "no software":
            continue
        assert (repository / "kinometric_server" / module.strip("`")).is_file(), (number, module)
        file, name = test.strip("`").split("::")
        path = repository / file if file.startswith("tests/") else repository / "tests" / "kinometric_server" / file
        assert path.is_file(), (number, file)
        assert f"\ndef {name}(" in path.read_text("utf-8"), (number, name)
