"""A clinic in memory for the screens of a test session: recordings scored by the real core, a server that answers."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache

import pytest

from kinometric.contract.accounts import Me, Membership
from kinometric.contract.errors import STALE
from kinometric.contract.patients import AthenaPatient, Link, Patient
from kinometric.contract.practices import Department, Departments
from kinometric.contract.sessions import (
    AcceptInterpretation,
    AgeViewView,
    Answers,
    ConfirmHold,
    ConfirmPlausible,
    DraftInterpretation,
    EarlierSession,
    EventView,
    FindingView,
    Gap,
    Headline,
    InterpretationDraft,
    NewResult,
    QuestionnaireView,
    RecordingFile,
    RecordingFiles,
    ReportExported,
    ReportOptions,
    ReportPreview,
    ReviewView,
    SessionView,
    SetFootLift,
    StampReview,
    StateOutcome,
    TrialView,
    WriteNote,
)
from kinometric.contract.uploads import (
    NewUpload,
    Upload,
    UploadCheck,
    UploadCheckRequest,
    UploadChecks,
    UploadDecision,
    UploadList,
    UploadQuery,
)
from kinometric.questionnaires import instrument, summarise
from kinometric.recordings import Recording, read_recording, synthetic_recording, write_csv
from kinometric.scoring import ConfirmedHold, Trial, make_session, outcome_trial, score
from kinometric_desktop.app.actions import ActionRegistry
from kinometric_desktop.app.connection import Connection
from kinometric_desktop.app.navigation import Navigation
from kinometric_desktop.app.ports import Answer, ChosenFile, Question, TaskRunner
from kinometric_desktop.app.runners import ImmediateRunner
from kinometric_desktop.app.session import WorkSession
from kinometric_desktop.app.workplace import Workplace
from kinometric_desktop.client.errors import ServerError
from tests.kinometric_desktop.hygiene import (  # noqa: F401 - fixtures of every test here
    light_look,
    no_warnings_in_the_log,
    nothing_left_running,
    own_settings,
    shown,
)

BORN = date(1951, 3, 4)
TESTED_AT = "2026-11-02T19:05:00+00:00"
LOCAL = "2026-11-02T14:05:00-05:00"
NOW = datetime(2026, 11, 2, 19, 20, tzinfo=UTC)
EVIDENCE = {"A": "solid", "B": "fair", "C": "thin"}
STANCES = {"LBEO": (0.25, 10.0), "RBEO": (0.55, 10.0), "LBEC": (0.85, 4.2), "RBEC": (0.75, 6.8)}
GAP_KINDS = {
    ("LBEO", "RBEO"): "left_right_open",
    ("LBEC", "RBEC"): "left_right_closed",
    ("LBEO", "LBEC"): "open_closed_left",
    ("RBEO", "RBEC"): "open_closed_right",
}

LINK = Link("60145", "2026-11-02T19:11:00+00:00", "Dr. Smith", "search", ("initial", "typing error"), None, 1)
MARIA = Patient(
    "p-maria", 10482, "Muestra-López", "Maria", "Elena", "", "", BORN, "F", "4105550142", "00104",
    True, "d-pt", LINK, 1, 2, TESTED_AT, 7,
)  # fmt: skip
ATHENA = AthenaPatient(
    "60145", "Muestra Lopez", "Maria", "E", "", "", date(1951, 4, 3), "F", "4105550142", "mobile", "00104",
    "active", "1", "Physical Therapy", True, "print-60145",
)  # fmt: skip


@cache
def recording_of(stance: str, severity: float, hold_s: float, seed: int) -> Recording:
    """A synthetic recording of a phone at the sacrum."""
    made = synthetic_recording(stance=stance, severity=severity, hold_s=hold_s, seed=seed)
    return dataclasses.replace(made, placement="sacrum", mounting="portrait_screen_out")


@dataclass
class Take:
    """One trial on the server: its recording, and what people said of it."""

    trial_id: str
    stance: str
    recording: Recording | None
    version: int = 1
    confirmed: ConfirmedHold | None = None
    foot_lift_s: float | None = None
    outcome: str | None = None
    reason: str | None = None

    def trial(self) -> Trial:
        """The trial as the core scores it now."""
        if self.outcome is not None:
            return outcome_trial(self.stance, self.outcome, reason=self.reason or "", age=75.0)  # type: ignore[arg-type]
        assert self.recording is not None
        return score(
            self.recording, stance=self.stance, age=75.0, confirmed=self.confirmed, foot_lift_s=self.foot_lift_s
        )


@dataclass
class Sessions:
    """Test sessions on the server."""

    takes: list[Take] = field(default_factory=list)
    patient: Patient = MARIA
    session_id: str = "s-1"
    version: int = 1
    note: str = ""
    note_version: int = 1
    reviewed: bool = False
    asked: list[tuple[str, object]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    refuse: dict[str, Exception] = field(default_factory=dict)
    earlier: bool = True
    score_shift: float = 0.0
    previews: int = 0
    spoil_pdf: bool = False
    upload_ids: tuple[str, ...] = ()
    answered: tuple[QuestionnaireView, ...] = ()
    draft: str = "Left leg, eyes open (LBEO): held 10.0 s."
    interpretation: str = ""
    interpretation_version: int = 3
    language_model: bool = False
    model_draft: str = ""
    model_answer: InterpretationDraft | None = None
    withheld: str = ""

    def ask(self, name: str, form: object = None) -> None:
        """Write a request down, and refuse it once where the test says so."""
        self.asked.append((name, form))
        problem = self.refuse.pop(name, None)
        if problem is not None:
            raise problem

    def forms(self, name: str) -> list[object]:
        """What was asked under this name."""
        return [form for asked, form in self.asked if asked == name]

    def _take(self, trial_id: str, version: int) -> Take:
        take = next(take for take in self.takes if take.trial_id == trial_id)
        if take.version != version:
            raise ServerError(STALE, "Somebody else changed this meanwhile.", status=409)
        return take

    def _changed(self, take: Take | None = None) -> SessionView:
        if take is not None:
            take.version += 1
        self.version += 1
        self.reviewed = False
        return self.view()

    def view(self) -> SessionView:
        """The session as it stands."""
        trials = [take.trial() for take in self.takes]
        session = make_session(tuple(trials))
        views = []
        for take, trial in zip(self.takes, trials, strict=True):
            counts = trial is session.best(take.stance)
            views.append(_trial_view(take, trial, counts, self.score_shift))
        missing = [trial.stance for trial in trials if trial.provisional and trial.outcome == "scored"]
        obstacles = [f"{len(missing)} holds are not confirmed."] if missing else []
        obstacles += [f"{stance} has neither a recording nor an outcome." for stance in session.missing]
        headline = session.headline
        return SessionView(
            self.session_id, self.patient, TESTED_AT, LOCAL, "America/New_York", "T. Beispiel, PTA",
            "Physical Therapy", "d-pt", "barefoot", "firm", "standby", tuple(views),
            Headline(headline.level, headline.stance, headline.score, headline.provisional,
                     headline.incomplete or "The weaker eyes-open leg."),
            tuple(_gap(session, gap) for gap in session.gaps),
            (EarlierSession("s-0", "2026-08-12T18:05:00+00:00", {"LBEO": 7.6, "RBEO": 5.9, "LBEC": 1.8, "RBEC": 2.9}),
             EarlierSession("s-00", "2026-02-12T18:05:00+00:00", {"LBEO": 6.1, "RBEO": 3.9, "LBEC": 1.2, "RBEC": 1.6}))
            if self.earlier else (),
            "Measurement error is not set, so no change is called better or worse.",
            len(missing),
            ReviewView("r-1", "Dr. Smith", "2026-11-02T19:18:00+00:00") if self.reviewed else None,
            () if self.reviewed else tuple(obstacles),
            self.note, self.note_version, self.answered, () if self.reviewed else ("The session is not reviewed.",),
            self.upload_ids, "1.0.0", self.version, self.draft,
            "Dr. Smith" if self.interpretation and not self.withheld else None,
            self.interpretation, self.interpretation_version, self.withheld, "template", self.language_model,
            self.model_draft,
        )  # fmt: skip

    # -- the calls of the client -----------------------------------------------------------------------------------

    def get(self, session_id: str) -> SessionView:
        self.ask("get", session_id)
        if session_id != self.session_id:
            view = self.view()
            return dataclasses.replace(
                view, session_id=session_id, tested_at="2026-08-12T18:05:00+00:00",
                tested_at_local="2026-08-12T14:05:00-04:00",
            )  # fmt: skip
        return self.view()

    def recordings(self, session_id: str) -> RecordingFiles:
        self.ask("recordings", session_id)
        files = [
            RecordingFile(take.trial_id, write_csv(take.recording).decode())
            for take in self.takes
            if take.recording is not None
        ]
        return RecordingFiles(tuple(files))

    def confirm_plausible(self, session_id: str, form: ConfirmPlausible) -> SessionView:
        self.ask("confirm_plausible", form)
        for trial_id, version in form.trial_versions.items():
            take = self._take(trial_id, version)
            trial = take.trial()
            take.confirmed = ConfirmedHold(trial.hold_s or 0.0, trial.held_full, "u-1", NOW.isoformat())
            take.version += 1
        return self._changed()

    def confirm_hold(self, trial_id: str, form: ConfirmHold) -> SessionView:
        self.ask("confirm_hold", form)
        take = self._take(trial_id, form.version)
        hold_s = 10.0 if form.held_full else float(form.hold_s or 0.0)
        take.confirmed = ConfirmedHold(hold_s, form.held_full, "u-1", NOW.isoformat(), form.reason)
        return self._changed(take)

    def state_outcome(self, trial_id: str, form: StateOutcome) -> SessionView:
        self.ask("state_outcome", form)
        take = self._take(trial_id, form.version)
        take.outcome, take.reason = form.outcome, form.reason
        return self._changed(take)

    def set_foot_lift(self, trial_id: str, form: SetFootLift) -> SessionView:
        self.ask("set_foot_lift", form)
        take = self._take(trial_id, form.version)
        take.foot_lift_s = form.foot_lift_s
        return self._changed(take)

    def write_note(self, session_id: str, form: WriteNote) -> SessionView:
        self.ask("write_note", form)
        self.note, self.note_version = form.text, self.note_version + 1
        return self.view()

    def draft_interpretation(self, session_id: str, form: DraftInterpretation) -> InterpretationDraft:
        self.ask("draft_interpretation", form)
        assert self.model_answer is not None
        return self.model_answer

    def accept_interpretation(self, session_id: str, form: AcceptInterpretation) -> SessionView:
        self.ask("accept_interpretation", form)
        if form.interpretation_version != self.interpretation_version:
            raise ServerError(STALE, "Somebody else changed this meanwhile.", status=409)
        self.interpretation, self.interpretation_version = form.text, self.interpretation_version + 1
        return self.view()

    def stamp_review(self, session_id: str, form: StampReview) -> SessionView:
        self.ask("stamp_review", form)
        if form.version != self.version:
            raise ServerError(STALE, "Somebody else changed this meanwhile.", status=409)
        self.reviewed = True
        return self.view()

    def add_result(self, form: NewResult, *, idempotency_key: str = "") -> SessionView:
        self.ask("add_result", form)
        self.keys.append(idempotency_key)
        recording = None
        if form.recording_base64 is not None:
            recording = read_recording(base64.b64decode(form.recording_base64), rate_hz=form.rate_hz)
        take = Take(f"t-{len(self.takes) + 1}", form.stance, recording, outcome=form.outcome, reason=form.reason)
        self.takes.append(take)
        return self._changed()

    def answer(self, session_id: str, form: Answers) -> SessionView:
        self.ask("answer", form)
        summed = summarise(instrument(form.instrument), form.answers, age_years=75.0)
        view = QuestionnaireView(summed.name, summed.total_text, summed.note, summed.flagged, form.instrument, 1)
        self.answered = (*(item for item in self.answered if item.instrument != form.instrument), view)
        return self._changed()

    def preview_report(self, session_id: str, form: ReportOptions) -> ReportPreview:
        self.ask("preview_report", form)
        self.previews += 1
        pdf = two_pages(self.previews)
        digest = hashlib.sha256(pdf).hexdigest()
        if self.spoil_pdf:
            pdf = pdf[:-20]
        return ReportPreview(
            f"pre-{self.previews}", base64.b64encode(pdf).decode(), digest, 2, NOW.isoformat(), "c0ffee", self.reviewed,
            "Kinometric Balance Test Results [K-……]",
        )  # fmt: skip

    def report_exported(self, session_id: str, form: ReportExported) -> None:
        self.ask("report_exported", form)


@dataclass
class Uploads:
    """athenaOne behind the clinic's server, one step a look."""

    sessions: Sessions
    states: list[Upload] = field(default_factory=list)
    made: dict[str, Upload] = field(default_factory=dict)
    athena: AthenaPatient | None = ATHENA
    failing_checks: tuple[str, ...] = ()
    is_correction: bool = False
    next_states: list[tuple[str, str]] = field(default_factory=list)

    def check(self, form: UploadCheckRequest) -> UploadChecks:
        self.sessions.ask("check", form)
        names = ("linked", "holds", "reviewed", "department", "unchanged", "not_sent")
        words = ("Linked to 60145", "Holds confirmed", "Reviewed by Dr. Smith", "Department allowed",
                 "athenaOne record unchanged since the link", "Not sent before")  # fmt: skip
        checks = [
            UploadCheck(name, name not in self.failing_checks, word) for name, word in zip(names, words, strict=True)
        ]
        if not self.sessions.reviewed:
            checks[2] = UploadCheck("reviewed", False, "The session is not reviewed.")
        department = form.department_id or "d-pt"
        return UploadChecks(
            self.athena, tuple(checks), all(check.passed for check in checks), department,
            {"d-pt": "1", "d-east": "3"}[department], {"d-pt": "Physical Therapy", "d-east": "Eastside PT"}[department],
            "from your profile", "CLINICALDOCUMENT",
            "Kinometric Balance Test Results - Maria Elena Muestra-López - 02-Nov-2026 [K-7F3A91]", "preview", "990017",
            NOW.isoformat(), "u-0" if self.is_correction else None, self.is_correction,
        )  # fmt: skip

    def order(self, form: NewUpload, *, idempotency_key: str) -> Upload:
        self.sessions.ask("order", (idempotency_key, form))
        if idempotency_key not in self.made:
            self.made[idempotency_key] = upload()
        return self.made[idempotency_key]

    def get(self, upload_id: str, *, polling: bool = False) -> Upload:
        self.sessions.ask("upload", polling)
        state, sentence = self.next_states.pop(0) if self.next_states else ("filed", "Filed in athenaOne.")
        done = state == "filed"
        return dataclasses.replace(
            upload(), state=state, sentence=sentence, document_id="88231" if done else None,
            step="done" if done else "filing", version=2,
        )  # fmt: skip

    def list(self, query: UploadQuery, *, polling: bool = False) -> UploadList:
        self.sessions.ask("upload_list", query)
        return UploadList(tuple(self.made.values()), {}, 1)

    def cancel(self, upload_id: str, form: UploadDecision) -> Upload:
        self.sessions.ask("cancel", form)
        return dataclasses.replace(upload(), state="cancelled", sentence="Cancelled. Nothing was sent.", version=2)


