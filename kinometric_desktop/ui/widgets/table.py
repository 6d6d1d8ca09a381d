"""Tables over immutable rows: a column says how a row is shown, sorted and spoken."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetrics, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from kinometric_desktop.ui.theme.look import look
from kinometric_desktop.ui.widgets.naming import named
from kinometric_desktop.ui.widgets.pieces import Piece, draw_pieces, pieces_width

R = TypeVar("R")
AnyIndex = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class Column(Generic[R]):
    """One column of a table.

    Parameters
    ----------
    title : str
        In the head.
    cell : Callable
        The pieces of a row's cell.
    width : int
        In px of the design; 0 takes the rest.
    sort_key : Callable or None
        What the column sorts by; None where it can't be sorted.
    right : bool
        Numbers stand at the right.
    accessible : Callable or None
        What a screen reader says; the words of the pieces where None.
    drop : int
        Columns with the highest number go first where there is no room; 0 never goes.
    least : int
        What a column without a width keeps at least, in px of the design.
    """

    title: str
    cell: Callable[[R], tuple[Piece, ...]]
    width: int = 0
    sort_key: Callable[[R], Any] | None = None
    right: bool = False
    accessible: Callable[[R], str] | None = None
    drop: int = 0
    least: int = 140

    def words(self, row: R) -> str:
        """The cell as plain words."""
        return " ".join(piece.text for piece in self.cell(row) if piece.text)


class RowModel(QAbstractTableModel, Generic[R]):
    """A model over a tuple of frozen rows; a new tuple replaces the old one."""

    def __init__(self, columns: Sequence[Column[R]]) -> None:
        super().__init__()
        self.columns: tuple[Column[R], ...] = tuple(columns)
        self._rows: tuple[R, ...] = ()
        self._sorted_by: tuple[int, Qt.SortOrder] | None = None

    @property
    def rows(self) -> tuple[R, ...]:
        """The rows in the order shown."""
        return self._rows

    def set_rows(self, rows: Sequence[R]) -> None:
        """Show other rows."""
        self.beginResetModel()
        self._rows = self._ordered(tuple(rows))
        self.endResetModel()

    def row(self, index: int) -> R | None:
        """The row at a place, None beyond the end."""
        return self._rows[index] if 0 <= index < len(self._rows) else None

    def _ordered(self, rows: tuple[R, ...]) -> tuple[R, ...]:
        if self._sorted_by is None:
            return rows
        column, order = self._sorted_by
        key = self.columns[column].sort_key
        return rows if key is None else tuple(sorted(rows, key=key, reverse=order == Qt.SortOrder.DescendingOrder))

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        column, row = self.columns[index.column()], self._rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.words(row)
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.AccessibleDescriptionRole):
            return f"{column.title}: {column.accessible(row) if column.accessible else column.words(row)}"
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if self.columns[section].right else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        if not 0 <= column < len(self.columns) or self.columns[column].sort_key is None:
            return
        self.layoutAboutToBeChanged.emit()
        self._sorted_by = (column, order)
        self._rows = self._ordered(self._rows)
        self.layoutChanged.emit()


class RowDelegate(QStyledItemDelegate):
    """Paints the pieces of a cell, the tint and the bar of the chosen row, and the line below it."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        model = index.model()
        view = option.widget
        if not isinstance(model, RowModel) or not isinstance(view, TableView):
            return
        row = model.row(index.row())
        if row is None:
            return
        rect: QRect = option.rect
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.fillRect(rect, look().colour("accent-tint" if chosen else "surface"))
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, look().colour("border"))
        if chosen and index.column() == view.first_column():
            painter.fillRect(
                rect.left(), rect.top(), 3, rect.height(), look().colour("accent" if view.hasFocus() else "control")
            )
        column = model.columns[index.column()]
        padding = look().px(16) if index.column() == view.first_column() else look().px(8)
        room = QRectF(rect.adjusted(padding, 0, -look().px(8), -1))
        pieces = column.cell(row)
        if column.right:
            room.setLeft(max(room.left(), room.right() - pieces_width(pieces)))
        painter.setClipRect(rect)
        draw_pieces(painter, room, pieces)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        del option, index
        return QSize(look().px(80), look().px(36))


class _Head(QHeaderView):
    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setHighlightSections(False)
        self.setSectionsClickable(True)
        self.setSortIndicatorShown(False)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMinimumSectionSize(24)
        self.look_changed()

    def look_changed(self) -> None:
        self.setFont(look().font("label"))
        self.setFixedHeight(look().px(33))

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        model = self.model()
        if model is None:
            return
        painter.save()
        painter.fillRect(rect, look().colour("surface"))
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, look().colour("border-strong"))
        title = str(model.headerData(section, Qt.Orientation.Horizontal))
        first = self.visualIndex(section) == next(
            (place for place in range(self.count()) if not self.isSectionHidden(self.logicalIndex(place))), 0
        )
        room = rect.adjusted(look().px(16 if first else 8), 0, -look().px(8), 0)
        painter.setFont(look().font("label"))
        painter.setPen(look().colour("text-2"))
        side = int(model.headerData(section, Qt.Orientation.Horizontal, Qt.ItemDataRole.TextAlignmentRole))
        painter.drawText(room, side, title)
        if self.isSortIndicatorShown() and self.sortIndicatorSection() == section:
            width = QFontMetrics(painter.font()).horizontalAdvance(title)
            arrow = "↑" if self.sortIndicatorOrder() == Qt.SortOrder.AscendingOrder else "↓"
            painter.drawText(room.adjusted(width + look().px(6), 0, 0, 0), int(Qt.AlignmentFlag.AlignVCenter), arrow)
        painter.restore()


