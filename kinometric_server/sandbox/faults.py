"""Faults on demand: which requests are disturbed, how, and how often; from a JSON or TOML file or set at run time."""

from __future__ import annotations

import fnmatch
import json
import random
import threading
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from kinometric_server.sandbox.quirks import QuirkError, Quirks, with_quirks

Connection = Literal["", "reset_before", "reset_after", "stall_before", "stall_after", "truncate_after", "slow_answer"]
_CONNECTIONS = ("", "reset_before", "reset_after", "stall_before", "stall_after", "truncate_after", "slow_answer")


class FaultError(ValueError):
    """A fault file or rule that can't be used; the message is one sentence for people."""


@dataclass(frozen=True)
class Rule:
    """One fault: the requests it is for, how often it strikes, and what it does.

    With none of ``status``, ``body`` and ``connection`` the request is answered as usual, only later (``delay_s``),
    changed (``merge``, ``drop``) or under other ``quirks``.
    """

    name: str
    method: str = "*"
    path: str = "*"
    practice: str = "*"
    body_contains: str = ""
    nth: tuple[int, ...] = ()
    every: int = 0
    probability: float = 1.0
    times: int = 0
    status: int = 0
    body: Any = None
    content_type: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    store: bool = False
    delay_before_s: float = 0.0
    delay_s: float = 0.0
    connection: Connection = ""
    merge: Mapping[str, Any] | None = None
    drop: tuple[str, ...] = ()
    quirks: Mapping[str, Any] = field(default_factory=dict)

    @property
    def replaces_answer(self) -> bool:
        """Whether the rule gives the answer itself instead of changing the usual one."""
        return self.status != 0 or self.body is not None


@dataclass
class _Seen:
    matched: int = 0
    struck: int = 0


_KINDS: dict[str, type | tuple[type, ...]] = {
    "name": str,
    "method": str,
    "path": str,
    "practice": str,
    "body_contains": str,
    "every": int,
    "probability": (int, float),
    "times": int,
    "status": int,
    "content_type": str,
    "store": bool,
    "delay_before_s": (int, float),
    "delay_s": (int, float),
    "connection": str,
    "merge": dict,
    "quirks": dict,
}


def _rule(number: int, given: object) -> Rule:
    if not isinstance(given, Mapping):
        raise FaultError(f"Fault {number} is not a table of settings.")
    settings: dict[str, Any] = {"name": f"fault-{number}"}
    for key, value in given.items():
        if key == "nth":
            listed = [value] if isinstance(value, int) else value
            if not isinstance(listed, Sequence) or not all(isinstance(each, int) and each > 0 for each in listed):
                raise FaultError(f"Fault {number}: nth is a number from 1, or a list of them.")
            settings["nth"] = tuple(listed)
        elif key == "drop":
            settings["drop"] = tuple(str(each) for each in ([value] if isinstance(value, str) else value))
        elif key == "headers":
            settings["headers"] = tuple((str(name), str(text)) for name, text in dict(value).items())
        elif key == "body":
            settings["body"] = value
        elif key in _KINDS:
            if not isinstance(value, _KINDS[key]) or (isinstance(value, bool) and _KINDS[key] is not bool):
                raise FaultError(f"Fault {number}: {key} has a value of the wrong kind.")
            settings[key] = value
        else:
            raise FaultError(f"Fault {number}: there is no setting called {key}.")
    rule = Rule(**settings)
    if rule.connection not in _CONNECTIONS:
        raise FaultError(f"Fault {number}: connection is one of {', '.join(_CONNECTIONS[1:])}.")
    if not 0.0 <= rule.probability <= 1.0:
        raise FaultError(f"Fault {number}: probability lies between 0 and 1.")
    try:
        with_quirks(Quirks(), rule.quirks)
    except QuirkError as error:
        raise FaultError(f"Fault {number}: {error}") from None
    return rule


def parse_faults(content: object, base: Quirks | None = None) -> tuple[int, Quirks, tuple[Rule, ...]]:
    """Seed, quirks (changes to ``base``) and rules of a fault file's content; raises FaultError naming the place."""
    if not isinstance(content, Mapping):
        raise FaultError("The faults are a table with seed, quirks and faults.")
    unknown = set(content) - {"seed", "quirks", "faults"}
    if unknown:
        raise FaultError(f"The faults have no section called {min(unknown, key=str)}.")
    seed = content.get("seed", 1)
    if not isinstance(seed, int):
        raise FaultError("The seed is a whole number.")
    try:
        quirks = with_quirks(base or Quirks(), dict(content.get("quirks", {})))
    except QuirkError as error:
        raise FaultError(str(error)) from None
    listed = content.get("faults", [])
    if not isinstance(listed, Sequence) or isinstance(listed, str):
        raise FaultError("The faults are a list.")
    return seed, quirks, tuple(_rule(number, each) for number, each in enumerate(listed, start=1))


