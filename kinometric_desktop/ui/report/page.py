"""The report page: the presenter's state as pages, checks and buttons."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from kinometric_desktop.app.problems import line_of
from kinometric_desktop.app.report_state import ReportState
from kinometric_desktop.app.upload import ReportPresenter
from kinometric_desktop.app.workplace import Workplace
from kinometric_desktop.ui.report.confirm import ConfirmSheet
from kinometric_desktop.ui.report.pages import MARGIN, THUMBNAILS_PX, PageView, Thumbnails
from kinometric_desktop.ui.report.send import SendPane
from kinometric_desktop.ui.theme.look import look
from kinometric_desktop.ui.theme.spacing import Column, Row, fix_size
from kinometric_desktop.ui.widgets.button import Button
from kinometric_desktop.ui.widgets.choice import CheckBox
from kinometric_desktop.ui.widgets.dialog import WindowDialogs
from kinometric_desktop.ui.widgets.message import EmptyState, LoadingRows
from kinometric_desktop.ui.widgets.pane import Pane, PaneLayout, PanePlace
from kinometric_desktop.ui.widgets.segmented import Segmented
from kinometric_desktop.ui.widgets.text import Text

_INTERPRETATION = "Interpretation"
_OPTIONS = (("traces", "Traces"), ("trend", "Trend"), ("note", "Note"), ("interpretation", _INTERPRETATION))


class ReportPage(QWidget):
    """Preview at the left, sending at the right.

    Parameters
    ----------
    presenter : ReportPresenter
    workplace : Workplace
    dialogs : WindowDialogs
        Shows the confirmation over the window.
    """

    def __init__(self, presenter: ReportPresenter, workplace: Workplace, dialogs: WindowDialogs) -> None:
        super().__init__()
        self.setObjectName("report")
        self.presenter = presenter
        self._work = workplace
        self._dialogs = dialogs
        self._sheet: ConfirmSheet | None = None
        self.send = SendPane()
        self.thumbnails = Thumbnails()
        self.view = PageView()
        self._empty = EmptyState("report.empty")
        self._retry = Button("Try again", "report.retry", key="F5")
        self._review = Button("Go to review", "report.to_review", key="F7")
        self._empty.add_button(self._retry)
        self._empty.add_button(self._review)
        self._loading = LoadingRows("report.loading", "Making the report…")
        preview = QWidget()
        column = Column(preview)
        column.addWidget(self._toolbar())
        self._roots = QStackedWidget()
        pages = QWidget()
        row = Row(pages)
        row.addWidget(self.thumbnails)
        row.addWidget(self.view, 1)
        for root in (pages, self._empty, self._loading):
            self._roots.addWidget(root)
        column.addWidget(self._roots, 1)
        self.panes = PaneLayout(
            "report", [PanePlace("preview", "Report", preview), PanePlace("send", "Send", self.send, 368)]
        )
        Column(self).addWidget(self.panes)
        # In a narrow window the thumbnails alone say which page it is.
        self.panes.narrow_changed.connect(lambda narrow: self._page_words.setVisible(not narrow))
        self._page_words.setVisible(not self.panes.narrow)
        self._connect()
        presenter.subscribe(self.render)

    def _toolbar(self) -> QWidget:
        bar = Pane(lines=("bottom",))
        fix_size(bar, height=40)
        row = Row(bar, margins=(16, 0, 16, 0), spacing=12)
        self._page_words = Text("", "body_strong")
        row.addWidget(self._page_words)
        self._options: dict[str, CheckBox] = {}
        for name, words in _OPTIONS:
            box = CheckBox(words, f"report.option.{name}")
            box.toggled.connect(lambda on, name=name: self.presenter.set_option(name, on))
            self._options[name] = box
            row.addWidget(box)
        row.addStretch(1)
        self._zoom = Segmented("report.zoom", [("page", "Page"), ("width", "Width")], "Size of the page", small=True)
        self._zoom.chosen.connect(lambda choice: self.presenter.zoom("page" if choice == "page" else "width"))
        row.addWidget(self._zoom)
        return bar

    def _connect(self) -> None:
        presenter = self.presenter
        self.thumbnails.chosen.connect(presenter.go_to_page)
        self.view.turned.connect(presenter.go_to_page)
        self.view.wanted_width.connect(presenter.show_at)
        self.send.upload_wanted.connect(presenter.ask_to_upload)
        self.send.print_wanted.connect(presenter.print_report)
        self.send.save_wanted.connect(presenter.save_report)
        self.send.department_chosen.connect(presenter.choose_department)
        self.send.match_wanted.connect(lambda: self._work.navigation.go("match"))
        self.send.sending.cancel_wanted.connect(presenter.cancel_order)
        self.send.sending.again_wanted.connect(presenter.ask_again)
        self.send.sending.uploads_wanted.connect(lambda: self._work.navigation.go("uploads"))
        self.send.sending.close_wanted.connect(presenter.close_sending)
        self._retry.clicked.connect(presenter.refresh)
        self._review.clicked.connect(lambda: self._work.navigation.go("review"))

    def render(self, state: ReportState) -> None:
        """Show a state."""
        for name, box in self._options.items():
            box.blockSignals(True)
            box.setChecked(bool(getattr(state.options, name)))
            box.blockSignals(False)
            usable = name != "interpretation" or state.draft_accepted
            if name == "interpretation":
                box.setText(_INTERPRETATION if usable else f"{_INTERPRETATION} (not accepted)")
                box.setToolTip("" if usable else state.draft_reason)
                box.setAccessibleDescription("" if usable else state.draft_reason)
            box.setEnabled(usable and state.phase in ("ready", "loading") and state.sending is None)
        self._zoom.choose(state.zoom)
        self._page_words.setText(f"Page {state.page} of {state.page_count}" if state.page_count else "Report")
        covered = state.year_asked
        self.thumbnails.show_pages(() if covered else state.thumbnails, state.page)
        self.view.show_page(() if covered else state.pictures, state.page, whole=state.zoom == "page", covered=covered)
        self.send.show_state(state)
        if state.pictures:
            self._roots.setCurrentIndex(0)
        elif state.phase == "failed":
            self._render_failed(state)
        elif state.phase == "loading":
            self._roots.setCurrentIndex(2)
        else:
            self._empty.say(
                "document", "No test yet", "A report needs a test session. Go to review to add a recording."
            )
            self._retry.hide()
            self._roots.setCurrentIndex(1)
        self._render_sheet(state)

    def _render_failed(self, state: ReportState) -> None:
        self._empty.say("warning", "The report could not be made", line_of(state.problem))
        self._retry.show()
        self._roots.setCurrentIndex(1)

    def _render_sheet(self, state: ReportState) -> None:
        asked = state.confirmation
        if asked is None:
            sheet, self._sheet = self._sheet, None
            if sheet is not None:
                sheet.finished.disconnect(self._sheet_finished)
                sheet.finish(True)
            return
        if self._sheet is not None:
            self._sheet.show_asked(asked)
            return
        sheet = ConfirmSheet(asked)
        self._sheet = sheet
        sheet.finished.connect(self._sheet_finished)
        sheet.year_typed.connect(self.presenter.type_year)
        sheet.reason_typed.connect(self.presenter.type_reason)
        sheet.upload_wanted.connect(self.presenter.confirm_upload)
        self._dialogs.show(sheet, focus=sheet.year if not asked.obstacle else sheet.cancel)

    def _sheet_finished(self, accepted: bool) -> None:
        del accepted
        self._sheet = None
        self.presenter.cancel_upload()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say how wide a page will be before there is one, so that the first picture is sharp already."""
        super().resizeEvent(event)
        room = self._roots.width() - look().px(THUMBNAILS_PX) - self.view.verticalScrollBar().sizeHint().width()
        self.presenter.show_at(round((room - 2 * look().px(MARGIN)) * self.devicePixelRatioF()))

    def entered(self) -> None:
        """The screen is shown now."""
        self.presenter.arrive()
        QTimer.singleShot(0, self, self._first_focus)

    def _first_focus(self) -> None:
        if self.isVisible() and self._dialogs.current is None:
            self.view.setFocus()

    def left(self) -> None:
        """Another screen is shown now."""
        self.presenter.leave()

    def unlocked(self) -> None:
        """Make the report again, unless it was ordered: then its steps are followed."""
        self.presenter.take_up()

    def closing(self) -> None:
        """The page is thrown away after signing out."""
        self.presenter.close()
