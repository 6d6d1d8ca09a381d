"""The dialog of the athenaOne credentials that practices may share: environment, client ID, and a secret."""

from __future__ import annotations

from kinometric_desktop.app.shared_credentials import (
    SHARED_ENVIRONMENTS,
    SharedCredentialsPresenter,
    SharedCredentialsState,
)
from kinometric_desktop.ui.admin.parts import show_text
from kinometric_desktop.ui.admin.secret_sheet import Consequence, SecretSheet, labelled
from kinometric_desktop.ui.widgets.segmented import Segmented

SECRET_NOTE = "Stored sealed and never shown. It is typed anew with every change."  # noqa: S105 - a sentence


class SharedSheet(SecretSheet):
    """Renders a :class:`SharedCredentialsPresenter`."""

    def __init__(self, presenter: SharedCredentialsPresenter) -> None:
        super().__init__(
            "admin.shared", "Shared athenaOne credentials", "Client secret", "Store credentials",
            presenter.save, presenter.close,
        )  # fmt: skip
        self._presenter = presenter
        self.environment = Segmented("admin.shared.environment", SHARED_ENVIRONMENTS, "Environment")
        self.environment.chosen.connect(lambda value: presenter.set_value("environment", value))
        self.standing = Consequence("admin.shared.standing")
        self.client_id, client_field = self.add_text(
            "client_id", "Client ID", presenter.state.client_id, lambda text: presenter.set_value("client_id", text)
        )
        self.secret_note.setText(SECRET_NOTE)
        for widget in (labelled("Environment", self.environment), self.standing, client_field):
            self.column.addWidget(widget)
        self.add_secret()
        self.first = self.environment
        presenter.subscribe(self.render_state)

    def content(self) -> str:
        """What was typed; the client ID that is set was not."""
        typed, is_set = self.client_id.text(), self._presenter.state.set_id
        return f"{'' if typed == is_set else typed}\n{len(self.secret.editor.text())}"

    def render_state(self, state: SharedCredentialsState) -> None:
        """Show a state."""
        self.environment.choose(state.environment)
        show_text(self.client_id, state.client_id)
        self.standing.say(state.standing, tone="caution" if state.set_id else "info", icon="info")
        self.show_outcome(state)
