"""The application's present look: theme, text size, fonts and colours, in one object that tells when it changes."""

from __future__ import annotations

import re
from functools import lru_cache

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from kinometric.resources import resource_path
from kinometric_desktop.app.ports import Appearance
from kinometric_desktop.ui.theme.tokens import Theme, tokens

_FONT_FILES = ("Inter-Regular.ttf", "Inter-Medium.ttf", "Inter-SemiBold.ttf", "Inter-Bold.ttf")
SMALLEST_PERCENT, LARGEST_PERCENT, STEP_PERCENT = 100, 200, 25


class Look(QObject):
    """Theme and text size of the whole application.

    Everything painted asks :meth:`colour`, :meth:`font` and :meth:`px` at the moment of painting, so a change needs no
    more than a repaint; layouts and fixed sizes are set again by ``spacing.rescale``.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._appearance: Appearance = "system"
        self._percent = 100
        self._family = ""
        self._theme = tokens().themes["light"]
        hints = QGuiApplication.styleHints()
        if hints is not None:
            hints.colorSchemeChanged.connect(self._system_changed)

    @property
    def theme(self) -> Theme:
        """The theme in use."""
        return self._theme

    @property
    def percent(self) -> int:
        """Text size, 100 to 200 %."""
        return self._percent

    @property
    def dark(self) -> bool:
        """True for dark and high contrast."""
        return self._theme.name != "light"

    @property
    def high_contrast(self) -> bool:
        """True for high contrast."""
        return self._theme.name == "hc"

    def px(self, size: float) -> int:
        """A size of the design at the present text size, in device-independent px."""
        return round(size * self._percent / 100)

    def colour(self, name: str) -> QColor:
        """A colour of the interface, for example ``"text-2"``."""
        return _colour(self._theme.colour[name])

    def plot_colour(self, name: str) -> QColor:
        """A colour of the plots, for example ``"grid"``."""
        return _colour(self._theme.plot[name])

    def stance_colour(self, stance: str, part: str = "line") -> QColor:
        """A stance's colour; ``part`` is ``line``, ``axis_ap``, ``axis_ml`` or ``axis_v``."""
        return _colour(self._theme.stances[stance][part])

    def font(self, role: str = "body", *, weight: int | None = None) -> QFont:
        """The font of a role of the design, at the present text size."""
        chosen = tokens().fonts[role]
        return _font(self._family, self.px(chosen.size), weight or chosen.weight)

    def typing_font(self) -> QFont:
        """The font of what Qt draws itself (fields, menus, lists of a select), without figures of equal width."""
        chosen = tokens().fonts["body"]
        return _font(self._family, self.px(chosen.size), chosen.weight, tabular=False)

    def line_height(self, role: str = "body") -> int:
        """The line height of a role, in px."""
        return self.px(tokens().fonts[role].line)

    def effective_width(self, width: int) -> float:
        """A window's width in px of the design: what is left when the text is larger."""
        return width * 100 / self._percent

    def set(self, *, appearance: Appearance | None = None, percent: int | None = None) -> None:
        """Change appearance, text size, or both."""
        if appearance is not None:
            self._appearance = appearance
        if percent is not None:
            self._percent = min(LARGEST_PERCENT, max(SMALLEST_PERCENT, percent))
        self.apply()

    def apply(self) -> None:
        """Hand palette, font and style sheet to the application and tell everybody."""
        application = QApplication.instance()
        if not isinstance(application, QApplication):
            return
        if not self._family:
            self._family = _load_family()
        self._theme = tokens().themes[self._wanted()]
        from kinometric_desktop.ui.theme.stylesheet import stylesheet

        application.setPalette(self._palette())
        application.setFont(self.typing_font())
        application.setStyleSheet(stylesheet(self))
        self.changed.emit()

    def _wanted(self) -> str:
        names = {"light": "light", "dark": "dark", "high-contrast": "hc"}
        if self._appearance in names:
            return names[self._appearance]
        hints = QGuiApplication.styleHints()
        if hints is None:
            return "light"
        if _system_wants_contrast(hints):
            return "hc"
        return "dark" if hints.colorScheme() == Qt.ColorScheme.Dark else "light"

    def _system_changed(self) -> None:
        if self._appearance == "system" and self._family:
            self.apply()

    def _palette(self) -> QPalette:
        palette = QPalette()
        role = QPalette.ColorRole
        pairs = {
            role.Window: "surface",
            role.WindowText: "text",
            role.Base: "surface",
            role.AlternateBase: "window",
            role.Text: "text",
            role.Button: "surface",
            role.ButtonText: "text",
            role.BrightText: "text",
            role.PlaceholderText: "text-3",
            role.Highlight: "accent",
            role.HighlightedText: "on-accent",
            role.Link: "accent-text",
            role.LinkVisited: "accent-text",
            role.ToolTipBase: "surface",
            role.ToolTipText: "text",
            role.Light: "surface",
            role.Midlight: "border",
            role.Mid: "border-strong",
            role.Dark: "control",
            role.Shadow: "border-strong",
            role.Accent: "accent",
        }
        for target, name in pairs.items():
            palette.setColor(target, self.colour(name))
        for target in (role.WindowText, role.Text, role.ButtonText):
            palette.setColor(QPalette.ColorGroup.Disabled, target, self.colour("disabled"))
        return palette


def _system_wants_contrast(hints: object) -> bool:
    accessibility = getattr(hints, "accessibility", None)
    if accessibility is None:
        return False
    preference = accessibility().contrastPreference()
    return bool(preference == Qt.ContrastPreference.HighContrast)


@lru_cache(maxsize=512)
def _colour(text: str) -> QColor:
    parts = re.fullmatch(r"rgba\((\d+),(\d+),(\d+),([\d.]+)\)", text)
    if parts is None:
        return QColor(text)
    red, green, blue, alpha = parts.groups()
    return QColor(int(red), int(green), int(blue), round(float(alpha) * 255))


@lru_cache(maxsize=128)
def _font(family: str, size: int, weight: int, *, tabular: bool = True) -> QFont:
    font = QFont(family)
    font.setPixelSize(size)
    font.setWeight(QFont.Weight(weight))
    for feature, value in tokens().font_features.items():
        # With figures of equal width the plain hyphen is as wide as one; what is drawn here has another (typeset).
        if tabular or feature != "tnum":
            font.setFeature(QFont.Tag(feature), value)
    return font


def _load_family() -> str:
    for name in _FONT_FILES:
        try:
            QFontDatabase.addApplicationFont(str(resource_path(f"fonts/{name}")))
        except FileNotFoundError:
            break
    present = set(QFontDatabase.families())
    for family in tokens().families:
        if family in present:
            return family
    return QGuiApplication.font().family()


_LOOKS: list[Look] = []


def look() -> Look:
    """The application's look; made at the first call."""
    if not _LOOKS:
        _LOOKS.append(Look())
    return _LOOKS[0]
