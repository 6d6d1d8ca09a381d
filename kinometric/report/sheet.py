"""A page to draw on: text, lines and curves in points from the upper left corner, each marked for the structure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kinometric.recordings.recording import FloatArray
from kinometric.report.ink import TEXT, Colour
from kinometric.report.structure import Paragraph, Structure
from kinometric.report.typeface import Weight, printable, typeface

# Curves are written as whole numbers of this many points: 1/1440 inch, finer than any printer, and short in the file.
UNIT_PT = 0.05
THIN_PT = 0.2
_STEP = 6  # units between two samples of a series
_PIECE_POINTS = 4
_PIECE_START = f"1 0 0 1 {_PIECE_POINTS * _STEP} %d cm 0 0 m\n"
_PIECE = _PIECE_START + "".join(f"{_STEP * i} %d l\n" for i in range(1, _PIECE_POINTS + 1)) + "S\n"
_ESCAPES = ((b"\\", b"\\\\"), (b"(", b"\\("), (b")", b"\\)"), (b"\n", b"\\n"), (b"\r", b"\\r"))

Run = tuple[str, Weight, Colour]


def _number(value: float) -> str:
    text = f"{value:.2f}"
    if text[-1] == "0":
        text = text.rstrip("0").rstrip(".")
        return "0" if text == "-0" else text
    return text


def _numbers(*values: float) -> str:
    return " ".join(map(_number, values))


class Sheet:
    """One page of a canvas; x to the right and y downwards, in points.

    What is drawn between `tagged` belongs to that element of the structure; everything else is an artifact
    (rules, grounds, grids), which screen readers skip.
    """

    def __init__(self, canvas: Any, structure: Structure, page: int, width: float, height: float) -> None:
        self.width = width
        self.height = height
        self._canvas = canvas
        self._code: list[str] = canvas._code
        self._structure = structure
        self._page = page
        self._marked = False
        self._texts_in_tag: int | None = None
        self._state: dict[str, str] = {}
        self._states: list[dict[str, str]] = []

    # structure -------------------------------------------------------------------------------------------------

    @contextmanager
    def group(self, kind: str) -> Iterator[None]:
        """Open an element that only holds other elements, such as a table or a row."""
        self._structure.begin(kind)
        yield
        self._structure.end()

    @contextmanager
    def tagged(
        self,
        kind: str,
        alternative: str = "",
        header_scope: str = "",
        *,
        columns: int = 1,
        box: tuple[float, float, float, float] | None = None,
        paragraph: Paragraph | None = None,
    ) -> Iterator[None]:
        """Draw the content of one element: a heading, a paragraph, a cell, a figure.

        Parameters
        ----------
        kind : str
        alternative : str
            What a figure shows, in words.
        header_scope : {"", "Row", "Column"}
        columns : int
            Columns of the table that a cell spans.
        box : tuple of float, optional
            A figure's left, top, width and height.
        paragraph : Paragraph, optional
            Go on with this paragraph instead of opening another element.
        """
        self._close_mark()
        begun = paragraph is not None and paragraph.element is not None
        place = None if box is None else self._place(*box)
        self._structure.begin(kind, alternative, header_scope, columns=columns, box=place, paragraph=paragraph)
        self._code.append(f"/{kind} <</MCID {self._structure.mark(self._page)}>> BDC")
        self._marked = True
        self._texts_in_tag = 1 if begun else 0
        yield
        self._texts_in_tag = None
        self._close_mark()
        self._structure.end()

    def _place(self, x: float, y: float, width: float, height: float) -> tuple[float, float, float, float]:
        return x, self.height - y - height, x + width, self.height - y

    def finish(self) -> None:
        """Close what is open on this page."""
        self._close_mark()

    def _close_mark(self) -> None:
        if self._marked:
            self._code.append("EMC")
            self._marked = False

    def _write(self, code: str) -> None:
        if not self._marked:
            self._code.append("/Artifact BMC")
            self._marked = True
        self._code.append(code)

    # state -----------------------------------------------------------------------------------------------------

    def _set(self, operator: str, operands: str) -> None:
        if self._state.get(operator) != operands:
            self._state[operator] = operands
            self._write(f"{operands} {operator}")

    def _fill(self, colour: Colour) -> None:
        self._set("rg", _colour(colour))

    def _stroke(self, colour: Colour, width: float, dash: Sequence[float] | None) -> None:
        self._set("RG", _colour(colour))
        self._set("w", _number(width))
        self._set("d", f"[{_numbers(*dash)}] 0" if dash else "[] 0")

    @contextmanager
    def clipped(self, x: float, y: float, width: float, height: float) -> Iterator[None]:
        """Draw inside a rectangle only; must be nested inside one `tagged`, or outside of all."""
        self._write(f"q {_numbers(x, self.height - y - height, width, height)} re W n")
        self._states.append(dict(self._state))
        yield
        self._write("Q")
        self._state = self._states.pop()

    # text ------------------------------------------------------------------------------------------------------

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        *,
        weight: Weight = "regular",
        colour: Colour = TEXT,
        align: str = "left",
    ) -> float:
        """Write one line with its baseline at y; return its width. `align`: left, right or centre of x."""
        shown, _ = printable(text)
        face = typeface(weight)
        width = face.width(shown, size)
        if align == "right":
            x -= width
        elif align == "centre":
            x -= width / 2
        self._fill(colour)
        document = self._canvas._doc
        pieces = []
        start = x
        if self._texts_in_tag is not None and shown:
            if self._texts_in_tag:
                # Words of one element that stand apart on the page are apart for a screen reader too.
                shown, start = f" {shown}", x - face.width(" ", size)
            self._texts_in_tag += 1
        for subset, codes in face.codes(shown, document):
            name = face.font.getSubsetInternalName(subset, document)
            for special, escape in _ESCAPES:
                codes = codes.replace(special, escape)
            pieces.append(f"{name} {_number(size)} Tf ({codes.decode('latin-1')}) Tj")
        if pieces:
            self._write(f"BT 1 0 0 1 {_numbers(start, self.height - y)} Tm {' '.join(pieces)} ET")
        return width

    def runs(self, x: float, y: float, runs: Sequence[Run], size: float) -> float:
        """Write pieces of different weight or colour one after another on one line; return their width."""
        start = x
        for text, weight, colour in runs:
            if not text:
                continue
            lead = len(text) - len(text.lstrip(" "))
            trail = len(text.rstrip(" ")) < len(text)
            space = typeface(weight).width(" ", size)
            x += lead * space
            x += self.text(x, y, text, size, weight=weight, colour=colour)
            if trail:
                x += (len(text) - len(text.rstrip(" "))) * space
        return x - start

    # lines -----------------------------------------------------------------------------------------------------

    def line(
        self,
        x1: float,
        y1: float,
        x2: float,
        y2: float,
        colour: Colour,
        width: float,
        dash: Sequence[float] | None = None,
    ) -> None:
        """Draw a straight line."""
        self._stroke(colour, width, dash)
        self._write(f"{_numbers(x1, self.height - y1)} m {_numbers(x2, self.height - y2)} l S")

    def rectangle(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        fill: Colour | None = None,
        line: Colour | None = None,
        line_width: float = 0.75,
    ) -> None:
        """Draw a rectangle with a ground, an outline, or both."""
        if fill is not None:
            self._fill(fill)
        if line is not None:
            self._stroke(line, line_width, None)
        operator = "B" if fill is not None and line is not None else "f" if fill is not None else "S"
        self._write(f"{_numbers(x, self.height - y - height, width, height)} re {operator}")

    def polygon(
        self,
        points: Sequence[tuple[float, float]],
        *,
        fill: Colour | None = None,
        line: Colour | None = None,
        line_width: float = 0.75,
    ) -> None:
        """Draw a closed polygon."""
        if fill is not None:
            self._fill(fill)
        if line is not None:
            self._stroke(line, line_width, None)
        operator = "b" if fill is not None and line is not None else "f" if fill is not None else "s"
        steps = " ".join(f"{_numbers(x, self.height - y)} {'l' if i else 'm'}" for i, (x, y) in enumerate(points))
        self._write(f"{steps} h {operator}")

    def ellipse(
        self,
        centre: tuple[float, float],
        half_1: tuple[float, float],
        half_2: tuple[float, float],
        *,
        fill: Colour | None = None,
        line: Colour | None = None,
        line_width: float = 0.75,
        dash: Sequence[float] | None = None,
    ) -> None:
        """Draw an ellipse by its centre and its two half axes as vectors, as four Bezier curves."""
        if fill is not None:
            self._fill(fill)
        if line is not None:
            self._stroke(line, line_width, dash)
        cx, cy = centre[0], self.height - centre[1]
        (ax, ay), (bx, by) = (half_1[0], -half_1[1]), (half_2[0], -half_2[1])
        k = 0.5522847498307936
        steps = [f"{_numbers(cx + ax, cy + ay)} m"]
        for _ in range(4):
            first = (cx + ax + k * bx, cy + ay + k * by)
            second = (cx + bx + k * ax, cy + by + k * ay)
            steps.append(f"{_numbers(*first, *second, cx + bx, cy + by)} c")
            ax, ay, bx, by = bx, by, -ax, -ay
        operator = "b" if fill is not None and line is not None else "f" if fill is not None else "s"
        self._write(f"{' '.join(steps)} {operator}")

    def disc(
        self,
        x: float,
        y: float,
        radius: float,
        *,
        fill: Colour | None = None,
        line: Colour | None = None,
        line_width: float = 0.75,
    ) -> None:
        """Draw a disc or a ring."""
        self.ellipse((x, y), (radius, 0.0), (0.0, radius), fill=fill, line=line, line_width=line_width)

    def series(self, x: float, step: float, y: FloatArray, colour: Colour, width: float) -> None:
        """Draw a solid curve through evenly spaced points, every sample kept.

        Parameters
        ----------
        x, step : float
            Place of the first point and distance between points.
        y : (n,) float64
            Heights on the page; fewer than two draw nothing.

        Notes
        -----
        The curve is written in pieces of four steps, each from its own origin: the same short numbers come again and
        again, so that the file is half as large as with one long path.
        """
        if len(y) < 2:
            return
        unit, points = step / _STEP, _PIECE_POINTS
        heights = np.rint((y[0] - y) / unit).astype(np.int64)
        pieces = (len(heights) - 1) // points
        starts = heights[: pieces * points : points]
        rows = np.empty((pieces, points + 1), dtype=np.int64)
        rows[:, 0] = np.diff(starts, prepend=0)
        rows[:, 1:] = heights[1 : pieces * points + 1].reshape(pieces, points) - starts[:, None]
        # The first piece starts where the curve starts; every other one, one piece further.
        path = f"1 0 0 1 {-points * _STEP} 0 cm\n" + (_PIECE * pieces) % tuple(rows.ravel().tolist())
        rest = heights[pieces * points :]
        if len(rest) > 1:
            shift = int(rest[0] - (starts[-1] if pieces else 0))
            path += _PIECE_START % shift
            path += "".join(f"{_STEP * i} {int(h - rest[0])} l\n" for i, h in enumerate(rest) if i) + "S\n"
        self._scaled(x, float(y[0]), unit, path, colour, width)

    def curve(self, x: FloatArray, y: FloatArray, colour: Colour, width: float) -> None:
        """Draw a solid curve through points anywhere on the page, at most `THIN_PT` beside the given ones.

        Parameters
        ----------
        x, y : (n,) float64
            Points on the page; fewer than two draw nothing.
        """
        if len(x) < 2:
            return
        kept = thin(x, y)
        steps = np.empty((len(kept), 2), dtype=np.int64)
        steps[:, 0] = np.rint((x[kept] - x[0]) / UNIT_PT)
        steps[:, 1] = np.rint((y[0] - y[kept]) / UNIT_PT)
        parts = []
        origin = np.zeros(2, dtype=np.int64)
        for start in range(0, len(steps) - 1, 8):
            piece = steps[start : start + 9]
            move = piece[0] - origin
            origin = piece[0]
            points = (piece[1:] - origin).ravel().tolist()
            parts.append(
                f"1 0 0 1 {move[0]} {move[1]} cm 0 0 m\n{('%d %d l' + chr(10)) * (len(piece) - 1) % tuple(points)}S\n"
            )
        self._scaled(float(x[0]), float(y[0]), UNIT_PT, "".join(parts), colour, width)

    def _scaled(self, x: float, y: float, unit: float, path: str, colour: Colour, width: float) -> None:
        """Write a path given in whole units from a point, with round caps so that its pieces join."""
        self._set("RG", _colour(colour))
        place = f"{unit:.5f} 0 0 {unit:.5f} {x:.3f} {self.height - y:.3f}"
        self._write(f"q {place} cm {_number(width / unit)} w [] 0 d 1 J 1 j\n{path}Q")


def thin(x: FloatArray, y: FloatArray) -> NDArray[np.intp]:
    """Return the indices of the points that a curve needs, so that it passes all others within `THIN_PT`.

    Parameters
    ----------
    x, y : (n,) float64
        Points in the order of the curve.

    Returns
    -------
    (m,) intp
        Ascending; first and last point are always there.

    Notes
    -----
    Four passes drop every second point that lies closer than a quarter of the tolerance to the line between its
    neighbours.
    """
    kept = np.arange(len(x))
    for _ in range(4):
        if len(kept) < 3:
            break
        middle = np.arange(1, len(kept) - 1, 2)
        a, b, c = kept[middle - 1], kept[middle], kept[middle + 1]
        along_x, along_y = x[c] - x[a], y[c] - y[a]
        from_x, from_y = x[b] - x[a], y[b] - y[a]
        squared = np.maximum(along_x * along_x + along_y * along_y, 1e-12)
        share = np.clip((from_x * along_x + from_y * along_y) / squared, 0.0, 1.0)
        beside = np.hypot(from_x - share * along_x, from_y - share * along_y)
        kept = np.delete(kept, middle[beside < THIN_PT / 4])
    return kept


@cache
def _colour(colour: Colour) -> str:
    return " ".join(f"{part:.3f}".rstrip("0").rstrip(".") for part in colour)
