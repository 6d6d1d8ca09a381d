"""The match screen: link, unlink, confirm or add what the search found, when a person says so and never before."""

from __future__ import annotations

import dataclasses

from kinometric.contract.errors import LINK_REFUSED, STALE, WRONG_BIRTH_YEAR, WRONG_STATE
from kinometric.contract.patients import (
    AthenaLookup,
    AthenaPatient,
    EndLink,
    ImportPatient,
    LinkHistory,
    MakeLink,
    Patient,
    VerifyLink,
)
from kinometric.matching import Ranking
from kinometric_desktop.app.match_compare import CandidateCompare
from kinometric_desktop.app.match_rows import linked_panel
from kinometric_desktop.app.match_state import Busy, ComparePanel, LinkedPanel, YearEntry
from kinometric_desktop.app.ports import Question, Ticket
from kinometric_desktop.app.wording import plural

UNDO_FOR_S = 10.0
UNDONE = "Undone right after linking"
LINKED = "Linked. The link is written to the audit log."
CHANGED = "This record changed meanwhile. It was read again; compare it once more."


class MatchPresenter(CandidateCompare):
    """Everything that the match screen can do."""

    _linked_record: AthenaPatient | None = None
    _history: LinkHistory | None = None
    _undo: Ticket | None = None
    _verified_now = False

    def close(self) -> None:
        """Stop listening, forget the undo, drop all work."""
        self._forget_undo()
        super().close()

    # -- linking --

    def link(self) -> None:
        """Link the compared records; does nothing while anything is still needed."""
        candidate, patient, panel = self._candidate(self._opened), self._session.patient, self._state.compare
        if candidate is None or patient is None or panel is None or not panel.ready or self._state.busy:
            return
        form = MakeLink(
            candidate.record.athena_patient_id,
            candidate.record.fingerprint,
            self._typed_year,
            "id" if candidate.by_id else "search",
            patient.record.link_version,
            {row.field: row.reason for row in panel.reasons},
            birth_year_was_shown=self._year_was_shown,
        )
        patient_id = patient.patient_id
        self._working("link")
        self._run(
            "link",
            lambda: self._client.patients.link(patient_id, form),
            lambda record: self._linked(record, candidate.record),
            self._link_failed,
        )

    def _working(self, busy: Busy) -> None:
        self._change(busy=busy, problem=None, compare_problem=None, message="")

    def _linked(self, record: Patient, athena: AthenaPatient) -> None:
        self._close_compare()
        self._found, self._ranking = [], Ranking(())
        self._linked_record = athena
        self._change(busy="", groups=(), found=0, searched=False, hidden_other_department=0, message=LINKED)
        self._session.update_patient(record=record)
        self._mask(hidden=False)
        self._forget_undo()
        self._undo = self._timer.after(UNDO_FOR_S, self._undo_over)
        self._refresh()
        self._read_history()

    def _link_failed(self, problem: Exception) -> None:
        said = self._words(problem)
        self._change(busy="", compare_problem=said)
        if said.code == WRONG_BIRTH_YEAR:
            self._mask(hidden=True)
            self._wrong_year()
        elif said.code == STALE:
            self._read_patient_again()
        elif said.code == LINK_REFUSED and self._opened:
            self._read_candidate_again()

    def _read_patient_again(self) -> None:
        patient_id, opened = self._state.patient_id, self._opened

        def read(record: Patient) -> None:
            self._session.update_patient(record=record)
            if record.link is not None:
                self._close_compare()
                self._show_link()
            elif opened:
                self._found = [dataclasses.replace(one, fresh=False) for one in self._found]
                self.open_candidate(opened)
            self._change(message=CHANGED)

        self._run("link", lambda: self._client.patients.get(patient_id), read, self._compare_failed)

    # -- an existing link --

    def _show_link(self) -> None:
        patient = self._session.patient
        if patient is None or patient.record.link is None:
            return
        self._linked_record, self._history, self._verified_now = None, None, False
        self._mask(hidden=False)
        self._refresh()
        self._read_history()
        if not self._state.may_match and not self._session.may("can_upload"):
            return
        query = AthenaLookup(patient.record.link.athena_patient_id, patient.patient_id)
        self._change(busy="open", compare_problem=None)
        self._run("open", lambda: self._client.athena.lookup(query), self._linked_read, self._compare_failed)

    def _linked_read(self, record: AthenaPatient) -> None:
        self._linked_record = record
        self._change(busy="")
        self._refresh()

    def _read_history(self) -> None:
        patient_id = self._state.patient_id
        read = self._client.patients.link_history
        self._run("history", lambda: read(patient_id), self._history_read, self._compare_failed)

    def _history_read(self, history: LinkHistory) -> None:
        self._history = history
        self._refresh()

    def still_same(self) -> None:
        """Say that the linked record, read afresh, is still the same person."""
        patient, record = self._session.patient, self._linked_record
        if patient is None or patient.record.link is None or record is None or not self._may_change_link():
            return
        patient_id = patient.patient_id
        form = VerifyLink(patient.record.link_version, record.fingerprint)
        self._working("verify")
        verify = self._client.patients.verify_link
        self._run("link", lambda: verify(patient_id, form), self._verified, self._link_failed)

    def _verified(self, record: Patient) -> None:
        self._verified_now = True
        self._change(busy="")
        self._session.update_patient(record=record)
        self._refresh()
        self._read_history()

    def _may_change_link(self) -> bool:
        return self._state.may_match and self._state.online and not self._state.busy

    def unlink(self) -> None:
        """Ask for a reason and take the link back."""
        linked = self._state.linked
        if linked is None or not self._may_change_link():
            return
        filed = linked.documents_filed
        body = "Uploads that wait are cancelled. Documents that are filed stay in the athenaOne chart."
        if filed:
            body = f"{plural(filed, 'document was', 'documents were')} filed under this link. {body}"
        self._reasons_typed.ask(
            Question(
                "match.unlink",
                "Unlink these records?",
                body,
                "Unlink",
                facts=(("athenaOne patient ID", linked.athena_patient_id), ("Linked", linked.linked_at)),
                asks_for="Reason",
                needs_characters=5,
                dangerous=True,
            ),
            self._state.patient_id,
            lambda answer: self._end_link(answer.text.strip()),
        )

    def undo_link(self) -> None:
        """Take back a link that was made a moment ago."""
        if self._state.linked is not None and self._state.linked.can_undo and self._may_change_link():
            self._end_link(UNDONE)

    def _end_link(self, reason: str) -> None:
        patient = self._session.patient
        if patient is None or not self._may_change_link():
            return
        patient_id, form = patient.patient_id, EndLink(patient.record.link_version, reason)
        self._working("unlink")
        end = self._client.patients.end_link
        self._run("link", lambda: end(patient_id, form), self._unlinked, self._link_failed)

    def _unlinked(self, record: Patient) -> None:
        self._reasons_typed.settled()
        self._forget_undo()
        self._drop("open")
        self._linked_record, self._history = None, None
        self._change(busy="", message="Unlinked. Search again to link another record.")
        self._session.update_patient(record=record)
        self._mask(hidden=True)
        self._refresh()

    def _undo_over(self) -> None:
        self._undo = None
        self._refresh()

    def _forget_undo(self) -> None:
        if self._undo is not None:
            self._undo.drop()
            self._undo = None

    # -- without a link --

    def add_from_athena(self) -> None:
        """Make the compared athenaOne record a new Kinometric patient, after the year of birth was asked for."""
        panel = self._state.compare
        if panel is None or self._state.linked is not None or not self._may_change_link():
            self._change(message="Open a candidate first: its record becomes the new patient.")
            return
        self._dialogs.ask(
            Question(
                "match.add_new",
                "Add this athenaOne record as a new Kinometric patient?",
                "Name, birth date and sex are taken over, and the new patient is linked to the record. "
                "The patient that is open now stays as it is.",
                "Add as new patient",
                facts=(("athenaOne patient ID", panel.athena_patient_id), ("Name", panel.title)),
                asks_for="Birth year, as the patient says it",
                needs_characters=4,
            ),
            lambda answer: self._import(answer.text.strip()) if answer.accepted else None,
        )

    def _import(self, year: str, *, accept_similar: bool = False) -> None:
        candidate = self._candidate(self._opened)
        if candidate is None or not self._may_change_link():
            return
        record = candidate.record
        form = ImportPatient(record.athena_patient_id, record.fingerprint, year, accept_similar)
        self._working("import")
        self._run(
            "link",
            lambda: self._client.patients.import_from_athena(form),
            lambda added: self._imported(added),
            lambda problem: self._import_failed(problem, year),
        )

    def _imported(self, record: Patient) -> None:
        self._change(busy="")
        self._close_compare()
        self._session.open_patient(record)

    def _import_failed(self, problem: Exception, year: str) -> None:
        said = self._words(problem)
        self._change(busy="", compare_problem=said)
        if said.code != WRONG_STATE:
            return
        self._dialogs.ask(
            Question(
                "match.add_similar",
                "A patient with a similar name is there already",
                said.sentence,
                "Add nevertheless",
                statement="I have checked that this is another person.",
            ),
            lambda answer: self._import(year, accept_similar=True) if answer.accepted else None,
        )

    def keep_kinometric_only(self) -> None:
        """Leave the patient without a link and go on to the review."""
        if self._state.linked is not None:
            return
        self._dialogs.ask(
            Question(
                "match.keep",
                "Keep as a Kinometric-only patient?",
                "The test can be reviewed, printed and saved. Uploading needs a link, which can be made at any time.",
                "Go on without a link",
            ),
            lambda answer: self._go_on() if answer.accepted else None,
        )

    def _go_on(self) -> None:
        self._navigation.go("review")

    # -- what is shown --

    def _refresh(self) -> None:
        self._change(linked=self._linked_panel())
        super()._refresh()
        blocked = "" if self._state.linked is not None else "Upload needs a link and a review"
        if self._on_screen:
            self._navigation.say_blocked(blocked)

    def _linked_panel(self) -> LinkedPanel | None:
        patient = self._session.patient
        if patient is None or patient.record.link is None:
            return None
        can_undo = self._undo is not None and not (self._history and self._history.documents_filed)
        return linked_panel(
            patient.record.link,
            self._session.time_zone,
            self._history,
            can_undo=can_undo,
            verified_now=self._verified_now,
        )

    def _panel(self) -> ComparePanel | None:
        if self._state.linked is None:
            return super()._panel()
        record = self._linked_record
        check = self._check(record) if record else None
        if record is None or check is None:
            return None
        serious = ("years_differ", "birth_date_missing", "deleted", "merged", "department_not_allowed")
        return self._panel_of(
            record, check.comparison, near=None, reasons=(), year=YearEntry("not_asked"), warnings=check.warnings,
            obstacles=tuple(obstacle.sentence for obstacle in check.obstacles if obstacle.code in serious),
            still_needed="", ready=False, fresh=True,
        )  # fmt: skip
