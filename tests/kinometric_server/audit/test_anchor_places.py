"""Two places of anchors: what is edited, cut off or rolled back in one of them shows beside the other, or by itself."""

from __future__ import annotations

import json
import random
import shutil
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from kinometric_server.audit import anchors
from kinometric_server.audit.anchors import Anchors, read_anchors
from kinometric_server.audit.places import compare, read_place, verify_with_places
from kinometric_server.audit.tables import audit_entries
from kinometric_server.audit.trail import anchor_code
from kinometric_server.database import Actor
from kinometric_server.operations.quarantine import look_for_rollback
from kinometric_server.operations.server import anchor_files, open_server
from tests.kinometric_server.audit.forging import ROWS, fill, secret_of

EVERY = 10


@pytest.fixture
def places(server, forger, tmp_path):
    """Two places that hold an anchor for every tenth of 60 entries."""
    files = (tmp_path / "first" / "anchors.log", tmp_path / "second" / "anchors.log")
    anchors = Anchors(secret_of(server), files)
    with server.database.reading_outside(Actor()) as unit:
        rows = unit.all(select(audit_entries.c.seq, audit_entries.c.mac).order_by(audit_entries.c.seq))
    for row in rows[EVERY - 1 :: EVERY]:
        assert anchors.note(row.seq, row.mac, server.clock(), must=True)
    return files


def problems(server, forger, places):
    verdict, _remarks = verify_with_places(forger, secret_of(server), places)
    forger.rollback()
    return [problem.what for problem in verdict.problems]


def lines_of(file):
    return file.read_text().splitlines(keepends=True)


def test_untouched_places_raise_no_alarm(server, forger, places):
    verdict, remarks = verify_with_places(forger, secret_of(server), places)
    assert (verdict.problems, remarks, verdict.anchors, verdict.anchored_seq) == ((), [], 12, ROWS)


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize("seed", range(12))
def test_every_change_of_one_place_is_found(server, forger, places, which, seed):
    chance = random.Random(seed)
    lines = lines_of(places[which])
    number = chance.randrange(len(lines) - 1)
    anchor = json.loads(lines[number])
    kind = seed % 6
    if kind == 0:
        anchor[chance.choice(["mac", "at", "check", "previous"])] = "0" * 64
        lines[number] = json.dumps(anchor) + "\n"
    elif kind == 1:
        lines[number] = json.dumps({**anchor, "seq": anchor["seq"] + 1}) + "\n"
    elif kind == 2:
        del lines[number]
    elif kind == 3:
        lines = lines[: number + 1] if number < len(lines) - 2 else lines[:1]
    elif kind == 4:
        lines[number] = lines[number][:40] + "\n"
    else:
        lines[number], lines[number + 1] = lines[number + 1], lines[number]
    places[which].write_text("".join(lines))
    assert problems(server, forger, places)


def test_a_place_that_was_emptied_or_removed_is_named(server, forger, places):
    places[0].write_text("")
    assert problems(server, forger, places) == ["there are no anchors in place 1, but elsewhere"]
    places[0].unlink()
    assert problems(server, forger, places) == ["there are no anchors in place 1, but elsewhere"]


def test_a_trail_cut_off_together_with_the_first_place_is_found_by_the_second(server, forger, places):
    places[0].write_text("".join(lines_of(places[0])[:2]))
    mac = forger.execute(text("SELECT mac FROM audit_entries WHERE seq = 20")).scalar_one()
    forger.execute(text("DELETE FROM audit_entries WHERE seq > 20"))
    forger.execute(text("UPDATE audit_head SET seq = 20, mac = :m"), {"m": mac})
    found = problems(server, forger, places)
    assert "entries up to 60 were cut off" in found
    assert "anchors were cut off in place 1" in found


def test_anchors_of_a_stranger_with_a_key_of_his_own_are_forged(server, forger, places):
    lines = []
    before = ""
    for anchor in read_anchors(places[0]):
        check = anchor_code(b"a stranger's key", anchor.seq, anchor.mac, anchor.at, before)
        lines.append(json.dumps({"seq": anchor.seq, "mac": anchor.mac, "at": anchor.at, "check": check,
                                 "previous": before}))  # fmt: skip
        before = check
    places[0].write_text("\n".join(lines) + "\n")
    assert set(problems(server, forger, places)) == {"an anchor was forged"}


def test_a_server_that_died_between_two_places_is_a_remark_and_the_next_anchor_mends_it(server, forger, places, clock):
    whole = lines_of(places[1])
    places[1].write_text("".join(whole[:-1]))
    verdict, remarks = verify_with_places(forger, secret_of(server), places)
    forger.rollback()
    assert (verdict.problems, remarks) == ((), ["The last anchor (entry 60) is missing in place 2."])
    clock.advance(minutes=6)
    Anchors(secret_of(server), places).note(61, "a" * 64, clock())
    assert [each.seq for each in read_anchors(places[1])] == [10, 20, 30, 40, 50, 60, 61]
    assert read_place(places[1], "x").problems == ()


def test_half_a_line_of_a_power_cut_is_no_alarm_and_spoils_no_later_anchor(server, forger, places, clock):
    with places[0].open("a") as file:
        file.write('{"at": "2026-05-05T14:30:00+00:00", "che')
    assert problems(server, forger, places) == []
    clock.advance(minutes=6)
    Anchors(secret_of(server), places).note(61, "a" * 64, clock())
    assert read_place(places[0], "x").problems == ()
    assert [each.seq for each in read_anchors(places[0])][-1] == 61


