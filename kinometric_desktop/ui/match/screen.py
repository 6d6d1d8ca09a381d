"""The match screen: three panes, side by side or one at a time."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from kinometric_desktop.app.match import MatchPresenter
from kinometric_desktop.app.match_actions import match_actions
from kinometric_desktop.app.match_state import MatchState
from kinometric_desktop.app.workplace import Workplace
from kinometric_desktop.ui.match.candidates_pane import CandidatesPane
from kinometric_desktop.ui.match.compare_pane import ComparePane
from kinometric_desktop.ui.match.linked_pane import LinkedPane
from kinometric_desktop.ui.match.search_pane import SearchPane
from kinometric_desktop.ui.shell.shell import Page, Shell
from kinometric_desktop.ui.theme.spacing import Column
from kinometric_desktop.ui.widgets.pane import PaneLayout, PanePlace


class MatchPage(Page):
    """Search, candidates, compare; while the patient is linked, the link stands where the search was."""

    def __init__(self, presenter: MatchPresenter, zone: str, correct: Callable[[], object]) -> None:
        super().__init__()
        self.setObjectName("match")
        self.presenter = presenter
        self.search = SearchPane(presenter)
        self.linked = LinkedPane(presenter, zone)
        self.candidates = CandidatesPane(presenter)
        self.compare = ComparePane(presenter)
        self.compare.link.correct_pressed.connect(correct)
        self.panes: PaneLayout = PaneLayout(
            "match",
            (
                PanePlace("search", "1  Search", self.search, 256),
                PanePlace("linked", "Link", self.linked, 256),
                PanePlace("candidates", "2  Candidates", self.candidates, 312),
                PanePlace("compare", "3  Compare", self.compare),
            ),
        )
        column = Column(self)
        column.addWidget(self.panes)
        self.panes.narrow_changed.connect(self.compare.set_narrow)
        self.candidates.list.opened.connect(lambda _: self._go_to_compare())
        self.compare.set_narrow(self.panes.narrow)
        self._compared = ""
        self._was_linked = False
        self._linked: bool | None = None
        self._found = 0
        self._busy = ""
        presenter.subscribe(self.render_state)

    def entered(self) -> None:
        """The screen is shown now."""
        self.presenter.entered()
        if self.presenter.state.linked is None:
            self.search.last.setFocus(Qt.FocusReason.OtherFocusReason)
            self.search.last.selectAll()
        else:
            self.compare.verify.button.setFocus(Qt.FocusReason.OtherFocusReason)

    def left(self) -> None:
        """Another screen is shown now."""
        self.presenter.left()

    def closing(self) -> None:
        """The person signs out."""
        self.presenter.close()

    def render_state(self, state: MatchState) -> None:
        """Show a state."""
        linked = state.linked is not None
        if linked != self._linked:
            self._linked = linked
            self._arrange(linked=linked, just_now=state.linked is not None and state.linked.can_undo)
        for pane in (self.search, self.linked, self.candidates, self.compare):
            pane.render_state(state)
        self.panes.set_count("candidates", str(state.found) if state.found else "")
        self._follow(state)

    def _arrange(self, *, linked: bool, just_now: bool) -> None:
        self.panes.set_pane_visible("search", not linked)
        self.panes.set_pane_visible("candidates", not linked)
        self.panes.set_pane_visible("linked", linked)
        words = [("linked", "Link"), ("compare", "Compare")]
        if not linked:
            words = [("search", "1  Search"), ("candidates", "2  Candidates"), ("compare", "3  Compare")]
        self.panes.switch.set_choices(words)
        # In a narrow window a link that was just made shows itself, with its Undo; an older one shows the fresh chart.
        self.panes.show_pane("linked" if just_now else "compare" if linked else "search")

    def _follow(self, state: MatchState) -> None:
        """Take the focus to what comes next: the list after a search, the year after a candidate was opened."""
        searched = self._busy in ("search", "wider", "lookup") and state.busy == ""
        self._busy = state.busy
        compared = state.compare.athena_patient_id if state.compare and not state.linked else ""
        if searched and state.found:
            self.panes.show_pane("candidates")
            self.candidates.list.setFocus(Qt.FocusReason.OtherFocusReason)
        linked = state.linked is not None
        if linked and not self._was_linked and self.isVisible():
            self.linked.area.setFocus(Qt.FocusReason.OtherFocusReason)
        self._was_linked = linked
        if compared != self._compared:
            before, self._compared = self._compared, compared
            if compared:
                self._go_to_compare()
            elif before and not state.linked:
                self.panes.show_pane("candidates" if state.found else "search")
                self.candidates.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _go_to_compare(self) -> None:
        self.panes.show_pane("compare")
        if self.compare.link.year.isEnabled():
            self.compare.link.year.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.presenter.close_compare():
            return
        super().keyPressEvent(event)


def register(shell: Shell, work: Workplace) -> None:
    """Add the match screen to the shell."""
    made: list[MatchPresenter] = []

    def page() -> MatchPage:
        made[:] = [MatchPresenter(work)]
        return MatchPage(made[0], work.session.time_zone, lambda: work.actions.trigger("patient.correct"))

    work.actions.add_all(match_actions(lambda: made[0] if made else None))
    shell.register_page("match", page)
