"""The bar at the top: practice and environment above everything, the find field, the line to the server, the person."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from kinometric_desktop.app.session import WorkState
from kinometric_desktop.ui.theme.icons import draw_icon
from kinometric_desktop.ui.theme.look import look
from kinometric_desktop.ui.theme.spacing import Row, fix_size, max_size
from kinometric_desktop.ui.widgets.button import Button
from kinometric_desktop.ui.widgets.field import TextField
from kinometric_desktop.ui.widgets.hatch import EnvironmentTag
from kinometric_desktop.ui.widgets.painted import PaintedMark
from kinometric_desktop.ui.widgets.pane import Pane
from kinometric_desktop.ui.widgets.text import Text


class Mark(PaintedMark):
    """The product's mark."""

    def __init__(self, side: int = 24) -> None:
        super().__init__()
        self._side = side
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def mark_size(self) -> tuple[int, int]:
        return self._side, self._side

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        side = look().px(self._side)
        draw_icon(QPainter(self), "mark", QRectF(0, 0, side, side), "accent")


class OnlineMark(QWidget):
    """Whether the server answers: a dot or a crossed sign, and the word."""

    def __init__(self) -> None:
        super().__init__()
        self._online = True
        self.set(True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set(self, online: bool) -> None:
        """Show whether the server answers."""
        self._online = online
        self.setAccessibleName("Online" if online else "Offline")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        words = self.fontMetrics().horizontalAdvance("Offline" if not self._online else "Online")
        return QSize(words + look().px(24 if not self._online else 18), look().px(24))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tone = "ok" if self._online else "warn"
        left = look().px(8)
        if self._online:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look().colour(tone))
            painter.drawEllipse(QRectF(0, (self.height() - left) / 2, left, left))
            left += look().px(7)
        else:
            side = look().px(16)
            draw_icon(painter, "offline", QRectF(0, (self.height() - side) / 2, side, side), tone)
            left = side + look().px(6)
        painter.setFont(look().font("label"))
        painter.setPen(look().colour(tone))
        words = "Online" if self._online else "Offline"
        painter.drawText(self.rect().adjusted(left, 0, 0, 0), int(Qt.AlignmentFlag.AlignVCenter), words)


class AppBar(Pane):
    """Mark, practice switch, find field, environment, connection and user."""

    practice_pressed = Signal()
    menu_chosen = Signal(str)
    find_pressed = Signal()

    def __init__(self) -> None:
        super().__init__(lines=("bottom",))
        self.setObjectName("shell.app_bar")
        fix_size(self, height=48)
        self.menu = Button("Menu", "shell.app_bar.menu", icon="menu")
        self.menu.hide()
        self._mark = QWidget()
        fix_size(self._mark, width=80)
        mark_row = Row(self._mark)
        mark_row.addWidget(Mark(), 0, Qt.AlignmentFlag.AlignCenter)
        self._name = Text("Kinometric", "heading")
        fix_size(self._name, width=104)
        self.practice = Button("", "shell.app_bar.practice", icon="department", trailing_icon="chevron-down")
        self.practice.clicked.connect(self.practice_pressed)
        self.practice_name = Text("", "body")
        self.find = TextField(
            "shell.app_bar.find",
            "Find patient by name, birth date or number",
            placeholder="Find patient: name, birth date, number",
            icon="search",
            key="Ctrl+F",
        )
        max_size(self.find, width=344)
        self.find.returnPressed.connect(self.find_pressed)
        self.find.installEventFilter(self)
        self.find_button = Button("Find", "shell.app_bar.find_button", icon="search")
        self.find_button.clicked.connect(self.find_pressed)
        self.environment = EnvironmentTag()
        self.online = OnlineMark()
        self.user = Button("", "shell.app_bar.user", kind="quiet", trailing_icon="chevron-down")
        self.user.clicked.connect(self._open_user_menu)
        row = Row(self, margins=(0, 0, 8, 1), spacing=0)
        left = Row(spacing=0)
        left.addSpacing(0)
        left.addWidget(self.menu)
        left.addWidget(self._mark)
        left.addWidget(self._name)
        left.addWidget(self.practice)
        left.addWidget(self.practice_name)
        right = Row(spacing=12)
        right.addWidget(self.find_button)
        right.addWidget(self.environment)
        right.addWidget(self.online)
        right.addWidget(self.user)
        row.addLayout(left)
        row.addSpacing(12)
        row.addStretch(1)
        row.addWidget(self.find, 20)
        row.addStretch(1)
        row.addSpacing(12)
        row.addLayout(right)
        self._left = left
        self.set_narrow(False)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.find and event.type() == QEvent.Type.MouseButtonRelease:
            self.find_pressed.emit()
        return super().eventFilter(watched, event)

    def show_state(self, state: WorkState) -> None:
        """Show practice, environment, connection and person."""
        practice = state.practice
        name = practice.practice_name if practice else ""
        department = practice.department_name if practice and practice.department_name else ""
        self.practice.set_text(f"{name}  ·  {department}" if department else name)
        self.practice.setAccessibleName(f"Practice {name}, department {department or 'none'}, switch")
        self.practice_name.setText(name)
        self.environment.set(practice.athena_environment if practice else "none")
        self.online.set(state.online)
        self.user.set_text(state.me.display_name if state.me else "")
        self.user.setAccessibleName(f"Signed in as {state.me.display_name if state.me else 'nobody'}, menu")

    def set_narrow(self, narrow: bool) -> None:
        """A Menu button in place of rail and mark, Find as a button, short words; or the whole bar."""
        for widget, shown in (
            (self._mark, not narrow),
            (self._name, not narrow),
            (self.practice, not narrow),
            (self.find, not narrow),
            (self.user, not narrow),
            (self.menu, narrow),
            (self.practice_name, narrow),
            (self.find_button, narrow),
        ):
            widget.setVisible(shown)
        self.environment.set_short(narrow)
        self._left.setContentsMargins(look().px(12) if narrow else 0, 0, 0, 0)
        self._left.setSpacing(look().px(12) if narrow else 0)

    def _open_user_menu(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setObjectName("shell.user_menu")
        for action_id, words in (
            ("account", "Your account…\tCtrl+Shift+A"),
            ("settings", "Settings\tCtrl+,"),
            ("keys", "Key list\tCtrl+/"),
            ("lock", "Lock\tCtrl+L"),
            ("sign_out", "Sign out"),
        ):
            entry = menu.addAction(words)
            entry.setData(action_id)
        menu.triggered.connect(lambda entry: self.menu_chosen.emit(str(entry.data())))
        menu.popup(self.user.mapToGlobal(QPoint(0, self.user.height())))
