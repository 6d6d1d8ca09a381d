"""The dialog of the optional language model: address, name, and a key that is only written."""

from __future__ import annotations

from kinometric_desktop.app.language_model import CONSEQUENCE, LanguageModelPresenter, LanguageModelState
from kinometric_desktop.ui.admin.secret_sheet import Consequence, SecretSheet
from kinometric_desktop.ui.widgets.choice import CheckBox
from kinometric_desktop.ui.widgets.text import NoteText

KEY_KEPT = "Left empty, the key that is set stays. It is never shown."
KEY_NEEDED = "Needed, once for each address. It is stored sealed and never shown."
ADDRESS_NOTE = "As its provider gives it, such as https://models.example/v1. Empty takes address and key away."


class ModelSheet(SecretSheet):
    """Renders a :class:`LanguageModelPresenter`."""

    def __init__(self, presenter: LanguageModelPresenter) -> None:
        super().__init__("admin.model", "Language model", "Key", "Store model", presenter.save, presenter.close)
        state = presenter.state
        consequence = Consequence("admin.model.consequence")
        self.address, address_field = self.add_text(
            "address", "Address", state.address, lambda text: presenter.set_value("address", text)
        )
        self.name, name_field = self.add_text(
            "name", "Model’s name", state.name, lambda text: presenter.set_value("name", text)
        )
        self.keyless = CheckBox("This model asks for no key", "admin.model.keyless")
        self.keyless.toggled.connect(lambda on: presenter.set_value("keyless", on))
        for widget in (consequence, address_field, NoteText(ADDRESS_NOTE), name_field):
            self.column.addWidget(widget)
        consequence.say(CONSEQUENCE, tone="info", icon="info")
        self.add_secret(self.keyless)
        self.first = self.address
        presenter.subscribe(self.render_state)

    def render_state(self, state: LanguageModelState) -> None:
        """Show a state."""
        self.keyless.blockSignals(True)
        self.keyless.setChecked(state.keyless)
        self.keyless.blockSignals(False)
        self.keyless.setVisible(bool(state.address.strip()) and not state.key_set_at)
        asks = bool(state.address.strip()) and not state.asks_for_none
        self.secret_field.setVisible(asks)
        self.secret_note.setVisible(asks)
        self.secret_note.setText(KEY_KEPT if state.key_set_at else KEY_NEEDED)
        self.show_outcome(state)
