"""Cut SQL text into tokens and nest them by their parentheses, so that a statement can be read without guessing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_PATTERN = re.compile(
    r"""
    (?P<space>\s+)
  | (?P<text>(?<![\w$])'(?:[^']|'')*')
  | (?P<quoted>"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[\w ]+\])
  | (?P<mark>\?(?!\w)|%\((?P<name>\w+)\)s)(?P<cast>(?:::[A-Za-z]\w*(?:\(\d+\))?)?)
  | (?P<number>\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+)
  | (?P<word>[A-Za-z_]\w*)
  | (?P<sign>::|\|\||<>|<=|>=|!=|==|->>|->|<<|>>|%%?|[-+*/=<>.,()&|~])
    """,
    re.VERBOSE | re.ASCII,
)
_KINDS = ("space", "text", "quoted", "mark", "number", "word", "sign")


class UnreadableError(ValueError):
    """A statement holds something that isn't read: a comment, a second statement, an unknown sign."""


@dataclass(frozen=True, slots=True)
class Token:
    """One token; ``kind`` is word, quoted, text, mark, number or sign.

    ``value`` is what it says: a word in upper case, a name without its quotes in lower case, a mark's name or, where
    marks have no names, its number among the marks. ``place`` is where it begins in the statement.
    """

    kind: str
    value: str
    place: int

    @property
    def name(self) -> str | None:
        """The name that this token can be, in lower case."""
        return self.value.lower() if self.kind in ("word", "quoted") else None


@dataclass(frozen=True, slots=True)
class Group:
    """What stands between two parentheses."""

    items: tuple[Node, ...]


Node = Token | Group


def is_word(node: Node | None, *words: str) -> bool:
    """Say whether a node is one of these words, which are written without quotes."""
    return isinstance(node, Token) and node.kind == "word" and node.value in words


def is_sign(node: Node | None, sign: str) -> bool:
    """Say whether a node is this sign."""
    return isinstance(node, Token) and node.kind == "sign" and node.value == sign


def read_nodes(sql: str) -> tuple[Node, ...]:
    """Return the tokens of one statement, nested.

    Raises
    ------
    UnreadableError
        For comments, several statements, unbalanced parentheses, and whatever else can't be told for certain.
    """
    open_groups: list[list[Node]] = [[]]
    for token in _tokens(sql):
        if is_sign(token, "("):
            open_groups.append([])
        elif is_sign(token, ")"):
            if len(open_groups) == 1:
                raise UnreadableError("a parenthesis too many")
            inner = tuple(open_groups.pop())
            open_groups[-1].append(Group(inner))
        else:
            open_groups[-1].append(token)
    if len(open_groups) != 1:
        raise UnreadableError("a parenthesis that stays open")
    return tuple(open_groups[0])


def _tokens(sql: str) -> Iterator[Token]:
    text = sql.strip()
    text = text[:-1].rstrip() if text.endswith(";") else text
    position = marks = 0
    while position < len(text):
        if text.startswith(("--", "/*"), position):
            raise UnreadableError("a comment")
        match = _PATTERN.match(text, position)
        if match is None:
            raise UnreadableError("a sign that isn't known, or a second statement")
        kind = next(each for each in _KINDS if match[each])
        said = match[kind]
        if kind == "mark":
            yield Token(kind, match["name"] or str(marks), position)
            marks += 0 if match["name"] else 1
        elif kind == "quoted":
            yield Token(kind, said[1:-1].replace(said[-1] * 2, said[-1]).lower(), position)
        elif kind != "space":
            yield Token(kind, {"word": said.upper(), "text": said[1:-1].lower()}.get(kind, said), position)
        position = match.end()
