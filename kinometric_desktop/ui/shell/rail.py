"""The places at the left: worklist, patient, uploads, departments, admin, and help at the foot."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QMenu, QSizePolicy, QWidget

from kinometric_desktop.app.navigation import ScreenId
from kinometric_desktop.ui.theme.icons import draw_icon, icon
from kinometric_desktop.ui.theme.look import look
from kinometric_desktop.ui.theme.spacing import Column, fix_size
from kinometric_desktop.ui.widgets.naming import named
from kinometric_desktop.ui.widgets.pane import Pane


@dataclass(frozen=True)
class RailPlace:
    """One place: its id, its word, its symbol and the screens that count as being there."""

    place_id: str
    word: str
    icon: str
    screens: tuple[ScreenId, ...]


PLACES = (
    RailPlace("worklist", "Worklist", "worklist", ("worklist",)),
    RailPlace("patient", "Patient", "patient", ("match", "review", "report")),
    RailPlace("uploads", "Uploads", "upload", ("uploads",)),
    RailPlace("departments", "Departments", "department", ("departments",)),
    RailPlace("admin", "Admin", "admin", ("admin",)),
    RailPlace("help", "Help", "help", ("help", "settings")),
)


#: What the app bar holds in a wide window and the menu in a narrow one.
MENU_ACTIONS = (
    ("practice", "Switch practice or department…\tCtrl+Shift+P"),
    ("account", "Your account…\tCtrl+Shift+A"),
    ("settings", "Settings\tCtrl+,"),
    ("keys", "Key list\tCtrl+/"),
    ("lock", "Lock\tCtrl+L"),
    ("sign_out", "Sign out"),
)


class RailButton(QAbstractButton):
    """A place of the rail, 80 x 56."""

    def __init__(self, place: RailPlace) -> None:
        super().__init__()
        self.place = place
        self.here = False
        named(self, f"shell.rail.{place.place_id}", place.word)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_here(self, here: bool) -> None:
        """Mark the place as the present one."""
        if here != self.here:
            self.here = here
            self.setAccessibleName(f"{self.place.word}, here" if here else self.place.word)
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(look().px(80), look().px(56))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        if self.here:
            painter.fillRect(self.rect(), look().colour("accent-tint"))
            painter.fillRect(0, 0, 3, self.height(), look().colour("accent"))
        elif self.underMouse() and self.isEnabled():
            painter.fillRect(self.rect(), look().colour("hover"))
        tone = "accent-text" if self.here else "text" if self.isEnabled() else "disabled"
        side = look().px(20)
        place = QRectF((self.width() - side) / 2, look().px(9), side, side)
        draw_icon(painter, self.place.icon, place, tone)
        painter.setFont(look().font("key", weight=600 if self.here else 500))
        painter.setPen(look().colour("accent-text" if self.here else "text-2" if self.isEnabled() else "disabled"))
        words = QRectF(0, look().px(33), self.width(), look().px(16))
        painter.drawText(words, int(Qt.AlignmentFlag.AlignCenter), self.place.word)
        if self.hasFocus():
            painter.setPen(QPen(look().colour("focus"), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(2, 2, -2, -2), 4, 4)


class Rail(Pane):
    """The column of places. ``pressed`` carries a place's id."""

    pressed = Signal(str)

    def __init__(self) -> None:
        super().__init__("window", lines=("right",))
        self.setObjectName("shell.rail")
        fix_size(self, width=80)
        self._buttons: dict[str, RailButton] = {}
        column = Column(self, margins=(0, 8, 0, 8))
        for place in PLACES:
            if place.place_id == "help":
                column.addStretch(1)
            button = RailButton(place)
            button.clicked.connect(self._clicked)
            self._buttons[place.place_id] = button
            column.addWidget(button)

    def show_screen(self, screen: ScreenId) -> None:
        """Mark the place of a screen."""
        for button in self._buttons.values():
            button.show_here(screen in button.place.screens)

    def show_access(self, *, patient: bool, admin: bool) -> None:
        """Turn off Patient while none is open, and take Admin away from those who may not."""
        self._buttons["patient"].setEnabled(patient)
        self._buttons["admin"].setVisible(admin)

    def open_menu(self, at: QWidget) -> None:
        """Show the same places as a menu below a button, where the window is narrow."""
        menu = QMenu(at)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setObjectName("shell.rail_menu")
        for button in self._buttons.values():
            if button.isHidden():
                continue
            entry = menu.addAction(icon(button.place.icon), button.place.word)
            entry.setEnabled(button.isEnabled())
            entry.setData(button.place.place_id)
        menu.addSeparator()
        for action_id, words in MENU_ACTIONS:
            entry = menu.addAction(words)
            entry.setData(action_id)
        menu.triggered.connect(lambda entry: self.pressed.emit(str(entry.data())))
        menu.popup(at.mapToGlobal(QPoint(0, at.height())))

    def _clicked(self) -> None:
        button = self.sender()
        if isinstance(button, RailButton):
            self.pressed.emit(button.place.place_id)
