"""One row per field, both values and the verdict between them on one baseline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QWidget

from kinometric.matching import FieldVerdict
from kinometric_desktop.app.match_state import ComparePanel
from kinometric_desktop.ui.match.marked_text import draw_marked
from kinometric_desktop.ui.match.verdict import TONES, draw_symbol
from kinometric_desktop.ui.theme.icons import draw_icon
from kinometric_desktop.ui.theme.look import look
from kinometric_desktop.ui.theme.spacing import Column
from kinometric_desktop.ui.widgets.naming import named

__all__ = ["CompareRow", "CompareTable", "Plain"]

LABEL_WIDTH, VERDICT_WIDTH, PADDING, ROW = 112, 128, 16, 32
LOW_ROW, NARROW_ROW = 29, 28
NARROW_LABEL_WIDTH = 96


@dataclass(frozen=True, repr=False)
class Plain:
    """A row without a verdict: which record, and where it belongs."""

    label: str
    ours: str
    ours_note: str
    theirs: str
    theirs_strong: str = ""
    theirs_ok: str = ""
    theirs_stop: str = ""


class CompareRow(QWidget):
    """One row of the comparison; its accessible name reads the whole of it."""

    def __init__(self) -> None:
        super().__init__()
        self._verdict: FieldVerdict | None = None
        self._plain: Plain | None = None
        self._note = ""
        self._narrow = self._low = False
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def show_verdict(self, row: FieldVerdict, note: str = "") -> None:
        """Show a compared field; `note` stands after athenaOne's value ("mobile")."""
        self._verdict, self._plain, self._note = row, None, note
        named(self, f"match.compare.{row.field}")
        self.setAccessibleName(
            f"{row.label}. Kinometric {row.ours}. athenaOne {row.theirs} {note}".strip() + f". {row.sentence}"
        )
        self.update()

    def show_plain(self, row: Plain) -> None:
        """Show a row without a verdict."""
        self._verdict, self._plain, self._note = None, row, ""
        named(self, f"match.compare.{row.label.lower()}")
        theirs = " ".join(part for part in (row.theirs, row.theirs_strong, row.theirs_ok, row.theirs_stop) if part)
        self.setAccessibleName(f"{row.label}. Kinometric {row.ours} {row.ours_note}. athenaOne {theirs}")
        self.update()

    def set_room(self, *, narrow: bool, low: bool) -> None:
        """Be lower in a low window, lower and closer in a narrow one."""
        if (narrow, low) != (self._narrow, self._low):
            self._narrow, self._low = narrow, low
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(look().px(320), row_height(narrow=self._narrow, low=self._low))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        left, ours, verdict, theirs = columns(self.width(), narrow=self._narrow)
        label = self._verdict.label if self._verdict else self._plain.label if self._plain else ""
        height = self.height() - 1
        draw_marked(painter, QRectF(left, 0, ours - left - look().px(8), height), label, tone="text-2", role="label")
        if self._verdict is not None:
            self._paint_verdict(painter, self._verdict, ours, verdict, theirs, height)
        elif self._plain is not None:
            self._paint_plain(painter, self._plain, ours, theirs, height)
        painter.fillRect(0, self.height() - 1, self.width(), 1, look().colour("border"))

    def _paint_verdict(
        self, painter: QPainter, row: FieldVerdict, ours: int, verdict: int, theirs: int, height: int
    ) -> None:
        right = self.width() - look().px(8)
        _draw_value(painter, QRectF(ours, 0, verdict - ours - look().px(4), height), row.ours, row.ours_spans)
        symbol = QRectF(verdict, 0, look().px(16), height)
        draw_symbol(painter, row.verdict, symbol)
        word = QRectF(verdict + look().px(24), 0, theirs - verdict - look().px(26), height)
        draw_marked(painter, word, row.word, tone=TONES[row.verdict], role="label")
        end = _draw_value(painter, QRectF(theirs, 0, right - theirs, height), row.theirs, row.theirs_spans)
        if self._note:
            left = end + look().px(4)
            draw_marked(painter, QRectF(left, 0, right - left, height), self._note, tone="text-2", role="small")

    def _paint_plain(self, painter: QPainter, row: Plain, ours: int, theirs: int, height: int) -> None:
        right = self.width() - look().px(8)
        end = draw_marked(painter, QRectF(ours, 0, theirs - ours - look().px(8), height), row.ours)
        if row.ours_note:
            rest = QRectF(end, 0, theirs - end - look().px(8), height)
            draw_marked(painter, rest, f" · {row.ours_note}", tone="text-2", role="small")
        end = draw_marked(painter, QRectF(theirs, 0, right - theirs, height), row.theirs)
        if row.theirs_strong:
            left = end + look().px(4)
            draw_marked(painter, QRectF(left, 0, right - left, height), row.theirs_strong, role="body_strong")
        for words, icon, tone in ((row.theirs_ok, "check", "ok"), (row.theirs_stop, "barred", "stop")):
            if words:
                side, left = look().px(12), end + look().px(5)
                draw_icon(painter, icon, QRectF(left, (height - side) // 2, side, side), tone)
                left += side + look().px(3)
                draw_marked(painter, QRectF(left, 0, right - left, height), words, tone=tone, role="label")


def _draw_value(painter: QPainter, rect: QRectF, text: str, spans: Sequence[tuple[int, int]]) -> float:
    if text == "Not recorded":
        return draw_marked(painter, rect, text, tone="text-2")
    date, gap, age = text.partition(" (")
    if gap and age.endswith("y)"):
        end = draw_marked(painter, rect, date, spans)
        left = end + look().px(4)
        return draw_marked(painter, QRectF(left, 0, rect.right() - left, rect.height()), f"({age}", tone="text-2")
    return draw_marked(painter, rect, text, spans)


def row_height(*, narrow: bool, low: bool = False) -> int:
    """The height of a row: less in a low window, least in a narrow one, which is a low one with large text."""
    return look().px(NARROW_ROW if narrow else LOW_ROW if low else ROW)


def columns(width: int, *, narrow: bool) -> tuple[int, int, int, int]:
    """Where label, Kinometric's value, the verdict and athenaOne's value begin."""
    padding = look().px(12 if narrow else PADDING)
    label = look().px(NARROW_LABEL_WIDTH if narrow else LABEL_WIDTH)
    verdict = look().px(104 if narrow else VERDICT_WIDTH)
    half = max(0, (width - 2 * padding - label - verdict) // 2)
    ours = padding + label
    gutter = 0 if narrow else look().px(16)
    return padding, ours, ours + half + gutter, ours + half + verdict


class _Head(QWidget):
    def __init__(self, area: QScrollArea) -> None:
        super().__init__()
        self._area = area
        self._narrow = self._low = False

    def set_room(self, *, narrow: bool, low: bool) -> None:
        self._narrow, self._low = narrow, low
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(look().px(320), row_height(narrow=self._narrow, low=self._low))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        # The rows are narrower than the head while they scroll.
        width = self._area.viewport().width()
        _, ours, verdict, theirs = columns(width, narrow=self._narrow)
        height = self.height() - 1
        for left, words in ((ours, "Kinometric"), (verdict, "Verdict"), (theirs, "athenaOne")):
            draw_marked(painter, QRectF(left, 0, look().px(160), height), words, tone="text-2", role="label")
        painter.fillRect(0, self.height() - 1, self.width(), 1, look().colour("border-strong"))


class CompareTable(QWidget):
    """Head and rows; only the rows scroll where the window is low."""

    def __init__(self) -> None:
        super().__init__()
        self._body = QWidget()
        self._rows: list[CompareRow] = []
        self._narrow = self._low = False
        self._column = Column(self._body)
        self._column.addStretch(1)
        self.area = named(QScrollArea(), "match.compare.rows", "Comparison, field by field")
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setWidget(self._body)
        self._head = _Head(self.area)
        self._head.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        outer = Column(self)
        outer.addWidget(self._head)
        outer.addWidget(self.area, 1)

    def rows_height(self) -> int:
        """How high all rows are together with the head."""
        return row_height(narrow=self._narrow, low=self._low) * (len(self._rows) + 1)

    def sizeHint(self) -> QSize:
        return QSize(look().px(400), self.rows_height())

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(280), row_height(narrow=self._narrow, low=self._low) * 3)

    def set_room(self, *, narrow: bool, low: bool) -> None:
        """Take lower rows where the window is low, and lower and closer ones where it is narrow."""
        self._narrow, self._low = narrow, low
        for part in (self._head, *self._rows):
            part.set_room(narrow=narrow, low=low)
        self.updateGeometry()

    def show_panel(self, panel: ComparePanel) -> None:
        """Show a comparison."""
        wanted = len(panel.rows) + 2
        while len(self._rows) < wanted:
            row = CompareRow()
            self._rows.append(row)
            self._column.insertWidget(self._column.count() - 1, row)
        while len(self._rows) > wanted:
            row = self._rows.pop()
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.set_room(narrow=self._narrow, low=self._low)
        for widget, field in zip(self._rows, panel.rows, strict=False):
            widget.show_verdict(field, panel.phone_kind if field.field == "phone" else "")
        self._rows[-2].show_plain(
            Plain(
                "Record",
                f"Kinometric no. {panel.kinometric_number}",
                "",
                "athenaOne patient ID",
                panel.athena_patient_id,
            )
        )
        test = f"last test {panel.last_test}" if panel.last_test else "no test yet"
        allowed = panel.department_allowed
        self._rows[-1].show_plain(
            Plain(
                "Where",
                panel.practice,
                test,
                panel.department or "Department not known",
                theirs_ok="allowed" if allowed else "",
                theirs_stop="" if allowed else "not allowed",
            )
        )
        self.updateGeometry()

    def row(self, field: str) -> CompareRow | None:
        """The row of a field, for tests and the tour."""
        return next((row for row in self._rows if row.objectName() == f"match.compare.{field}"), None)
