"""Read one SQL statement and say which bound values must equal the practice, so that no row of another is reached.

Only what is understood is let through. A row of a practice's table counts as confined if the statement can't go on
without ``table.practice_id = value`` being true: as a part of a WHERE, or of the ON of a join on the side that it
decides about, joined to the rest by AND alone; or if it is equated in the same way to such a row.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from kinometric_server.database.expressions import Bound, Link, bound_of, conjuncts, link_of, parts
from kinometric_server.database.tokens import Group, Node, Token, UnreadableError, is_sign, is_word, read_nodes

PRACTICE = "practice_id"
_STATEMENTS = ("SELECT", "INSERT", "UPDATE", "DELETE", "VALUES", "WITH")
_COMPOUND = ("UNION", "EXCEPT", "INTERSECT")
_SELECT_CLAUSES = (
    "SELECT", "FROM", "WHERE", "GROUP", "HAVING", "WINDOW", "ORDER", "LIMIT", "OFFSET", "FETCH", "FOR",
)  # fmt: skip
_JOIN_WORDS = ("NATURAL", "LEFT", "RIGHT", "FULL", "OUTER", "INNER", "CROSS", "JOIN")
_NO_ALIAS = (*_JOIN_WORDS, "ON", "USING", "SET", "VALUES", "DEFAULT", *_SELECT_CLAUSES, *_COMPOUND, "RETURNING")
_GO_ON = frozenset(
    (
        "AND", "OR", "NOT", "IN", "IS", "LIKE", "ILIKE", "GLOB", "MATCH", "REGEXP", "BETWEEN", "ESCAPE", "COLLATE",
        "CASE", "WHEN", "THEN", "ELSE", "DISTINCT", "ALL", "AS", "BY", "ON", "FILTER", "OVER", "WITHIN", "EXISTS",
        *_SELECT_CLAUSES, "SET", "USING", "RETURNING", "VALUES", *_JOIN_WORDS,
    )
)  # fmt: skip
"""Words after which an expression goes on, so that no clause begins."""


@dataclass(slots=True)
class Core:
    """One SELECT, UPDATE or DELETE: where its rows come from and what confines them.

    ``sources`` gives each name by which rows are spoken of its practice's table, or None for any other source.
    """

    outer: Core | None
    sources: dict[str, str | None] = field(default_factory=dict)
    confined: set[str] = field(default_factory=set)
    bounds: list[tuple[Bound, frozenset[str]]] = field(default_factory=list)
    links: list[tuple[Link, frozenset[str]]] = field(default_factory=list)

    def is_confined(self, name: str) -> bool:
        """Say whether the rows called ``name`` here, or further out, are confined to the practice."""
        if name in self.sources:
            return name in self.confined
        return self.outer is not None and self.outer.is_confined(name)

    def only_source(self) -> str | None:
        """The one source, if there is only one: a column without a table's name is its own."""
        return next(iter(self.sources)) if len(self.sources) == 1 else None


