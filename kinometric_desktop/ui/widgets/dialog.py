"""Dialogs inside the window: a scrim over all but the banner, opened and never run in a loop of their own."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget

from kinometric_desktop.app.ports import Answer, Question
from kinometric_desktop.ui.theme.look import look
from kinometric_desktop.ui.theme.spacing import Column, Grid, Row, fix_size, rescale
from kinometric_desktop.ui.widgets.button import Button
from kinometric_desktop.ui.widgets.choice import CheckBox
from kinometric_desktop.ui.widgets.field import Field, TextField
from kinometric_desktop.ui.widgets.hatch import fill_hatch
from kinometric_desktop.ui.widgets.text import Text

LOW_BELOW = 480
"""Height of a window, in px of the design, below which a sheet has less margin: 384 at 1366 x 768 and 200 %."""
MARGINS, LOW_MARGINS = (24, 24, 24, 16), (24, 12, 24, 8)
FOOT, LOW_FOOT = 64, 48
NOT_SAVED = "What you typed is not saved. Press Esc once more to throw it away."


class Sheet(QWidget):
    """A dialog of the design: title, body, a footer of 64 px with the safe button as default.

    Subclasses put their widgets into :attr:`body` and :attr:`footer_left`, their buttons into :attr:`footer`. Esc
    cancels. :meth:`open_over` shows it above a window; ``finished(accepted)`` is emitted exactly once.

    Parameters
    ----------
    name : str
        objectName of the sheet.
    title : str
        18 px, the question or the name of what is shown.
    width : int
        In px of the design.
    hatched : bool
        Draws the hatch at the upper edge of what is bound for a test environment.
    footer : bool
        False for a sheet without buttons at its foot.
    """

    finished = Signal(bool)
    #: True for a form: Esc asks once before what was typed is thrown away.
    keeps_typed = False

    def __init__(self, name: str, title: str, *, width: int = 696, hatched: bool = False, footer: bool = True) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(title)
        self._hatched = hatched
        self._done = False
        self._before: QWidget | None = None
        self._focus_inside: QWidget | None = None
        self._at_first = ""
        self._warned_of = ""
        self._flexible: tuple[QWidget, Callable[[int], int], int] | None = None
        self._panel = QWidget(self)
        self._panel.setObjectName(f"{name}.panel")
        fix_size(self._panel, width=width)
        outer = Column(self._panel)
        self.title = Text(title, "dialog_title", wrap=True)
        self._upper = Column(margins=MARGINS, spacing=12)
        self._upper.addWidget(self.title)
        self.body = Column(spacing=12)
        self._upper.addLayout(self.body)
        outer.addLayout(self._upper, 1)
        self._foot = QWidget()
        fix_size(self._foot, height=FOOT)
        row = Row(self._foot, margins=(24, 0, 24, 0), spacing=8)
        self.footer_left = Row(spacing=8)
        row.addLayout(self.footer_left)
        row.addStretch(1)
        self.footer = Row(spacing=8)
        row.addLayout(self.footer)
        outer.addWidget(self._foot)
        self._foot.setVisible(footer)
        self._has_footer = footer
        look().changed.connect(self._place)

    def open_over(self, window: QWidget, *, focus: QWidget | None = None) -> None:
        """Show the sheet over a window; ``focus`` gets the focus first."""
        self._before = QApplication.focusWidget()
        self.setParent(window)
        rescale(self)
        window.installEventFilter(self)
        self._place()
        self.show()
        self.raise_()
        (focus or self._first_focus()).setFocus(Qt.FocusReason.PopupFocusReason)
        self._at_first = self.content()

    def content(self) -> str:
        """Everything that stands in the sheet's editors."""
        lines = [editor.text() for editor in self.findChildren(QLineEdit)]
        return "\n".join(lines + [editor.toPlainText() for editor in self.findChildren(QPlainTextEdit)])

    @property
    def unsaved(self) -> bool:
        """True where a form holds what a person typed and nobody has taken yet."""
        return self.keeps_typed and not self._done and self.content() != self._at_first

    def give_up(self) -> None:
        """Cancel; a form that holds something says so first and goes with the second time."""
        if self.unsaved and self._warned_of != self.content():
            self._warned_of = self.content()
            self.complain(NOT_SAVED)
            return
        self.finish(False)

    def complain(self, sentence: str) -> None:
        """Say what is to be mended, where the sheet has a place for it."""

    def put_aside(self) -> None:
        """Hide, with all that was typed, for example while the screen is locked."""
        here = QApplication.focusWidget()
        self._focus_inside = here if here is not None and self.isAncestorOf(here) else None
        self.hide()
        if self._before is not None and self._before.isVisible():
            self._before.setFocus(Qt.FocusReason.OtherFocusReason)

    def bring_back(self) -> None:
        """Show what was put aside, the focus where it was."""
        if self._done:
            return
        self._place()
        self.show()
        self.raise_()
        (self._focus_inside or self._first_focus()).setFocus(Qt.FocusReason.PopupFocusReason)

    def finish(self, accepted: bool) -> None:
        """Close the sheet and tell."""
        if self._done:
            return
        self._done = True
        look().changed.disconnect(self._place)
        parent = self.parentWidget()
        if parent is not None:
            parent.removeEventFilter(self)
        self.hide()
        if self._before is not None and self._before.isVisible():
            self._before.setFocus(Qt.FocusReason.OtherFocusReason)
        self._before = None
        self.finished.emit(accepted)
        self.deleteLater()

    @property
    def panel(self) -> QWidget:
        """The dialog itself, without the scrim."""
        return self._panel

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.give_up()
            return
        event.accept()

    def focusNextPrevChild(self, forward: bool) -> bool:
        stops = self._stops()
        if not stops:
            return True
        here = QApplication.focusWidget()
        place = stops.index(here) if here in stops else (-1 if forward else 0)
        stops[(place + (1 if forward else -1)) % len(stops)].setFocus(Qt.FocusReason.TabFocusReason)
        return True

    def _stops(self) -> list[QWidget]:
        found: list[QWidget] = []
        widget: QWidget | None = self.nextInFocusChain()
        while widget is not None and widget is not self and len(found) < 400:
            inside = self.isAncestorOf(widget)
            takes = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and widget.focusProxy() is None
            if inside and takes and widget.isVisibleTo(self) and widget.isEnabled() and widget not in found:
                found.append(widget)
            widget = widget.nextInFocusChain()
        return found

    def _first_focus(self) -> QWidget:
        stops = self._stops()
        return stops[0] if stops else self

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self.parentWidget():
            self._place()
        return False

    def _clear_area(self) -> QRect:
        """What the scrim leaves bright: the banner."""
        parent = self.parentWidget()
        banner = parent.findChild(QWidget, "shell.banner") if parent is not None else None
        if parent is None or banner is None or not banner.isVisible():
            return QRect()
        return QRect(banner.mapTo(parent, banner.rect().topLeft()), banner.size())

    def _place(self) -> None:
        parent = self.parentWidget()
        if parent is None:
            return
        self.setGeometry(parent.rect())
        self.set_low(look().effective_width(parent.height()) < LOW_BELOW)
        clear = self._clear_area()
        top = clear.bottom() + 1 + look().px(24) if not clear.isNull() else look().px(96)
        room = self.height() - top - look().px(16)
        width = min(look().px(int(self._panel.property("fixed_width"))), self.width() - look().px(32))
        self._panel.setFixedWidth(width)
        wanted = self._height_for(width)
        most = self.height() - clear.bottom() - 1 - look().px(8)
        if self._flexible is not None and wanted > most:
            widget, height_for, least = self._flexible
            widget.setFixedHeight(max(look().px(least), height_for(width) - (wanted - most)))
            wanted = min(most, self._natural_height(width))
        if wanted > room:
            top = max(clear.bottom() + 1, self.height() - wanted - look().px(8))
            wanted = min(wanted, self.height() - top - look().px(4))
        self._panel.setGeometry((self.width() - width) // 2, max(0, top), width, wanted)
        self.update()

    def _height_for(self, width: int) -> int:
        if self._flexible is not None:
            widget, height_for, _ = self._flexible
            widget.setFixedHeight(height_for(width))
        return self._natural_height(width)

    def _natural_height(self, width: int) -> int:
        layout = self._panel.layout()
        layout.activate()
        wanted = layout.totalHeightForWidth(width)
        return wanted if wanted > 0 else self._panel.sizeHint().height()

    def give_way(self, widget: QWidget, height: int | Callable[[int], int], *, least: int = 96) -> None:
        """Let a list or a text be as high as it should, and less where the window is short.

        ``height`` is in px of the design, or tells the height for a width of the panel, both in real px.
        """
        height_for = height if callable(height) else lambda _width: look().px(height)
        self._flexible = (widget, height_for, least)

    def set_low(self, low: bool) -> None:
        """Have less margin and a lower footer in a low window."""
        self._upper.set_margins(LOW_MARGINS if low else MARGINS)
        fix_size(self._foot, height=LOW_FOOT if low else FOOT)

    def fit(self) -> None:
        """Take the height that the body needs now."""
        self._place()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        whole = QPainterPath()
        whole.addRect(QRectF(self.rect()))
        clear = QPainterPath()
        clear.addRect(QRectF(self._clear_area()))
        painter.fillPath(whole.subtracted(clear), look().colour("scrim"))
        panel = QRectF(self._panel.geometry())
        shape = QPainterPath()
        shape.addRoundedRect(panel, look().px(8), look().px(8))
        painter.fillPath(shape, look().colour("surface"))
        painter.setClipPath(shape)
        if self._has_footer:
            foot = self._foot.geometry().translated(self._panel.pos())
            painter.fillRect(foot, look().colour("window"))
            painter.fillRect(foot.left(), foot.top(), foot.width(), 1, look().colour("border"))
        if self._hatched:
            fill_hatch(painter, QRectF(panel.left(), panel.top(), panel.width(), look().px(6)))
        painter.setClipping(False)
        if look().high_contrast:
            painter.setPen(look().colour("border"))
            painter.drawPath(shape)

    def mousePressEvent(self, event: QEvent) -> None:
        event.accept()


class QuestionSheet(Sheet):
    """One question with facts, a typed reason and a statement where they are asked for."""

    def __init__(self, question: Question) -> None:
        super().__init__(question.name, question.title, width=560)
        self._question = question
        if question.body:
            self.body.addWidget(Text(question.body, "body", "text-2", wrap=True))
        if question.facts:
            grid = Grid(gaps=(16, 8))
            for place, (label, value) in enumerate(question.facts):
                grid.addWidget(Text(label, "label", "text-2"), place, 0)
                grid.addWidget(Text(value, "body_strong", wrap=True), place, 1)
            grid.setColumnStretch(1, 1)
            self.body.addLayout(grid)
        self._text = TextField(f"{question.name}.text", question.asks_for or "Reason")
        self._text.setText(question.typed)
        field = Field(question.asks_for, self._text)
        self.body.addWidget(field)
        field.setVisible(bool(question.asks_for))
        self._statement = CheckBox(question.statement, f"{question.name}.statement")
        self.body.addWidget(self._statement)
        self._statement.setVisible(bool(question.statement))
        cancel = Button(question.cancel, f"{question.name}.cancel", kind="safe", key="Esc")
        self._action = Button(
            question.action, f"{question.name}.action", kind="plain" if question.dangerous else "primary"
        )
        self._why = Text("", "small", "text-2")
        self.footer_left.addWidget(self._why)
        self.footer.addWidget(cancel)
        self.footer.addWidget(self._action)
        cancel.clicked.connect(lambda: self.finish(False))
        self._action.clicked.connect(lambda: self.finish(True))
        self._text.textChanged.connect(self._check)
        self._text.returnPressed.connect(self._action.click)
        self._statement.toggled.connect(self._check)
        self.first = self._text if question.asks_for else (self._statement if question.statement else cancel)
        self._check()

    def answer(self, accepted: bool) -> Answer:
        """What was answered."""
        return Answer(accepted, self._text.text().strip())

    def _check(self, *_: object) -> None:
        short = len(self._text.text().strip()) < self._question.needs_characters
        unsaid = bool(self._question.statement) and not self._statement.isChecked()
        self._action.setEnabled(not short and not unsaid)
        asked = self._question.asks_for
        needed = (
            "A reason is needed." if asked.startswith("Reason") else f"Still needed: {asked[:1].lower()}{asked[1:]}."
        )
        self._why.setText(needed if short else "Tick the statement first." if unsaid else "")


class WindowDialogs:
    """The port for questions, over one window."""

    def __init__(self, window: Callable[[], QWidget]) -> None:
        self._window = window
        self._open: list[Sheet] = []
        self._aside: list[Sheet] = []
        self._away = False

    @property
    def current(self) -> Sheet | None:
        """The sheet on top, or None."""
        return self._open[-1] if self._open else None

    def ask(self, question: Question, on_answer: Callable[[Answer], None], *, while_locked: bool = False) -> None:
        """Open a question."""
        sheet = QuestionSheet(question)
        sheet.finished.connect(lambda accepted: on_answer(sheet.answer(accepted)))
        self.show(sheet, focus=sheet.first, while_locked=while_locked)

    def show(self, sheet: Sheet, *, focus: QWidget | None = None, while_locked: bool = False) -> None:
        """Open any sheet; one that comes while the others are put aside joins them, unless it says that it may not."""
        aside = self._away and not while_locked
        (self._aside if aside else self._open).append(sheet)
        sheet.finished.connect(lambda _: (self._open if sheet in self._open else self._aside).remove(sheet))
        sheet.open_over(self._window(), focus=focus)
        if aside:
            sheet.put_aside()

    @property
    def unsaved(self) -> tuple[str, ...]:
        """The titles of all forms that hold what nobody has taken yet, put aside or not."""
        return tuple(sheet.accessibleName() for sheet in (*self._aside, *self._open) if sheet.unsaved)

    def put_aside(self) -> None:
        """Hide every sheet, for example while the screen is locked; what was typed stays in them."""
        for sheet in self._open:
            sheet.put_aside()
        self._aside, self._open = [*self._aside, *self._open], []
        self._away = True

    def bring_back(self) -> None:
        """Show again what was put aside."""
        self._away = False
        self._open, self._aside = [*self._aside, *self._open], []
        for sheet in tuple(self._open):
            sheet.bring_back()

    def cancel_all(self) -> None:
        """Cancel every sheet, for example because nobody is signed in any more."""
        self._away = False
        for sheet in (*reversed(self._open), *reversed(self._aside)):
            sheet.finish(False)
