"""A new password for oneself, with its rule ticked off while it is typed; in sign-in and account."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from kinometric_desktop.app.own_password import OwnPasswordPresenter, OwnPasswordState
from kinometric_desktop.app.problems import line_of
from kinometric_desktop.ui.theme.spacing import Column, Row
from kinometric_desktop.ui.widgets.button import Button
from kinometric_desktop.ui.widgets.field import ErrorLine, Field, PasswordField
from kinometric_desktop.ui.widgets.text import SymbolText


class PasswordPane(QWidget):
    """Renders an :class:`OwnPasswordPresenter`; ``name`` begins its widgets' names."""

    def __init__(self, name: str, presenter: OwnPasswordPresenter) -> None:
        super().__init__()
        self._name = name
        self._presenter = presenter
        column = Column(self, spacing=12)
        self.old = PasswordField(f"{name}.old", "Password of until now")
        self.new = PasswordField(f"{name}.new", "New password")
        self.again = PasswordField(f"{name}.again", "New password once more")
        self._old_field = Field("Password of until now", self.old)
        column.addWidget(self._old_field)
        column.addWidget(Field("New password", self.new))
        column.addWidget(Field("New password once more", self.again))
        self._rules = Column(spacing=2)
        self._lines: list[SymbolText] = []
        column.addLayout(self._rules)
        self._error = ErrorLine(f"{name}.error")
        column.addWidget(self._error)
        row = Row()
        row.addStretch(1)
        self.change = Button("Change password", f"{name}.change", kind="primary", key="Enter")
        row.addWidget(self.change)
        column.addLayout(row)
        for field in (self.old, self.new, self.again):
            field.editor.textEdited.connect(lambda _: self._typed())
            field.editor.returnPressed.connect(self._press)
        self.change.clicked.connect(self._press)
        presenter.subscribe(self.render_state)

    def render_state(self, state: OwnPasswordState) -> None:
        """Show a state."""
        self._old_field.setVisible(state.asks_old)
        while len(self._lines) < len(state.rules):
            line = SymbolText("ring", "", "text-2", role="small")
            line.setObjectName(f"{self._name}.rule.{len(self._lines)}")
            self._rules.addWidget(line)
            self._lines.append(line)
        for line, rule in zip(self._lines, state.rules, strict=False):
            line.set("check" if rule.kept else "ring", rule.words, "ok" if rule.kept else "text-2")
            line.setAccessibleName(f"{rule.words}: {'kept' if rule.kept else 'still missing'}")
        self._error.say(line_of(state.problem))
        self.change.set_busy(state.busy)
        if state.changed or not state.rules:
            self.clear()

    def clear(self) -> None:
        """Empty the fields."""
        for field in (self.old, self.new, self.again):
            field.editor.clear()

    def take_focus(self) -> None:
        """Put the focus into the first field."""
        (self.old if self._presenter.state.asks_old else self.new).editor.setFocus()

    def _typed(self) -> None:
        self._presenter.typed(self.new.editor.text(), self.again.editor.text(), self.old.editor.text())

    def _press(self) -> None:
        self._presenter.change(self.new.editor.text(), self.again.editor.text(), self.old.editor.text())
