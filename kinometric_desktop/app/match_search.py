"""Search athenaOne for the open patient: the form, the steps of the search, and what it found."""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import TYPE_CHECKING

from kinometric.contract.errors import ATHENA_PATIENT_NOT_FOUND, DEPARTMENT_DENIED, TOO_MANY_MATCHES
from kinometric.contract.patients import AthenaCandidates, AthenaLookup, AthenaPatient, AthenaSearch, Patient
from kinometric.contract.practices import Departments
from kinometric.matching import PersonRecord, Ranking, parse_typed_date, rank
from kinometric_desktop.app.match_rows import person
from kinometric_desktop.app.match_state import (
    ANY_DEPARTMENT,
    Busy,
    DepartmentChoice,
    Found,
    MatchState,
    SearchForm,
    YearEntry,
)
from kinometric_desktop.app.ports import Ticket
from kinometric_desktop.app.presenter import Presenter
from kinometric_desktop.app.problems import Problem, countdown, words_for
from kinometric_desktop.app.session import WorkState
from kinometric_desktop.app.typed_reasons import TypedReasons
from kinometric_desktop.app.workplace import Workplace
from kinometric_desktop.client.errors import ServerError

if TYPE_CHECKING:
    from kinometric_desktop.client.server import ServerClient

READ_ONLY = "Your role here is read-only. You can view but not link or upload."
MAY_NOT_MATCH = "Your role here has no right to match patients. Ask an administrator."
DENIED = (
    "This patient belongs to a department your practice is not set up for. Ask an administrator. "
    "This attempt was logged."
)
TOO_MANY = "More than 50 matches. Add a first name or birth date."
UNKNOWN_ID = "athenaOne has no patient with this ID in your practice. Check the digits."


