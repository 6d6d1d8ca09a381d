"""Text in the roles and tones of the design, with or without a symbol, and key caps."""

from __future__ import annotations

import re

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from kinometric_desktop.ui.theme.icons import draw_icon
from kinometric_desktop.ui.theme.look import look

_HYPHEN = str.maketrans("-", "\u2011")
KEY_SIGNS = {"Up": "↑", "Down": "↓", "Left": "←", "Right": "→", "Return": "Enter", "Delete": "Del", "Escape": "Esc"}


def typeset(text: str) -> str:
    """The text as it is drawn: tabular figures widen the plain hyphen and lines break at it, U+2011 does neither."""
    return text.translate(_HYPHEN)


def _markup(text: str) -> str:
    sized = re.sub(r"font-size:@([\w-]+)", lambda found: f"font-size:{look().font(found[1]).pixelSize()}px", text)
    return re.sub(r"color:@([\w-]+)", lambda found: f"color:{look().colour(found[1]).name()}", sized)


class Text(QLabel):
    """A label in a role of the design ("body", "label", "title") and a tone ("text", "text-2", "stop").

    Plain text unless ``rich`` is set; what comes from a record is always plain. Rich text names colours and sizes of
    the design (``color:@text-2``, ``font-size:@small``), so that it follows the look like everything else.
    """

    def __init__(
        self,
        text: str = "",
        role: str = "body",
        tone: str = "text",
        *,
        wrap: bool = False,
        rich: bool = False,
        selectable: bool = False,
    ) -> None:
        super().__init__()
        self._role = role
        self._tone = tone
        self._rich, self._as_is = rich, selectable
        self._plain = ""
        self.setText(text)
        self.setTextFormat(Qt.TextFormat.RichText if rich else Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        if wrap:
            policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
            policy.setHeightForWidth(True)
            self.setSizePolicy(policy)
        if selectable:
            self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.look_changed()

    def setText(self, text: str) -> None:
        self._plain = text
        super().setText(_markup(text) if self._rich else text if self._as_is else typeset(text))

    def text(self) -> str:
        return self._plain

    def set_tone(self, tone: str) -> None:
        """Change the tone."""
        if tone != self._tone:
            self._tone = tone
            self.look_changed()

    def set_role(self, role: str) -> None:
        """Change the role."""
        if role != self._role:
            self._role = role
            self.look_changed()

    def heightForWidth(self, width: int) -> int:
        """Of the width that it takes: a layout asks for all that it has, also where a line is kept shorter."""
        return super().heightForWidth(min(width, self.maximumWidth()))

    def look_changed(self) -> None:
        """Take font and colour from the present look."""
        self.setFont(look().font(self._role))
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.WindowText, look().colour(self._tone))
        self.setPalette(palette)
        if self._rich:
            self.setText(self._plain)


class NoteText(Text):
    """A small wrapped line below a field of a dialog, as high as it is at the width that dialogs have."""

    WIDTH = 480

    def __init__(self, text: str = "") -> None:
        super().__init__(text, "small", "text-2", wrap=True)

    def sizeHint(self) -> QSize:
        """Not the narrow shape that a label would choose for itself."""
        width = look().px(self.WIDTH)
        return QSize(width, self.heightForWidth(width))


class ElidedText(Text):
    """One line of text that ends in dots where the room ends; the whole text stays its accessible name and tooltip."""

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(24), super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setFont(self.font())
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        whole = typeset(self.text())
        shown = QFontMetrics(self.font()).elidedText(whole, Qt.TextElideMode.ElideRight, self.width())
        self.setToolTip(self.text() if shown != whole else "")
        painter.drawText(self.rect(), int(self.alignment()), shown)


class SymbolText(QWidget):
    """A symbol and words in one tone: a state that never rests on colour alone."""

    def __init__(self, icon: str = "", text: str = "", tone: str = "text", *, role: str = "body", gap: int = 8) -> None:
        super().__init__()
        self._icon, self._text, self._tone, self._role, self._gap = icon, text, tone, role, gap
        self._text_tone = ""
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def set(self, icon: str, text: str, tone: str, *, text_tone: str = "") -> None:
        """Change what is shown; ``text_tone`` gives the words another tone than the symbol."""
        self._icon, self._text, self._tone, self._text_tone = icon, text, tone, text_tone
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def text(self) -> str:
        """The words."""
        return self._text

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(look().font(self._role))
        width = metrics.horizontalAdvance(typeset(self._text)) + 2
        if self._icon:
            width += look().px(16 + self._gap)
        return QSize(width, max(look().px(20), metrics.height()))

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(48), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        left = 0
        if self._icon:
            side = look().px(16)
            draw_icon(painter, self._icon, QRectF(0, (self.height() - side) // 2, side, side), self._tone)
            left = look().px(16 + self._gap)
        font = look().font(self._role)
        painter.setFont(font)
        painter.setPen(look().colour(self._text_tone or self._tone))
        room = self.rect().adjusted(left, 0, 0, 0)
        shown = QFontMetrics(font).elidedText(typeset(self._text), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), shown)


def key_words(shortcut: str) -> str:
    """How a key is written: ``Ctrl+F``, ``Esc``, ``↑``."""
    return "+".join(KEY_SIGNS.get(part, part) for part in shortcut.split("+")) if shortcut != "Ctrl++" else shortcut


class KeyCap(QWidget):
    """A key in a small frame."""

    def __init__(self, keys: str) -> None:
        super().__init__()
        self._keys = key_words(keys)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return key_cap_size(self._keys)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        draw_key_cap(QPainter(self), QRectF(self.rect()), self._keys)


def key_cap_size(keys: str) -> QSize:
    """The size of a key's frame."""
    metrics = QFontMetrics(look().font("key"))
    return QSize(max(look().px(18), metrics.horizontalAdvance(keys) + look().px(12)), look().px(18))


def draw_key_cap(painter: QPainter, rect: QRectF, keys: str) -> None:
    """Draw a key in its frame."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(look().colour("border-strong"), 1))
    painter.setBrush(look().colour("surface"))
    radius = look().px(4)
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
    painter.setFont(look().font("key"))
    painter.setPen(look().colour("text"))
    painter.drawText(rect, int(Qt.AlignmentFlag.AlignCenter), keys)
    painter.restore()
