"""The style sheet of Qt's own editors, tables, menus and scroll bars, written from the tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kinometric_desktop.ui.theme.look import Look

_TEMPLATE = """
QLineEdit, QPlainTextEdit, QTextEdit {{
    background: {surface}; color: {text}; border: {hair}px solid {control}; border-radius: {radius}px;
    padding: 0 {pad}px; selection-background-color: {accent}; selection-color: {on_accent};
}}
QLineEdit {{ min-height: {line_inner}px; max-height: {line_inner}px; }}
QPlainTextEdit, QTextEdit {{ padding: {half}px {half2}px; }}
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus {{
    border: {ring}px solid {focus}; padding: 0 {pad_focus}px;
}}
QLineEdit:focus {{ min-height: {line_inner_focus}px; max-height: {line_inner_focus}px; }}
QPlainTextEdit:focus, QTextEdit:focus {{ padding: {half_focus}px {half2_focus}px; }}
QLineEdit[wrong="true"] {{
    border: {ring}px solid {stop}; padding: 0 {pad_focus}px;
    min-height: {line_inner_focus}px; max-height: {line_inner_focus}px;
}}
QLineEdit:read-only {{ background: {sunken}; }}
QLineEdit:disabled, QPlainTextEdit:disabled {{
    background: {sunken}; color: {disabled}; border-color: {border_strong};
}}
QLineEdit[bare="true"], QLineEdit[bare="true"]:focus {{
    border: 0; padding: 0; background: transparent; min-height: 0; max-height: 9999px;
}}
QComboBox {{
    background: {surface}; color: {text}; border: {hair}px solid {control}; border-radius: {radius}px;
    padding: 0 {pad}px; min-height: {line_inner}px; max-height: {line_inner}px;
}}
QComboBox:hover {{ background: {hover}; }}
QComboBox:focus {{
    border: {ring}px solid {focus}; padding: 0 {pad_focus}px;
    min-height: {line_inner_focus}px; max-height: {line_inner_focus}px;
}}
QComboBox:disabled {{ background: {sunken}; color: {disabled}; border-color: {border_strong}; }}
QComboBox::drop-down {{ border: 0; width: {drop}px; }}
QComboBox::down-arrow {{ image: none; width: 0; height: 0; }}
QComboBox QAbstractItemView {{
    background: {surface}; color: {text}; border: {hair}px solid {border_strong}; outline: 0;
    selection-background-color: {accent_tint}; selection-color: {text};
}}
QComboBox QAbstractItemView::item {{ min-height: {line}px; padding: 0 {half2}px; }}
QTableView, QTreeView, QListView {{
    background: {surface}; color: {text}; border: 0; outline: 0; gridline-color: {border};
    selection-background-color: transparent; selection-color: {text};
}}
QHeaderView {{ background: {surface}; border: 0; }}
QHeaderView::section {{
    background: {surface}; color: {text_2}; border: 0; border-bottom: {hair}px solid {border_strong};
    padding: 0 {half2}px;
}}
QTableCornerButton::section {{ background: {surface}; border: 0; }}
QScrollArea, QAbstractScrollArea {{ background: {surface}; border: 0; }}
QPlainTextEdit, QTextEdit {{ border: {hair}px solid {control}; }}
QScrollBar:vertical {{ background: transparent; width: {bar}px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: {bar}px; margin: 0; }}
QScrollBar::handle {{ background: {border_strong}; border-radius: {bar_radius}px; margin: {bar_margin}px; }}
QScrollBar::handle:hover {{ background: {control}; }}
QScrollBar::handle:vertical {{ min-height: {line}px; }}
QScrollBar::handle:horizontal {{ min-width: {line}px; }}
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {{
    background: transparent; border: 0; width: 0; height: 0;
}}
QMenu {{ background: {surface}; color: {text}; border: {hair}px solid {border_strong}; padding: {half}px 0; }}
QMenu::item {{ padding: {half2}px {menu_pad}px; }}
QMenu::item:selected {{ background: {accent_tint}; color: {text}; }}
QMenu::item:disabled {{ color: {disabled}; }}
QMenu::separator {{ height: {hair}px; background: {border}; margin: {half}px 0; }}
QToolTip {{ background: {surface}; color: {text}; border: {hair}px solid {border_strong}; padding: {half}px; }}
QSplitter::handle {{ background: {border}; }}
"""


def stylesheet(look: Look) -> str:
    """The style sheet for a look."""
    colours = {name.replace("-", "_"): value for name, value in look.theme.colour.items()}
    line = look.px(32)
    sizes = {
        "hair": 1,
        "ring": 2,
        "radius": look.px(6),
        "pad": look.px(10),
        "pad_focus": look.px(10) - 1,
        "line": line,
        "line_inner": line - 2,
        "line_inner_focus": line - 4,
        "half": look.px(4),
        "half_focus": look.px(4) - 1,
        "half2": look.px(8),
        "half2_focus": look.px(8) - 1,
        "drop": look.px(28),
        "bar": look.px(12),
        "bar_radius": look.px(3),
        "bar_margin": look.px(3),
        "menu_pad": look.px(16),
    }
    return _TEMPLATE.format(**colours, **sizes)
