"""Fields: a label above an editor, a sentence below it where something is wrong; text, password, search and date."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QComboBox, QLineEdit, QSizePolicy, QStyle, QStyleOptionComboBox, QWidget

from kinometric_desktop.app.wording import written_date
from kinometric_desktop.ui.theme.icons import draw_icon
from kinometric_desktop.ui.theme.look import look
from kinometric_desktop.ui.theme.spacing import Column, Row
from kinometric_desktop.ui.widgets.button import Button
from kinometric_desktop.ui.widgets.naming import named, restyle
from kinometric_desktop.ui.widgets.painted import PaintedMark
from kinometric_desktop.ui.widgets.text import Text, draw_key_cap, key_cap_size, key_words, typeset


class TextField(QLineEdit):
    """A line of text with a quiet hint at its right end and a symbol at its left."""

    def __init__(
        self, name: str, accessible_name: str, *, placeholder: str = "", hint: str = "", icon: str = "", key: str = ""
    ) -> None:
        super().__init__()
        self._hint, self._icon, self._key = hint, icon, key_words(key)
        self._reserved = 0
        named(self, name, accessible_name)
        self.setPlaceholderText(placeholder)
        self.look_changed()

    def set_hint(self, hint: str) -> None:
        """Change the words at the right end."""
        if hint != self._hint:
            self._hint = hint
            self.look_changed()

    def reserve(self, width: int) -> None:
        """Keep real px free at the right end, for a button inside the field."""
        self._reserved = width
        self.look_changed()

    def set_wrong(self, wrong: bool) -> None:
        """Draw the frame of a field that needs mending."""
        if bool(self.property("wrong")) != wrong:
            restyle(self, wrong=wrong)

    def look_changed(self) -> None:
        """Leave room for symbol and hint."""
        left = look().px(26) if self._icon else 0
        right = self._reserved
        if self._hint:
            right += QFontMetrics(look().font("small")).horizontalAdvance(typeset(self._hint)) + look().px(8)
        if self._key:
            right += key_cap_size(self._key).width() + look().px(4)
        self.setTextMargins(left, 0, right, 0)

    def sizeHint(self) -> QSize:
        return QSize(look().px(200), look().px(32))

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(72), look().px(32))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        if self._icon:
            side = look().px(16)
            draw_icon(painter, self._icon, QRectF(look().px(11), (self.height() - side) / 2, side, side), "text-2")
        right = self.width() - look().px(10)
        if self._key and not self.text():
            size = key_cap_size(self._key)
            top = (self.height() - size.height()) / 2
            draw_key_cap(painter, QRectF(right - size.width(), top, size.width(), size.height()), self._key)
            right -= size.width() + look().px(4)
        if self._hint:
            painter.setFont(look().font("small"))
            painter.setPen(look().colour("text-3"))
            room = self.rect().adjusted(0, 0, right - self.width(), 0)
            painter.drawText(
                room, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight), typeset(self._hint)
            )


class PasswordField(QWidget):
    """A password with a Show button inside; pasting is allowed."""

    def __init__(self, name: str, accessible_name: str) -> None:
        super().__init__()
        self.editor = TextField(name, accessible_name)
        self.editor.setEchoMode(QLineEdit.EchoMode.Password)
        self.editor.setInputMethodHints(Qt.InputMethodHint.ImhSensitiveData | Qt.InputMethodHint.ImhNoPredictiveText)
        self._show = Button("Show", f"{name}.show", kind="link")
        self._show.setParent(self.editor)
        self._show.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._show.clicked.connect(self._turn)
        self.setObjectName(f"{name}.box")
        self.setAccessibleName(accessible_name)
        row = Row(self)
        row.addWidget(self.editor)
        self.setFocusProxy(self.editor)

    def set_wrong(self, wrong: bool) -> None:
        """Draw the frame of a field that needs mending."""
        self.editor.set_wrong(wrong)

    def _turn(self) -> None:
        hidden = self.editor.echoMode() == QLineEdit.EchoMode.Password
        self.editor.setEchoMode(QLineEdit.EchoMode.Normal if hidden else QLineEdit.EchoMode.Password)
        self._show.set_text("Hide" if hidden else "Show")
        self._place()

    def _place(self) -> None:
        size = self._show.sizeHint()
        left = self.width() - size.width() - look().px(11)
        self._show.setGeometry(left, (self.height() - size.height()) // 2, size.width(), size.height())
        self.editor.reserve(size.width() + look().px(8))

    def look_changed(self) -> None:
        """Place the button again."""
        self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()


class DateField(TextField):
    """A birth date, typed in any common way, echoed as ``04-Mar-1951`` at the field's right end."""

    date_changed = Signal(object)

    def __init__(
        self, name: str, accessible_name: str, today: Callable[[], date], *, placeholder: str = "4 mar 1951"
    ) -> None:
        super().__init__(name, accessible_name, placeholder=placeholder)
        self._today = today
        self._date: date | None = None
        self.textChanged.connect(self._read)

    @property
    def date(self) -> date | None:
        """The date that was understood."""
        return self._date

    @property
    def understood(self) -> bool:
        """True for an empty field and for a date."""
        return self._date is not None or not self.text().strip()

    def complaint(self) -> str:
        """What to say below the field; "" when there is nothing to mend."""
        return "" if self.understood else "Write it like 4 mar 1951"

    def set_date(self, day: date | None) -> None:
        """Show a date."""
        self.setText(written_date(day) if day else "")

    def _read(self, text: str) -> None:
        from kinometric.matching import parse_typed_date  # not before the first date: it loads the name matching

        before = self._date
        self._date = parse_typed_date(text, today=self._today()).day
        echo = written_date(self._date) if self._date else ""
        self.set_hint("" if echo == text.strip() else echo)
        if before != self._date:
            self.date_changed.emit(self._date)