class Confinement:
    """What was found out about one statement.

    Attributes
    ----------
    marks : list of Token
        The bound values that must equal the practice.
    """

    def __init__(self, sql: str, scoped: frozenset[str]) -> None:
        self.scoped = scoped
        self.marks: list[Token] = []
        self._read: set[int] = set()
        nodes = read_nodes(sql)
        self._statement(nodes, None)
        self._require_all_read(nodes)

    def _require_all_read(self, nodes: Sequence[Node]) -> None:
        """Refuse a practice's table that stands where none is looked for."""
        for index, node in enumerate(nodes):
            if isinstance(node, Group):
                self._require_all_read(node.items)
            elif node.value.lower() in self.scoped and node.kind in ("word", "quoted", "text"):
                after = nodes[index + 1] if index + 1 < len(nodes) else None
                before = nodes[index - 1] if index else None
                qualifies = node.kind != "text" and is_sign(after, ".") and not is_sign(before, ".")
                if node.place not in self._read and not qualifies:
                    raise UnreadableError(f"{node.value.lower()} in a place that isn't read")

    # Statements

    def _statement(self, nodes: Sequence[Node], outer: Core | None) -> None:
        nodes = self._after_with(nodes, outer)
        first = nodes[0] if nodes else None
        if is_word(first, "INSERT"):
            self._insert(nodes, outer)
        elif is_word(first, "UPDATE"):
            self._update(nodes, outer)
        elif is_word(first, "DELETE"):
            self._delete(nodes, outer)
        else:
            for one in _compound(nodes):
                self._select(one, outer)

    def _after_with(self, nodes: Sequence[Node], outer: Core | None) -> Sequence[Node]:
        """Read the common table expressions before a statement; return the statement itself."""
        if not nodes or not is_word(nodes[0], "WITH"):
            return nodes
        index = 2 if len(nodes) > 1 and is_word(nodes[1], "RECURSIVE") else 1
        while index < len(nodes):
            while index < len(nodes) and not is_word(nodes[index], "AS"):
                index += 1
            index += 1
            while index < len(nodes) and is_word(nodes[index], "NOT", "MATERIALIZED"):
                index += 1
            if index >= len(nodes) or not isinstance(nodes[index], Group):
                break
            self._statement(nodes[index].items, outer)  # type: ignore[union-attr]
            index += 1
            if index >= len(nodes) or not is_sign(nodes[index], ","):
                return nodes[index:]
            index += 1
        raise UnreadableError("a WITH that isn't read")

    def _select(self, nodes: Sequence[Node], outer: Core | None) -> None:
        if len(nodes) == 1 and isinstance(nodes[0], Group):
            self._statement(nodes[0].items, outer)
            return
        if nodes and is_word(nodes[0], "VALUES"):
            self._walk(nodes[1:], outer)
            return
        if not nodes or not is_word(nodes[0], "SELECT"):
            raise UnreadableError("a form that isn't read")
        clauses = _clauses(nodes, _SELECT_CLAUSES)
        self._confine(clauses, clauses.get("FROM", ()), Core(outer))

    def _confine(self, clauses: dict[str, Sequence[Node]], sources: Sequence[Node], core: Core) -> Core:
        """Read the sources and conditions of a statement, hold that its rows are confined, and go on inside."""
        if sources:
            self._sources(sources, core)
        self._conditions(clauses.get("WHERE", ()), frozenset(core.sources), core)
        self._hold(core)
        for clause in clauses.values():
            self._walk(clause, core)
        return core

    def _walk(self, nodes: Sequence[Node], core: Core | None) -> None:
        """Read the statements inside an expression."""
        for node in nodes:
            if isinstance(node, Group):
                if is_statement(node.items):
                    self._statement(node.items, core)
                else:
                    self._walk(node.items, core)

    # Sources and conditions

    def _sources(self, nodes: Sequence[Node], core: Core) -> frozenset[str]:
        """Read a list of tables and joins; return the names that it brings."""
        left, index = self._source(nodes, 0, core)
        while index < len(nodes):
            if is_sign(nodes[index], ","):
                right, index = self._source(nodes, index + 1, core)
                left |= right
                continue
            words = set()
            while index < len(nodes) and is_word(nodes[index], *_JOIN_WORDS):
                words.add(nodes[index].value)  # type: ignore[union-attr]
                index += 1
            if "JOIN" not in words:
                raise UnreadableError("a FROM that isn't read")
            right, index = self._source(nodes, index, core)
            decides = left | right
            if "LEFT" in words:
                decides = right
            elif "RIGHT" in words:
                decides = left
            elif "FULL" in words:
                decides = frozenset()
            index = self._join_condition(nodes, index, decides, core)
            left |= right
        return left

    def _join_condition(self, nodes: Sequence[Node], index: int, decides: frozenset[str], core: Core) -> int:
        if index + 1 < len(nodes) and is_word(nodes[index], "USING"):
            return index + 2
        if index < len(nodes) and is_word(nodes[index], "ON"):
            end = index + 1
            while end < len(nodes) and not is_sign(nodes[end], ",") and not is_word(nodes[end], *_JOIN_WORDS):
                end += 1
            self._conditions(nodes[index + 1 : end], decides, core)
            return end
        return index

    def _source(self, nodes: Sequence[Node], index: int, core: Core) -> tuple[frozenset[str], int]:
        """Read one table, subquery, function or group of joins; return its names and where it ends."""
        if index < len(nodes) and is_word(nodes[index], "LATERAL"):
            index += 1
        node = nodes[index] if index < len(nodes) else None
        if isinstance(node, Group):
            if not is_statement(node.items):
                return self._sources(node.items, core), index + 1
            self._statement(node.items, core.outer)
            alias, index = _alias(nodes, index + 1)
            return self._add(core, alias or f"({index}", None), index
        name, index = self._table_name(nodes, index)
        if index < len(nodes) and isinstance(nodes[index], Group):
            if name in self.scoped:
                raise UnreadableError(f"{name} as a function")
            self._walk(nodes[index : index + 1], core.outer)
            alias, index = _alias(nodes, index + 1)
            return self._add(core, alias or name, None), index
        alias, index = _alias(nodes, index)
        return self._add(core, alias or name, name if name in self.scoped else None), index

    def _add(self, core: Core, name: str, table: str | None) -> frozenset[str]:
        if name in core.sources:
            raise UnreadableError("two sources of one name")
        core.sources[name] = table
        return frozenset({name})

    def _conditions(self, nodes: Sequence[Node], decides: frozenset[str], core: Core) -> None:
        """Note what a condition says of the practice of the rows that it ``decides`` about."""
        for part in conjuncts(nodes):
            bound = bound_of(part, PRACTICE)
            link = link_of(part, PRACTICE)
            if bound is not None:
                core.bounds.append((bound, decides))
            elif link is not None:
                core.links.append((link, decides))

    def _hold(self, core: Core) -> None:
        """Refuse a core one of whose sources isn't confined to the practice."""
        for bound, decides in core.bounds:
            name = bound.source or core.only_source()
            if name is not None and name in decides and core.sources.get(name) is not None:
                core.confined.add(name)
                self.marks.append(bound.mark)
        for _ in core.links:
            for (one, other), decides in core.links:
                for near, far in ((one, other), (other, one)):
                    if near in decides and core.sources.get(near) is not None and core.is_confined(far):
                        core.confined.add(near)
        for name, table in core.sources.items():
            if table is not None and name not in core.confined:
                raise UnreadableError(f"{table} without its practice")

    # Changes

    def _target(self, nodes: Sequence[Node], index: int, core: Core) -> tuple[str | None, int]:
        """Read the table that a statement changes; return it if it is a practice's, and where it ends."""
        name, index = self._table_name(nodes, index)
        table = name if name in self.scoped else None
        alias, index = _alias(nodes, index, columns=False)
        self._add(core, alias or name, table)
        return table, index

    def _table_name(self, nodes: Sequence[Node], index: int) -> tuple[str, int]:
        """Read the name of a table; one of a practice stands without its schema."""
        node = nodes[index] if index < len(nodes) else None
        if not isinstance(node, Token) or node.name is None or is_word(node, *_NO_ALIAS):
            raise UnreadableError("a FROM that isn't read")
        if index + 2 < len(nodes) and is_sign(nodes[index + 1], "."):
            last = nodes[index + 2]
            if not isinstance(last, Token) or last.name is None or last.name in self.scoped:
                raise UnreadableError("a table with its schema's name")
            return last.name, index + 3
        if node.name in self.scoped:
            self._read.add(node.place)
        return node.name, index + 1

    def _update(self, nodes: Sequence[Node], outer: Core | None) -> None:
        core = Core(outer)
        table, index = self._target(nodes, 1, core)
        clauses = _clauses(nodes[index:], ("SET", "FROM", "WHERE", "RETURNING"))
        for assignment in parts(clauses.get("SET", ()), ","):
            if table is not None and _assigns_practice(assignment):
                raise UnreadableError(f"{table} can't change its practice")
        self._confine(clauses, clauses.get("FROM", ()), core)

    def _delete(self, nodes: Sequence[Node], outer: Core | None) -> None:
        if len(nodes) < 3 or not is_word(nodes[1], "FROM"):
            raise UnreadableError("a form that isn't read")
        core = Core(outer)
        _, index = self._target(nodes, 2, core)
        clauses = _clauses(nodes[index:], ("USING", "WHERE", "RETURNING"))
        self._confine(clauses, clauses.get("USING", ()), core)

    def _insert(self, nodes: Sequence[Node], outer: Core | None) -> None:
        into = next((index for index, node in enumerate(nodes) if is_word(node, "INTO")), 0)
        core = Core(outer)
        table, index = self._target(nodes, into + 1, core)
        if table is not None and into != 1 and not (into == 3 and is_word(nodes[2], "IGNORE")):
            raise UnreadableError(f"what a new row of {table} replaces isn't known")
        name = next(iter(core.sources))
        columns: tuple[Node, ...] = ()
        if index < len(nodes) and isinstance(nodes[index], Group) and not is_statement(nodes[index].items):  # type: ignore[union-attr]
            columns = nodes[index].items  # type: ignore[union-attr]
            index += 1
        body, conflict, returning = _insert_parts(nodes[index:])
        if table is None:
            self._rows(body, None, outer)
        else:
            self._rows(body, _place_of_practice(table, columns), outer)
            core.confined.add(name)
            self._conflict(conflict, table)
        for clause in (conflict, returning):
            self._walk(clause, core)

    def _rows(self, body: Sequence[Node], place: int | None, outer: Core | None) -> None:
        """Read the new rows; at ``place`` each has its practice as a bound value."""
        if body and is_word(body[0], "VALUES"):
            rows = [part[0] for part in parts(body[1:], ",") if len(part) == 1 and isinstance(part[0], Group)]
            if len(rows) != len(list(parts(body[1:], ","))):
                raise UnreadableError("a VALUES that isn't read")
            for row in rows:
                self._require_practice(list(parts(row.items, ",")), place)
            self._walk(body[1:], outer)
        elif place is None:
            if not is_word(body[0] if body else None, "DEFAULT"):
                self._statement(body, outer)
        else:
            for one in _compound(body):
                chosen = _clauses(one, _SELECT_CLAUSES).get("SELECT", ()) if one and is_word(one[0], "SELECT") else ()
                cells = list(parts(chosen, ","))
                if any(is_sign(cell[-1], "*") for cell in cells if cell):
                    raise UnreadableError("which values a * gives isn't known")
                self._require_practice(cells, place)
                self._select(one, outer)

    def _require_practice(self, cells: list[Sequence[Node]], place: int | None) -> None:
        if place is None:
            return
        cell = cells[place] if place < len(cells) else ()
        mark = cell[0] if len(cell) == 1 else None
        if not isinstance(mark, Token) or mark.kind != "mark":
            raise UnreadableError("the practice of a new row isn't a bound value")
        self.marks.append(mark)

    def _conflict(self, nodes: Sequence[Node], table: str) -> None:
        """Hold that a row which is changed in place of a new one is of the same practice."""
        if any(is_word(node, "CONFLICT") for node in nodes):
            raise UnreadableError("two ON CONFLICT")
        if not nodes or (len(nodes) > 1 and is_word(nodes[-2], "DO") and is_word(nodes[-1], "NOTHING")):
            return
        target = parts(nodes[0].items, ",") if isinstance(nodes[0], Group) else ()
        if not any(len(part) == 1 and isinstance(part[0], Token) and part[0].name == PRACTICE for part in target):
            raise UnreadableError(f"the row of {table} that a new one meets may be another practice's")
        if any(map(_assigns_practice, parts(_clauses(nodes, ("SET", "WHERE"), first=False).get("SET", ()), ","))):
            raise UnreadableError(f"{table} can't change its practice")


