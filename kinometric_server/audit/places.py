"""Compare the places that anchors are kept in: what was changed, taken out or cut off in one of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, func, or_, select

from kinometric_server.audit.anchors import EVERY, EVERY_ROWS, Anchor, anchor_of, read_lines
from kinometric_server.audit.tables import audit_entries
from kinometric_server.audit.verify import Problem, Verdict, verify

_MISSED_BY_CHANCE = 3
"""A process that is killed between its commit and the anchor misses one; so may the next, and one beside it."""


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
    anchors = [anchor for place in places for anchor in place.anchors if anchor.is_ours(secret)]
    own += _overdue(connection, max(anchors, key=lambda anchor: anchor.seq, default=None), verdict)
    return verdict.with_problems([*own, *lacking]), remarks


def _overdue(connection: Connection, last: Anchor | None, verdict: Verdict) -> list[Problem]:
    """Say whether anchors are missing after the last one, which a place that was cut off can't show by itself."""
    if not verdict.tail_rows:
        return []
    if last is None:
        return [Problem(1, "there are no anchors in any place, though the first entry makes one")]
    late = or_(
        audit_entries.c.at >= datetime.fromisoformat(last.at) + EVERY, audit_entries.c.seq >= last.seq + EVERY_ROWS
    )
    missed = select(func.count(audit_entries.c.at.distinct())).where(audit_entries.c.seq > last.seq, late)
    if connection.execute(missed).scalar_one() <= _MISSED_BY_CHANCE:
        return []
    return [Problem(last.seq + 1, "anchors are missing after this entry: they were cut off, or could not be written")]
