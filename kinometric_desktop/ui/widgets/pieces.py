"""The parts of a table's cell: a symbol, words, a level, small boxes, a chip, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter

from kinometric_desktop.ui.theme.icons import draw_icon, draw_level_symbol
from kinometric_desktop.ui.theme.look import look
from kinometric_desktop.ui.widgets.text import typeset


@dataclass(frozen=True)
class Piece:
    """A part of a cell: a symbol, words, or both, in a tone and a role of the design.

    ``level`` draws a level's symbol; ``boxes`` draws small squares, filled where True; ``chip`` sets the words on the
    tint of the tone; ``gap`` is the room before the piece; ``short`` stands for the words where they find no room, and
    where even that is too wide the symbol stands alone: a word is never cut in its middle beside a symbol.
    """

    text: str = ""
    tone: str = "text"
    role: str = "body"
    icon: str = ""
    level: str = ""
    boxes: tuple[bool, ...] = ()
    chip: bool = False
    struck: bool = False
    gap: int = 8
    width: int = 0
    short: str = ""


def _fitted(piece: Piece, room: int) -> Piece:
    if not piece.short or _piece_width(piece) <= room:
        return piece
    shorter = replace(piece, text=piece.short)
    return shorter if _piece_width(shorter) <= room else replace(piece, text="")


def _piece_width(piece: Piece) -> int:
    if piece.width:
        return look().px(piece.width)
    width = 0
    if piece.icon:
        width += look().px(16)
    if piece.level:
        width += look().px(10)
    if piece.boxes:
        width += len(piece.boxes) * look().px(14) - look().px(4)
    if piece.text:
        width += look().px(6) if width else 0
        width += QFontMetrics(look().font(piece.role)).horizontalAdvance(typeset(piece.text)) + 1
    return width + (look().px(16) if piece.chip else 0)


def pieces_width(pieces: Sequence[Piece]) -> int:
    """The width that pieces need side by side."""
    return sum(_piece_width(piece) for piece in pieces) + sum(look().px(piece.gap) for piece in pieces[1:])


def draw_pieces(painter: QPainter, room: QRectF, pieces: Sequence[Piece]) -> None:
    """Draw pieces from left to right; words that find no room end in dots."""
    left = room.left()
    for index, piece in enumerate(pieces):
        if index:
            left += look().px(piece.gap)
        rest = max(0, int(room.right() - left))
        fitted = _fitted(piece, rest)
        width = min(_piece_width(fitted), rest)
        if width <= 0:
            return
        _draw_piece(painter, QRectF(left, room.top(), width, room.height()), fitted)
        left += width


def _draw_piece(painter: QPainter, place: QRectF, piece: Piece) -> None:
    left, middle = place.left(), place.center().y()
    if piece.chip:
        height = look().px(22)
        plate = QRectF(left, middle - height / 2, place.width(), height)
        painter.setPen(Qt.PenStyle.NoPen)
        tint = "accent-tint" if piece.tone == "accent-text" else f"{piece.tone}-tint"
        painter.setBrush(look().colour(tint if tint in look().theme.colour else "sunken"))
        painter.drawRoundedRect(plate, look().px(4), look().px(4))
        left += look().px(8)
    if piece.icon:
        side = look().px(16)
        draw_icon(painter, piece.icon, QRectF(left, round(middle - side / 2), side, side), piece.tone)
        left += side + look().px(6)
    if piece.level:
        side = look().px(10)
        draw_level_symbol(
            painter, piece.level, QRectF(left, round(middle - side / 2), side, side), look().colour(piece.tone)
        )
        left += side + look().px(6)
    for filled in piece.boxes:
        box = QRectF(round(left), round(middle - look().px(5)), look().px(10), look().px(10))
        ink = look().colour("text-2")
        painter.fillRect(box, ink)
        if not filled:
            painter.fillRect(box.adjusted(1, 1, -1, -1), look().colour("surface"))
        left += look().px(14)
    if piece.boxes:
        left += look().px(2)
    if piece.text:
        font = look().font(piece.role)
        if piece.struck:
            font.setStrikeOut(True)
        painter.setFont(font)
        painter.setPen(look().colour(piece.tone))
        right = place.right() - (look().px(8) if piece.chip else 0)
        words = QRectF(left, place.top(), max(0.0, right - left), place.height())
        shown = QFontMetrics(font).elidedText(typeset(piece.text), Qt.TextElideMode.ElideRight, int(words.width()) + 1)
        painter.drawText(words, int(Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip), shown)