def is_statement(nodes: Sequence[Node]) -> bool:
    """Say whether what stands in parentheses is a statement of its own."""
    first = nodes[0] if nodes else None
    return is_word(first, *_STATEMENTS) or (isinstance(first, Group) and is_statement(first.items))


def _compound(nodes: Sequence[Node]) -> Iterator[Sequence[Node]]:
    """Yield the parts of a compound statement."""
    begin = 0
    for index, node in enumerate(nodes):
        if is_word(node, *_COMPOUND):
            yield nodes[begin:index]
            begin = index + (2 if index + 1 < len(nodes) and is_word(nodes[index + 1], "ALL", "DISTINCT") else 1)
    yield nodes[begin:]


def _clauses(nodes: Sequence[Node], words: tuple[str, ...], *, first: bool = True) -> dict[str, Sequence[Node]]:
    """Return what follows each clause's word; the words come in their order, each at most once."""
    starts = [
        index
        for index, node in enumerate(nodes)
        if is_word(node, *words)
        and not is_sign(nodes[index - 1] if index else None, ".")
        and not (is_word(node, "FROM") and index and is_word(nodes[index - 1], "DISTINCT") and _is_before(nodes, index))
    ]
    said = [nodes[index].value for index in starts]  # type: ignore[union-attr]
    if sorted(set(said), key=words.index) != said or (first and starts[:1] != [0] and nodes):
        raise UnreadableError("clauses in an order that isn't read")
    if not all(_ends_an_expression(nodes[index - 1], nodes[index]) for index in starts if index):
        raise UnreadableError("a clause that begins inside an expression")
    ends = [*starts[1:], len(nodes)] if starts else []
    return {word: nodes[start + 1 : end] for word, start, end in zip(said, starts, ends, strict=True)}


