"""Two practices in one embedded database, one of them alone in another, and statements put together by chance."""

from __future__ import annotations

import random
import sqlite3
from pathlib import Path

A, B = "a" * 32, "b" * 32
TABLES = ("departments", "patients", "patient_links")
JOINS = ("JOIN", "LEFT JOIN", "LEFT OUTER JOIN", "CROSS JOIN", "RIGHT JOIN", "FULL JOIN", ",")


def filled(path: Path, practices: str) -> sqlite3.Connection:
    """Open a copy of the empty database with rows of the practices named."""
    connection = sqlite3.connect(path, isolation_level=None)
    for practice in practices:
        key = practice * 32
        connection.execute(
            "INSERT INTO practices (id, name, slug, created_at, updated_at) VALUES (?, ?, ?, 0, 0)",
            (key, practice, practice),
        )
        connection.execute("INSERT INTO display_numbers VALUES (?, 'patient', 2)", (key,))
        for number in (1, 2):
            connection.execute(
                "INSERT INTO departments (id, practice_id, name, created_at) VALUES (?, ?, ?, 0)",
                (f"{practice}-d{number}", key, f"{practice}{number}"),
            )
            connection.execute(
                "INSERT INTO patients (id, practice_id, number, lastname, firstname, name_key, created_at) "
                "VALUES (?, ?, ?, ?, 'x', 'x', 0)",
                (f"{practice}-p{number}", key, number, f"{practice}{number}"),
            )
    return connection


