"""Scrolled areas that keep the widget with the focus in sight; one of them as high as its content where it can be."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtWidgets import QApplication, QFrame, QScrollArea, QWidget

from kinometric_desktop.ui.theme.look import look
from kinometric_desktop.ui.widgets.naming import named


class FocusArea(QScrollArea):
    """Scrolls up and down only, and follows the focus, also where it moves without Tab or the content grows."""

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._focus_moved)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        taken = super().eventFilter(watched, event)
        if watched is self.widget() and event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            self._focus_moved(None, QApplication.focusWidget())
        return taken

    def _focus_moved(self, _: QWidget | None, here: QWidget | None) -> None:
        inside = self.widget()
        if here is not None and inside is not None and inside.isAncestorOf(here):
            self.ensureWidgetVisible(here, 0, look().px(24))


class ReadingArea(QScrollArea):
    """A page of text: as high as its lines are at this width, so that none is pressed together."""

    def __init__(self, name: str, words: str, inside: QWidget) -> None:
        super().__init__()
        named(self, name, words)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(inside)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        taken = super().eventFilter(watched, event)
        if watched is self.widget() and event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            self._fit()
        return taken

    def _fit(self) -> None:
        inside = self.widget()
        needed = inside.layout().totalHeightForWidth(inside.width())
        if inside.minimumHeight() != needed:
            inside.setMinimumHeight(needed)


class FittedArea(FocusArea):
    """The fields of a dialog: as high as they are where there is room, scrolled where the text is large.

    A dialog connects ``content_changed`` to its ``fit`` where fields come and go.
    """

    content_changed = Signal()

    def __init__(self, name: str, inside: QWidget) -> None:
        super().__init__()
        named(self, name, "Fields")
        self.setWidget(inside)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        taken = super().eventFilter(watched, event)
        if watched is self.widget() and event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
            self.content_changed.emit()
        return taken

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        layout = self.widget().layout()
        # A line that wraps can need more than its height for a width says.
        return max(
            layout.totalHeightForWidth(width), layout.totalMinimumSize().height(), layout.totalSizeHint().height()
        )

    def sizeHint(self) -> QSize:
        return self.widget().sizeHint()

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(200), look().px(80))
