"""The audit trail finds every change that somebody without the key makes before the last anchor."""

from __future__ import annotations

import hmac
import json
import random
import threading

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from kinometric_server.audit.anchors import Anchor, Anchors, read_anchors
from kinometric_server.audit.tables import audit_entries
from kinometric_server.audit.trail import ChainKey
from kinometric_server.audit.verify import verify
from kinometric_server.database import Actor
from tests.kinometric_server.audit.forging import (
    MUTATIONS,
    ONLY_EMBEDDED,
    anchor_now,
    fill,
    owner_engine,
    secret_of,
)


def test_an_untouched_trail_is_intact_and_names_its_unanchored_tail(server, clinic):
    fill(server, clinic, 5)
    anchors = anchor_now(server)
    fill(server, clinic, 3)
    engine = owner_engine(server)
    with engine.connect() as connection:
        verdict = verify(connection, secret_of(server), anchors)
    engine.dispose()
    assert verdict.intact
    assert (verdict.rows, verdict.head_seq, verdict.anchored_seq, verdict.tail_rows) == (8, 8, 5, 3)


def test_the_database_itself_refuses_to_change_or_remove_an_entry(server, clinic):
    fill(server, clinic, 2)
    for statement in ("UPDATE audit_entries SET ip = 'x'", "DELETE FROM audit_entries"):
        with pytest.raises(DatabaseError), server.database.writing_outside(Actor()) as unit:
            unit.execute(text(statement))


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.__name__)
def test_every_forgery_before_the_last_anchor_is_found(server, forger, mutation):
    if mutation in ONLY_EMBEDDED and not server.database.is_sqlite:
        pytest.skip("PostgreSQL has no text that is none")
    anchors = anchor_now(server)
    chance = random.Random(mutation.__name__)
    assert verify(forger, secret_of(server), anchors).intact
    forger.rollback()
    for _ in range(30):
        mutation(forger, chance)
        assert not verify(forger, secret_of(server), anchors).intact
        forger.rollback()
    assert verify(forger, secret_of(server), anchors).intact


def test_a_forged_anchor_is_found(server, clinic):
    fill(server, clinic, 3)
    anchors = [*anchor_now(server), Anchor(3, "0" * 64, "2026-01-01T00:00:00+00:00", "0" * 64, "")]
    with server.database.engine.connect() as connection:
        verdict = verify(connection, secret_of(server), anchors)
    assert [problem.what for problem in verdict.problems] == ["an anchor was forged"]


def test_cutting_off_the_unanchored_tail_is_named_as_what_can_not_be_seen(server, forger):
    with server.database.reading_outside(Actor()) as unit:
        row = unit.one(select(audit_entries).where(audit_entries.c.seq == 50))
    anchors = Anchors(secret_of(server), (server.settings.root / "other" / "anchors.log",))
    anchors.note(row.seq, row.mac, server.clock(), must=True)
    written = read_anchors(server.settings.root / "other" / "anchors.log")
    forger.execute(text("DELETE FROM audit_entries WHERE seq > 55"))
    mac = forger.execute(text("SELECT mac FROM audit_entries WHERE seq = 55")).scalar_one()
    forger.execute(text("UPDATE audit_head SET seq = 55, mac = :m"), {"m": mac})
    verdict = verify(forger, secret_of(server), written)
    assert verdict.intact
    assert (verdict.anchored_seq, verdict.tail_rows) == (50, 5)


def test_entries_written_in_parallel_make_one_chain_without_a_gap(server, clinic):
    threads = [threading.Thread(target=fill, args=(server, clinic, 15)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with server.database.engine.connect() as connection:
        verdict = verify(connection, secret_of(server), [])
    assert (verdict.intact, verdict.rows) == (True, 60)


def test_two_processes_write_one_chain(server, clinic, settings, clock):
    from kinometric_server.operations.server import open_server

    other = open_server(settings, clock=clock)
    threads = [threading.Thread(target=fill, args=(one, clinic, 20)) for one in (server, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with server.database.engine.connect() as connection:
        verdict = verify(connection, secret_of(server), [])
    other.close()
    assert (verdict.intact, verdict.rows) == (True, 40)


def test_the_codes_are_hmac_sha256():
    content = [1, 2, None, "x", "é"]
    expected = hmac.new(b"k" * 32, ("0" * 64 + json.dumps(content)).encode(), "sha256").hexdigest()
    assert ChainKey(b"k" * 32).code_after("0" * 64, content) == expected


def test_an_anchor_is_written_after_five_minutes_or_a_thousand_entries(tmp_path, clock):
    file = tmp_path / "second place" / "anchors.log"
    anchors = Anchors(b"k" * 32, (file,))
    assert anchors.note(1, "m", clock())
    assert not anchors.note(2, "m", clock())
    clock.advance(minutes=5)
    assert anchors.note(3, "m", clock())
    assert anchors.note(1003, "m", clock())
    assert not anchors.note(1004, "m", clock())
    assert not Anchors(b"k" * 32, (file,)).note(1004, "m", clock())
    assert [anchor.seq for anchor in read_anchors(file)] == [1, 3, 1003]


def test_an_anchor_that_a_power_cut_left_half_written_is_left_out(tmp_path, clock):
    file = tmp_path / "anchors.log"
    Anchors(b"k" * 32, (file,)).note(1, "m", clock())
    with file.open("a") as half:
        half.write('{"seq": 2, "ma')
    assert [anchor.seq for anchor in read_anchors(file)] == [1]


@pytest.mark.soak
@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_of_many_random_forgeries_every_one_is_found(server, forger, seed, capsys):
    anchors = anchor_now(server)
    chance = random.Random(seed)
    usable = [each for each in MUTATIONS if server.database.is_sqlite or each not in ONLY_EMBEDDED]
    found = dict.fromkeys((each.__name__ for each in usable), 0)
    alarms = 0
    for _ in range(2500):
        mutation = chance.choice(usable)
        mutation(forger, chance)
        found[mutation.__name__] += not verify(forger, secret_of(server), anchors).intact
        forger.rollback()
        alarms += not verify(forger, secret_of(server), anchors).intact
        forger.rollback()
    with capsys.disabled():
        print(f"\nseed {seed}: {sum(found.values())} of 2500 forgeries found, {alarms} false alarms; {found}")
    assert (sum(found.values()), alarms) == (2500, 0)
