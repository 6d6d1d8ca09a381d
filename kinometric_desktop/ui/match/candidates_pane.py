"""The candidates pane: the list by band, or why there is none and what to do about it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from kinometric_desktop.app.match import MatchPresenter
from kinometric_desktop.app.match_state import ANY_DEPARTMENT, MatchState
from kinometric_desktop.app.wording import plural
from kinometric_desktop.ui.match.candidate_list import CandidateList
from kinometric_desktop.ui.match.marked_text import draw_marked
from kinometric_desktop.ui.match.pane_head import PaneHead
from kinometric_desktop.ui.theme.icons import draw_icon
from kinometric_desktop.ui.theme.look import look
from kinometric_desktop.ui.theme.spacing import Column, fix_size
from kinometric_desktop.ui.widgets.button import Button
from kinometric_desktop.ui.widgets.message import EmptyState, LoadingRows, Message
from kinometric_desktop.ui.widgets.pane import Pane
from kinometric_desktop.ui.widgets.text import Text, typeset


class HiddenLine(QWidget):
    """How many results are hidden, and why; nothing else is said of them."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("match.candidates.hidden")
        self._words = ""
        fix_size(self, height=40)

    def say(self, count: int) -> None:
        """Show the count, or nothing for none."""
        self._words = f"{plural(count, 'result')} hidden: other department" if count else ""
        self.setAccessibleName(self._words)
        self.setVisible(bool(count))
        self.update()

    def text(self) -> str:
        """The words."""
        return self._words

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.fillRect(0, 0, self.width(), 1, look().colour("border"))
        side, left = look().px(14), look().px(16)
        draw_icon(painter, "lock", QRectF(left, (self.height() - side) // 2, side, side), "text-2")
        left += side + look().px(8)
        room = QRectF(left, 0, self.width() - left, self.height())
        draw_marked(painter, room, self._words, tone="text-2", role="small")


class CandidatesPane(Pane):
    """Pane 2."""

    def __init__(self, presenter: MatchPresenter) -> None:
        super().__init__(lines=("right",))
        self._presenter = presenter
        self._state = presenter.state
        head = PaneHead("2", "Candidates")
        self._count = Text("", "body", "text-2")
        head.row.addWidget(self._count)
        head.row.addStretch(1)
        self._hint = Text("Enter opens compare", "label", "text-3")
        head.row.addWidget(self._hint)
        self.message = Message("match.candidates.message", square=True)
        self.list = CandidateList()
        self.list.opened.connect(presenter.open_candidate)
        self.empty = EmptyState("match.candidates.empty")
        self.wider = Button("Search wider", "match.candidates.wider", key="Ctrl+W", small=True)
        self.other = Button("All departments", "match.candidates.other", small=True)
        self.keep = Button(typeset("Kinometric-only"), "match.candidates.keep", small=True)
        self.wider.clicked.connect(presenter.search_wider)
        self.other.clicked.connect(self._search_everywhere)
        self.keep.clicked.connect(presenter.keep_kinometric_only)
        stacked = QWidget()
        column = Column(stacked, spacing=8)
        for button in (self.wider, self.other, self.keep):
            column.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        self.empty.buttons.addWidget(stacked)
        self.loading = LoadingRows("match.candidates.loading", "Asking athenaOne…")
        self._stack = QStackedWidget()
        for page in (self.empty, self.list, self.loading):
            self._stack.addWidget(page)
        self.hidden = HiddenLine()
        outer = Column(self, margins=(0, 0, 1, 0))
        for widget in (head, self.message):
            outer.addWidget(widget)
        outer.addWidget(self._stack, 1)
        outer.addWidget(self.hidden)

    def _search_everywhere(self) -> None:
        self._presenter.choose_department(ANY_DEPARTMENT)
        self._presenter.search()

    def render_state(self, state: MatchState) -> None:
        """Show a state."""
        self._state = state
        self._count.setText(str(state.found) if state.found else "")
        self._hint.setVisible(bool(state.found))
        self.hidden.say(state.hidden_other_department)
        self.list.show_groups(state.groups)
        if state.problem is not None:
            self.message.say_problem(state.problem)
        else:
            self.message.say("")
        if state.busy in ("search", "wider", "lookup"):
            self._stack.setCurrentWidget(self.loading)
        elif state.found:
            self._stack.setCurrentWidget(self.list)
        else:
            self._render_empty(state)
            self._stack.setCurrentWidget(self.empty)

    def _render_empty(self, state: MatchState) -> None:
        nobody = state.searched and state.problem is None
        may = state.may_match and state.online
        self.wider.setVisible(nobody and state.can_go_wider and may)
        self.other.setVisible(nobody and state.form.department != ANY_DEPARTMENT and may)
        self.keep.setVisible(nobody and state.may_match)
        if nobody:
            name = state.searched_name.upper()
            where = state.searched_department
            note = f"No patient named {name} in {where}. Widen the search or change it."
            self.empty.say("search", "Nobody found", note)
        elif not state.online:
            self.empty.say("offline", "Not while offline", "Candidates are cleared, not shown as fresh.")
        elif state.problem is not None:
            self.empty.say("search", "Nothing to compare", "Change the search and try again.")
        else:
            self.empty.say("search", "Nobody looked for yet", "Press Enter to search athenaOne by the patient’s name.")
