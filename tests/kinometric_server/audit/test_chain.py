"""The audit trail finds every change that somebody without the key makes before the last anchor."""

from __future__ import annotations

import hmac
import json
import random
import threading

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from kinometric_server.audit import record
from kinometric_server.audit.anchors import Anchor, Anchors, read_anchors
from kinometric_server.audit.tables import audit_entries
from kinometric_server.audit.trail import CHAINED, GENESIS, ChainKey
from kinometric_server.audit.verify import verify
from kinometric_server.database import Actor, PracticeScope
from kinometric_server.operations.server import anchor_files
from kinometric_server.security.sealing import Purpose

ROWS = 60


def fill(server, clinic, rows=ROWS):
    scope = PracticeScope(practice_id=clinic.practice_a, user_id="u" * 32, user_name="x", role="clinician")
    for number in range(rows):
        with server.database.writing(scope) as unit:
            record(unit, scope, "patient_read", "patient", f"p{number}", details={"count": number})


def secret_of(server):
    return server.keys.current(Purpose.AUDIT).secret


def anchor_now(server):
    """Write an anchor of the present head and return all anchors."""
    with server.database.reading_outside(Actor()) as unit:
        last = unit.first(select(audit_entries).order_by(audit_entries.c.seq.desc()).limit(1))
    server.anchors.note(last.seq, last.mac, server.clock(), must=True)
    return anchors_of(server)


def anchors_of(server):
    return [anchor for file in anchor_files(server.settings) for anchor in read_anchors(file)]


def owner_engine(server):
    from kinometric_server.database.engine import make_engine

    return make_engine(server.settings.owner_url or server.settings.database_url)


@pytest.fixture
def forger(server, clinic):
    """Somebody who can do everything with the database but doesn't have the key."""
    fill(server, clinic)
    engine = owner_engine(server)
    with engine.connect().execution_options(kinometric_writes=True) as connection:
        if server.database.is_sqlite:
            for action in ("update", "delete"):
                connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS audit_entries_no_{action}")
        else:
            connection.exec_driver_sql("DROP TRIGGER IF EXISTS only_grows ON audit_entries")
        connection.commit()
        yield connection
    engine.dispose()


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


def edit(connection, chance):
    field = chance.choice(["action", "object_id", "outcome", "user_id", "practice_id", "ip", "at", "details", "reason"])
    value = chance.randrange(1, 10**6) if field == "at" else f"forged{chance.randrange(10**6)}"
    connection.execute(text(f"UPDATE audit_entries SET {field} = :v WHERE seq = :s"), {"v": value, "s": pick(chance)})


def delete(connection, chance):
    connection.execute(text("DELETE FROM audit_entries WHERE seq = :s"), {"s": pick(chance)})


def swap(connection, chance):
    one, other = chance.sample(range(1, ROWS + 1), 2)
    for old, new in ((one, -1), (other, one), (-1, other)):
        connection.execute(text("UPDATE audit_entries SET seq = :n WHERE seq = :o"), {"n": new, "o": old})


def insert_one(connection, chance):
    place = pick(chance)
    connection.execute(text("UPDATE audit_entries SET seq = -seq WHERE seq > :s"), {"s": place})
    connection.execute(text("UPDATE audit_entries SET seq = 1 - seq WHERE seq < 0"))
    copied = ", ".join(name for name in (*CHAINED, "mac") if name != "seq")
    connection.execute(
        text(f"INSERT INTO audit_entries (seq, {copied}) SELECT seq + 1, {copied} FROM audit_entries WHERE seq = :s"),
        {"s": place},
    )
    connection.execute(text("UPDATE audit_head SET seq = seq + 1"))


def cut_off(connection, chance):
    keep = chance.randrange(0, ROWS)
    connection.execute(text("DELETE FROM audit_entries WHERE seq > :s"), {"s": keep})
    mac = connection.execute(text("SELECT mac FROM audit_entries WHERE seq = :s"), {"s": keep}).scalar() or GENESIS
    connection.execute(text("UPDATE audit_head SET seq = :s, mac = :m"), {"s": keep, "m": mac})


def rechain(connection, chance):
    """Edit an entry and compute all codes after it anew with a key of the forger's own."""
    place = pick(chance)
    connection.execute(text("UPDATE audit_entries SET outcome = 'denied' WHERE seq = :s"), {"s": place})
    mac = connection.execute(text("SELECT mac FROM audit_entries WHERE seq = :s"), {"s": place - 1}).scalar() or GENESIS
    rows = connection.execute(
        text(f"SELECT {', '.join(CHAINED)} FROM audit_entries WHERE seq >= :s ORDER BY seq"), {"s": place}
    ).all()
    key = ChainKey(b"the forger's own key")
    for row in rows:
        mac = key.code_after(mac, list(row))
        connection.execute(text("UPDATE audit_entries SET mac = :m WHERE seq = :s"), {"m": mac, "s": row[0]})
    connection.execute(text("UPDATE audit_head SET mac = :m"), {"m": mac})


def pick(chance):
    return chance.randrange(1, ROWS + 1)


MUTATIONS = (edit, delete, swap, insert_one, cut_off, rechain)


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.__name__)
def test_every_forgery_before_the_last_anchor_is_found(server, forger, mutation):
    anchors = anchor_now(server)
    chance = random.Random(mutation.__name__)
    assert verify(forger, secret_of(server), anchors).intact
    forger.rollback()
    for _ in range(40):
        mutation(forger, chance)
        assert not verify(forger, secret_of(server), anchors).intact
        forger.rollback()
    assert verify(forger, secret_of(server), anchors).intact


def test_a_forged_anchor_is_found(server, clinic):
    fill(server, clinic, 3)
    anchors = [*anchor_now(server), Anchor(3, "0" * 64, "2026-01-01T00:00:00+00:00", "0" * 64)]
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
