"""The patient search among a million patients beside the same search among a thousand, in one database and one run.

The database is made once, in build/, which takes some minutes; KINOMETRIC_BENCH_PATIENTS makes it smaller.
"""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import statistics
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from kinometric.contract.patients import PatientSearch
from kinometric_server.database import Actor, PracticeScope
from kinometric_server.operations.installation import make_installation
from kinometric_server.operations.server import Server, open_server
from kinometric_server.operations.settings import layout, read_settings
from kinometric_server.patients.searching import search_patients
from kinometric_server.patients.words import name_key, words_of
from kinometric_server.practices.tables import practices

MANY = int(os.environ.get("KINOMETRIC_BENCH_PATIENTS", "1000000"))
FEW = 1000
SEARCHES = 600
BUDGET = 3.0
ROOT = Path(__file__).resolve().parent.parent / "build" / f"bench-search-{MANY}"
_SYLLABLES = (
    "ba be bo da de do fa fi ga go ha he ka ki la le li lo ma mi mo na ne no pa pe ra re ri ro sa se so ta te to va"
)


def names(chance: random.Random, count: int) -> list[str]:
    """Make up family or given names of two to four syllables; short ones are more frequent, as in life."""
    parts = _SYLLABLES.split()
    return sorted({"".join(chance.choices(parts, k=chance.choice((2, 3, 3, 4)))).capitalize() for _ in range(count)})


def make(server: Server) -> None:
    """Fill one practice with many patients and one with few."""
    for key in ("a" * 32, "b" * 32):
        with server.database.writing_outside(Actor()) as unit:
            now = unit.now
            values = {"id": key, "name": key[0], "slug": key[0], "created_at": now, "updated_at": now}
            unit.execute(practices.insert().values(**values))
    server.close()
    for key, count in (("a" * 32, MANY), ("b" * 32, FEW)):
        fill(server.settings.data / "kinometric.sqlite3", key, count)


def fill(file: Path, practice: str, count: int) -> None:
    """Write patients and their words as the server would, without its transactions."""
    chance = random.Random(count)
    last, first = names(chance, 30_000), names(chance, 3_000)
    connection = sqlite3.connect(file)
    for pragma in ("synchronous=OFF", "cache_size=-2000000", "temp_store=MEMORY"):
        connection.execute(f"PRAGMA {pragma}")
    people: list[tuple[Any, ...]] = []
    words: list[tuple[str, str, str, str]] = []
    for number in range(1, count + 1):
        key = f"{practice[0]}{number:031x}"
        lastname = last[min(int(chance.expovariate(1 / 4000)), len(last) - 1)]
        firstname = first[min(int(chance.expovariate(1 / 400)), len(first) - 1)]
        born = date(1925, 1, 1) + timedelta(days=chance.randrange(30_000))
        people.append((key, practice, number, lastname, firstname, born.isoformat(), name_key(lastname, firstname), 0))
        found = words_of(names=(lastname, firstname, "", ""), born=born, number=number, athena_patient_id=None)
        words += [(practice, word.word, key, word.kind) for word in found]
        if len(people) == 50_000 or number == count:
            with connection:
                connection.executemany(
                    "INSERT INTO patients (id, practice_id, number, lastname, firstname, born, name_key, created_at) "
                    "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    people,
                )
                connection.executemany(
                    "INSERT INTO patient_words (practice_id, word, patient_id, kind) VALUES (?, ?, ?, ?)", sorted(words)
                )
            people.clear()
            words.clear()
    connection.close()


def questions(chance: random.Random) -> list[str]:
    """What a front desk types: beginnings of names, whole names, a year or a date with them, a number."""
    last, first = names(random.Random(FEW), 30_000)[:6000], names(random.Random(FEW), 3_000)[:600]
    asked = []
    for _ in range(SEARCHES):
        one, other = chance.choice(last), chance.choice(first)
        year = chance.randrange(1925, 2005)
        asked.append(
            chance.choice(
                (one[:1], one[:2], one[:3], one, f"{one} {other}", f"{other[:2]} {one[:3]}", f"{one[:3]} {year}",
                 f"{chance.randrange(1, 13)}/{chance.randrange(1, 29)}/{year}", str(chance.randrange(1, 1000)))
            )
        )  # fmt: skip
    return asked


def search(server: Server, practice: str, asked: str) -> float:
    """Search once, with its audit entry; return the milliseconds that it took."""
    scope = PracticeScope(practice_id=practice, user_id="u" * 32, user_name="bench", role="clinician")  # type: ignore[arg-type]
    started = time.perf_counter()
    with server.database.writing(scope) as unit:
        search_patients(unit, scope, server.keys, PatientSearch(asked))
    return (time.perf_counter() - started) * 1000


def main() -> None:
    """Search in both practices by turns and print percentiles and their ratio."""
    whole = ROOT / "whole"
    if not whole.exists():
        shutil.rmtree(ROOT, ignore_errors=True)
        started = time.perf_counter()
        make_installation(layout(ROOT), username="root", password="Quiet meadow 77")
        server = open_server(read_settings(ROOT), with_logs=False)
        make(server)
        whole.touch()
        print(f"{MANY:,} and {FEW:,} patients written in {time.perf_counter() - started:.0f} s")
    server = open_server(read_settings(ROOT), with_logs=False)
    took: dict[str, list[float]] = {"a": [], "b": []}
    slowest = ("", 0.0)
    for asked in questions(random.Random(7)):
        for practice, times in took.items():
            times.append(search(server, practice * 32, asked))
        slowest = max(slowest, (asked, took["a"][-1]), key=lambda pair: pair[1])
    server.close()
    for practice, count in (("a", MANY), ("b", FEW)):
        cuts = statistics.quantiles(took[practice], n=100)
        print(f"among {count:>9,}: median {cuts[49]:.1f} ms, p95 {cuts[94]:.1f} ms, p99 {cuts[98]:.1f} ms")
    ratio = statistics.quantiles(took["a"], n=100)[98] / statistics.quantiles(took["b"], n=100)[98]
    print(f"slowest {slowest[1]:.1f} ms ({len(slowest[0])} signs typed); p99 ratio {ratio:.2f}, budget <= {BUDGET}")


if __name__ == "__main__":
    main()
