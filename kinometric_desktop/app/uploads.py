"""Uploads: what waits, what was filed, and what a person must settle because the answer was lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from kinometric.contract.uploads import (
    ConfirmReadable,
    FoundInChart,
    Upload,
    UploadDecision,
    UploadList,
    UploadQuery,
)
from kinometric_desktop.app.connection import Connection
from kinometric_desktop.app.navigation import Navigation
from kinometric_desktop.app.ports import Answer, Clock, Dialogs, Question, TaskRunner, Ticket, Timer
from kinometric_desktop.app.presenter import Presenter
from kinometric_desktop.app.problems import Problem, words_for
from kinometric_desktop.app.session import WorkSession, WorkState
from kinometric_desktop.app.typed_reasons import TypedReasons
from kinometric_desktop.app.wording import written_time

TabId = Literal["queued", "sending", "outcome_unknown", "rejected", "filed", "all"]
TABS: tuple[tuple[TabId, str], ...] = (
    ("queued", "Queued"),
    ("sending", "Sending"),
    ("outcome_unknown", "Unknown"),
    ("rejected", "Rejected"),
    ("filed", "Filed"),
    ("all", "All"),
)
POLL_S = 3.0
DAYS_BACK = 14
LEAST_REASON = 3
STEP_NUMBERS = {"checking_patient": 1, "checking_report": 2, "sending": 3, "filing": 4, "done": 4}
NOT_IN_CHART = "I looked in the patient’s chart: the document is not there."


@dataclass(frozen=True)
class UploadsState:
    """What the screen shows."""

    day: date
    days: tuple[date, ...] = ()
    tab: TabId = "all"
    mine_only: bool = False
    uploads: tuple[Upload, ...] = ()
    shown: tuple[Upload, ...] = ()
    counts: tuple[tuple[str, int], ...] = ()
    change: int = -1
    chosen_id: str = ""
    reading: bool = False
    deciding: bool = False
    document_id: str = ""
    reason: str = ""
    problem: Problem | None = None
    detail_problem: Problem | None = None
    may_upload: bool = False
    now_text: str = ""

    @property
    def chosen(self) -> Upload | None:
        """The chosen upload."""
        return next((one for one in self.shown if one.upload_id == self.chosen_id), None)

    @property
    def can_say_found(self) -> bool:
        """True when the typed document number can be taken."""
        chosen = self.chosen
        unknown = chosen is not None and chosen.state == "outcome_unknown"
        return unknown and self.may_upload and not self.deciding and self.document_id.strip().isdigit()

    @property
    def rejected_count(self) -> int:
        """How many rejected uploads are listed."""
        return sum(1 for one in self.uploads if one.state == "rejected")


class UploadsPresenter(Presenter[UploadsState]):
    """Lists uploads, watches them while the screen is shown, and takes a person's decisions.

    Nothing here sends by itself: the server holds the uploads, and what is unknown waits for a person.
    """

    def __init__(
        self,
        session: WorkSession,
        navigation: Navigation,
        connection: Connection,
        runner: TaskRunner,
        clock: Clock,
        timer: Timer,
        dialogs: Dialogs,
    ) -> None:
        super().__init__(UploadsState(day=session.today(clock.now())), runner)
        self._session = session
        self._navigation = navigation
        self._connection = connection
        self._clock = clock
        self._timer = timer
        self._dialogs = dialogs
        self._reasons_typed = TypedReasons(dialogs)
        self._typed: dict[str, tuple[str, str]] = {}
        self._chosen_before = ""
        self._polling: Ticket | None = None
        self._practice_id = session.practice.practice_id if session.practice else ""
        self._end_listening = session.listen(self._session_changed)

    def enter(self) -> None:
        """The screen is shown: read the list and watch it."""
        today = self._session.today(self._clock.now())
        days = tuple(today - timedelta(days=back) for back in range(DAYS_BACK + 1))
        patient = self._session.patient
        self._change(days=days, may_upload=self._session.may("can_upload"), problem=None, detail_problem=None)
        self.refresh(prefer_session=patient.session_id if patient is not None else "")
        if self._polling is None:
            self._polling = self._timer.every(POLL_S, self._poll)

    def leave(self) -> None:
        """Another screen is shown: watch no more."""
        if self._polling is not None:
            self._polling.drop()
            self._polling = None

    def close(self) -> None:
        """Stop everything."""
        self.leave()
        self._end_listening()
        super().close()

    def refresh(self, *, prefer_session: str = "") -> None:
        """Read the list because a person asks for it."""
        self._change(reading=True)
        self._read(polling=False, prefer_session=prefer_session)

    def choose_tab(self, tab: TabId) -> None:
        """Show the uploads of one state."""
        self._filter(tab=tab)

    def choose_day(self, day: date) -> None:
        """Show another day."""
        if day != self.state.day:
            self._cleared(day=day)
            self.refresh()

    def choose_mine(self, mine_only: bool) -> None:
        """Show the person's own uploads, or the practice's."""
        if mine_only != self.state.mine_only:
            self._cleared(mine_only=mine_only)
            self.refresh()

    def choose(self, upload_id: str) -> None:
        """Choose an upload."""
        if upload_id != self.state.chosen_id:
            self._change(**self._chosen(upload_id), detail_problem=None)

    def _chosen(self, upload_id: str) -> dict[str, str]:
        """What changes with the choice: what was typed belongs to its upload and never stands at another one."""
        state = self.state
        self._typed[state.chosen_id] = (state.document_id, state.reason)
        document_id, reason = self._typed.get(upload_id, ("", "")) if upload_id else ("", "")
        return {"chosen_id": upload_id, "document_id": document_id, "reason": reason}

    def type_document_id(self, text: str) -> None:
        """The number of the document that a person found in the chart."""
        self._change(document_id=text)

    def type_reason(self, text: str) -> None:
        """Why it is to be sent again."""
        self._change(reason=text)

    def opens_again_words(self, upload: Upload) -> str:
        """When sending again opens, or since when it is open."""
        if upload.send_again_from is None:
            return ""
        opens = datetime.fromisoformat(upload.send_again_from)
        at = written_time(opens, self._session.time_zone)
        if self._clock.now() >= opens:
            return f"Sending again is open since {at}, 10 minutes after the try."
        return f"Sending again opens at {at}, 10 minutes after the try. It may still arrive until then."

    def can_send_again(self, upload: Upload | None) -> bool:
        """True when a person may order an unknown upload sent again now."""
        if upload is None or upload.state != "outcome_unknown" or not self.state.may_upload or self.state.deciding:
            return False
        opens = upload.send_again_from
        due = opens is None or self._clock.now() >= datetime.fromisoformat(opens)
        return due and len(self.state.reason.strip()) >= LEAST_REASON

    def say_found(self) -> None:
        """It is there: the typed number is the document."""
        chosen = self.state.chosen
        if chosen is None or not self.state.can_say_found:
            return
        form = FoundInChart(chosen.version, self.state.document_id.strip())
        call = self._connection.client.uploads.found
        self._decide(lambda: call(chosen.upload_id, form))

    def send_again(self) -> None:
        """Not there: send it again, with the typed reason."""
        chosen = self.state.chosen
        if chosen is None or not self.can_send_again(chosen):
            return
        form = UploadDecision(chosen.version, self.state.reason.strip(), not_in_chart=True)
        call = self._connection.client.uploads.send_again
        question = Question(
            "uploads.send_again",
            "Send this report again?",
            "If the first one arrived after all, the chart will hold it twice.",
            "Not there, send again",
            facts=(("Patient", chosen.patient_name), ("Mark in the note", chosen.marker)),
            statement=NOT_IN_CHART,
            dangerous=True,
        )
        self._ask(question, lambda _: self._decide(lambda: call(chosen.upload_id, form)))

    def abandon(self) -> None:
        """Give up an unknown upload, with a reason and a statement."""
        chosen = self.state.chosen
        if chosen is None or chosen.state != "outcome_unknown" or not self.state.may_upload:
            return
        call = self._connection.client.uploads.abandon
        question = Question(
            "uploads.abandon",
            "Abandon this upload?",
            "It is not sent again. Another report of this session can be sent afterwards.",
            "Abandon upload",
            facts=(("Patient", chosen.patient_name), ("Mark in the note", chosen.marker)),
            asks_for="Reason",
            needs_characters=LEAST_REASON,
            statement=NOT_IN_CHART,
            dangerous=True,
        )

        def answered(answer: Answer) -> None:
            form = UploadDecision(chosen.version, answer.text, not_in_chart=True)
            self._decide(lambda: call(chosen.upload_id, form))

        self._reasons_typed.ask(question, chosen.upload_id, answered)

    def cancel(self) -> None:
        """Cancel a queued upload."""
        chosen = self.state.chosen
        if chosen is None or chosen.state != "queued" or not self.state.may_upload:
            return
        call = self._connection.client.uploads.cancel
        question = Question(
            "uploads.cancel",
            "Cancel this upload?",
            "Nothing was sent yet. The report can be sent later from the patient’s Report step.",
            "Cancel upload",
            cancel="Keep it queued",
            facts=(("Patient", chosen.patient_name), ("Test", chosen.tested_at[:10])),
        )

        def answered(answer: Answer) -> None:
            form = UploadDecision(chosen.version, answer.text)
            self._decide(lambda: call(chosen.upload_id, form))

        self._ask(question, answered)

    def retry(self) -> None:
        """Queue a rejected upload again, after mending."""
        chosen = self.state.chosen
        if chosen is None or chosen.state != "rejected" or not self.state.may_upload or self.state.deciding:
            return
        form = UploadDecision(chosen.version)
        call = self._connection.client.uploads.retry
        self._decide(lambda: call(chosen.upload_id, form))

    def confirm_readable(self) -> None:
        """The first filed document was opened in athenaOne and could be read."""
        chosen = self.state.chosen
        if chosen is None or not chosen.needs_readable_check or not self.state.may_upload:
            return
        form = ConfirmReadable(chosen.version)
        call = self._connection.client.uploads.confirm_readable
        self._decide(lambda: call(chosen.upload_id, form))

    def open_session(self) -> None:
        """Open the patient and session of the chosen upload."""
        chosen = self.state.chosen
        if chosen is None:
            return
        client = self._connection.client

        def opened(view: object) -> None:
            from kinometric.contract.sessions import SessionView

            if isinstance(view, SessionView):
                filed = chosen.state == "filed"
                self._session.open_patient(view.patient, view.session_id, reviewed=view.review is not None, filed=filed)
                self._navigation.go("report" if view.review is not None else "review")

        self._run("open", lambda: client.sessions.get(chosen.session_id), opened, self._failed)

    def ids_as_text(self) -> str:
        """The listed uploads as CSV with ids only, no names."""
        lines = ["created_at,upload_id,athena_patient_id,state,document_id,tries"]
        lines += [
            ",".join(
                (one.created_at, one.upload_id, one.athena_patient_id, one.state, one.document_id or "", str(one.tries))
            )
            for one in self.state.shown
        ]
        return "\n".join(lines) + "\n"

    def _ask(self, question: Question, on_yes: Callable[[Answer], None]) -> None:
        self._dialogs.ask(question, lambda answer: on_yes(answer) if answer.accepted else None)

    def _decide(self, order: Callable[[], Upload]) -> None:
        self._change(deciding=True, detail_problem=None)
        self._run("decide", order, self._decided, self._failed)

    def _decided(self, upload: Upload) -> None:
        self._reasons_typed.settled()
        uploads = tuple(upload if one.upload_id == upload.upload_id else one for one in self.state.uploads)
        self._change(deciding=False, uploads=uploads, document_id="", reason="")
        self._filter()
        self._read(polling=False)

    def _failed(self, problem: Exception) -> None:
        self._change(deciding=False, detail_problem=words_for(problem))
        self._read(polling=False)

    def _poll(self) -> None:
        if self._session.state.locked or self._busy("list") or self._busy("decide"):
            return
        self._read(polling=True)

    def _read(self, *, polling: bool, prefer_session: str = "") -> None:
        if not self._connection.is_open or self._session.practice is None:
            return
        client = self._connection.client
        query = UploadQuery(mine=self.state.mine_only, day=self.state.day.isoformat())

        def done(answer: UploadList) -> None:
            self._taken(answer, prefer_session)

        self._run("list", lambda: client.uploads.list(query, polling=polling), done, self._not_read)

    def _taken(self, answer: UploadList, prefer_session: str) -> None:
        now_text = written_time(self._clock.now(), self._session.time_zone)
        self._change(
            uploads=answer.uploads,
            counts=tuple(sorted(answer.counts.items())),
            change=answer.change,
            reading=False,
            problem=None,
            now_text=now_text,
        )
        preferred = next((one.upload_id for one in answer.uploads if one.session_id == prefer_session), "")
        self._filter(**(self._chosen(preferred) if preferred and preferred != self.state.chosen_id else {}))

    def _not_read(self, problem: Exception) -> None:
        words = words_for(problem)
        self._chosen_before = self.state.chosen_id or self._chosen_before
        self._change(uploads=(), shown=(), counts=(), reading=False, problem=words, **self._chosen(""))

    def _filter(self, **changes: object) -> None:
        self._change(**changes)
        state = self.state
        shown = tuple(one for one in state.uploads if state.tab == "all" or one.state == state.tab)
        wanted = state.chosen_id or self._chosen_before
        kept = any(one.upload_id == wanted for one in shown)
        first = next((one for one in shown if one.state == "outcome_unknown"), shown[0] if shown else None)
        chosen = wanted if kept else (first.upload_id if first else "")
        self._change(shown=shown, **(self._chosen(chosen) if chosen != state.chosen_id else {}))

    def _cleared(self, **changes: object) -> None:
        self._typed.clear()
        self._chosen_before = ""
        self._reasons_typed.settled()
        self._change(uploads=(), shown=(), counts=(), chosen_id="", document_id="", reason="", **changes)

    def _session_changed(self, state: WorkState) -> None:
        practice_id = state.practice.practice_id if state.practice else ""
        if practice_id != self._practice_id:
            self._practice_id = practice_id
            self._drop("list")
            self._cleared(may_upload=self._session.may("can_upload"))
