"""`audit verify` reads the mirror too: a line that was changed, moved or taken out of its middle is named."""

from __future__ import annotations

import gzip
import json
import logging

import pytest
from sqlalchemy import text

from kinometric_server.audit.mirrored import compare, read_mirror
from kinometric_server.audit.verify import verify
from kinometric_server.operations.server import open_server
from tests.kinometric_server.audit.forging import ROWS, anchor_now, fill, secret_of

NAME = "athena_hipaa_audit.log"


@pytest.fixture
def mirror(forger, settings):
    """The mirror of 60 entries."""
    return settings.logs / NAME


@pytest.fixture
def look(server, forger, settings):
    """Return what is wrong with the mirror, and the remarks."""

    def found():
        secret = secret_of(server)
        mirrored = read_mirror(settings.logs / NAME, settings.logs / "archives", secret)
        verdict, remarks = compare(mirrored, forger, secret, verify(forger, secret, anchor_now(server)))
        forger.rollback()
        return [problem.what for problem in verdict.problems], remarks

    return found


def change(mirror, edit):
    lines = mirror.read_text().splitlines(keepends=True)
    edit(lines)
    mirror.write_text("".join(lines))


def with_field(line, name, value):
    return json.dumps({**json.loads(line), name: value}, separators=(",", ":")) + "\n"


def test_an_untouched_mirror_raises_no_alarm(look, mirror):
    assert len(mirror.read_text().splitlines()) == ROWS
    assert look() == ([], [])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("user_id", "somebody else"),
        ("at", "2026-05-05T15:30:00+00:00"),
        ("at", "yesterday"),
        ("reason", ""),
        ("details", '{"count": 20}'),
        ("outcome", None),
        ("mac", "0" * 64),
        ("seq", 4000),
        ("more", 1),
    ],
)
def test_a_changed_line_is_named(look, mirror, name, value):
    change(mirror, lambda lines: lines.__setitem__(20, with_field(lines[20], name, value)))
    assert look()[0] != []


def test_the_same_moment_in_another_zone_is_the_same_line(look, mirror):
    change(mirror, lambda lines: lines.__setitem__(20, with_field(lines[20], "at", "2026-05-05T10:30:00-04:00")))
    assert look() == ([], [])


def test_a_line_that_was_taken_out_garbled_or_moved_is_named(look, mirror):
    whole = mirror.read_text()
    for edit in (
        lambda lines: lines.pop(20),
        lambda lines: lines.__setitem__(20, "\n"),
        lambda lines: lines.__setitem__(20, lines[20][:50] + "\n"),
        lambda lines: lines.__setitem__(slice(20, 22), [lines[21], lines[20]]),
        lambda lines: lines.append(with_field(lines[-1], "seq", ROWS + 1)),
        lambda lines: lines.insert(30, with_field(lines[20], "user_id", "x")),
    ):
        change(mirror, edit)
        assert look()[0] != []
        mirror.write_text(whole)
    assert look() == ([], [])


def test_half_a_line_whose_entry_follows_whole_is_no_alarm(look, mirror):
    change(mirror, lambda lines: lines.insert(20, lines[20][:50] + "\n"))
    assert look() == ([], [])


def test_lines_cut_off_at_the_end_are_a_remark_and_come_back_with_the_next_entry(look, mirror, server, clinic):
    change(mirror, lambda lines: lines.__delitem__(slice(50, None)))
    assert look() == ([], ["The mirror ends with entry 50; the server adds the others with its next one."])
    fill(server, clinic, 1)
    assert look() == ([], [])
    assert len(mirror.read_text().splitlines()) == ROWS + 1


def test_archives_are_read_in_their_order_and_a_copy_beside_its_archive_once(look, mirror):
    lines = mirror.read_text().splitlines(keepends=True)
    archives = mirror.parent / "archives"
    first, second = ("".join(part).encode() for part in (lines[:20], lines[20:40]))
    (archives / "athena_hipaa_audit-20260101T000000Z-0000.log.gz").write_bytes(gzip.compress(first))
    (archives / "athena_hipaa_audit-20260102T000000Z-0000.log").write_bytes(second)
    (archives / "athena_hipaa_audit-20260102T000000Z-0000.log.gz").write_bytes(gzip.compress(second))
    mirror.write_text("".join(lines[40:]))
    assert look() == ([], [])
    (archives / "athena_hipaa_audit-20260101T000000Z-0000.log.gz").unlink()
    assert look() == ([], []), "an archive may be removed by hand once its years are over"
    (archives / "athena_hipaa_audit-20260102T000000Z-0000.log").unlink()
    (archives / "athena_hipaa_audit-20260102T000000Z-0000.log.gz").write_bytes(gzip.compress(second)[:-20])
    assert "athena_hipaa_audit-20260102T000000Z-0000.log.gz can't be read" in look()[0]


def older_copy(forger, seq):
    """Put the trail back to an earlier entry, as a copy of the database from then would."""
    mac = forger.execute(text("SELECT mac FROM audit_entries WHERE seq = :s"), {"s": seq}).scalar_one()
    forger.execute(text("DELETE FROM audit_entries WHERE seq > :s"), {"s": seq})
    forger.execute(text("UPDATE audit_head SET seq = :s, mac = :m"), {"s": seq, "m": mac})
    forger.commit()


def test_an_older_database_keeps_no_new_entry_from_the_mirror_and_the_mirror_tells_of_it(
    server, forger, settings, clock, clinic, mirror, caplog
):
    older_copy(forger, 40)
    server.close()
    with caplog.at_level(logging.CRITICAL, logger="kinometric.audit"):
        again = open_server(settings, clock=clock)
    clock.advance(minutes=1)
    fill(again, clinic, 3)
    again.close()
    written = [json.loads(line)["seq"] for line in mirror.read_text().splitlines()]
    assert written == [*range(1, 61), 40, 41, 42, 43]
    mirrored = read_mirror(mirror, settings.logs / "archives", secret_of(again))
    verdict, _ = compare(mirrored, forger, secret_of(again), verify(forger, secret_of(again), []))
    assert [problem.what for problem in verdict.problems] == ["the mirror holds an entry that the trail doesn't"]


@pytest.mark.parametrize(
    "line",
    [
        '{"seq": 1000000, "mac": "x"}',
        '{"seq": 1e999, "mac": "x"}',
        '{"seq": true, "mac": "x"}',
        '{"seq": 99999999999999999999, "mac": ""}',
        "[" * 3000,
    ],
)
def test_a_line_that_somebody_wrote_keeps_no_entry_out(server, clinic, mirror, line, caplog):
    with mirror.open("a") as file:
        file.write(line + "\n")
    with caplog.at_level(logging.CRITICAL, logger="kinometric.audit"):
        fill(server, clinic, 2)
    lines = mirror.read_text().splitlines()
    assert [json.loads(each)["seq"] for each in lines[-2:]] == [ROWS + 1, ROWS + 2]
    assert len(lines) == ROWS + 3
