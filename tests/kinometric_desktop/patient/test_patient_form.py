"""Adding a patient and correcting a record, without a window and in its dialog."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from kinometric.contract.patients import CorrectPatient, NewPatient, Patient
from kinometric_desktop.app.patient_form import PatientFormPresenter
from kinometric_desktop.client.errors import ServerError, Unreachable
from kinometric_desktop.ui.match.screen import MatchPage
from kinometric_desktop.ui.match.screen import register as register_match
from kinometric_desktop.ui.patient.screen import register
from kinometric_desktop.ui.patient.sheet import PatientSheet
from kinometric_desktop.ui.shell.shell import Shell
from kinometric_desktop.ui.theme.look import look
from kinometric_desktop.ui.widgets.dialog import WindowDialogs
from tests.kinometric_desktop.match.conftest import MARIA

if TYPE_CHECKING:
    from tests.kinometric_desktop.match.conftest import Desk


def form_of(desk: Desk, record: Patient | None = None) -> tuple[PatientFormPresenter, list[Patient]]:
    """The form at a desk where Maria is open, and what it stored."""
    desk.enter()
    saved: list[Patient] = []
    return PatientFormPresenter(desk.work, record, saved.append), saved


def fill(form: PatientFormPresenter, **values: str) -> None:
    """Type into fields."""
    for name, text in values.items():
        form.set_value(name, text)


def test_a_new_patient_is_stored_as_typed_with_the_day_understood(desk: Desk) -> None:
    form, saved = form_of(desk)
    fill(form, lastname=" Prueba ", firstname="Rosa", born="23 sep 44", sex="F", phone="410 555 0178", zip="00104")
    assert form.state.born_echo == "23-Sep-1944"
    form.save()
    assert desk.calls.forms("add") == [
        NewPatient("Prueba", "Rosa", date(1944, 9, 23), "F", phone="410 555 0178", zip="00104", is_sandbox=True,
                   department_id="d-pt")
    ]  # fmt: skip
    assert form.state.saved
    assert saved[0].lastname == "Prueba"


def test_a_practice_that_works_with_real_charts_makes_real_patients(desk: Desk) -> None:
    desk.enter(athena_environment="production")
    form = PatientFormPresenter(desk.work, None, lambda _: None)
    assert form.state.note == ""
    fill(form, lastname="Prueba", firstname="Rosa")
    form.save()
    assert not desk.calls.forms("add")[0].is_sandbox  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"lastname": ""}, "lastname", "Type a last name."),
        ({"firstname": " "}, "firstname", "Type a first name."),
        ({"lastname": "Unknown"}, "lastname", "This stands for no name."),
        ({"born": "31 feb 1950"}, "born", "Write it like 4 mar 1951"),
        ({"born": "1 jan 2030"}, "born", "Write it like 4 mar 1951"),
        ({"lastname": "x" * 61}, "lastname", "At most 60 characters."),
    ],
)
def test_what_can_not_be_stored_is_said_at_its_field_and_nothing_is_sent(
    desk: Desk, values: dict[str, str], field: str, words: str
) -> None:
    form, saved = form_of(desk)
    fill(form, **{"lastname": "Prueba", "firstname": "Rosa", **values})
    form.save()
    assert form.state.complaints[field].startswith(words)
    assert desk.calls.asked == []
    assert saved == []
    form.set_value(field, "Prueba")
    assert field not in form.state.complaints


def test_a_similar_patient_is_shown_before_another_one_is_made(desk: Desk) -> None:
    form, saved = form_of(desk)
    desk.calls.known = (MARIA, dataclasses.replace(MARIA, patient_id="p-x", lastname="Okafor", firstname="Ben"))
    fill(form, lastname="Muestra Lopez", firstname="Maria", born="4 mar 1951", sex="F")
    form.save()
    assert [one.number for one in form.state.similar] == ["10482"]
    form.save()
    assert saved == []
    form.say_another(True)
    form.save()
    assert len(saved) == 1


def test_changing_the_name_looks_for_similar_patients_again(desk: Desk) -> None:
    form, saved = form_of(desk)
    desk.calls.known = (MARIA,)
    fill(form, lastname="Muestra", firstname="Maria", born="4 mar 1951")
    form.save()
    assert form.state.similar
    form.say_another(True)
    fill(form, firstname="Julia", born="1 jan 1960")
    assert not form.state.similar
    form.save()
    assert len(desk.calls.forms("find")) == 2
    assert len(saved) == 1


def test_a_correction_sends_only_what_changed_and_why(desk: Desk) -> None:
    form, saved = form_of(desk, MARIA)
    assert form.state.born_hint == "04-Mar-••••, kept if empty", "the year stays hidden while it is asked for"
    fill(form, born="4 mar 1957", reason="Passport says 1957")
    form.save()
    assert desk.calls.forms("correct") == [CorrectPatient(7, "Passport says 1957", born=date(1957, 3, 4))]
    assert saved[0].born == date(1957, 3, 4)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"born": "4 mar 1957"}, "Say why the record is corrected."),
        ({"born": "4 mar 1957", "reason": "x"}, "Say why the record is corrected."),
        ({"reason": "Passport says so"}, "Nothing was changed."),
        ({"born": "4 mar 1951", "reason": "Passport says so"}, "Nothing was changed."),
    ],
)
def test_a_correction_needs_a_reason_and_a_change(desk: Desk, values: dict[str, str], words: str) -> None:
    form, saved = form_of(desk, MARIA)
    fill(form, **values)
    form.save()
    assert form.state.complaints["reason"] == words
    assert saved == []


def test_a_correction_of_a_record_that_changed_meanwhile_reads_it_again(desk: Desk) -> None:
    form, saved = form_of(desk, MARIA)
    fill(form, zip="00186", reason="Moved house")
    desk.calls.patient = dataclasses.replace(MARIA, version=9)
    desk.calls.refuse["correct"] = ServerError("KS-409", "stale", status=409)
    form.save()
    assert form.state.problem is not None
    assert "read again" in form.state.problem.sentence
    assert saved == []
    form.save()
    assert desk.calls.forms("correct")[-1].version == 9  # type: ignore[attr-defined]
    assert len(saved) == 1


def test_a_lost_line_keeps_what_was_typed(desk: Desk) -> None:
    form, saved = form_of(desk)
    fill(form, lastname="Prueba", firstname="Rosa")
    desk.calls.refuse["find"] = Unreachable("gone")
    form.save()
    assert form.state.problem is not None
    assert form.state.values["lastname"] == "Prueba"
    form.save()
    assert len(saved) == 1


def test_the_form_has_no_text_form_of_its_values(desk: Desk) -> None:
    form, _ = form_of(desk, MARIA)
    assert not any(value in repr(form.state) for value in ("Muestra", "1951", "0142"))


@pytest.fixture
def window(desk: Desk, qapp: QApplication) -> Iterator[Shell]:
    """The window with worklist, match and the dialogs."""
    if look().dark or look().percent != 100 or QApplication.font().pixelSize() != 13:
        look().set(appearance="light", percent=100)
    desk.presenter.close()
    shells: list[Shell] = []
    dialogs = WindowDialogs(lambda: shells[0])
    work = dataclasses.replace(desk.work, dialogs=dialogs)
    shell = Shell(work, dialogs)
    shells.append(shell)
    register_match(shell, work)
    register(shell, work)
    for screen in ("worklist", "review"):
        shell.register_page(screen, QWidget)  # type: ignore[arg-type]
    shell.setMinimumSize(800, 480)
    shell.resize(1366, 768)
    shell.show()
    yield shell
    shell.close_pages()
    shell.close()
    shell.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def sheet_of(window: Shell) -> PatientSheet:
    """The open dialog."""
    QApplication.processEvents()
    sheet = window.findChild(PatientSheet)
    assert sheet is not None
    return sheet


def type_into(sheet: PatientSheet, **values: str) -> None:
    """Type by keys."""
    for name, text in values.items():
        QTest.keyClicks(sheet.editors[name], text)


def test_a_patient_is_added_by_keyboard_and_opened_at_the_match(desk: Desk, window: Shell) -> None:
    desk.enter()
    desk.navigation.go("worklist")
    assert window.press("Ctrl+N")
    sheet = sheet_of(window)
    assert QApplication.focusWidget() is sheet.editors["lastname"]
    type_into(sheet, lastname="Prueba", firstname="Rosa", born="23 sep 44")
    QTest.keyClick(sheet.editors["born"], Qt.Key.Key_Return)
    QApplication.processEvents()
    assert len(desk.calls.forms("add")) == 1
    assert desk.navigation.screen == "match"
    assert desk.session.patient is not None
    assert desk.session.patient.record.lastname == "Prueba"


def test_escape_closes_the_dialog_and_stores_nothing(desk: Desk, window: Shell) -> None:
    desk.enter()
    desk.navigation.go("worklist")
    window.press("Ctrl+N")
    sheet = sheet_of(window)
    type_into(sheet, lastname="Prueba")
    QTest.keyClick(sheet.editors["lastname"], Qt.Key.Key_Escape)
    assert sheet.message.isVisible(), "what was typed is not thrown away by one key"
    QTest.keyClick(sheet.editors["lastname"], Qt.Key.Key_Escape)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert window.findChild(PatientSheet) is None
    assert desk.calls.forms("add") == []


def test_records_whose_years_differ_are_corrected_from_the_comparison_and_compared_anew(
    desk: Desk, window: Shell
) -> None:
    desk.enter()
    page: Any = window.page("match")
    assert isinstance(page, MatchPage)
    page.presenter.search()
    page.presenter.open_candidate("20117")
    QApplication.processEvents()
    assert page.compare.link.correct.isVisible()
    QTest.mouseClick(page.compare.link.correct, Qt.MouseButton.LeftButton)
    sheet = sheet_of(window)
    type_into(sheet, born="4 mar 1957", reason="Passport says 1957")
    QTest.mouseClick(sheet.action, Qt.MouseButton.LeftButton)
    QApplication.processEvents()
    panel = page.presenter.state.compare
    assert panel is not None
    assert panel.athena_patient_id == "20117"
    assert panel.obstacles == ()
    assert page.presenter.state.year_hidden
    assert not page.compare.link.correct.isVisible()
    QTest.keyClicks(page.compare.link.year, "1957")
    assert panel.year.mark == "asked"
    assert page.presenter.state.compare.year.mark == "right"


def test_the_dialog_fits_with_large_text_too(desk: Desk, window: Shell) -> None:
    desk.enter()
    look().set(appearance="light", percent=200)
    window.resize(1366, 768)
    window.press("Ctrl+E")
    sheet = sheet_of(window)
    assert sheet.rect().contains(sheet.panel.geometry())
    QApplication.processEvents()
    for widget in (sheet.action, sheet.editors["reason"], sheet.editors["born"]):
        assert widget.height() >= widget.minimumSizeHint().height() - 1, widget.objectName()
    look().set(appearance="light", percent=100)
