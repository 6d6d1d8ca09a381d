"""The patient banner: never moves, scrolls, dims or hides; it only masks the year of birth while that is asked for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QMenu, QWidget

from kinometric_desktop.app.session import OpenPatient
from kinometric_desktop.app.wording import (
    banner_name,
    masked_date,
    written_birth,
    written_phone,
    written_sex,
)
from kinometric_desktop.ui.theme.look import look
from kinometric_desktop.ui.theme.spacing import Column, Row, fix_size
from kinometric_desktop.ui.widgets.button import Button
from kinometric_desktop.ui.widgets.chip import Chip
from kinometric_desktop.ui.widgets.hatch import TestBand
from kinometric_desktop.ui.widgets.text import Text


class _Fact(QWidget):
    """A quiet label and a value that stands out."""

    def __init__(self, label: str) -> None:
        super().__init__()
        self._label = Text(label, "label", "text-3")
        self.value = Text("", "banner_value")
        self.note = Text("", "body", "text-2")
        row = Row(self, spacing=6)
        row.addWidget(self._label)
        row.addWidget(self.value)
        row.addWidget(self.note)

    def say(self, value: str, note: str = "") -> None:
        self.value.setText(value)
        self.note.setText(note)
        self.note.setVisible(bool(note))


class PatientBanner(QWidget):
    """Name, birth date and age, sex, number, the link, and the contact data on demand."""

    def __init__(self, today: Callable[[], date]) -> None:
        super().__init__()
        self.setObjectName("shell.banner")
        self._today = today
        self._patient: OpenPatient | None = None
        self._narrow = False
        fix_size(self, height=56)
        self._test = TestBand()
        self._name = Text("", "banner_name")
        self._born, self._sex, self._number = _Fact("Born"), _Fact("Sex"), _Fact("Kinometric no.")
        self._link = Chip()
        self._contact = Button(
            "Contact", "shell.banner.contact", kind="quiet", trailing_icon="chevron-down", small=True
        )
        self._contact.clicked.connect(self._show_contact)
        row = Row(self, margins=(0, 0, 8, 2))
        row.addWidget(self._test)
        inner = Row(margins=(16, 0, 8, 0), spacing=24)
        row.addLayout(inner, 1)
        self._wide = Row(spacing=24)
        self._lines = Column(spacing=0)
        self._lines.addStretch(1)
        self._lines.addLayout(self._wide)
        self._second = Row(spacing=16)
        self._lines.addLayout(self._second)
        self._lines.addStretch(1)
        inner.addLayout(self._lines)
        inner.addStretch(1)
        inner.addWidget(self._link)
        row.addWidget(self._contact)
        self._arrange()

    def show_patient(self, patient: OpenPatient | None) -> None:
        """Show a patient; None empties and hides the banner."""
        self._patient = patient
        self.setVisible(patient is not None)
        if patient is None:
            for label in (self._name, self._born.value, self._number.value, self._sex.value):
                label.setText("")
            self.setAccessibleName("")
            return
        record = patient.record
        given = " ".join(part for part in (record.firstname, record.middlename) if part)
        name = banner_name(record.lastname, given, record.suffix)
        self._name.setText(name)
        self._test.setVisible(record.is_sandbox)
        if patient.year_hidden:
            self._born.say(masked_date(record.born), "" if self._narrow else "year hidden")
        else:
            born, _, age = written_birth(record.born, self._today()).partition(" (")
            self._born.say(born, f"({age}" if age else "")
        self._sex.say(written_sex(record.sex))
        self._number.say(str(record.number))
        if patient.linked:
            words = "Linked" if self._narrow else "Linked to athenaOne"
            self._link.set(words, tone="ok", icon="link", strong=patient.athena_patient_id)
        else:
            self._link.set("Not linked" if self._narrow else "Not linked to athenaOne", tone="outline", icon="barred")
        self.setAccessibleName(f"Patient {name}, born {self._born.value.text()}, number {record.number}")

    def set_narrow(self, narrow: bool) -> None:
        """Two lines and short words, or one line."""
        if narrow != self._narrow:
            self._narrow = narrow
            self._arrange()
            self.show_patient(self._patient)

    def _arrange(self) -> None:
        facts = (self._born, self._sex, self._number)
        for line in (self._wide, self._second):
            while line.count():
                line.takeAt(0)
        self._wide.addWidget(self._name)
        target = self._second if self._narrow else self._wide
        for fact in facts:
            target.addWidget(fact)
        self._wide.addStretch(1)
        self._second.addStretch(1)
        self._contact.setVisible(not self._narrow)

    def _show_contact(self) -> None:
        if self._patient is None:
            return
        record = self._patient.record
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setObjectName("shell.banner.contact_menu")
        menu.addAction(f"Phone  {written_phone(record.phone) or 'Not known'}").setEnabled(False)
        menu.addAction(f"ZIP  {record.zip or 'Not known'}").setEnabled(False)
        menu.addAction(f"Preferred name  {record.preferredname or 'Not known'}").setEnabled(False)
        menu.popup(self._contact.mapToGlobal(QPoint(0, self._contact.height())))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), look().colour("banner"))
        painter.fillRect(0, self.height() - 2, self.width(), 2, look().colour("border-strong"))
