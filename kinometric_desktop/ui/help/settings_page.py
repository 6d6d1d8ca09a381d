"""Settings of this computer: look, text size; nothing about patients."""

from __future__ import annotations

import dataclasses
from typing import cast

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from kinometric_desktop.app.device import WORDS, Enrolment, EnrolmentPresenter, EnrolmentState
from kinometric_desktop.app.ports import Appearance
from kinometric_desktop.app.problems import line_of
from kinometric_desktop.app.workplace import Workplace
from kinometric_desktop.ui.shell.shell import Page
from kinometric_desktop.ui.theme.look import look
from kinometric_desktop.ui.theme.spacing import Column, Grid, Row, fix_size
from kinometric_desktop.ui.widgets.button import Button
from kinometric_desktop.ui.widgets.field import ErrorLine
from kinometric_desktop.ui.widgets.pane import Pane
from kinometric_desktop.ui.widgets.segmented import Segmented
from kinometric_desktop.ui.widgets.text import Text

APPEARANCES = (("system", "As the system"), ("light", "Light"), ("dark", "Dark"), ("high-contrast", "High contrast"))
SIZES = tuple((str(percent), f"{percent} %") for percent in (100, 125, 150, 175, 200))


class SettingsPage(Page):
    """Changes apply at once and are kept for the next start."""

    def __init__(self, work: Workplace) -> None:
        super().__init__()
        self._work = work
        outer = Column(self)
        head = Pane(lines=("bottom",))
        fix_size(head, height=48)
        row = Row(head, margins=(16, 0, 16, 0), spacing=8)
        row.addWidget(Text("Settings", "heading"))
        row.addStretch(1)
        back = Button("Back", "settings.head.back", key="Esc", icon="chevron-left")
        back.clicked.connect(work.navigation.back)
        row.addWidget(back)
        outer.addWidget(head)
        body = QWidget()
        grid = Grid(body, margins=(16, 24, 16, 24), gaps=(24, 16))
        self._appearance = Segmented("settings.look.appearance", APPEARANCES, "Appearance")
        self._appearance.chosen.connect(self._choose_appearance)
        self._size = Segmented("settings.look.size", SIZES, "Text size")
        self._size.chosen.connect(self._choose_size)
        server = work.settings.load().server_url
        address = work.connection.client.address.host if work.connection.is_open else server
        device_row = QWidget()
        device = Row(device_row, spacing=12)
        self._device_words = Text("", "body")
        self._enrol = Button("Enrol this computer", "settings.device.enrol", small=True)
        self._device_error = ErrorLine("settings.device.error")
        for widget in (self._device_words, self._enrol, self._device_error):
            device.addWidget(widget)
        lines: tuple[tuple[str, QWidget], ...] = (
            ("Appearance", self._appearance),
            ("Text size", self._size),
            ("Server", Text(address or "none", "body_strong")),
            ("This computer", device_row),
            ("Idle lock", Text("15 minutes without input; it can’t be made longer.", "body", "text-2")),
            (
                "Kept here",
                Text("Server address, last user name, look and text size. No patient data.", "body", "text-2"),
            ),
        )
        for place, (label, widget) in enumerate(lines):
            grid.addWidget(Text(label, "body", "text-2"), place, 0)
            grid.addWidget(widget, place, 1, Qt.AlignmentFlag.AlignLeft)
        grid.setColumnStretch(1, 1)
        grid.setRowStretch(len(lines), 1)
        outer.addWidget(body, 1)
        self._enrolment = self._begin_enrolment()
        look().changed.connect(self._show)
        self._show()

    def entered(self) -> None:
        """Take the focus."""
        self._appearance.setFocus(Qt.FocusReason.OtherFocusReason)
        if self._enrolment is not None:
            self._enrolment.enter()

    def closing(self) -> None:
        """The page goes."""
        look().changed.disconnect(self._show)
        if self._enrolment is not None:
            self._enrolment.close()

    def _begin_enrolment(self) -> EnrolmentPresenter | None:
        work = self._work
        self._enrol.hide()
        if work.device_keys is None or work.session.state.me is None:
            self._device_words.setText("Sign in to enrol it.")
            return None
        enrolment = Enrolment(work.device_keys, work.connection)
        presenter = EnrolmentPresenter(enrolment, work.session.state.me.username, work.runner)
        self._enrol.clicked.connect(presenter.enrol)
        presenter.subscribe(self._show_enrolment)
        return presenter

    def _show_enrolment(self, state: EnrolmentState) -> None:
        self._device_words.setText(f"{WORDS[state.standing]}." if WORDS[state.standing] else "")
        self._enrol.setVisible(state.standing in ("not_enrolled", "waiting"))
        self._enrol.set_busy(state.busy)
        self._device_error.say(line_of(state.problem))

    def _show(self) -> None:
        stored = self._work.settings.load()
        self._appearance.choose(stored.appearance)
        self._size.choose(str(look().percent))

    def _choose_appearance(self, choice: str) -> None:
        appearance = cast("Appearance", choice)
        self._work.settings.save(dataclasses.replace(self._work.settings.load(), appearance=appearance))
        look().set(appearance=appearance)

    def _choose_size(self, choice: str) -> None:
        self._work.settings.save(dataclasses.replace(self._work.settings.load(), text_percent=int(choice)))
        look().set(percent=int(choice))
