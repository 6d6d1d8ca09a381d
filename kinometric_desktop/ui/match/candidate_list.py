"""The candidates by band: arrows move, Enter opens the comparison, nothing is ever chosen for the person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from kinometric_desktop.app.match_state import CandidateGroup, CandidateRow
from kinometric_desktop.ui.match.marked_text import draw_marked
from kinometric_desktop.ui.match.verdict import draw_symbol
from kinometric_desktop.ui.theme.look import look
from kinometric_desktop.ui.widgets.naming import named

AnyIndex = QModelIndex | QPersistentModelIndex
HEAD, ROW = 32, 56


class CandidateModel(QAbstractListModel):
    """Band heads and candidates in one list; heads can't be chosen."""

    def __init__(self) -> None:
        super().__init__()
        self.entries: tuple[CandidateGroup | CandidateRow, ...] = ()

    def set_groups(self, groups: Sequence[CandidateGroup]) -> None:
        """Show other candidates."""
        self.beginResetModel()
        self.entries = tuple(entry for group in groups for entry in (group, *group.rows))
        self.endResetModel()

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.entries)

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        if not index.isValid() or isinstance(self.entries[index.row()], CandidateGroup):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        entry = self.entries[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            if isinstance(entry, CandidateGroup):
                return f"{entry.word} {len(entry.rows)}"
            words = (entry.name, f"ID {entry.athena_patient_id}", f"born {entry.born}", entry.sex, entry.reason)
            return ", ".join(part for part in (*words, entry.note) if part)
        return None


class _Painter(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        del option
        model = index.model()
        assert isinstance(model, CandidateModel)
        head = isinstance(model.entries[index.row()], CandidateGroup)
        return QSize(look().px(120), look().px(HEAD if head else ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        model, view = index.model(), option.widget
        assert isinstance(model, CandidateModel)
        entry, rect = model.entries[index.row()], QRect(option.rect)
        painter.save()
        if isinstance(entry, CandidateGroup):
            _paint_head(painter, rect, entry)
        else:
            focused = bool(option.state & QStyle.StateFlag.State_HasFocus) and view is not None and view.hasFocus()
            _paint_row(painter, rect, entry, focused=focused)
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, look().colour("border"))
        painter.restore()


def _paint_head(painter: QPainter, rect: QRect, group: CandidateGroup) -> None:
    painter.fillRect(rect, look().colour("sunken" if not look().dark else "window"))
    left = rect.left() + look().px(16)
    room = QRectF(left, rect.top(), rect.width(), rect.height() - 1)
    end = draw_marked(painter, room, group.word, tone="text-2", role="label")
    room.setLeft(end + look().px(8))
    draw_marked(painter, room, str(len(group.rows)), tone="text-3", role="small")


def _paint_row(painter: QPainter, rect: QRect, row: CandidateRow, *, focused: bool) -> None:
    painter.fillRect(rect, look().colour("accent-tint" if row.opened else "surface"))
    if row.opened:
        painter.fillRect(rect.left(), rect.top(), look().px(3), rect.height(), look().colour("accent"))
    if focused:
        _paint_focus(painter, rect)
    left, right = rect.left() + look().px(16), rect.right() - look().px(16)
    line = look().px(20)
    upper = QRectF(left, rect.top() + look().px(8), right - left, line)
    lower = QRectF(left, rect.top() + look().px(26), right - left, line)
    number_width = QFontMetrics(look().font("body")).horizontalAdvance(row.athena_patient_id)
    number = QRectF(right - number_width, upper.top(), number_width + 1, line)
    name = QRectF(left, upper.top(), right - left - number_width - look().px(8), line)
    draw_marked(painter, name, row.name, role="body_strong" if row.opened else "body")
    draw_marked(painter, number, row.athena_patient_id, tone="text-3")
    end = draw_marked(painter, lower, row.born)
    sex = QRectF(end + look().px(12), lower.top(), look().px(60), line)
    end = draw_marked(painter, sex, row.sex, tone="text-2", role="small")
    words = ", ".join(part for part in (row.note, row.reason) if part)
    metrics = QFontMetrics(look().font("label"))
    least = end + look().px(8) + look().px(22)
    begin = max(least, right - metrics.horizontalAdvance(words) - 1)
    draw_symbol(painter, row.verdict, QRectF(begin - look().px(20), lower.top(), look().px(16), line))
    draw_marked(painter, QRectF(begin, lower.top(), right - begin, line), words, tone="text-2", role="label")


def _paint_focus(painter: QPainter, rect: QRect) -> None:
    ring, width = look().colour("focus"), 2
    painter.fillRect(rect.left(), rect.top(), rect.width(), width, ring)
    painter.fillRect(rect.left(), rect.bottom() - width, rect.width(), width, ring)
    painter.fillRect(rect.left(), rect.top(), width, rect.height(), ring)
    painter.fillRect(rect.right() - width + 1, rect.top(), width, rect.height(), ring)


class CandidateList(QListView):
    """The list; `opened` is emitted with the athenaOne patient ID when a person opens a candidate."""

    opened = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        named(self, "match.candidates.list", "Candidates", "Enter compares a candidate with the patient")
        self._model = CandidateModel()
        self._model.setParent(self)
        self.setModel(self._model)
        self.setItemDelegate(_Painter(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformItemSizes(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.clicked.connect(self._open)

    def show_groups(self, groups: Sequence[CandidateGroup]) -> None:
        """Show candidates; the place of the focus stays on the same record, and no other is ever taken."""
        entries = tuple(entry for group in groups for entry in (group, *group.rows))
        if entries == self._model.entries:
            return
        here = self.current_id()
        self._model.set_groups(groups)
        opened = next((row.athena_patient_id for group in groups for row in group.rows if row.opened), "")
        self._go_to(opened or here)
        if self.hasFocus() and not self.currentIndex().isValid():
            self._first()

    def current_id(self) -> str:
        """The record that the focus is on, "" for none."""
        index = self.currentIndex()
        entry = self._model.entries[index.row()] if index.isValid() else None
        return entry.athena_patient_id if isinstance(entry, CandidateRow) else ""

    def _go_to(self, athena_patient_id: str) -> None:
        for place, entry in enumerate(self._model.entries):
            if isinstance(entry, CandidateRow) and entry.athena_patient_id == athena_patient_id:
                self.setCurrentIndex(self._model.index(place))
                return

    def look_changed(self) -> None:
        """Measure the rows again."""
        self.scheduleDelayedItemsLayout()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if not self.currentIndex().isValid():
            self._first()

    def _first(self) -> None:
        for place, entry in enumerate(self._model.entries):
            if isinstance(entry, CandidateRow):
                self.setCurrentIndex(self._model.index(place))
                return

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if (
            event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            and not event.modifiers() & Qt.KeyboardModifier.AltModifier
        ):
            self._open(self.currentIndex())
            return
        if event.text() and event.text().isprintable():
            event.ignore()
            return
        super().keyPressEvent(event)

    def _open(self, index: AnyIndex) -> None:
        entry = self._model.entries[index.row()] if index.isValid() else None
        if isinstance(entry, CandidateRow):
            self.opened.emit(entry.athena_patient_id)
