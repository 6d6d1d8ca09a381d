"""Compare the places that anchors are kept in: what was changed, taken out or cut off in one of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from kinometric_server.audit.anchors import Anchor, anchor_of, read_lines
from kinometric_server.audit.verify import Problem, Verdict, verify


@dataclass(frozen=True, slots=True)
class Place:
    """One file of anchors, with what is wrong with it by itself."""

    name: str
    anchors: tuple[Anchor, ...]
    problems: tuple[Problem, ...]


def read_place(file: Path, name: str) -> Place:
    """Read a file of anchors and follow their chain.

    A line that a power cut left half written is no anchor: the next one is bound to the one before it.
    """
    problems: list[Problem] = []
    anchors: list[Anchor] = []
    unread = False
    for line in read_lines(file):
        anchor = anchor_of(line)
        unread = anchor is None
        if anchor is None:
            continue
        last = anchors[-1] if anchors else None
        if last is not None and anchor.seq <= last.seq:
            problems.append(Problem(anchor.seq, f"the anchors in {name} are out of order"))
        if not _follows(anchor, last):
            problems.append(Problem(anchor.seq, f"an anchor before this one was changed or removed in {name}"))
        anchors.append(anchor)
    if unread:
        problems.append(Problem(anchors[-1].seq if anchors else 0, f"the last anchor in {name} can't be read"))
    return Place(name, tuple(anchors), tuple(problems))


def _follows(anchor: Anchor, last: Anchor | None) -> bool:
    if anchor.previous is None:  # of a version that did not bind them
        return last is None or last.previous is None
    return anchor.previous == ("" if last is None else last.check)


def compare(places: Sequence[Place]) -> tuple[list[Problem], list[str]]:
    """Return what the places lack beside each other, and remarks.

    A server that dies between two places leaves the last anchor in the first one only: that is a remark.
    """
    heads = {(anchor.seq, anchor.mac) for place in places for anchor in place.anchors}
    newest = max((seq for seq, _ in heads), default=0)
    problems: list[Problem] = []
    remarks: list[str] = []
    for place in places:
        mine = {(anchor.seq, anchor.mac) for anchor in place.anchors}
        first = min((seq for seq, _ in mine), default=0)
        lacking = sorted(seq for seq, _ in heads - mine if seq > first)
        if not mine and heads:
            problems.append(Problem(0, f"there are no anchors in {place.name}, but elsewhere"))
        elif lacking == [newest]:
            remarks.append(f"The last anchor (entry {newest}) is missing in {place.name}.")
        elif lacking:
            problems.append(Problem(lacking[0], f"anchors were cut off in {place.name}"))
    return problems, remarks


def verify_with_places(connection: Connection, secret: bytes, files: Sequence[Path]) -> tuple[Verdict, list[str]]:
    """Check the trail, and the places of its anchors; return the verdict and remarks.

    Parameters
    ----------
    files : sequence of Path
        The installation's own places first, then those that were given.
    """
    places = [read_place(file, f"place {number}") for number, file in enumerate(files, start=1)]
    verdict = verify(connection, secret, [anchor for place in places for anchor in place.anchors])
    lacking, remarks = compare(places)
    own = [problem for place in places for problem in place.problems]
    return verdict.with_problems([*own, *lacking]), remarks