class Select(QComboBox):
    """A choice from a list, with the design's chevron."""

    def __init__(self, name: str, accessible_name: str) -> None:
        super().__init__()
        named(self, name, accessible_name)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(6)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        widest = max(
            (self.fontMetrics().horizontalAdvance(typeset(self.itemText(i))) for i in range(self.count())), default=0
        )
        return QSize(min(widest, look().px(280)) + look().px(48), look().px(32))

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(96), look().px(32))

    def set_choices(self, choices: list[tuple[str, str]], current: str) -> None:
        """Fill the list with (id, words) and choose one, without telling."""
        present = [(self.itemData(i), self.itemText(i)) for i in range(self.count())]
        self.blockSignals(True)
        if present != choices:
            self.clear()
            for choice, words in choices:
                self.addItem(words, choice)
        self.setCurrentIndex(self.findData(current))
        self.blockSignals(False)
        self.updateGeometry()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        self.style().drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option, painter, self)
        painter.setPen(look().colour("text" if self.isEnabled() else "disabled"))
        painter.setFont(self.font())
        room = self.rect().adjusted(look().px(11), 0, -look().px(32), 0)
        shown = typeset(self.currentText() or self.placeholderText())
        shown = QFontMetrics(self.font()).elidedText(shown, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), shown)
        side = look().px(16)
        place = QRectF(self.width() - side - look().px(9), (self.height() - side) / 2, side, side)
        draw_icon(painter, "chevron-down", place, "text-2" if self.isEnabled() else "disabled")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.showPopup()
            return
        super().keyPressEvent(event)


class ErrorLine(QWidget):
    """A warning mark and a sentence below a field; takes no room while empty."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self._text = Text("", "label", "stop", wrap=True)
        self._mark = _Mark()
        row = Row(self, spacing=8)
        row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._text, 1)
        self.hide()

    def text(self) -> str:
        """The sentence that is shown."""
        return self._text.text()

    def say(self, sentence: str) -> None:
        """Show a sentence; "" hides the line."""
        self._text.setText(sentence)
        self.setAccessibleName(sentence)
        self.setVisible(bool(sentence))


class _Mark(PaintedMark):
    SIZE = (16, 16)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        draw_icon(QPainter(self), "warning", QRectF(0, 0, look().px(16), look().px(16)), "stop")


class Field(QWidget):
    """A label above an editor and a sentence below it where something is wrong.

    Parameters
    ----------
    label : str
        Written above; becomes the editor's accessible name where it has none.
    editor : QWidget
        What is edited. An object with ``set_wrong`` gets the red frame.
    required : bool
        Writes "required" beside the label.
    """

    def __init__(self, label: str, editor: QWidget, *, required: bool = False) -> None:
        super().__init__()
        self.editor = editor
        self._label = Text(label, "label", "text-2")
        self._label.setBuddy(editor)
        if not editor.accessibleName():
            editor.setAccessibleName(label)
        self._error = ErrorLine(f"{editor.objectName()}.error")
        column = Column(self, spacing=4)
        head = Row(spacing=4)
        head.addWidget(self._label)
        if required:
            head.addWidget(Text("required", "label", "stop"))
        head.addStretch(1)
        column.addLayout(head)
        column.addWidget(editor)
        column.addWidget(self._error)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def set_label(self, label: str) -> None:
        """Change the words above."""
        self._label.setText(label)

    def say(self, sentence: str) -> None:
        """Say what is wrong; "" takes it back."""
        self._error.say(sentence)
        told = getattr(self.editor, "set_wrong", None)
        if told is not None:
            told(bool(sentence))

    def complaint(self) -> str:
        """What is said now."""
        return self._error.text()


class CapsLockWatch:
    """Guesses from typed letters whether Caps Lock is on, since Qt does not tell."""

    def __init__(self) -> None:
        self.on = False

    def key(self, event: QEvent) -> bool:
        """Look at a key press; True when the guess has changed."""
        if not isinstance(event, QKeyEvent) or len(event.text()) != 1 or not event.text().isalpha():
            return False
        shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        now = event.text().isupper() != shifted
        changed, self.on = now != self.on, now
        return changed