def test_a_place_that_can_not_be_written_holds_nobody_up_and_is_completed_later(
    server, forger, tmp_path, clock, caplog
):
    files = (tmp_path / "good" / "anchors.log", tmp_path / "gone" / "anchors.log")
    files[1].parent.write_text("not a folder")
    anchors = Anchors(secret_of(server), files)
    with caplog.at_level("CRITICAL", logger="kinometric.audit"):
        assert anchors.note(1, "m", clock())
        assert anchors.note(1001, "n", clock())
    files[1].parent.unlink()
    assert anchors.note(2001, "o", clock())
    assert [each.seq for each in read_anchors(files[1])] == [1, 1001, 2001]
    assert compare([read_place(file, "x") for file in files]) == ([], [])


def test_a_clock_that_was_set_back_keeps_no_anchor_from_being_written(tmp_path, clock):
    anchors = Anchors(b"k" * 32, (tmp_path / "anchors.log",))
    assert anchors.note(1, "m", clock() + timedelta(days=400))
    assert anchors.note(2, "m", clock())
    assert not anchors.note(3, "m", clock() + timedelta(minutes=1))


def test_two_processes_write_one_file_of_anchors_in_order(tmp_path, clock):
    file = tmp_path / "anchors.log"
    one, other = Anchors(b"k" * 32, (file,)), Anchors(b"k" * 32, (file,))
    assert one.note(10, "m", clock())
    assert other.note(2000, "n", clock())
    one.note(1500, "x", clock())  # older than what the other one wrote: not needed any more
    assert one.note(3000, "o", clock())
    assert [each.seq for each in read_anchors(file)] == [10, 2000, 3000]
    assert read_place(file, "x").problems == ()
    assert other.refresh() == 3000


def test_anchors_of_an_earlier_version_still_count(tmp_path, clock):
    file = tmp_path / "anchors.log"
    at = clock().isoformat()
    old = {"seq": 5, "mac": "m", "at": at, "check": anchor_code(b"k" * 32, 5, "m", at, None)}
    file.write_text(json.dumps(old) + "\n")
    Anchors(b"k" * 32, (file,)).note(1005, "n", clock())
    place = read_place(file, "x")
    assert place.problems == ()
    assert all(anchor.is_ours(b"k" * 32) for anchor in place.anchors)


def test_a_whole_installation_rolled_back_is_found_by_the_place_elsewhere(server, forger, places, tmp_path):
    shutil.copy(places[1], tmp_path / "elsewhere.log")
    for place in places:
        place.write_text("".join(lines_of(place)[:3]))
    mac = forger.execute(text("SELECT mac FROM audit_entries WHERE seq = 30")).scalar_one()
    forger.execute(text("DELETE FROM audit_entries WHERE seq > 30"))
    forger.execute(text("UPDATE audit_head SET seq = 30, mac = :m"), {"m": mac})
    verdict, _ = verify_with_places(forger, secret_of(server), places)
    assert verdict.intact, "with every place rolled back too, nothing on this machine can tell"
    verdict, _ = verify_with_places(forger, secret_of(server), [*places, tmp_path / "elsewhere.log"])
    assert not verdict.intact
    assert replace(verdict, problems=()).intact


def test_of_a_long_file_only_the_end_is_read(tmp_path, clock, monkeypatch):
    file = tmp_path / "anchors.log"
    lines, before = [], ""
    for seq in range(1, 400):
        check = anchor_code(b"k" * 32, seq, "m", clock().isoformat(), before)
        lines.append(
            json.dumps({"seq": seq, "mac": "m", "at": clock().isoformat(), "check": check, "previous": before})
        )
        before = check
    file.write_text("\n".join(lines) + "\n")
    monkeypatch.setattr(anchors, "read_anchors", lambda _file: pytest.fail("the whole file was read"))
    clock.advance(minutes=6)
    noted = Anchors(b"k" * 32, (file,))
    assert (noted.refresh(), noted.note(400, "m", clock())) == (399, True)
    monkeypatch.undo()
    assert read_place(file, "x").problems == ()
    assert len(read_anchors(file)) == 400


@pytest.mark.parametrize("at", ["2026-05-05T14:30:00+00:00", "2026-05-05T14:30:00"])
def test_what_a_stranger_wrote_keeps_no_anchor_from_being_written_and_puts_nothing_in_quarantine(
    server, clinic, clock, at
):
    (place,) = anchor_files(server.settings)
    fill(server, clinic, 1)
    forged = {"seq": 10**12, "mac": "f" * 64, "at": at, "check": "0" * 64, "previous": ""}
    with place.open("a") as file:
        file.write(json.dumps(forged) + "\n")
    clock.advance(minutes=6)
    fill(server, clinic, 1)
    assert [anchor.seq for anchor in read_anchors(place)] == [1, 10**12, 2]
    again = open_server(server.settings, clock=clock)
    assert again.anchors.refresh() == 2
    assert look_for_rollback(again) is None
    clock.advance(minutes=6)
    fill(again, clinic, 1)
    again.close()
    with server.database.engine.connect() as connection:
        verdict, _ = verify_with_places(connection, secret_of(server), [place])
    assert "an anchor was forged" in [problem.what for problem in verdict.problems]
    assert verdict.anchored_seq == 3


def test_a_place_that_is_a_folder_holds_nobody_up(server, clinic, tmp_path, clock, caplog):
    with caplog.at_level("CRITICAL", logger="kinometric.audit"):
        assert not Anchors(secret_of(server), (tmp_path,)).note(1, "m", clock())
