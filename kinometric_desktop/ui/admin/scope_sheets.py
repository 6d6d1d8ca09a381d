"""Opens the dialog that belongs to a form of the scope sheet."""

from __future__ import annotations

from kinometric_desktop.app.admin_scope import ScopeForm
from kinometric_desktop.app.athena_connection import AthenaConnectionPresenter
from kinometric_desktop.app.language_model import LanguageModelPresenter
from kinometric_desktop.app.workplace import Workplace
from kinometric_desktop.ui.admin.connection_sheet import ConnectionSheet
from kinometric_desktop.ui.admin.model_sheet import ModelSheet
from kinometric_desktop.ui.admin.shared_sheet import SharedSheet
from kinometric_desktop.ui.widgets.dialog import WindowDialogs


def open_scope_form(form: ScopeForm, work: Workplace) -> None:
    """Open the dialog over the window."""
    if not isinstance(work.dialogs, WindowDialogs):
        return
    sheet: ConnectionSheet | ModelSheet | SharedSheet
    if isinstance(form, AthenaConnectionPresenter):
        sheet = ConnectionSheet(form)
    elif isinstance(form, LanguageModelPresenter):
        sheet = ModelSheet(form)
    else:
        sheet = SharedSheet(form)
    work.dialogs.show(sheet, focus=sheet.first)
