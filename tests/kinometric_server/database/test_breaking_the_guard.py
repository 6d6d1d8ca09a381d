"""SQL that tries to get round the statement guard: every way thought of, and thousands put together by chance."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from kinometric_server.database.columns import practice_scoped_tables
from kinometric_server.database.guard import Reading, read_statement
from tests.kinometric_server.database.two_practices import A, B, Chance, filled

STATEMENTS = int(os.environ.get("KINOMETRIC_GUARD_STATEMENTS", "1500"))

READS = {
    "another schema's name": "SELECT name FROM main.departments",
    "a name in brackets": "SELECT d.name FROM [departments] AS d, patients p WHERE p.practice_id = ?",
    "a name in backticks": "SELECT d.name FROM `departments` d JOIN patients p ON p.practice_id = ?",
    "a name in quotes of a text": "SELECT name FROM 'departments'",
    "no space after FROM": 'SELECT name FROM"departments"',
    "a table in parentheses": "SELECT name FROM (departments)",
    "upper case": "SELECT NAME FROM DEPARTMENTS WHERE PRACTICE_ID = ? OR 1",
    "a NOT": "SELECT name FROM departments WHERE NOT practice_id = ?",
    "a NOT before parentheses": "SELECT name FROM departments WHERE NOT (practice_id = ?)",
    "an OR outside of the parentheses": "SELECT name FROM departments WHERE ((practice_id = ?)) OR 1",
    "an OR after an AND": "SELECT name FROM departments WHERE practice_id = ? AND 1 OR 1",
    "an OR before an AND": "SELECT name FROM departments WHERE 1 OR 1 AND practice_id = ?",
    "compared again": "SELECT name FROM departments WHERE practice_id = ? IN (0, 1)",
    "in a CASE": "SELECT name FROM departments WHERE CASE WHEN 1 AND practice_id = ? AND 0 THEN 1 ELSE 1 END",
    "after a BETWEEN": "SELECT name FROM departments WHERE 0 BETWEEN 0 AND practice_id = ?",
    "among the columns": "SELECT name, practice_id = ? FROM departments",
    "in the order": "SELECT name FROM departments ORDER BY practice_id = ?",
    "in a HAVING": "SELECT name FROM departments GROUP BY name HAVING max(practice_id = ?) IS NOT NULL",
    "the left side of a LEFT JOIN": "SELECT d.name FROM departments d LEFT JOIN patients p"
    " ON d.practice_id = ? AND p.practice_id = ?",
    "the right side of a RIGHT JOIN": "SELECT d.name FROM patients p RIGHT JOIN departments d"
    " ON d.practice_id = ? AND p.practice_id = ?",
    "a FULL JOIN": "SELECT d.name FROM patients p FULL JOIN departments d ON d.practice_id = ? AND p.practice_id = ?",
    "the second part of a UNION": "SELECT name FROM departments WHERE practice_id = ?"
    " UNION SELECT name FROM departments",
    "one alias in two places": "SELECT d.lastname FROM patients d WHERE d.practice_id = ?"
    " UNION SELECT d.name FROM departments d",
    "a common table expression": "WITH d AS (SELECT * FROM departments) SELECT name FROM d WHERE practice_id <> ?",
    "a common table of the table's name": "WITH departments AS (SELECT * FROM main.departments)"
    " SELECT name FROM departments WHERE practice_id = ? OR 1",
    "a recursive one": "WITH RECURSIVE d(n) AS (SELECT name FROM departments UNION SELECT n FROM d) SELECT n FROM d",
    "a subquery among the columns": "SELECT (SELECT group_concat(name) FROM departments)"
    " FROM departments WHERE practice_id = ?",
    "a subquery in the FROM": "SELECT s.name FROM (SELECT * FROM departments) s, patients p WHERE p.practice_id = ?",
    "a subquery in the LIMIT": "SELECT name FROM departments WHERE practice_id = ?"
    " LIMIT (SELECT count(*) - 2 FROM departments)",
    "a subquery tied to nothing": "SELECT p.id FROM patients p WHERE p.practice_id = ?"
    " AND EXISTS (SELECT 1 FROM departments d WHERE d.practice_id = d.practice_id AND d.name = 'b1')",
    "a subquery tied to another's alias": "SELECT p.id FROM patients p WHERE p.practice_id = ?"
    " AND EXISTS (SELECT 1 FROM departments d, practices p WHERE d.practice_id = p.id AND d.name = 'b1')",
    "IN and the name of a table": "SELECT p.id FROM patients p WHERE p.practice_id = ? AND ('b-d1', 0) IN"
    " (SELECT id, 0 FROM departments)",
    "IN and a table without a SELECT": "SELECT p.id FROM patients p WHERE p.practice_id = ?"
    f" AND ('{B}', 'patient', 2) IN display_numbers",
    "a column called offset": "SELECT d.name FROM departments d, (SELECT 1 AS offset)"
    " WHERE d.practice_id = ? AND 1 = offset OR 1",
    "a column called window": "SELECT d.name FROM departments d, (SELECT 1 AS window)"
    " WHERE d.practice_id = ? AND window OR 1",
    "a column called end": "SELECT d.name FROM departments d, (SELECT 1 AS end) WHERE d.practice_id = ? AND end OR 1",
    "a comment": "SELECT name FROM departments -- WHERE practice_id = ?\n",
    "a comment that ends": "SELECT name FROM departments WHERE practice_id = ? -- all\n OR 1",
    "a comment in the middle": "SELECT name FROM departments /* WHERE practice_id = ? */ WHERE 1",
    "a quote that hides the rest": "SELECT name AS \"'\" FROM departments WHERE 'practice_id = ?' <> \"'\"",
    "a literal": f"SELECT name FROM departments WHERE practice_id = '{B}'",
    "a bound value that is worked on": "SELECT name FROM departments WHERE practice_id >= ? || ''",
    "a list of values": f"SELECT name FROM departments WHERE practice_id IN (?, '{B}')",
    "a join of the same names": "SELECT e.name FROM departments d JOIN departments e ON d.name <> e.name"
    " WHERE d.practice_id = ?",
    "a natural join": "SELECT e.name FROM departments d CROSS JOIN departments e WHERE d.practice_id = ?",
    "a window": "SELECT max(name) OVER () FROM departments WHERE practice_id = ? OR name > (SELECT 'b')",
    "VALUES": "VALUES ((SELECT group_concat(name) FROM departments))",
}
WRITES = {
    "a row of another's key": "INSERT OR REPLACE INTO departments (id, practice_id, name, created_at)"
    " VALUES ('b-d1', ?, 'taken', 0)",
    "REPLACE": "REPLACE INTO departments (id, practice_id, name, created_at) VALUES ('b-d1', ?, 'taken', 0)",
    "on conflict with another's key": "INSERT INTO departments (id, practice_id, name, created_at)"
    " VALUES ('b-d1', ?, 'x', 0) ON CONFLICT (id) DO UPDATE SET name = 'taken'",
    "one of two conflicts": "INSERT INTO departments (id, practice_id, name, created_at) VALUES ('b-d1', ?, 'x', 0)"
    " ON CONFLICT (id) DO UPDATE SET name = 'taken' ON CONFLICT DO NOTHING",
    "a literal among the values": "INSERT INTO departments (id, practice_id, name, created_at)"
    f" VALUES ('n', '{B}', ?, 0)",
    "a row among others": "INSERT INTO departments (id, practice_id, name, created_at)"
    f" VALUES ('m', ?, 'x', 0), ('n', '{B}', 'x', 0)",
    "from a SELECT": f"INSERT INTO departments (id, practice_id, name, created_at) SELECT 'n', '{B}', ?, 0",
    "behind a star": "INSERT INTO departments (id, practice_id, name, created_at)"
    f" SELECT s.*, ?, 0 FROM (SELECT 'n', '{B}') AS s",
    "without columns": f"INSERT INTO display_numbers VALUES ('{B}', 'x', ?)",
    "an update of the practice": f"UPDATE departments SET practice_id = '{B}', athena_department_id = 9"
    " WHERE practice_id = ? AND id = 'a-d1'",
    "an update of two columns": f"UPDATE departments SET (name, practice_id) = ('x', '{B}') WHERE practice_id = ?",
    "an update by a join": "UPDATE departments SET name = 'taken' FROM patients WHERE patients.practice_id = ?",
    "an update that replaces": "UPDATE OR REPLACE departments SET id = 'b-d1' WHERE practice_id = ? AND id = 'a-d1'",
    "an update of an alias": "UPDATE departments AS d SET name = 'taken' WHERE d.practice_id = ? OR d.id = 'b-d1'",
    "a deletion": "DELETE FROM departments WHERE practice_id <> ?",
    "a deletion of another schema's name": "DELETE FROM main.departments",
    "a deletion by a subquery": "DELETE FROM departments WHERE id IN"
    " (SELECT id FROM departments WHERE practice_id <> ?)",
    "a view": "CREATE TEMP VIEW v AS SELECT * FROM departments",
    "a trigger": "CREATE TEMP TRIGGER t AFTER INSERT ON departments BEGIN DELETE FROM departments; END",
}
_QUOTED = re.compile(r"""\"[^"]*"|'[^']*'|--.*|/\*.*?\*/""")
HARMLESS = ("a literal", "a bound value that is worked on", "a list of values", "after a BETWEEN")
"""Ways that reach nothing with these rows, or say the same of one practice and of two."""


