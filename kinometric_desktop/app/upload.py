"""Sending a report: the confirmation before a chart is written to, the order given once, and the four steps."""

from __future__ import annotations

import base64
import dataclasses
import secrets
from datetime import datetime

from kinometric.contract.errors import ALREADY_SENT, WRONG_BIRTH_YEAR
from kinometric.contract.practices import Departments
from kinometric.contract.sessions import ReportPreview, SessionView
from kinometric.contract.uploads import (
    NewUpload,
    Upload,
    UploadCheckRequest,
    UploadChecks,
    UploadDecision,
    UploadQuery,
)
from kinometric_desktop.app.ports import Ticket
from kinometric_desktop.app.problems import Problem, words_for
from kinometric_desktop.app.report import ReportPreviewPresenter
from kinometric_desktop.app.report_state import STEPS, CompareFact, Confirmation, Sending, StepLine
from kinometric_desktop.app.wording import masked_date, written_date, written_moment, written_sex, written_time
from kinometric_desktop.client.errors import ServerError, Unreachable

POLL_S = 1.0
WRONG_YEARS = 3
REASON_LETTERS = 3
WRONG_YEAR = "That is not the birth year of both records."
YEARS_DIFFER = "The birth years of the two records differ. Correct one of them before anything is filed."
NO_ANSWER = (
    "The server did not answer, so it is not known whether it took the order. Nothing can be filed twice: "
    "ask again, and the same order is found or placed once."
)
FINAL = ("filed", "rejected", "outcome_unknown", "cancelled", "abandoned")
_FIELDS = {"lastname": "last name", "firstname": "first name", "born": "birth date", "sex": "sex"}
_SYMBOLS = {"same": "=", "close": "≈", "swapped": "⇄", "differs": "≠", "missing": "·"}


