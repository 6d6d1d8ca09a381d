"""The report screen: the very bytes that will be filed, as pages; what they rest on; print and save."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
from datetime import datetime
from typing import TYPE_CHECKING

from kinometric.contract.errors import SIGNED_OUT
from kinometric.contract.practices import Departments
from kinometric.contract.sessions import ReportExported, ReportOptions, ReportPreview, SessionView
from kinometric.contract.uploads import UploadCheckRequest, UploadChecks
from kinometric_desktop.app.presenter import Presenter
from kinometric_desktop.app.problems import Problem, line_of, words_for
from kinometric_desktop.app.report_pages import PagePicture, PdfError, render_pages
from kinometric_desktop.app.report_state import CheckLine, ReportState, SendFacts, Zoom
from kinometric_desktop.app.session import WorkState
from kinometric_desktop.app.wording import written_moment
from kinometric_desktop.client.errors import ServerError

if TYPE_CHECKING:
    from kinometric_desktop.app.workplace import Workplace
    from kinometric_desktop.client.server import ServerClient

FILE_NAME = "kinometric-balance-report.pdf"
NO_UPLOAD_HERE = "Upload: not used in this practice."
NO_UPLOAD_RIGHT = "Your role here may not upload. The report can be read and printed."
NO_LINK = "No athenaOne patient ID linked to this patient."
BYTES_DIFFER = "The report that arrived is not the one the server made. Nothing was sent. Press F5 to make it again."
NOT_ACCEPTED = "Nobody has accepted an interpretation of this session. Open the draft in review."
THUMBNAIL_PX = 74
FORBIDDEN = 403


class ReportPreviewPresenter(Presenter[ReportState]):
    """Makes the preview, shows its pages and checks; sending is the subclass's.

    Parameters
    ----------
    place : Workplace
    """

    def __init__(self, place: Workplace) -> None:
        super().__init__(ReportState(), place.runner)
        self._connection = place.connection
        self._session = place.session
        self._navigation = place.navigation
        self._clock = place.clock
        self._timer = place.timer
        self._printer = place.printer
        self._files = place.files
        self._view: SessionView | None = None
        self._preview: ReportPreview | None = None
        self._pdf = b""
        self._checks: UploadChecks | None = None
        self._refusal: Problem | None = None
        self._session_id = ""
        patient = place.session.patient
        self._patient_id = patient.patient_id if patient is not None else ""
        self._page_px = 750
        self._on_screen = False
        self._ends = [place.session.listen(self._session_changed)]

    def close(self) -> None:
        """Stop listening and drop all work."""
        for end in self._ends:
            end()
        super().close()

    @property
    def client(self) -> ServerClient:
        """The server as it is now."""
        return self._connection.client

    @property
    def pdf(self) -> bytes:
        """The bytes that are shown, printed and filed."""
        return self._pdf

    # -- opening ---------------------------------------------------------------------------------------------------

    def open(self, session_id: str = "") -> None:
        """Have the report of a session made, and every check run; without an id the open patient's session."""
        patient = self._session.patient
        session_id = session_id or (patient.session_id if patient is not None else "")
        if session_id != self._session_id:
            self._forget()
            self._session_id = session_id
        if not session_id:
            return
        self._make(self.state.options)

    def refresh(self) -> None:
        """Make the report again (F5)."""
        if self._session_id and self.state.busy in ("", "open"):
            self._make(self.state.options)

    def take_up(self) -> None:
        """Go on after the screen was locked: the checks of before say nothing about now."""
        if self.state.sending is None:
            self.refresh()

    def set_option(self, name: str, shown: bool) -> None:
        """Show or leave out a part: "traces", "trend", "note", "interpretation"."""
        options = dataclasses.replace(self.state.options, **{name: shown})
        if options != self.state.options and self.state.sending is None:
            self._make(options)

    def _make(self, options: ReportOptions) -> None:
        client, session_id, department_id = self.client, self._session_id, self.state.facts.department_id or None
        uses_athena, may_upload = not self._session.standalone, self._session.may("can_upload")
        phase = "ready" if self._pdf else "loading"
        self._change(phase=phase, options=options, busy="open", problem=None, message="", may_upload=False)

        def fetch() -> tuple[SessionView, ReportPreview, UploadChecks | ServerError | None, Departments | None]:
            view = client.sessions.get(session_id)
            preview = client.sessions.preview_report(session_id, options)
            if not uses_athena:
                return view, preview, None, None
            departments = client.departments.list()
            checks: UploadChecks | ServerError | None = None
            if may_upload and view.patient.link is not None:
                try:
                    checks = client.uploads.check(UploadCheckRequest(session_id, preview.preview_id, department_id))
                except ServerError as refused:
                    # The report is there, to be read and printed; only sending it can't be thought of now.
                    if refused.code == SIGNED_OUT:
                        raise
                    checks = refused
            return view, preview, checks, departments

        self._run("open", fetch, lambda found: self._made(*found), self._make_failed)

    def _made(
        self,
        view: SessionView,
        preview: ReportPreview,
        checks: UploadChecks | ServerError | None,
        departments: Departments | None,
    ) -> None:
        pdf = base64.b64decode(preview.pdf_base64)
        if hashlib.sha256(pdf).hexdigest() != preview.sha256:
            self._make_failed(PdfError(BYTES_DIFFER))
            return
        self._view, self._preview, self._pdf = view, preview, pdf
        self._refusal = words_for(checks) if isinstance(checks, ServerError) else None
        self._checks = None if isinstance(checks, ServerError) else checks
        if departments is not None:
            active = tuple(
                (item.department_id, f"{item.athena_department_id or ''} {item.name}".strip())
                for item in departments.departments
                if item.is_active
            )
            self._change(departments=active)
        self._render_checks()
        self._draw()

    def _make_failed(self, problem: Exception) -> None:
        self._view, self._preview, self._pdf, self._checks = None, None, b"", None
        words = Problem(str(problem)) if isinstance(problem, PdfError) else words_for(problem)
        self._change(
            phase="failed", busy="", problem=words, pictures=(), thumbnails=(), checks=(), may_upload=False, reasons=()
        )

    def _forget(self) -> None:
        for topic in ("open", "draw", "check", "export"):
            self._drop(topic)
        self._view, self._preview, self._pdf, self._checks = None, None, b"", None
        self._session_id = ""
        self._show(ReportState())

    def arrive(self) -> None:
        """The screen is shown now."""
        self._on_screen = True
        self.open()

    def leave(self) -> None:
        """Another screen is shown now; an upload under way goes on."""
        self._on_screen = False

    def _session_changed(self, state: WorkState) -> None:
        if state.locked:
            self.put_away()
        patient_id = state.patient.patient_id if state.patient is not None else ""
        if patient_id != self._patient_id:
            self._patient_id = patient_id
            self._forget()
            if self._on_screen and patient_id:
                self.open()

    def put_away(self) -> None:
        """Close what is asked, for example because the screen is locked."""

    # -- pages -----------------------------------------------------------------------------------------------------

    def show_at(self, width_px: int) -> None:
        """Draw the pages for a width in pixels of the screen."""
        if width_px > 0 and width_px != self._page_px:
            self._page_px = width_px
            if self._pdf:
                self._draw()

    def go_to_page(self, page: int) -> None:
        """Show a page."""
        self._change(page=min(max(page, 1), max(self.state.page_count, 1)))

    def zoom(self, zoom: Zoom) -> None:
        """A whole page, or a page at the full width."""
        self._change(zoom=zoom)

    def _draw(self) -> None:
        pdf, width = self._pdf, self._page_px

        def draw() -> tuple[tuple[PagePicture, ...], tuple[PagePicture, ...]]:
            return render_pages(pdf, width), render_pages(pdf, THUMBNAIL_PX * 2)

        def drawn(found: tuple[tuple[PagePicture, ...], tuple[PagePicture, ...]]) -> None:
            pictures, thumbnails = found
            self._change(
                phase="ready",
                busy="" if self.state.busy == "open" else self.state.busy,
                pictures=pictures,
                thumbnails=thumbnails,
                page_count=len(pictures),
                page=min(self.state.page, max(len(pictures), 1)),
            )

        self._run("draw", draw, drawn, self._make_failed, lane="compute")

    # -- checks ----------------------------------------------------------------------------------------------------

    def choose_department(self, department_id: str) -> None:
        """Send to another department, and check again."""
        preview = self._preview
        if preview is None or department_id == self.state.facts.department_id or self.state.busy:
            return
        facts = dataclasses.replace(self.state.facts, department_id=department_id, department_source="chosen here")
        self._change(facts=facts, busy="check", may_upload=False)
        client = self.client
        request = UploadCheckRequest(self._session_id, preview.preview_id, department_id)
        self._run("check", lambda: client.uploads.check(request), self._checked, self._check_failed)

    def _checked(self, checks: UploadChecks) -> None:
        self._checks, self._refusal = checks, None
        self._change(busy="")
        self._render_checks()

    def _check_failed(self, problem: Exception) -> None:
        words = words_for(problem)
        if isinstance(problem, ServerError) and problem.status == FORBIDDEN:
            # What was checked before is void; the sentence stands where the checks stood.
            self._checks, self._refusal = None, words
            self._change(busy="")
            self._render_checks()
            return
        self._change(busy="", problem=words)

    def _render_checks(self) -> None:
        view, preview, checks = self._view, self._preview, self._checks
        if view is None or preview is None:
            return
        zone = view.time_zone
        practice = self._session.practice
        lines = tuple(CheckLine(item.passed, item.sentence, item.name) for item in checks.checks) if checks else ()
        passed = sum(1 for line in lines if line.passed)
        word = f"all {len(lines)} passed" if lines and passed == len(lines) else f"{len(lines) - passed} not passed"
        reasons = self._reasons(view, checks)
        facts = SendFacts(test=written_moment(datetime.fromisoformat(view.tested_at), zone))
        if checks is not None:
            athena = checks.athena_patient
            facts = SendFacts(
                to=f"athenaOne practice {checks.athena_practice_id or ''}".strip(),
                patient=_name(athena) if athena is not None else "",
                patient_id=athena.athena_patient_id if athena is not None else "",
                test=facts.test,
                department_id=checks.department_id or "",
                department_source=checks.department_source,
                document_class=f"{checks.document_class}, closed on arrival",
                note=checks.note or preview.marker_note,
                environment=checks.environment,
            )
        elif practice is not None and practice.athena_practice_id:
            facts = dataclasses.replace(facts, to=f"athenaOne practice {practice.athena_practice_id}")
        accepted = view.interpretation_accepted_by is not None
        patient = self._session.patient
        if patient is not None and patient.patient_id == view.patient.patient_id:
            self._session.update_patient(record=view.patient, reviewed=view.review is not None)
        self._change(
            sha256=preview.sha256,
            draft_accepted=accepted,
            draft_reason="" if accepted else view.interpretation_withheld or NOT_ACCEPTED,
            options=self.state.options if accepted else dataclasses.replace(self.state.options, interpretation=False),
            made_at=written_moment(datetime.fromisoformat(preview.made_at), zone),
            reviewed=preview.reviewed,
            facts=facts,
            checks=lines,
            checks_word=word if lines else "",
            uploading_used=not self._session.standalone,
            reasons=reasons,
            needs_match=view.patient.link is None and not self._session.standalone,
            may_upload=not reasons and checks is not None and checks.may_upload,
        )
        if self._navigation.screen == "report":
            self._navigation.say_blocked(self._step_words(view))

    def _reasons(self, view: SessionView, checks: UploadChecks | None) -> tuple[str, ...]:
        if self._session.standalone:
            return (NO_UPLOAD_HERE,)
        if not self._session.may("can_upload"):
            return (NO_UPLOAD_RIGHT,)
        if self._refusal is not None:
            return (line_of(self._refusal),)
        reasons = [NO_LINK] if view.patient.link is None else []
        if checks is None:
            reasons += [sentence for sentence in view.upload_obstacles if sentence not in reasons]
            return tuple(reasons)
        reasons += [item.sentence for item in checks.checks if not item.passed]
        if not checks.may_upload and not reasons:
            reasons = list(view.upload_obstacles) or ["The server does not allow this upload now."]
        return tuple(dict.fromkeys(reasons))

    def _step_words(self, view: SessionView) -> str:
        if self._session.patient is not None and self._session.patient.filed:
            return ""
        if self.state.may_upload:
            return "Ready to upload"
        if view.review is None:
            return "Upload needs your review"
        return self.state.reasons[0] if self.state.reasons else ""

    # -- print and save --------------------------------------------------------------------------------------------

    def print_report(self) -> None:
        """Print the very bytes (Ctrl+P); the audit is told first."""
        self._export("printed")

    def save_report(self) -> None:
        """Save the very bytes to a file that the person chooses; the audit is told first."""
        self._export("saved")

    def _export(self, how: str) -> None:
        preview, pdf = self._preview, self._pdf
        if preview is None or not pdf or self.state.busy:
            return
        self._change(busy="export", problem=None, message="")
        client, session_id = self.client, self._session_id
        request = ReportExported(preview.preview_id, "printed" if how == "printed" else "saved")

        def told(_: None) -> None:
            self._change(busy="")
            if how == "printed":
                self._printer.print_pdf(
                    pdf, lambda done: self._exported("The report was printed.", done), self._refused
                )
            else:
                self._files.save_pdf(
                    pdf, FILE_NAME, lambda done: self._exported("The report was saved.", done), self._refused
                )

        self._run("export", lambda: client.sessions.report_exported(session_id, request), told, self._check_failed)

    def _exported(self, sentence: str, done: bool) -> None:
        self._change(message=sentence if done else "")

    def _refused(self, sentence: str) -> None:
        self._change(problem=Problem(sentence, severity="caution"))


def _name(record: object) -> str:
    last, first = getattr(record, "lastname", ""), getattr(record, "firstname", "")
    middle = getattr(record, "middlename", "")
    given = " ".join(part for part in (first, middle) if part)
    return ", ".join(part for part in (last, given) if part)
