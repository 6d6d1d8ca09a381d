"""A piece of the report's flow: it knows its height and draws itself at a place on a page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from kinometric.report.ink import BODY, TEXT, TEXT_2, Colour
from kinometric.report.lines import wrap
from kinometric.report.sheet import Run, Sheet
from kinometric.report.structure import Paragraph
from kinometric.report.typeface import Weight


class Block(Protocol):
    """What the layout asks of a piece: a height for a width, and to be drawn."""

    def height(self, width: float) -> float:
        """Return the height in points for a width, the space below included."""

    def draw(self, sheet: Sheet, x: float, y: float, width: float) -> None:
        """Draw with the upper left corner at (x, y)."""


class Space:
    """White space, or a rule within it."""

    def __init__(self, points: float, rule: Colour | None = None) -> None:
        self._points = points
        self._rule = rule

    def height(self, width: float) -> float:  # noqa: ARG002
        """Return the height in points."""
        return self._points

    def draw(self, sheet: Sheet, x: float, y: float, width: float) -> None:
        """Draw the rule, if there is one."""
        if self._rule is not None:
            middle = y + self._points / 2
            sheet.line(x, middle, x + width, middle, self._rule, 0.75)


class Text:
    """Lines of text, wrapped to the width, with an optional heading above."""

    def __init__(
        self,
        text: str,
        *,
        size: float = BODY,
        leading: float = 12.0,
        weight: Weight = "regular",
        colour: Colour = TEXT,
        kind: str = "P",
        below: float = 0.0,
        paragraph: Paragraph | None = None,
    ) -> None:
        self._text = text
        self._size = size
        self._leading = leading
        self._weight: Weight = weight
        self._colour = colour
        self._kind = kind
        self._below = below
        self._paragraph = paragraph
        self._wrapped: dict[float, list[str]] = {}

    def _lines(self, width: float) -> list[str]:
        if width not in self._wrapped:
            self._wrapped[width] = wrap(self._text, self._size, width, self._weight)
        return self._wrapped[width]

    def height(self, width: float) -> float:
        """Return the height of the wrapped lines."""
        return len(self._lines(width)) * self._leading + self._below

    def draw(self, sheet: Sheet, x: float, y: float, width: float) -> None:
        """Write the lines as one element, or as more of a paragraph."""
        with sheet.tagged(self._kind, paragraph=self._paragraph):
            for index, line in enumerate(self._lines(width)):
                baseline = y + index * self._leading + self._size * 0.93
                sheet.text(x, baseline, line, self._size, weight=self._weight, colour=self._colour)


class LeadText:
    """A paragraph whose first words are strong, wrapped to the width."""

    def __init__(self, lead: str, text: str, *, size: float = 8.0, leading: float = 10.8, below: float = 0.0) -> None:
        self._lead = lead
        self._text = text
        self._size = size
        self._leading = leading
        self._below = below

    def _lines(self, width: float) -> list[str]:
        # Measured as if all of it were strong, which is the wider.
        return wrap(f"{self._lead} {self._text}", self._size, width, "strong")

    def height(self, width: float) -> float:
        """Return the height of the wrapped lines."""
        return len(self._lines(width)) * self._leading + self._below

    def draw(self, sheet: Sheet, x: float, y: float, width: float) -> None:
        """Write the lines as one element, the lead in strong letters."""
        strong_left = len(self._lead)
        with sheet.tagged("P"):
            for index, line in enumerate(self._lines(width)):
                strong, plain = line[: max(0, strong_left)], line[max(0, strong_left) :]
                strong_left -= len(line) + 1
                runs: list[Run] = [(strong, "strong", TEXT), (plain, "regular", TEXT_2)]
                sheet.runs(x, y + index * self._leading + self._size * 0.93, runs, self._size)


class Line:
    """One line of runs in different weights or colours."""

    def __init__(
        self, runs: Sequence[Run], *, size: float = BODY, leading: float = 12.0, paragraph: Paragraph | None = None
    ) -> None:
        self._paragraph = paragraph
        self._runs = runs
        self._size = size
        self._leading = leading

    def height(self, width: float) -> float:  # noqa: ARG002
        """Return the height of one line."""
        return self._leading

    def draw(self, sheet: Sheet, x: float, y: float, width: float) -> None:  # noqa: ARG002
        """Write the runs as one paragraph, or as more of one."""
        with sheet.tagged("P", paragraph=self._paragraph):
            sheet.runs(x, y + self._size * 0.93, self._runs, self._size)


class Stack:
    """Blocks that stay together on one page."""

    def __init__(self, *blocks: Block) -> None:
        self._blocks = blocks

    def height(self, width: float) -> float:
        """Return the height of all together."""
        return sum(block.height(width) for block in self._blocks)

    def draw(self, sheet: Sheet, x: float, y: float, width: float) -> None:
        """Draw one below the other."""
        for block in self._blocks:
            block.draw(sheet, x, y, width)
            y += block.height(width)


class Columns:
    """Two stacks side by side: the left one takes a share of the width."""

    GAP = 24.0

    def __init__(self, left: Block, right: Block, share: float) -> None:
        self._left = left
        self._right = right
        self._share = share

    def _widths(self, width: float) -> tuple[float, float]:
        left = width * self._share
        return left, width - left - self.GAP

    def height(self, width: float) -> float:
        """Return the height of the taller one."""
        left, right = self._widths(width)
        return max(self._left.height(left), self._right.height(right))

    def draw(self, sheet: Sheet, x: float, y: float, width: float) -> None:
        """Draw both from the same top."""
        left, right = self._widths(width)
        self._left.draw(sheet, x, y, left)
        self._right.draw(sheet, x + left + self.GAP, y, right)