def upload() -> Upload:
    """An upload that was just accepted."""
    return Upload(
        "u-1", "s-1", "p-maria", "MUESTRA-LÓPEZ, Maria Elena", 10482, "60145", "1", "Physical Therapy", "queued",
        "checking_patient", "Waiting for its turn.", None, None, "K-7F3A91", "ab" * 32, 2, NOW.isoformat(), "Dr. Smith",
        TESTED_AT, 0, None, None, 0, None, (), False, 1,
    )  # fmt: skip


def two_pages(edition: int) -> bytes:
    """A small PDF of two pages."""
    from reportlab.lib.pagesizes import letter
    from reportlab.pdfgen import canvas

    out = io.BytesIO()
    page = canvas.Canvas(out, pagesize=letter, invariant=1)
    for number in (1, 2):
        page.setFont("Helvetica", 20)
        page.drawString(72, 700, f"Balance test report, page {number}, edition {edition}")
        page.rect(72, 300, 300, 200)
        page.showPage()
    page.save()
    return out.getvalue()


class Places:
    """The practice's departments."""

    def list(self) -> Departments:
        """Two allowed, one stopped."""
        rows = (
            ("d-pt", "1", "Physical Therapy", True),
            ("d-east", "3", "Eastside PT", True),
            ("d-x", "9", "Old", False),
        )
        return Departments(
            tuple(
                Department(key, athena, name, name, on, False, False, 0, 0, True, 1) for key, athena, name, on in rows
            ),
            None,
        )  # fmt: skip