def reading(sql: str) -> Reading:
    return read_statement(sql, practice_scoped_tables())


def values(sql: str) -> tuple[str, ...]:
    """Every value that a caller binds is practice A."""
    return (A,) * _QUOTED.sub("", sql).count("?")


@pytest.fixture(scope="module")
def both(empty_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """A database with rows of practices A and B."""
    path = Path(shutil.copy(empty_database, tmp_path_factory.mktemp("both") / "both.sqlite3"))
    connection = filled(path, "ab")
    yield connection
    connection.close()


@pytest.fixture(scope="module")
def alone(empty_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """The same database without practice B."""
    path = Path(shutil.copy(empty_database, tmp_path_factory.mktemp("alone") / "alone.sqlite3"))
    connection = filled(path, "a")
    yield connection
    connection.close()


def answer(connection: sqlite3.Connection, sql: str) -> object:
    """Run a statement without a guard; return its rows, or what SQLite thinks of it."""
    try:
        return sorted(map(repr, connection.execute(sql, values(sql)).fetchall()))
    except sqlite3.Error as error:
        return type(error).__name__


def of_practice_b(connection: sqlite3.Connection) -> list[object]:
    return [
        connection.execute(f"SELECT * FROM {table} WHERE practice_id = ? ORDER BY 1, 2", (B,)).fetchall()
        for table in ("departments", "patients", "display_numbers")
    ]


@pytest.mark.parametrize("way", READS)
def test_a_way_to_read_another_practices_rows_is_refused_and_would_have_worked(
    way: str, both: sqlite3.Connection, alone: sqlite3.Connection
) -> None:
    sql = READS[way]
    assert reading(sql).refused
    if way not in HARMLESS:
        assert answer(both, sql) != answer(alone, sql)


@pytest.mark.parametrize("way", WRITES)
def test_a_way_to_change_another_practices_rows_is_refused(way: str, both: sqlite3.Connection) -> None:
    sql = WRITES[way]
    assert reading(sql).refused
    if way in ("a view", "a trigger"):
        return
    before = of_practice_b(both)
    both.execute("BEGIN")
    both.execute("PRAGMA defer_foreign_keys = ON")
    both.execute(sql, values(sql))
    assert of_practice_b(both) != before
    both.execute("ROLLBACK")


@pytest.mark.parametrize("seed", range(3))
def test_what_the_guard_lets_through_says_the_same_with_and_without_another_practice(
    seed: int, both: sqlite3.Connection, alone: sqlite3.Connection
) -> None:
    chance = Chance(seed)
    let_through = leaking = 0
    for _ in range(STATEMENTS):
        sql = chance.select()
        with_b = answer(both, sql)
        leaks = with_b != answer(alone, sql)
        leaking += leaks
        if reading(sql).refused is None:
            let_through += 1
            assert not leaks, sql
    assert let_through > STATEMENTS // 20
    assert leaking > STATEMENTS // 20


@pytest.mark.parametrize("seed", range(3))
def test_what_the_guard_lets_through_changes_nothing_of_another_practice(seed: int, both: sqlite3.Connection) -> None:
    chance = Chance(seed)
    before = of_practice_b(both)
    let_through = harmful = 0
    for _ in range(STATEMENTS):
        sql = chance.change()
        both.execute("BEGIN")
        done = answer(both, sql)
        harms = of_practice_b(both) != before
        both.execute("ROLLBACK")
        harmful += harms
        if reading(sql).refused is None:
            let_through += not isinstance(done, str)
            assert not harms, sql
    assert let_through > STATEMENTS // 40
    assert harmful > STATEMENTS // 40


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT name FROM departments WHERE practice_id = ?",
        "SELECT name FROM departments AS d WHERE ? = d.practice_id AND (d.name = ? OR d.name LIKE ?) LIMIT 1 OFFSET ?",
        'SELECT "departments".name FROM "departments" WHERE "departments"."practice_id" = ?',
        (
            "SELECT d.name, p.id FROM departments d LEFT OUTER JOIN patients p"
            " ON p.practice_id = d.practice_id AND p.department_id = d.id WHERE d.practice_id = ? ORDER BY d.name"
        ),
        (
            "SELECT p.id FROM patients p WHERE p.practice_id = ? AND NOT (EXISTS (SELECT 1 FROM patient_links l"
            " WHERE l.practice_id = p.practice_id AND l.patient_id = p.id))"
        ),
        (
            "SELECT count(*) FROM (SELECT id FROM patients WHERE practice_id = ? UNION ALL"
            " SELECT id FROM departments WHERE practice_id = ?) AS s"
        ),
        "WITH s AS (SELECT id FROM patients WHERE patients.practice_id = ?) SELECT s.id FROM s",
        (
            "SELECT d.name FROM departments d JOIN (patients p JOIN patient_links l ON l.practice_id = p.practice_id"
            " AND l.patient_id = p.id) ON p.practice_id = d.practice_id WHERE d.practice_id = ?"
        ),
        "SELECT CASE WHEN d.name IS DISTINCT FROM ? THEN 1 ELSE 0 END FROM departments d WHERE d.practice_id = ?",
        "INSERT INTO departments (id, practice_id, name) VALUES (?, ?, ?), (?, ?, ?) RETURNING id",
        (
            "INSERT INTO display_numbers (practice_id, kind, last_number) VALUES (?, ?, ?)"
            " ON CONFLICT (practice_id, kind) DO UPDATE SET last_number = (display_numbers.last_number + ?)"
            " RETURNING last_number"
        ),
        "UPDATE departments SET name=? WHERE departments.practice_id = ? AND departments.id = ? RETURNING id",
        "DELETE FROM departments WHERE departments.practice_id = ? AND departments.id IN (?, ?)",
    ],
)
def test_what_a_service_writes_goes_through_with_the_right_values_checked(sql: str) -> None:
    found = reading(sql)
    assert found.refused is None
    assert found.marks
    before = [sql[: [index for index, sign in enumerate(sql) if sign == "?"][mark]] for mark in map(int, found.marks)]
    for text in before:
        is_row = text.startswith("INSERT")
        assert is_row or text.rstrip().endswith(("practice_id =", 'practice_id" =')) or text.endswith("WHERE ")


def test_a_statement_on_other_tables_alone_is_none_of_the_guards_business() -> None:
    for sql in ("SELECT * FROM practices -- all", "PRAGMA foreign_keys", "SELECT 1; SELECT 2"):
        assert reading(sql) == Reading(frozenset())


def test_values_with_names_are_found_as_postgresql_sends_them() -> None:
    found = reading(
        "SELECT departments.name FROM departments WHERE departments.practice_id = %(practice_id_1)s::VARCHAR "
        "AND departments.name LIKE %(name_1)s::VARCHAR || '%%' FOR UPDATE"
    )
    assert (found.refused, found.marks) == (None, ("practice_id_1",))
