"""Opens the dialogs for a new patient and for a correction, and adds their keys."""

from __future__ import annotations

from typing import cast

from kinometric.contract.patients import Patient
from kinometric_desktop.app.actions import Action
from kinometric_desktop.app.navigation import ScreenId
from kinometric_desktop.app.patient_form import PatientFormPresenter
from kinometric_desktop.app.workplace import Workplace
from kinometric_desktop.ui.patient.sheet import PatientSheet
from kinometric_desktop.ui.shell.shell import Shell
from kinometric_desktop.ui.widgets.dialog import WindowDialogs

WITH_A_PATIENT: frozenset[ScreenId] = frozenset(("match", "review", "report"))


def open_new_patient(work: Workplace) -> None:
    """Ask for a new patient; once stored it is opened, at the match where the practice has athenaOne."""

    def saved(patient: Patient) -> None:
        work.session.open_patient(patient)
        if not work.navigation.go("match"):
            work.navigation.go("review")

    _open(work, PatientFormPresenter(work, None, saved))


def open_correction(work: Workplace) -> None:
    """Ask for a correction of the open patient's record."""
    patient = work.session.patient
    if patient is None:
        return

    def saved(record: Patient) -> None:
        if work.session.patient is not None and work.session.patient.patient_id == record.patient_id:
            work.session.update_patient(record=record)

    _open(work, PatientFormPresenter(work, patient.record, saved))


def _open(work: Workplace, presenter: PatientFormPresenter) -> None:
    sheet = PatientSheet(presenter)
    cast("WindowDialogs", work.dialogs).show(sheet, focus=sheet.first)


def register(shell: Shell, work: Workplace) -> None:
    """Add the keys of both dialogs."""
    del shell

    def may() -> bool:
        return work.session.may("can_match") and work.session.state.online

    work.actions.add_all(
        (
            Action(
                "patient.new",
                "New patient",
                "Ctrl+N",
                lambda: open_new_patient(work),
                enabled=may,
                screens=frozenset(("worklist",)),
                key_bar=9,
                group="Patient",
            ),
            Action(
                "patient.correct",
                "Correct the record",
                "Ctrl+E",
                lambda: open_correction(work),
                enabled=lambda: may() and work.session.patient is not None,
                screens=WITH_A_PATIENT,
                group="Patient",
            ),
        )
    )