@dataclass
class PatientCalls:
    """Only what these screens ask of patients."""

    sessions: Sessions

    def birth_year_refused(self, patient_id: str) -> None:
        self.sessions.ask("birth_year_refused", patient_id)


class ClinicServer:
    """What the presenters see of the server."""

    signed_in = False

    def __init__(self, sessions: Sessions) -> None:
        self.sessions = sessions
        self.uploads = Uploads(sessions)
        self.departments = Places()
        self.patients = PatientCalls(sessions)

    def close(self) -> None:
        """Nothing is open."""


@dataclass
class StillClock:
    """A clock that does not go."""

    def now(self) -> datetime:
        return NOW

    def monotonic_s(self) -> float:
        return 1000.0


@dataclass
class Alarm:
    """Something to be called later."""

    call: Callable[[], None]
    dropped: bool = False

    def drop(self) -> None:
        self.dropped = True


@dataclass
class HeldTimer:
    """Keeps what would be called later until a test calls it."""

    waiting: list[Alarm] = field(default_factory=list)

    def after(self, delay_s: float, call: Callable[[], None]) -> Alarm:
        self.waiting.append(Alarm(call))
        return self.waiting[-1]

    def every(self, interval_s: float, call: Callable[[], None]) -> Alarm:
        return self.after(interval_s, call)

    def fire(self) -> None:
        """Time is up for all that is still wanted."""
        for alarm in tuple(self.waiting):
            if not alarm.dropped:
                alarm.call()

    @property
    def live(self) -> int:
        """How many are still wanted."""
        return sum(1 for alarm in self.waiting if not alarm.dropped)


