"""The dialog of the athenaOne connection: environment, practice ID, credentials, and a secret that is only written."""

from __future__ import annotations

from kinometric_desktop.app.athena_connection import AthenaConnectionPresenter, AthenaConnectionState
from kinometric_desktop.app.scope_words import CREDENTIALS, ENVIRONMENTS
from kinometric_desktop.ui.admin.secret_sheet import Consequence, SecretSheet, labelled
from kinometric_desktop.ui.widgets.segmented import Segmented

SECRET_KEPT = "Left empty, the secret that is set stays. It is never shown."  # noqa: S105 - a sentence
SECRET_AGAIN = "Needed again, since environment or client ID are others."  # noqa: S105 - a sentence


class ConnectionSheet(SecretSheet):
    """Renders an :class:`AthenaConnectionPresenter`."""

    def __init__(self, presenter: AthenaConnectionPresenter) -> None:
        super().__init__(
            "admin.connection", "athenaOne connection", "Client secret", "Store connection",
            presenter.save, presenter.close,
        )  # fmt: skip
        state = presenter.state
        self.environment = Segmented("admin.connection.environment", ENVIRONMENTS, "Environment")
        self.environment.chosen.connect(lambda value: presenter.set_value("environment", value))
        self.credentials = Segmented("admin.connection.credentials", CREDENTIALS, "Credentials")
        self.credentials.chosen.connect(lambda value: presenter.set_value("credentials", value))
        self._consequence = Consequence("admin.connection.consequence")
        self.practice_id, self._id_field = self.add_text(
            "practice_id", "athenaOne practice ID", state.athena_practice_id,
            lambda text: presenter.set_value("athena_practice_id", text),
        )  # fmt: skip
        self.client_id, self._client_field = self.add_text(
            "client_id", "Client ID", state.client_id, lambda text: presenter.set_value("client_id", text)
        )
        self._credentials_box = labelled("Credentials", self.credentials)
        self.column.addWidget(labelled("Environment", self.environment))
        for widget in (self._consequence, self._id_field, self._credentials_box, self._client_field):
            self.column.addWidget(widget)
        self.add_secret()
        self.first = self.environment
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
        for widget in (self._client_field, self.secret_field, self.secret_note):
            widget.setVisible(state.asks_credentials)
        needed = SECRET_AGAIN if state.secret_set_at else "Needed."
        self.secret_note.setText(needed if state.secret_needed else SECRET_KEPT)
        self.show_outcome(state)