class Chance:
    """Puts statements together: most are near to what a service would write, many of them with a hole."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.depth = 0

    def pick(self, *choices: str) -> str:
        return self.random.choice(choices)

    def select(self, outer: tuple[str, ...] = ()) -> str:
        self.depth += 1
        names: list[str] = []
        sources = self.source(names)
        for _ in range(self.random.choice((0, 0, 1, 1, 2))):
            join = self.pick(*JOINS)
            right = self.source(names)
            condition = "" if join in (",", "CROSS JOIN") else f" ON {self.condition(tuple(names), outer)}"
            sources += f"{join if join == ',' else f' {join}'} {right}{condition}"
        where = self.condition(tuple(names), outer)
        columns = ", ".join(f"{self.pick(*names)}.id AS c{index}" for index in range(2))
        self.depth -= 1
        text = f"SELECT {columns} FROM {sources}" + (f" WHERE {where}" if self.random.random() < 0.9 else "")
        if self.depth == 0 and self.random.random() < 0.15:
            text += self.pick(" UNION ", " UNION ALL ", " EXCEPT ", " INTERSECT ") + self.select()
        if self.depth == 0 and self.random.random() < 0.1:
            table = self.pick(*TABLES)
            text = f"WITH s AS (SELECT * FROM {table} WHERE {self.condition((table,), ())}) {text}"
        return text

    def source(self, names: list[str]) -> str:
        name = f"t{self.depth}{len(names)}"
        chance = self.random.random()
        if chance < 0.08 and self.depth < 3:
            names.append(name)
            return f"({self.select()}) AS {name}"
        table = self.pick(*TABLES)
        if chance < 0.3 and table not in names:
            names.append(table)
            return self.pick(table, table, f'"{table}"', f"main.{table}", f"[{table}]", f"`{table}`", table.upper())
        names.append(name)
        return f"{table}{self.pick(' ', ' AS ')}{name}"

    def condition(self, names: tuple[str, ...], outer: tuple[str, ...]) -> str:
        """Confine each source as it should be, then, half of the time, break something."""
        told = []
        for index, name in enumerate(names):
            if index and self.random.random() < 0.4:
                told.append(f"{name}.practice_id = {self.pick(*names[:index])}.practice_id")
            elif outer and self.random.random() < 0.4:
                told.append(f"{name}.practice_id = {self.pick(*outer)}.practice_id")
            else:
                told.append(
                    self.pick(f"{name}.practice_id = ?", f"? = {name}.practice_id", f'"{name}".practice_id = ?')
                )
        if self.random.random() < 0.5:
            told[self.random.randrange(len(told))] = self.hole(names)
        if self.random.random() < 0.3:
            told.append(self.hole(names))
        self.random.shuffle(told)
        text = f" {self.pick('AND', 'AND', 'AND', 'AND', 'AND', 'AND', 'OR')} ".join(told)
        return self.pick(
            text, text, text, f"({text})", f"(({text}))", f"NOT ({text})", f"({text}) OR 1 = 1", f"{text} OR 1 = 1"
        )

    def hole(self, names: tuple[str, ...]) -> str:
        name, other = self.pick(*names), self.pick(*names)
        choices = [
            f"{name}.id <> ''", f"{name}.practice_id <> ?", f"{name}.practice_id = ? IS NOT NULL",
            f"({name}.practice_id = ?) IN (0, 1)", f"{name}.practice_id = {name}.practice_id",
            f"{name}.practice_id BETWEEN '' AND {name}.practice_id = ?", f"{name}.practice_id = ? || ''",
            f"CASE WHEN 1 AND {name}.practice_id = ? AND 1 THEN 1 ELSE 1 END", f"{name}.practice_id LIKE ?",
            f"{name}.practice_id = coalesce(?, '')", f"+{name}.practice_id = ?", f"NOT {name}.practice_id = ?",
            f"{name}.practice_id = {other}.practice_id", f"{name}.id = {other}.id", "practice_id = ?", "1 = 1",
        ]  # fmt: skip
        if self.depth < 2:
            inner = self.select(names)
            choices += [f"EXISTS ({inner})", f"{name}.id IN (SELECT c0 FROM ({inner}))"] * 3
        return self.pick(*choices)

    def change(self) -> str:
        """Put together an UPDATE, DELETE or INSERT."""
        table = self.pick("departments", "patients")
        shown = "name" if table == "departments" else "lastname"
        where = self.condition((table,), ())
        kind = self.random.random()
        if kind < 0.35:
            column = self.pick(shown, shown, shown, "practice_id", "id")
            return self.pick("UPDATE ", "UPDATE ", "UPDATE OR REPLACE ") + f"{table} SET {column} = ? WHERE {where}"
        if kind < 0.6:
            return f"DELETE FROM {table} WHERE {where}" + self.pick("", "", f" RETURNING {shown}")
        key = self.pick("'b-d1'", "'b-d2'", "'new'", "'a-d1'")
        practice = self.pick("?", "?", "?", f"'{B}'", "(SELECT max(id) FROM practices)")
        ending = self.pick(
            "", " ON CONFLICT DO NOTHING", " ON CONFLICT (id) DO UPDATE SET name = 'taken'",
            " ON CONFLICT (practice_id, id) DO UPDATE SET name = 'taken'",
            " ON CONFLICT (id) DO UPDATE SET practice_id = excluded.practice_id",
            " ON CONFLICT (id) DO UPDATE SET name = 'taken' ON CONFLICT DO NOTHING",
            " ON CONFLICT (practice_id, id) DO NOTHING ON CONFLICT (id) DO UPDATE SET name = 'taken'",
        )  # fmt: skip
        into = self.pick("INSERT", "INSERT", "INSERT OR IGNORE", "INSERT OR REPLACE", "REPLACE")
        columns, values = self.pick(
            f"id, practice_id, name, created_at|{key}, {practice}, 'n', 0",
            f"practice_id, id, name, created_at|{practice}, {key}, 'n', 0",
            f"id, practice_id, practice_id, name, created_at|{key}, ?, '{B}', 'n', 0",
        ).split("|")
        body = self.pick(
            f"VALUES ({values})", f"VALUES ({values})", f"SELECT {values} WHERE 1",
            f"SELECT s.*, 'n', 0 FROM (SELECT {key}, '{B}') AS s WHERE ? = ?",
        )  # fmt: skip
        return f"{into} INTO departments ({columns}) {body}{ending}"