@dataclass
class Paper:
    """A printer and a file chooser that write down what they were handed."""

    printed: list[bytes] = field(default_factory=list)
    saved: list[tuple[str, bytes]] = field(default_factory=list)
    chosen: ChosenFile | None = None
    broken: str = ""

    def print_pdf(self, pdf: bytes, on_done: Callable[[bool], None], on_error: Callable[[str], None]) -> None:
        if self.broken:
            on_error(self.broken)
            return
        self.printed.append(pdf)
        on_done(True)

    def save_pdf(
        self, pdf: bytes, suggested_name: str, on_done: Callable[[bool], None], on_error: Callable[[str], None]
    ) -> None:
        self.saved.append((suggested_name, pdf))
        on_done(True)

    def open_recording(self, on_chosen: Callable[[ChosenFile | None], None], on_error: Callable[[str], None]) -> None:
        on_chosen(self.chosen)


class NoDialogs:
    """Nothing is asked through this port here."""

    def ask(self, question: Question, on_answer: Callable[[Answer], None]) -> None:
        raise AssertionError(question.name)


def membership(role: str = "clinician", **more: object) -> Membership:
    """A person's place in the demo practice."""
    values: dict[str, object] = {
        "can_match": role != "readonly", "can_review": True, "can_upload": True, "is_default": True,
        "department_id": "d-pt", "department_name": "Physical Therapy", "athena_environment": "preview",
        "athena_practice_id": "990017", "documents_write": True, "time_zone": "America/New_York",
    }  # fmt: skip
    return Membership("pr-1", "Harbor Street Clinic", role, **{**values, **more})  # type: ignore[arg-type]