class ReportPresenter(ReportPreviewPresenter):
    """The report screen with sending.

    An order carries a random key made when it is confirmed; asking again after a lost answer uses the same key, so
    that no sequence of clicks or lost lines places it twice.
    """

    _order: NewUpload | None = None
    _key = ""
    _in_flight = False
    _upload: Upload | None = None
    _poll: Ticket | None = None
    _typed_year = ""
    _reason = ""
    _wrong_years = 0
    _put_aside = ""
    """Session whose earlier upload was looked at and closed."""

    def close(self) -> None:
        """Stop asking, drop all work; the server goes on by itself."""
        self._stop_polling()
        super().close()

    def _forget(self) -> None:
        self._stop_polling()
        for topic in ("order", "poll", "cancel", "confirm"):
            self._drop(topic)
        self._order, self._key, self._in_flight, self._upload = None, "", False, None
        super()._forget()

    def _made(
        self,
        view: SessionView,
        preview: ReportPreview,
        checks: UploadChecks | ServerError | None,
        departments: Departments | None,
    ) -> None:
        super()._made(view, preview, checks, departments)
        self.follow_earlier()

    # -- the confirmation ------------------------------------------------------------------------------------------

    def ask_to_upload(self) -> None:
        """Read the athenaOne record again and open the confirmation (F9); never sends by itself."""
        preview = self._preview
        if not self.state.may_upload or preview is None or self.state.busy or self.state.confirmation is not None:
            return
        if self.state.sending is not None and not self.state.sending.over:
            return
        self._change(busy="confirm", problem=None, message="")
        client = self.client
        request = UploadCheckRequest(self._session_id, preview.preview_id, self.state.facts.department_id or None)
        self._run("confirm", lambda: client.uploads.check(request), self._confirm, self._check_failed)

    def _say(self, problem: Exception) -> None:
        self._change(busy="", problem=words_for(problem))

    def _confirm(self, checks: UploadChecks) -> None:
        self._checks, self._refusal = checks, None
        self._change(busy="")
        self._render_checks()
        if not self.state.may_upload or checks.athena_patient is None:
            return
        self._typed_year, self._reason, self._wrong_years = "", "", 0
        self._session.hide_year(True)
        self._change(confirmation=self._confirmation(checks), sending=None)

    def _confirmation(self, checks: UploadChecks) -> Confirmation:
        view, preview, athena = self._view, self._preview, checks.athena_patient
        if view is None or preview is None or athena is None:
            raise RuntimeError("a confirmation needs a session, a preview and a fresh record")
        from kinometric.matching import PersonRecord, compare

        patient, zone = view.patient, view.time_zone
        comparison = compare(PersonRecord.of(patient), PersonRecord.of(athena))
        last, first, born, sex = (comparison.verdict(field) for field in ("lastname", "firstname", "born", "sex"))
        severity = ("differs", "swapped", "missing", "close", "same")
        name = min((last, first), key=severity.index)
        words = {"born": "day/month"} if born == "swapped" else {}
        facts = (
            _fact("Name", _full_name(patient), name, name, _full_name(athena)),
            _fact("Born", masked_date(patient.born), born, words.get("born", born), masked_date(athena.born)),
            _fact("Sex", written_sex(patient.sex), sex, sex, written_sex(athena.sex)),
            CompareFact(
                "Number", f"Kinometric no. {patient.number}", "", "", "", f"athenaOne ID {athena.athena_patient_id}"
            ),
        )
        fields = patient.link.accepted_differences if patient.link is not None else ()
        accepted = ", ".join(_FIELDS.get(name, name) for name in fields)
        differences = f"Differences accepted at linking: {accepted}. " if accepted else ""
        department = " ".join(part for part in (checks.athena_department_id, checks.department_name) if part)
        reviewer = ""
        if view.review is not None:
            reviewer = f"{view.review.by}, {written_moment(datetime.fromisoformat(view.review.at), zone)}"
        me = self._session.state.me
        pages = f"{preview.pages} page{'' if preview.pages == 1 else 's'}"
        details = (
            ("Test", self.state.facts.test),
            ("Department", f"{department} {checks.department_source}".strip()),
            ("PDF", f"{pages}, SHA-256 {preview.sha256[:4]}…{preview.sha256[-4:]}"),
            ("Class", checks.document_class),
            ("Reviewer", reviewer),
            ("Sent as", me.display_name if me is not None else ""),
        )
        given = " ".join(part for part in (patient.firstname, patient.middlename, patient.lastname) if part)
        kind = "corrected balance test report" if checks.is_correction else "balance test results"
        differ = patient.born is None or athena.born is None or patient.born.year != athena.born.year
        where = {"production": "Production", "preview": "Preview", "standin": "Stand-in"}.get(checks.environment, "")
        return Confirmation(
            title=f"Upload {kind} to athenaOne for {given}?",
            facts=facts,
            differences=f"{differences}Nothing changed since the link was made." if differences else "",
            details=details,
            environment=f"{where} environment, practice {checks.athena_practice_id or ''}".strip(),
            read_at=written_time(datetime.fromisoformat(checks.read_at), zone),
            asks_reason=checks.is_correction,
            obstacle=YEARS_DIFFER if differ else "",
        )

    def type_year(self, typed: str) -> None:
        """The birth year as the patient says it; it opens Upload when it equals both records."""
        asked = self.state.confirmation
        if asked is None or asked.obstacle or self._in_flight:
            return
        self._typed_year = typed.strip()
        if len(self._typed_year) < 4:
            complaint = asked.complaint if not self._typed_year else ""
            self._ask(dataclasses.replace(asked, year_right=False, complaint=complaint))
            return
        if self._typed_year == self._birth_year():
            self._session.hide_year(False)
            self._ask(dataclasses.replace(asked, year_right=True, complaint="", facts=self._open_dates(asked)))
            return
        self._wrong_year()

    def _wrong_year(self) -> None:
        asked = self.state.confirmation
        if asked is None:
            return
        self._wrong_years += 1
        self._typed_year = ""
        if self._wrong_years >= WRONG_YEARS:
            patient = self._session.patient
            self.cancel_upload()
            sentence = (
                f"{WRONG_YEAR} Asked {WRONG_YEARS} times, so nothing was sent. Check who this is before trying again."
            )
            self._change(problem=Problem(sentence))
            if patient is not None and self._session.may("can_match"):
                client, patient_id = self.client, patient.patient_id
                self._run("refused", lambda: client.patients.birth_year_refused(patient_id), _nothing, _ignore)
            return
        left = WRONG_YEARS - self._wrong_years
        sentence = f"{WRONG_YEAR} Ask the patient again; {left} {'try' if left == 1 else 'tries'} left."
        self._ask(dataclasses.replace(asked, year_right=False, complaint=sentence, year_attempt=self._wrong_years))

    def type_reason(self, reason: str) -> None:
        """Why a corrected report is sent."""
        asked = self.state.confirmation
        if asked is not None:
            self._reason = reason.strip()
            self._ask(asked)

    def _ask(self, asked: Confirmation) -> None:
        reason = not asked.asks_reason or len(self._reason) >= REASON_LETTERS
        self._change(confirmation=dataclasses.replace(asked, ready=asked.year_right and reason and not asked.obstacle))

    def _birth_year(self) -> str:
        checks, view = self._checks, self._view
        athena = checks.athena_patient if checks is not None else None
        ours = view.patient.born if view is not None else None
        if athena is None or athena.born is None or ours is None or ours.year != athena.born.year:
            return "none"
        return f"{ours.year:04d}"

    def _open_dates(self, asked: Confirmation) -> tuple[CompareFact, ...]:
        checks, view = self._checks, self._view
        athena = checks.athena_patient if checks is not None else None
        if view is None or athena is None:
            return asked.facts
        return tuple(
            dataclasses.replace(fact, ours=written_date(view.patient.born), theirs=written_date(athena.born))
            if fact.label == "Born"
            else fact
            for fact in asked.facts
        )

    def cancel_upload(self) -> None:
        """Close the confirmation; nothing was sent."""
        if self._in_flight:
            return
        self._typed_year, self._reason = "", ""
        self._session.hide_year(False)
        self._change(confirmation=None)

    def put_away(self) -> None:
        """Close the confirmation, for example because the screen is locked."""
        if self.state.confirmation is not None:
            self.cancel_upload()

    # -- the order -------------------------------------------------------------------------------------------------

    def confirm_upload(self) -> None:
        """Give the order, once: a second click or Enter finds it given."""
        asked, checks, preview = self.state.confirmation, self._checks, self._preview
        if asked is None or not asked.ready or self._in_flight or checks is None or preview is None:
            return
        athena = checks.athena_patient
        if athena is None or not checks.department_id:
            return
        self._in_flight = True
        self._key = secrets.token_hex(16)
        self._order = NewUpload(
            session_id=self._session_id,
            preview_id=preview.preview_id,
            pdf_base64=base64.b64encode(self._pdf).decode("ascii"),
            sha256=preview.sha256,
            department_id=checks.department_id,
            typed_birth_year=self._typed_year,
            fingerprint=athena.fingerprint,
            correction_reason=self._reason or None,
            supersedes=checks.earlier_upload_id if checks.is_correction else None,
        )
        self._typed_year, self._reason = "", ""
        self._session.hide_year(False)
        self._change(confirmation=None)
        self._send()

    def ask_again(self) -> None:
        """Ask the server again with the very same order, after its answer was lost."""
        if self._order is not None and not self._in_flight and self.state.sending is not None:
            self._in_flight = True
            self._send()

    def _send(self) -> None:
        order, key, client = self._order, self._key, self.client
        if order is None:
            return
        self._change(sending=_sending(2), problem=None, message="")
        self._run("order", lambda: client.uploads.order(order, idempotency_key=key), self._ordered, self._order_failed)

    def _ordered(self, upload: Upload) -> None:
        self._in_flight = False
        self._order = None
        self._follow(upload)

    def _order_failed(self, problem: Exception) -> None:
        self._in_flight = False
        if isinstance(problem, Unreachable):
            # Whether it arrived or not: the same order with the same key is safe to hand in again.
            self._change(
                sending=dataclasses.replace(
                    _sending(2), sentence=NO_ANSWER, code="KW-101", can_ask_again=True, over=False
                )
            )
            return
        self._order = None
        if isinstance(problem, ServerError) and problem.code == ALREADY_SENT:
            self._find_live_upload(problem)
            return
        words = words_for(problem)
        if words.code == WRONG_BIRTH_YEAR:
            words = dataclasses.replace(words, sentence=f"{words.sentence} Nothing was sent.")
        failed = _sending(2, failed=True)
        self._change(sending=dataclasses.replace(failed, sentence=words.sentence, code=words.code, over=True))

    def _find_live_upload(self, problem: ServerError) -> None:
        client, session_id = self.client, self._session_id

        def find() -> Upload | None:
            found = client.uploads.list(UploadQuery(session_id=session_id)).uploads
            return found[0] if found else None

        def follow(upload: Upload | None) -> None:
            if upload is not None:
                self._change(message="This report was ordered before; that order is shown here.")
                self._follow(upload)
                return
            words = words_for(problem)
            failed = _sending(2, failed=True)
            self._change(sending=dataclasses.replace(failed, sentence=words.sentence, code=words.code, over=True))

        self._run("order", find, follow, self._say)

    # -- following -------------------------------------------------------------------------------------------------

    def follow_earlier(self) -> None:
        """Show the newest upload of this session, if it has one."""
        view = self._view
        if view is None or not view.uploads or self.state.sending is not None or self._put_aside == view.session_id:
            return
        client, upload_id = self.client, view.uploads[0]
        self._run("order", lambda: client.uploads.get(upload_id, polling=True), self._follow, _ignore)

    def _follow(self, upload: Upload) -> None:
        self._upload = upload
        over = upload.state in FINAL
        waiting = upload.state == "queued" and upload.tries > 0
        failed = upload.state in ("rejected", "cancelled", "abandoned")
        unknown = upload.state == "outcome_unknown"
        steps = _sending(4 if upload.state == "filed" else 3, failed=failed or unknown).steps
        sending = Sending(
            steps=steps,
            sentence=upload.sentence,
            code=upload.code or "",
            state=upload.state,
            document_id=upload.document_id or "",
            marker=upload.marker,
            upload_id=upload.upload_id,
            can_cancel=upload.state == "queued",
            over=over,
        )
        if waiting and upload.next_try_at is not None and self._view is not None:
            at = written_time(datetime.fromisoformat(upload.next_try_at), self._view.time_zone)
            sending = dataclasses.replace(sending, sentence=f"{upload.sentence} Next try at {at}.")
        self._change(sending=sending)
        if upload.state == "filed":
            self._session.update_patient(filed=True)
            self._navigation.say_blocked("")
        if over:
            self._stop_polling()
        elif self._poll is None:
            self._poll = self._timer.every(POLL_S, self._ask_state)

    def _ask_state(self) -> None:
        upload = self._upload
        if upload is None or self._busy("poll") or self._session.state.locked:
            return
        client, upload_id = self.client, upload.upload_id
        self._run("poll", lambda: client.uploads.get(upload_id, polling=True), self._follow, _ignore)

    def cancel_order(self) -> None:
        """Cancel while the report has not left the server."""
        upload = self._upload
        if upload is None or upload.state != "queued" or self._busy("cancel"):
            return
        client, decision = self.client, UploadDecision(upload.version, "Cancelled at the workstation")
        self._run("cancel", lambda: client.uploads.cancel(upload.upload_id, decision), self._follow, self._say)

    def close_sending(self) -> None:
        """Put the result away and check anew."""
        if self.state.sending is not None and self.state.sending.over:
            self._upload = None
            self._put_aside = self._session_id
            self._change(sending=None)
            self.refresh()

    def _stop_polling(self) -> None:
        if self._poll is not None:
            self._poll.drop()
            self._poll = None


def _sending(at: int, *, failed: bool = False) -> Sending:
    marks: list[StepLine] = []
    for place, name in enumerate(STEPS):
        if place < at:
            marks.append(StepLine(name, "done"))
        elif place == at:
            marks.append(StepLine(name, "failed" if failed else "now"))
        else:
            marks.append(StepLine(name, "open"))
    return Sending(tuple(marks))


def _fact(label: str, ours: str, verdict: str, word: str, theirs: str) -> CompareFact:
    return CompareFact(label, ours, verdict, _SYMBOLS.get(verdict, ""), word, theirs)


def _full_name(record: object) -> str:
    given = " ".join(part for part in (getattr(record, "firstname", ""), getattr(record, "middlename", "")) if part)
    suffix = getattr(record, "suffix", "")
    return ", ".join(part for part in (getattr(record, "lastname", ""), given, suffix) if part)


def _nothing(_: object) -> None:
    return


def _ignore(problem: Exception) -> None:
    # A missed look at the state is repeated a second later; what is not the line's or the server's fault is a mistake.
    if not isinstance(problem, ServerError | Unreachable):
        raise problem
