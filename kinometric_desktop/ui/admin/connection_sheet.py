"""The dialog of the athenaOne connection: environment, practice ID, credentials, and a secret that is only written."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from kinometric_desktop.app.athena_connection import AthenaConnectionPresenter, AthenaConnectionState
from kinometric_desktop.app.scope_words import CREDENTIALS, ENVIRONMENTS
from kinometric_desktop.app.workplace import Workplace
from kinometric_desktop.ui.admin.parts import words_of
from kinometric_desktop.ui.theme.spacing import Column, Row
from kinometric_desktop.ui.widgets.area import FittedArea
from kinometric_desktop.ui.widgets.button import Button
from kinometric_desktop.ui.widgets.dialog import Sheet, WindowDialogs
from kinometric_desktop.ui.widgets.field import ErrorLine, Field, PasswordField, TextField
from kinometric_desktop.ui.widgets.message import Message
from kinometric_desktop.ui.widgets.segmented import Segmented
from kinometric_desktop.ui.widgets.text import Text

SECRET_KEPT = "Left empty, the secret that is set stays. It is never shown."  # noqa: S105 - a sentence
SECRET_AGAIN = "Needed again, since environment or client ID are others."  # noqa: S105 - a sentence


class ConnectionSheet(Sheet):
    """Renders an :class:`AthenaConnectionPresenter`; the secret lives in its field and goes with the dialog."""

    def __init__(self, presenter: AthenaConnectionPresenter) -> None:
        super().__init__("admin.connection", "athenaOne connection", width=560)
        self._presenter = presenter
        state = presenter.state
        inside = QWidget()
        column = Column(inside, margins=(2, 2, 8, 2), spacing=12)
        self.environment = Segmented("admin.connection.environment", ENVIRONMENTS, "Environment")
        self.environment.chosen.connect(lambda value: presenter.set_value("environment", value))
        self.credentials = Segmented("admin.connection.credentials", CREDENTIALS, "Credentials")
        self.credentials.chosen.connect(lambda value: presenter.set_value("credentials", value))
        self._consequence = Message("admin.connection.consequence")
        self.practice_id = TextField("admin.connection.practice_id", "athenaOne practice ID")
        self.client_id = TextField("admin.connection.client_id", "Client ID")
        self.secret = PasswordField("admin.connection.secret", "Client secret")
        self.practice_id.setText(state.athena_practice_id)
        self.client_id.setText(state.client_id)
        self.practice_id.textEdited.connect(lambda text: presenter.set_value("athena_practice_id", text))
        self.client_id.textEdited.connect(lambda text: presenter.set_value("client_id", text))
        for editor in (self.practice_id, self.client_id, self.secret.editor):
            editor.returnPressed.connect(self._press)
        self._id_field = Field("athenaOne practice ID", self.practice_id)
        self._credentials_box = _labelled("Credentials", self.credentials)
        self._client_field = Field("Client ID", self.client_id)
        self._secret_field = Field("Client secret", self.secret)
        self._secret_note = Text("", "small", "text-2", wrap=True)
        column.addWidget(_labelled("Environment", self.environment))
        column.addWidget(self._consequence)
        for widget in (self._id_field, self._credentials_box, self._client_field, self._secret_field):
            column.addWidget(widget)
        column.addWidget(self._secret_note)
        area = FittedArea("admin.connection.fields", inside)
        area.content_changed.connect(self._content_changed)
        self.body.addWidget(area, 1)
        self._error = ErrorLine("admin.connection.error")
        self.body.addWidget(self._error)
        cancel = Button("Cancel", "admin.connection.cancel", kind="safe", key="Esc")
        self.action = Button("Store connection", "admin.connection.action")
        cancel.clicked.connect(lambda: self.finish(False))
        self.action.clicked.connect(self._press)
        self.footer.addWidget(cancel)
        self.footer.addWidget(self.action)
        self.finished.connect(lambda _: self._forget())
        presenter.subscribe(self.render_state)

    def render_state(self, state: AthenaConnectionState) -> None:
        """Show a state."""
        self.environment.choose(state.environment)
        self.credentials.choose(state.credentials)
        tone = {"production": "warn", "preview": "caution"}.get(state.environment, "info")
        self._consequence.say(state.consequence, tone=tone, icon="warning" if tone == "warn" else "info")
        athena = state.environment != "none"
        self._id_field.setVisible(athena)
        self._credentials_box.setVisible(athena)
        for widget in (self._client_field, self._secret_field, self._secret_note):
            widget.setVisible(state.asks_credentials)
        needed = SECRET_AGAIN if state.secret_set_at else "Needed."
        self._secret_note.setText(needed if state.secret_needed else SECRET_KEPT)
        self._error.say(state.complaint or words_of(state.problem))
        self.action.set_busy(state.busy)
        if state.saved:
            self.finish(True)
        elif self.isVisible():
            self.fit()

    def _content_changed(self) -> None:
        if self.isVisible():
            self.fit()

    def put_aside(self) -> None:
        """Keep what was typed while the screen is locked, but for the secret."""
        super().put_aside()
        self.secret.editor.clear()

    def _press(self) -> None:
        self._presenter.save(self.secret.editor.text())

    def _forget(self) -> None:
        self.secret.editor.clear()
        self._presenter.close()


def _labelled(label: str, control: QWidget) -> QWidget:
    box = QWidget()
    column = Column(box, spacing=4)
    column.addWidget(Text(label, "label", "text-2"))
    row = Row()
    row.addWidget(control)
    row.addStretch(1)
    column.addLayout(row)
    return box


def open_connection_sheet(presenter: AthenaConnectionPresenter, work: Workplace) -> None:
    """Open the dialog over the window."""
    if isinstance(work.dialogs, WindowDialogs):
        sheet = ConnectionSheet(presenter)
        work.dialogs.show(sheet, focus=sheet.environment)