@dataclass
class Clinic:
    """Everything that a test of the review or report screen touches."""

    server: ClinicServer
    work: Workplace
    timer: HeldTimer
    paper: Paper

    @property
    def sessions(self) -> Sessions:
        """The server's sessions."""
        return self.server.sessions

    def enter(self, role: str = "clinician", session_id: str = "s-1", **more: object) -> None:
        """Sign in and open the patient."""
        active = membership(role, **more)
        me = Me("u-1", "dsmith", "Dr. Smith", False, active, (active,), 900.0, False, NOW.isoformat())
        self.work.session.sign_in(me)
        self.work.session.enter_practice(me)
        self.work.navigation.go("worklist")
        self.work.session.open_patient(self.sessions.patient, session_id)

    def full_session(self, *, confirmed: bool = False, reviewed: bool = False) -> None:
        """Four stances on the server."""
        for place, (stance, (severity, hold_s)) in enumerate(STANCES.items()):
            take = Take(f"t-{place + 1}", stance, recording_of(stance, severity, hold_s, place + 11))
            self.sessions.takes.append(take)
            if confirmed or reviewed:
                trial = take.trial()
                take.confirmed = ConfirmedHold(trial.hold_s or 0.0, trial.held_full, "u-1", NOW.isoformat())
        self.sessions.reviewed = reviewed