def _assigns_practice(assignment: Sequence[Node]) -> bool:
    changed = assignment[0] if assignment else None
    names = changed.items if isinstance(changed, Group) else (changed,)
    return any(isinstance(each, Token) and each.name == PRACTICE for each in names)


def _ends_an_expression(node: Node, word: Node) -> bool:
    """Say whether a clause can begin after ``node``; a word like OFFSET may be a column's name else."""
    if isinstance(node, Group) or node.kind in ("mark", "number", "text", "quoted"):
        return True
    if node.kind == "sign":
        return node.value == "*" and is_word(word, "FROM")
    return node.value not in _GO_ON


def _is_before(nodes: Sequence[Node], index: int) -> bool:
    """Say whether DISTINCT FROM at ``index`` belongs to IS [NOT] DISTINCT FROM."""
    return index > 1 and is_word(nodes[index - 2], "IS", "NOT")


def _alias(nodes: Sequence[Node], index: int, *, columns: bool = True) -> tuple[str | None, int]:
    """Read [AS] alias [(columns)]; return it in lower case and where it ends."""
    named = index < len(nodes) and is_word(nodes[index], "AS")
    index += 1 if named else 0
    node = nodes[index] if index < len(nodes) else None
    if not isinstance(node, Token) or node.name is None or is_word(node, *_NO_ALIAS):
        if named:
            raise UnreadableError("an alias that isn't read")
        return None, index
    index += 1
    if columns and index < len(nodes) and isinstance(nodes[index], Group):
        index += 1
    return node.name, index


def _insert_parts(nodes: Sequence[Node]) -> tuple[Sequence[Node], Sequence[Node], Sequence[Node]]:
    """Return the rows, what follows ON CONFLICT, and what follows RETURNING."""
    returning = next((index for index, node in enumerate(nodes) if is_word(node, "RETURNING")), len(nodes))
    conflict = next(
        (
            index
            for index in range(returning - 1)
            if is_word(nodes[index], "ON") and is_word(nodes[index + 1], "CONFLICT")
        ),
        returning,
    )
    return nodes[:conflict], nodes[conflict + 2 : returning], nodes[returning + 1 :]


def _place_of_practice(table: str, columns: Sequence[Node]) -> int:
    names = [part[0].name if len(part) == 1 and isinstance(part[0], Token) else None for part in parts(columns, ",")]
    if names.count(PRACTICE) != 1:
        raise UnreadableError(f"a row for {table} without its practice")
    return names.index(PRACTICE)
