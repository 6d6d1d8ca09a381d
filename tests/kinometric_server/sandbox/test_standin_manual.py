"""The stand-in's manual is true: its example works, and every option, quirk and setting stands in it."""

from __future__ import annotations

import argparse
import dataclasses
import re
import tomllib
from pathlib import Path

import pytest

from kinometric_server.sandbox import command
from kinometric_server.sandbox.faults import Rule, parse_faults
from kinometric_server.sandbox.quirks import Quirks


@pytest.fixture(scope="module")
def manual(repository: Path) -> str:
    return (repository / "docs" / "stand-in.md").read_text(encoding="utf-8")


def test_the_example_of_a_fault_file_works(manual: str) -> None:
    found = re.search(r"```toml\n(.*?)```", manual, re.DOTALL)
    assert found
    seed, quirks, rules = parse_faults(tomllib.loads(found[1]))
    assert (seed, quirks.expires_in, quirks.types) == (7, "string", "legacy")
    assert [rule.connection for rule in rules] == ["reset_after", "", ""]


def test_every_quirk_setting_and_option_is_explained(manual: str) -> None:
    names = [each.name for each in dataclasses.fields(Quirks)]
    names += [each.name for each in dataclasses.fields(Rule)]
    parser = argparse.ArgumentParser()
    sandbox = command.add_parser(parser.add_subparsers())
    names += [option for action in sandbox._actions for option in action.option_strings if option.startswith("--")]
    missing = [name for name in names if f"`{name}" not in manual and name not in ("--help", "name")]
    assert missing == []


def test_all_twenty_switches_have_a_row(manual: str) -> None:
    rows = re.findall(r"^\| (\d+) \|", manual, re.MULTILINE)
    assert [int(each) for each in rows] == list(range(1, 21))