@pytest.fixture
def make_clinic() -> Callable[..., Clinic]:
    """Make a clinic with a runner of the test's choice."""

    def make(runner: TaskRunner | None = None, dialogs: object | None = None) -> Clinic:
        session = WorkSession()
        server = ClinicServer(Sessions())
        connection = Connection(lambda _: server)  # type: ignore[arg-type,return-value]
        connection.open("http://127.0.0.1:1")
        timer, paper = HeldTimer(), Paper()
        work = Workplace(
            session, Navigation(session), ActionRegistry(), connection, runner or ImmediateRunner(), StillClock(),
            timer, dialogs or NoDialogs(), None, paper, paper,  # type: ignore[arg-type]
        )  # fmt: skip
        return Clinic(server, work, timer, paper)

    return make


@pytest.fixture
def clinic(make_clinic: Callable[..., Clinic]) -> Clinic:
    """A clinic where all work is done at once."""
    return make_clinic()


def _trial_view(take: Take, trial: Trial, counts: bool, shift: float) -> TrialView:
    age = trial.age_view
    measures = {} if trial.measures is None else dataclasses.asdict(trial.measures)
    return TrialView(
        take.trial_id, take.stance, TESTED_AT, take.recording is not None,
        bool(take.recording and take.recording.synthetic),
        trial.outcome, trial.reason, trial.scorable, trial.window_start_s, take.foot_lift_s, trial.hold_s,
        trial.held_full, trial.hold_source, trial.plausible, trial.provisional, trial.detected_hold_s,
        "Dr. Smith" if take.confirmed or take.outcome else None, NOW.isoformat() if take.confirmed else None,
        take.confirmed.reason if take.confirmed else take.reason,
        None if trial.score is None else trial.score + shift, trial.level, trial.level_basis, trial.explanation,
        measures,
        tuple(FindingView(item.code, item.severity, item.message) for item in trial.findings),
        tuple(EventView(item.kind, item.at_s, item.reason) for item in trial.events),
        None if age is None
        else AgeViewView(age.sentence, EVIDENCE[age.evidence], age.source, age.level, age.printable),
        take.recording.placement if take.recording else None, take.recording.mounting if take.recording else None,
        None, trial.engine, counts, take.version,
    )  # type: ignore[arg-type]  # fmt: skip


def _gap(session: object, gap: object) -> Gap:
    first, second = (session.best(stance) for stance in gap.stances)  # type: ignore[attr-defined]
    scores = [trial.score if trial is not None else None for trial in (first, second)]
    difference = None if None in scores else scores[0] - scores[1]  # type: ignore[operator]
    return Gap(GAP_KINDS[gap.stances], difference, gap.flagged, gap.sentence)  # type: ignore[attr-defined,arg-type]