class CandidateSearch(Presenter[MatchState]):
    """The search pane and what it finds; comparing and linking are added by its subclasses."""

    def __init__(self, work: Workplace) -> None:
        super().__init__(MatchState(), work.runner)
        self._connection = work.connection
        self._session = work.session
        self._navigation = work.navigation
        self._clock = work.clock
        self._timer = work.timer
        self._dialogs = work.dialogs
        self._reasons_typed = TypedReasons(work.dialogs)
        self._found: list[Found] = []
        self._ranking = Ranking(())
        self._opened = ""
        self._year = YearEntry()
        self._typed_year = ""
        self._year_was_shown = False
        self._reasons: dict[str, tuple[str, str]] = {}
        self._opened_at_s = 0.0
        self._tick: Ticket | None = None
        self._waiting: Ticket | None = None
        self._on_screen = False
        self._person = PersonRecord()
        self._practice_id = ""
        self._mine = ""
        self._end_listening = work.session.listen(self._session_changed)

    @property
    def _client(self) -> ServerClient:
        return self._connection.client

    def close(self) -> None:
        """Stop listening and drop all work."""
        self._end_listening()
        if self._tick is not None:
            self._tick.drop()
            self._tick = None
        self._stop_waiting()
        super().close()

    # -- coming and going --

    def entered(self) -> None:
        """The screen is shown now."""
        self._on_screen = True
        self._arrive()

    def left(self) -> None:
        """Another screen is shown now: the comparison is closed and the year of birth is open again."""
        self._close_compare()
        self._on_screen = False
        self._session.hide_year(False)

    def _session_changed(self, state: WorkState) -> None:
        if not self._on_screen:
            return
        patient = state.patient
        if patient is None:
            self._reset()
            return
        if patient.patient_id != self._state.patient_id:
            self._arrive()
            return
        if person(patient.record) != self._person:
            self._record_changed(patient.record)
        if state.online != self._state.online:
            self._change(online=state.online)
            if not state.online:
                self._clear_candidates()
            self._refresh()

    def _arrive(self) -> None:
        patient = self._session.patient
        if patient is None:
            return
        corrected = person(patient.record) != self._person
        if patient.patient_id != self._state.patient_id:
            self._reset()
            self._fill_form(patient.record)
            corrected = False
        self._person = person(patient.record)
        may_not = READ_ONLY if self._session.read_only else "" if self._session.may("can_match") else MAY_NOT_MATCH
        self._change(
            patient_id=patient.patient_id,
            may_match=not may_not,
            may_not_sentence=may_not,
            online=self._session.state.online,
            message="",
        )
        self._mask(hidden=not patient.linked)
        self._read_departments()
        if patient.linked:
            self._show_link()
        elif corrected:
            self._record_changed(patient.record)
        else:
            self._refresh()

    def _record_changed(self, record: Patient) -> None:
        """The record was corrected: compare it anew, the year of birth hidden again."""
        self._person = person(record)
        opened = self._opened
        self._close_compare()
        self._fill_form(record)
        self._ranking = rank(self._person, [person(one.record) for one in self._found])
        if self._state.linked is None and opened:
            self.open_candidate(opened)
        else:
            self._refresh()

    def _reset(self) -> None:
        for topic in ("search", "open", "link", "history"):
            self._drop(topic)
        self._close_compare()
        self._stop_waiting()
        self._found, self._ranking = [], Ranking(())
        self._show(MatchState(departments=self._state.departments, online=self._state.online))

    def _mask(self, *, hidden: bool) -> None:
        self._change(year_hidden=hidden)
        self._session.hide_year(hidden)

    def _fill_form(self, record: Patient) -> None:
        self._change(form=SearchForm(record.lastname, record.firstname, record.born, department=self._my_department()))

    def _my_department(self) -> str:
        choices = {choice.athena_department_id for choice in self._state.departments}
        mine = self._mine
        return mine if mine in choices else ANY_DEPARTMENT

    def _read_departments(self) -> None:
        practice = self._session.practice
        if practice is None or not self._state.may_match:
            return
        if practice.practice_id != self._practice_id:
            # Another practice's departments are never offered, not even for a moment.
            self._practice_id, self._mine = practice.practice_id, ""
            self._change(departments=())
            self._form(department=ANY_DEPARTMENT)
        self._run("departments", self._client.departments.list, self._departments_read, only_words)

    def _departments_read(self, departments: Departments) -> None:
        allowed = [one for one in departments.departments if one.is_active and one.athena_department_id]
        practice = self._session.practice
        own = practice.department_id if practice else None
        self._mine = next((one.athena_department_id or "" for one in allowed if one.department_id == own), "")
        choices = tuple(DepartmentChoice(one.athena_department_id or "", one.name) for one in allowed)
        self._change(departments=choices)
        chosen = self._state.form.department
        gone = chosen != ANY_DEPARTMENT and chosen not in {one.athena_department_id for one in choices}
        if gone or (chosen == ANY_DEPARTMENT and not self._state.searched):
            self._form(department=self._my_department())

    def _today(self) -> date:
        return self._session.today(self._clock.now())

    # -- the form --

    def _form(self, **changes: object) -> None:
        self._change(form=dataclasses.replace(self._state.form, **changes), form_complaint="")  # type: ignore[arg-type]

    def set_lastname(self, text: str) -> None:
        """The last name was typed."""
        self._form(lastname=text)

    def set_firstname(self, text: str) -> None:
        """The first name was typed."""
        self._form(firstname=text)

    def set_born_text(self, text: str) -> None:
        """A birth date was typed; it narrows where athenaOne can, it never hides a candidate."""
        parsed = parse_typed_date(text, today=self._today())
        self._form(born=parsed.day, born_text=text, born_from_record=False)
        if not parsed.understood:
            self._change(form_complaint=parsed.echo)

    def take_born_from_record(self) -> None:
        """Go back to the patient's own birth date."""
        patient = self._session.patient
        if patient is not None:
            self._form(born=patient.record.born, born_text="", born_from_record=True)

    def choose_department(self, athena_department_id: str) -> None:
        """Search in one department, or in all allowed ones."""
        self._form(department=athena_department_id)

    def set_athena_id(self, text: str) -> None:
        """An athenaOne patient ID was typed."""
        self._form(athena_id=text)

    # -- searching --

    def search(self) -> None:
        """Search athenaOne by what the form says."""
        self._search(wider=False)

    def search_wider(self) -> None:
        """Go on to the next steps of the search."""
        self._search(wider=True)

    def _may_ask(self) -> bool:
        may = self._state.may_match and self._state.online and self._state.linked is None
        return may and not self._state.must_wait

    def _search(self, *, wider: bool) -> None:
        form = self._state.form
        if not self._may_ask() or self._state.form_complaint:
            return
        if not form.lastname.strip():
            self._change(form_complaint="Type a last name.")
            return
        department = None if form.department == ANY_DEPARTMENT else form.department
        query = AthenaSearch(
            self._state.patient_id, form.lastname.strip(), form.firstname.strip(), form.born, department, wider
        )
        self._begin("wider" if wider else "search")
        self._run("search", lambda: self._client.athena.search(query), self._searched, self._search_failed)

    def look_up(self) -> None:
        """Read one athenaOne record by its ID."""
        typed = self._state.form.athena_id.strip()
        if not self._may_ask():
            return
        if not typed.isascii() or not typed.isdigit():
            self._change(form_complaint="An athenaOne patient ID has digits only.")
            return
        self._begin("lookup")
        query = AthenaLookup(typed, self._state.patient_id)
        self._run("search", lambda: self._client.athena.lookup(query), self._looked_up, self._search_failed)

    def _begin(self, busy: Busy) -> None:
        self._close_compare()
        self._change(busy=busy, problem=None, message="", form_complaint="")

    def _searched(self, answer: AthenaCandidates) -> None:
        form = self._state.form
        self._take([Found(record) for record in answer.candidates], answer.hidden_other_department)
        self._change(
            searched=True,
            searched_name=form.lastname.strip(),
            searched_department=self._department_name(form.department),
            steps=answer.steps,
            requests=f"{answer.requests_used} of {answer.requests_allowed} requests",
            can_go_wider=answer.can_go_wider,
        )

    def _looked_up(self, record: AthenaPatient) -> None:
        self._take([Found(record, by_id=True, fresh=True)], 0)
        self._change(searched=True, steps=("athenaOne patient ID",), requests="", can_go_wider=False)

    def _take(self, found: list[Found], hidden: int) -> None:
        patient = self._session.patient
        if patient is None:
            return
        self._found = found
        self._ranking = rank(person(patient.record), [person(one.record) for one in found])
        self._change(busy="", found=len(found), hidden_other_department=hidden)
        self._refresh()

    def _search_failed(self, problem: Exception) -> None:
        self._clear_candidates()
        said = self._words(problem)
        self._change(busy="", problem=said)
        if isinstance(problem, ServerError) and problem.retry_after_s:
            self._count_down(problem.message, said)

    def _count_down(self, message: str, said: Problem) -> None:
        """athenaOne is busy: say how long to wait, second by second, and keep the search off until then."""
        self._stop_waiting()
        ends_at_s = self._clock.monotonic_s() + (said.retry_after_s or 0.0)

        def tick() -> None:
            left_s = ends_at_s - self._clock.monotonic_s()
            if left_s <= 0:
                self._stop_waiting()
                self._change(problem=None)
                return
            self._change(problem=dataclasses.replace(said, sentence=f"{message} Next try in {countdown(left_s)}."))

        self._waiting = self._timer.every(1.0, tick)
        self._change(must_wait=True)
        tick()

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.drop()
            self._waiting = None
        self._change(must_wait=False)

    def _words(self, problem: Exception) -> Problem:
        said = words_for(problem)
        own = {
            DEPARTMENT_DENIED: DENIED,
            TOO_MANY_MATCHES: TOO_MANY,
            ATHENA_PATIENT_NOT_FOUND: UNKNOWN_ID,
        }.get(said.code)
        return dataclasses.replace(said, sentence=own) if own else said

    def _department_name(self, athena_department_id: str) -> str:
        names = {choice.athena_department_id: choice.name for choice in self._state.departments}
        return names.get(athena_department_id, "your departments")

    def _clear_candidates(self) -> None:
        self._drop("search")
        self._close_compare()
        self._found, self._ranking = [], Ranking(())
        self._change(
            busy="", searched=False, groups=(), found=0, hidden_other_department=0, steps=(), requests="",
            can_go_wider=False,
        )  # fmt: skip

    def _refresh(self) -> None:
        raise NotImplementedError

    def _close_compare(self) -> None:
        raise NotImplementedError

    def open_candidate(self, athena_patient_id: str) -> None:
        """Compare a candidate with the patient."""
        raise NotImplementedError

    def _show_link(self) -> None:
        raise NotImplementedError


def only_words(problem: Exception) -> None:
    """A failure that changes nothing on the screen; a mistake of the program still comes out."""
    words_for(problem)