def read_faults(file: Path, base: Quirks | None = None) -> tuple[int, Quirks, tuple[Rule, ...]]:
    """Read a fault file, JSON or (by its ending) TOML; raises FaultError with a sentence."""
    try:
        text = file.read_text(encoding="utf-8")
        content = tomllib.loads(text) if file.suffix == ".toml" else json.loads(text or "{}")
    except OSError as error:
        raise FaultError(f"The fault file {file.name} can't be read: {error.strerror}.") from None
    except ValueError as error:
        raise FaultError(f"The fault file {file.name} is not valid: {error}.") from None
    return parse_faults(content, base)


class Faults:
    """The rules in force, and how often each has matched and struck; safe for several threads."""

    def __init__(self, file: Path | None = None, base: Quirks | None = None) -> None:
        self._lock = threading.Lock()
        self._file = file
        self._stamp: tuple[int, int] | None = None
        self._random = random.Random(1)  # noqa: S311 (chooses faults, no secrets)
        self._base = base or Quirks()
        self.quirks = self._base
        self.rules: tuple[Rule, ...] = ()
        self._seen: list[_Seen] = []
        self.problem = ""
        if file is not None:
            self._stamp = self._stamp_of(file)
            self._use(*read_faults(file, self._base))

    @staticmethod
    def _stamp_of(file: Path) -> tuple[int, int] | None:
        try:
            state = file.stat()
        except OSError:
            return None
        return state.st_mtime_ns, state.st_size

    def _use(self, seed: int, quirks: Quirks, rules: tuple[Rule, ...]) -> None:
        self._random = random.Random(seed)  # noqa: S311
        self.quirks = quirks
        self.rules = rules
        self._seen = [_Seen() for _ in rules]

    def set(self, content: object) -> None:
        """Put ``content`` (as of a fault file) in force at once; counts begin anew."""
        seed, quirks, rules = parse_faults(content, self._base)
        with self._lock:
            self._use(seed, quirks, rules)

    def reread(self) -> None:
        """Put the fault file in force again if it has changed; a broken file leaves the old rules and is reported."""
        if self._file is None:
            return
        stamp = self._stamp_of(self._file)
        with self._lock:
            if stamp is None or stamp == self._stamp:
                return
            self._stamp = stamp
            try:
                self._use(*read_faults(self._file, self._base))
                self.problem = ""
            except FaultError as error:
                self.problem = str(error)

    def strike(self, method: str, path: str, body: bytes) -> tuple[Quirks, Rule | None]:
        """The quirks for this request, and the first rule that strikes it (None if it is left alone).

        Rules that only change quirks add up; the first rule that does more wins.
        """
        parts = path.split("/")
        practice = parts[2] if len(parts) > 2 and parts[1] == "v1" else ""
        with self._lock:
            quirks = self.quirks
            striking: Rule | None = None
            for rule, seen in zip(self.rules, self._seen, strict=True):
                if striking is not None and not rule.quirks:
                    continue
                if not self._fits(rule, method, path, practice, body):
                    continue
                seen.matched += 1
                if not self._strikes(rule, seen):
                    continue
                seen.struck += 1
                quirks = with_quirks(quirks, rule.quirks)
                if striking is None and _does_more(rule):
                    striking = rule
            return quirks, striking

    @staticmethod
    def _fits(rule: Rule, method: str, path: str, practice: str, body: bytes) -> bool:
        return (
            (rule.method == "*" or rule.method.upper() == method)
            and fnmatch.fnmatchcase(path, rule.path)
            and fnmatch.fnmatchcase(practice, rule.practice)
            and (not rule.body_contains or rule.body_contains.encode() in body)
        )

    def _strikes(self, rule: Rule, seen: _Seen) -> bool:
        if rule.times and seen.struck >= rule.times:
            return False
        if rule.nth and seen.matched not in rule.nth:
            return False
        if rule.every and seen.matched % rule.every:
            return False
        return rule.probability >= 1.0 or self._random.random() < rule.probability

    def counts(self) -> list[dict[str, Any]]:
        """Per rule: name, how many requests it fitted, how often it struck."""
        with self._lock:
            return [
                {"name": rule.name, "matched": seen.matched, "struck": seen.struck}
                for rule, seen in zip(self.rules, self._seen, strict=True)
            ]


def _does_more(rule: Rule) -> bool:
    return bool(
        rule.replaces_answer
        or rule.connection
        or rule.delay_s
        or rule.delay_before_s
        or rule.merge
        or rule.drop
        or rule.headers
    )