class TableView(QTableView):
    """A table of rows: one is chosen, Enter opens it, the head sorts (or Ctrl+Shift+Left and Right by keyboard)."""

    opened = Signal(object)
    moved = Signal(object)

    def __init__(self, name: str, accessible_name: str, model: RowModel[Any], *, row_height: int = 36) -> None:
        super().__init__()
        self._row_height = row_height
        self._rows = model
        model.setParent(self)
        named(self, name, accessible_name)
        self.setModel(model)
        self.setItemDelegate(RowDelegate(self))
        head = _Head()
        self.setHorizontalHeader(head)
        head.sectionClicked.connect(self._sort_by)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setShowGrid(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.selectionModel().currentRowChanged.connect(self._current_moved)
        self.doubleClicked.connect(self._double_clicked)
        self.look_changed()

    def look_changed(self) -> None:
        """Take the row height of the present look."""
        self.verticalHeader().setDefaultSectionSize(look().px(self._row_height))
        self._fit_columns()

    def set_rows(self, rows: Sequence[Any], *, keep: Callable[[Any], bool] | None = None) -> None:
        """Show other rows; the first one for which ``keep`` is true stays chosen, else none is."""
        self.selectionModel().blockSignals(True)
        self._rows.set_rows(rows)
        self.selectionModel().blockSignals(False)
        if keep is not None:
            for index, row in enumerate(self._rows.rows):
                if keep(row):
                    self.choose(index)
                    return

    def choose(self, index: int) -> None:
        """Choose the row at a place."""
        if 0 <= index < len(self._rows.rows):
            self.selectRow(index)

    @property
    def current(self) -> Any:
        """The chosen row, or None."""
        index = self.currentIndex()
        chosen = index.isValid() and self.selectionModel().isRowSelected(index.row(), QModelIndex())
        return self._rows.row(index.row()) if chosen else None

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Take the focus without choosing a row, which Qt does by itself."""
        had_none = not self.currentIndex().isValid()
        if had_none:
            self.selectionModel().blockSignals(True)
        super().focusInEvent(event)
        if had_none:
            self.selectionModel().clearCurrentIndex()
            self.selectionModel().blockSignals(False)
        self.viewport().update()

    def first_column(self) -> int:
        """The first column that is not hidden."""
        return next((place for place in range(len(self._rows.columns)) if not self.isColumnHidden(place)), 0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.current is not None:
            self.opened.emit(self.current)
            return
        both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        if event.modifiers() & both == both and event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._sort_next(1 if event.key() == Qt.Key.Key_Right else -1)
            return
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right) or (event.text() and event.text().isprintable()):
            event.ignore()
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_columns()

    def _fit_columns(self) -> None:
        room = self.viewport().width()
        columns = self._rows.columns
        shown = set(range(len(columns)))

        def needed() -> int:
            return sum(look().px(columns[place].width or columns[place].least) for place in shown)

        for place in sorted(shown, key=lambda place: -columns[place].drop):
            if needed() <= room or not columns[place].drop:
                break
            shown.discard(place)
        rest = room - sum(look().px(columns[place].width) for place in shown)
        flexible = [place for place in shown if not columns[place].width]
        for place, column in enumerate(columns):
            self.setColumnHidden(place, place not in shown)
            if place in flexible:
                self.setColumnWidth(place, max(look().px(column.least), rest // len(flexible)))
            elif column.width:
                self.setColumnWidth(place, look().px(column.width))
        if not flexible and shown:
            last = max(shown)
            self.setColumnWidth(last, max(look().px(columns[last].width), look().px(columns[last].width) + rest))

    def _sort_by(self, section: int) -> None:
        if self._rows.columns[section].sort_key is None:
            return
        head = self.horizontalHeader()
        same = head.isSortIndicatorShown() and head.sortIndicatorSection() == section
        descending = same and head.sortIndicatorOrder() == Qt.SortOrder.AscendingOrder
        order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
        head.setSortIndicatorShown(True)
        head.setSortIndicator(section, order)
        chosen = self.current
        self._rows.sort(section, order)
        if chosen is not None:
            self.choose(self._rows.rows.index(chosen))

    def _sort_next(self, step: int) -> None:
        head = self.horizontalHeader()
        sortable = [place for place, column in enumerate(self._rows.columns) if column.sort_key is not None]
        if not sortable:
            return
        here = head.sortIndicatorSection() if head.isSortIndicatorShown() else -1
        place = (sortable.index(here) + step) % len(sortable) if here in sortable else 0
        self._sort_by(sortable[place])

    def _current_moved(self, current: QModelIndex, previous: QModelIndex) -> None:
        del previous
        self.moved.emit(self._rows.row(current.row()) if current.isValid() else None)
        self.viewport().update()

    def _double_clicked(self, index: QModelIndex) -> None:
        row = self._rows.row(index.row())
        if row is not None:
            self.opened.emit(row)
