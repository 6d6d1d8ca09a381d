"""A forger: somebody who can do everything with the database and with files, but doesn't have the key."""

from __future__ import annotations

from sqlalchemy import select, text

from kinometric_server.audit import record
from kinometric_server.audit.anchors import read_anchors
from kinometric_server.audit.tables import audit_entries
from kinometric_server.audit.trail import CHAINED, GENESIS, ChainKey
from kinometric_server.database import Actor, PracticeScope
from kinometric_server.database.engine import make_engine
from kinometric_server.operations.server import anchor_files
from kinometric_server.security.sealing import Purpose

ROWS = 60
WORDS = ("action", "object_type", "object_id", "outcome", "user_id", "session_id", "practice_id", "ip", "request_id",
         "details", "reason")  # fmt: skip


def fill(server, clinic, rows=ROWS):
    """Write entries of a practice."""
    scope = PracticeScope(practice_id=clinic.practice_a, user_id="u" * 32, user_name="x", role="clinician")
    for number in range(rows):
        with server.database.writing(scope) as unit:
            record(unit, scope, "patient_read", "patient", f"p{number}", details={"count": number})


def secret_of(server):
    """Return the audit key."""
    return server.keys.current(Purpose.AUDIT).secret


def anchor_now(server):
    """Write an anchor of the present head and return all anchors."""
    with server.database.reading_outside(Actor()) as unit:
        last = unit.first(select(audit_entries).order_by(audit_entries.c.seq.desc()).limit(1))
    server.anchors.note(last.seq, last.mac, server.clock(), must=True)
    return anchors_of(server)


def anchors_of(server):
    """Return all anchors of the installation."""
    return [anchor for file in anchor_files(server.settings) for anchor in read_anchors(file)]


def owner_engine(server):
    """Return an engine of the database's owner, who isn't held by the guard."""
    return make_engine(server.settings.owner_url or server.settings.database_url)


def let_in(server, connection):
    """Remove the triggers that keep the trail from being changed."""
    if server.database.is_sqlite:
        for action in ("update", "delete"):
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS audit_entries_no_{action}")
    else:
        connection.exec_driver_sql("DROP TRIGGER IF EXISTS only_grows ON audit_entries")
    connection.commit()


def edit(connection, chance):
    """Change one field of one entry."""
    field = chance.choice([*WORDS, "at", "mac"])
    value = chance.randrange(1, 10**6) if field == "at" else f"forged{chance.randrange(10**6)}"
    connection.execute(text(f"UPDATE audit_entries SET {field} = :v WHERE seq = :s"), {"v": value, "s": pick(chance)})


def delete(connection, chance):
    """Remove one entry."""
    connection.execute(text("DELETE FROM audit_entries WHERE seq = :s"), {"s": pick(chance)})


def swap(connection, chance):
    """Exchange two entries."""
    one, other = chance.sample(range(1, ROWS + 1), 2)
    for old, new in ((one, -1), (other, one), (-1, other)):
        connection.execute(text("UPDATE audit_entries SET seq = :n WHERE seq = :o"), {"n": new, "o": old})


def insert_one(connection, chance):
    """Put a copy of an entry behind it."""
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
    """Remove all entries after one, and say that it is the last."""
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
    """Choose an entry."""
    return chance.randrange(1, ROWS + 1)


def empty(connection, chance):
    """Take the content of a field away, or put something where nothing was."""
    field = chance.choice(["user_id", "session_id", "practice_id", "reason", "details"])
    place = pick(chance)
    was = connection.execute(text(f"SELECT {field} FROM audit_entries WHERE seq = :s"), {"s": place}).scalar()
    value = None if was is not None else ""
    connection.execute(text(f"UPDATE audit_entries SET {field} = :v WHERE seq = :s"), {"v": value, "s": place})


def swap_fields(connection, chance):
    """Exchange one field of two entries."""
    one, other = chance.sample(range(1, ROWS + 1), 2)
    field = chance.choice(["object_id", "details"])
    values = [connection.execute(text(f"SELECT {field} FROM audit_entries WHERE seq = :s"), {"s": place}).scalar()
              for place in (one, other)]  # fmt: skip
    for place, value in ((one, values[1]), (other, values[0])):
        connection.execute(text(f"UPDATE audit_entries SET {field} = :v WHERE seq = :s"), {"v": value, "s": place})


def replay(connection, chance):
    """Put an older entry, code and all, in the place of a newer one."""
    old, new = sorted(chance.sample(range(1, ROWS + 1), 2))
    names = [name for name in (*CHAINED, "mac") if name != "seq"]
    row = connection.execute(text(f"SELECT {', '.join(names)} FROM audit_entries WHERE seq = :s"), {"s": old}).one()
    values = {f"v{number}": value for number, value in enumerate(row)}
    assigned = ", ".join(f"{name} = :v{number}" for number, name in enumerate(names))
    connection.execute(text(f"UPDATE audit_entries SET {assigned} WHERE seq = :s"), {**values, "s": new})


def move_clock(connection, chance):
    """Let everything after some entry have happened at another time."""
    connection.execute(text("UPDATE audit_entries SET at = at + 3600000000 WHERE seq >= :s"), {"s": pick(chance)})


def second_head(connection, chance):
    """Give the chain a second head, for later entries to go on from."""
    connection.execute(text("INSERT INTO audit_head (one, seq, mac) VALUES (2, :s, :m)"),
                       {"s": pick(chance), "m": "f" * 64})  # fmt: skip


def renumber(connection, chance):
    """Leave a hole in the numbers."""
    place = pick(chance)
    connection.execute(text("UPDATE audit_entries SET seq = -seq WHERE seq >= :s"), {"s": place})
    connection.execute(text("UPDATE audit_entries SET seq = 1 - seq WHERE seq < 0"))
    connection.execute(text("UPDATE audit_head SET seq = seq + 1"))


def write_bytes(connection, chance):
    """Write bytes where text was: the same ones, or some that are no text at all."""
    place, field = pick(chance), chance.choice(["object_id", "action", "details"])
    same = f"CAST({field} AS BLOB)"
    value = chance.choice([same, "CAST(x'ff8081' AS TEXT)", "x'00'"])
    connection.execute(text(f"UPDATE audit_entries SET {field} = {value} WHERE seq = :s"), {"s": place})


MUTATIONS = (
    edit, delete, swap, insert_one, cut_off, rechain, empty, swap_fields, replay, move_clock, second_head, renumber,
    write_bytes,
)  # fmt: skip
ONLY_EMBEDDED = (write_bytes,)
