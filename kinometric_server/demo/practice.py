"""Make the demo practice: its people, links, sessions in every stage, and documents really filed in the stand-in."""

from __future__ import annotations

import base64
import dataclasses
import json
import secrets
import urllib.request
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from functools import cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from kinometric.contract.accounts import DemoUser
from kinometric.contract.patients import MakeLink, NewPatient, Patient
from kinometric.contract.practices import ChangeScope, NewPractice
from kinometric.contract.sessions import (
    ConfirmPlausible,
    NewResult,
    ReportOptions,
    StampReview,
    WriteNote,
)
from kinometric.contract.uploads import NewUpload
from kinometric.recordings import Recording, synthetic_recording, write_csv
from kinometric_server.accounts.people import add_membership, make_user
from kinometric_server.database import Actor, PracticeScope, Role
from kinometric_server.database.scope import capabilities_of
from kinometric_server.demo.sessions import BEFORE, STANCES, TODAY, TOO_SHORT_S, DemoSession
from kinometric_server.operations.server import Server
from kinometric_server.patients.charts import access_of, read_chart
from kinometric_server.patients.links import make_link
from kinometric_server.patients.records import begin_numbers_at, create_patient, find_patient
from kinometric_server.practices.departments import add_department, set_default_department
from kinometric_server.practices.sheet import change_scope, make_practice, practice_with_slug, scope_sheet
from kinometric_server.results.changes import confirm_plausible, write_note
from kinometric_server.results.intake import read_result, store_result
from kinometric_server.results.reporting import draft_report, keep_preview, render
from kinometric_server.results.reviewing import stamp
from kinometric_server.results.viewing import view_session
from kinometric_server.sandbox.people import DEMO_PEOPLE, DEMO_PRACTICE_ID, DEMO_PRACTICE_NAME, DemoPerson
from kinometric_server.security.passwords import Passwords
from kinometric_server.uploads.intake import take_in
from kinometric_server.uploads.worker import send_one

SLUG: Final = "harbor-street"
TIME_ZONE: Final = "America/New_York"
DEPARTMENTS: Final = (("1", "Physical Therapy"), ("3", "Eastside PT"), ("4", "Neuro Rehab"))
REASON: Final = "Typing error in athenaOne"
BETWEEN_TESTS: Final = timedelta(minutes=23)
OLDEST_DAYS: Final = 200
_LOST_ANSWER: Final = {
    "faults": [
        {
            "name": "the answer of one upload is lost",
            "method": "POST",
            "path": "/v1/*/patients/*/documents/clinicaldocument",
            "connection": "reset_after",
        }
    ]
}


@dataclass(frozen=True)
class DemoRole:
    """One user of the demo."""

    username: str
    display_name: str
    purpose: str
    role: Role
    bits: tuple[str, ...]


ROLES: Final = (
    DemoRole(
        "frontdesk", "Terry Beispiel, PTA", "finds patients, matches them, takes tests in", Role.CLINICIAN, ("match",)
    ),
    DemoRole("provider", "Dr. Smith", "matches, reviews and uploads", Role.CLINICIAN, ("match", "review", "upload")),
    DemoRole("admin", "Morgan Muster", "looks after users and departments", Role.ADMIN, ("match", "review", "upload")),
)


@dataclass
class MovableClock:
    """The clock by which the demo's past is made; afterwards the server goes by the real one."""

    now: datetime = field(default_factory=lambda: datetime.now(tz=UTC))

    def __call__(self) -> datetime:
        """Return the moment that the demo's past has reached."""
        return self.now


@dataclass(frozen=True)
class StandIn:
    """Where the stand-in listens and what it takes as credentials."""

    base_url: str
    client_id: str
    client_secret: str


def new_password() -> str:
    """Return a random password of a demo user: it keeps the rule and can be typed."""
    letters = "abcdefghjkmnpqrstuvwxyz"
    groups = ("".join(secrets.choice(letters) for _ in range(4)) for _ in range(3))
    return f"{'-'.join(groups).capitalize()}-{secrets.randbelow(9000) + 1000}"


def new_passwords() -> tuple[DemoUser, ...]:
    """Return the demo's users with passwords of this run."""
    return tuple(DemoUser(role.username, new_password(), role.display_name, role.purpose) for role in ROLES)


def connect_to_standin(server: Server, practice_id: str, standin: StandIn) -> None:
    """Give the practice the stand-in's credentials of this run."""
    scope = PracticeScope.of_worker(practice_id)
    with server.database.writing(scope) as unit:
        order = ChangeScope(
            version=scope_sheet(unit).version,
            athena_environment="standin",
            athena_credentials="own",
            athena_practice_id=DEMO_PRACTICE_ID,
            client_id=standin.client_id,
            client_secret=standin.client_secret,
            documents_write=True,
        )
        change_scope(unit, scope, server.keys, order, server.settings)


def demo_practice_id(server: Server) -> str:
    """Return the key of the demo practice of an existing demo database."""
    with server.database.reading_outside(Actor()) as unit:
        return practice_with_slug(unit, SLUG)


class DemoPractice:
    """Makes the demo practice, in the order in which its past happened."""

    def __init__(self, server: Server, clock: MovableClock, standin: StandIn) -> None:
        self._server = server
        self._clock = clock
        self._standin = standin
        self._today = clock.now
        self._people = {person.key: person for person in DEMO_PEOPLE if person.kinometric is not None}
        self._patients: dict[str, str] = {}
        self._departments: dict[str, str] = {}
        self._scopes: dict[str, PracticeScope] = {}

    def make(self, users: tuple[DemoUser, ...]) -> None:
        """Make everything; takes a few seconds."""
        self._clock.now = self._today - timedelta(days=OLDEST_DAYS)
        self._make_practice()
        self._make_users(users)
        self._make_patients()
        for session in sorted(BEFORE, key=lambda each: -each.days_ago):
            self._clock.now = self._moment_of(session)
            self._make_session(session)
        moments = self._moments_of_today(len(TODAY))
        for session, moment in zip(reversed(TODAY), moments, strict=True):
            self._clock.now = moment
            self._make_session(session)
        self._clock.now = self._today

    def _make_practice(self) -> None:
        database = self._server.database
        with database.writing_outside(Actor()) as unit:
            made = make_practice(
                unit,
                NewPractice(
                    name=DEMO_PRACTICE_NAME,
                    slug=SLUG,
                    time_zone=TIME_ZONE,
                    address="1 Harbor Street",
                    city="Sampleton",
                    state="MD",
                    zip="00104",
                    phone="4105550100",
                ),
            )
        self._practice_id = made.practice_id
        worker = PracticeScope.of_worker(made.practice_id)
        with database.writing(worker) as unit:
            for athena_id, name in DEPARTMENTS:
                self._departments[athena_id] = add_department(
                    unit, worker, name=name, athena_department_id=athena_id, patient_facing_name=name
                )
            set_default_department(unit, worker, self._departments["1"])
            numbers = [person.kinometric.number for person in self._people.values() if person.kinometric]
            begin_numbers_at(unit, min(numbers))
        connect_to_standin(self._server, made.practice_id, self._standin)

    def _make_users(self, users: tuple[DemoUser, ...]) -> None:
        passwords = Passwords(self._server.keys, self._server.settings.password_cost)
        given = {user.username: user for user in users}
        with self._server.database.writing_outside(Actor()) as unit:
            for role in ROLES:
                user_id = make_user(
                    unit,
                    passwords,
                    username=role.username,
                    password=given[role.username].password,
                    display_name=role.display_name,
                )
                bits = {f"can_{bit}": bit in role.bits for bit in ("match", "review", "upload")}
                add_membership(
                    unit,
                    user_id,
                    self._practice_id,
                    role=str(role.role),
                    department_id=self._departments["1"],
                    **bits,
                )
                self._scopes[role.username] = PracticeScope(
                    practice_id=self._practice_id,
                    user_id=user_id,
                    user_name=role.display_name,
                    role=role.role,
                    capabilities=capabilities_of(role.role, **bits),
                    department_id=self._departments["1"],
                )

    def _make_patients(self) -> None:
        desk = self._scopes["frontdesk"]
        ordered = sorted(self._people.values(), key=lambda person: person.kinometric.number)  # type: ignore[union-attr]
        with self._server.database.writing(desk) as unit:
            for person in ordered:
                own = person.kinometric
                assert own is not None
                made = create_patient(
                    unit,
                    desk,
                    NewPatient(
                        lastname=own.lastname,
                        firstname=own.firstname,
                        born=own.born,
                        sex=own.sex,
                        middlename=own.middlename,
                        suffix=own.suffix,
                        preferredname=own.preferredname,
                        phone=own.phone,
                        zip=own.zip,
                        is_sandbox=True,
                        department_id=self._departments.get(own.department),
                    ),
                )
                self._patients[person.key] = made.patient_id
        for person in ordered:
            if person.linked:
                self._link(person)

    def _link(self, person: DemoPerson) -> None:
        assert person.athena is not None
        desk = self._scopes["frontdesk"]
        seen = read_chart(self._server, desk, person.athena.patientid)
        with self._server.database.writing(desk) as unit:
            patient = find_patient(unit, self._patients[person.key])
            order = MakeLink(
                athena_patient_id=person.athena.patientid,
                fingerprint=seen.patient.fingerprint,
                typed_birth_year=str(patient.born.year if patient.born else ""),
                method="search",
                link_version=patient.link_version,
                reasons=dict.fromkeys(("lastname", "firstname", "born", "sex"), REASON),
            )
            environment = access_of(unit, self._server.keys).environment
            make_link(unit, desk, patient.patient_id, order, seen.patient, environment)

    def _moment_of(self, session: DemoSession) -> datetime:
        """Return the time of a session of another day: the middle of the morning, shifted so that none coincide."""
        zone = ZoneInfo(TIME_ZONE)
        day = self._today.astimezone(zone).date() - timedelta(days=session.days_ago)
        begins = datetime.combine(day, time(9, 5), zone)
        same_day = [each for each in BEFORE if each.days_ago == session.days_ago]
        return (begins + same_day.index(session) * BETWEEN_TESTS).astimezone(UTC)

    def _moments_of_today(self, count: int) -> list[datetime]:
        """Return times for today's sessions, the earliest first, none in the future and none of yesterday."""
        zone = ZoneInfo(TIME_ZONE)
        midnight = datetime.combine(self._today.astimezone(zone).date(), time(), zone).astimezone(UTC)
        step = min(BETWEEN_TESTS, (self._today - midnight) / (count + 1))
        last = self._today - step
        return [(last - step * index).replace(microsecond=0) for index in reversed(range(count))]

    def _make_session(self, session: DemoSession) -> None:
        patient_id = self._patients[session.person]
        session_id = self._record(session, patient_id)
        provider, database, keys = self._scopes["provider"], self._server.database, self._server.keys
        if session.stage == "measured":
            return
        with database.writing(provider) as unit:
            view = view_session(unit, keys, session_id)
            versions = {trial.trial_id: trial.version for trial in view.trials if trial.scorable and trial.plausible}
            confirm_plausible(unit, provider, keys, session_id, ConfirmPlausible(versions))
            if session.note:
                write_note(unit, provider, keys, session_id, WriteNote(0, session.note))
            if session.stage != "confirmed":
                version = view_session(unit, keys, session_id).version
                stamp(unit, provider, session_id, StampReview(version, traces_were_shown=True))
        if session.stage in ("previewed", "filed", "unknown"):
            self._preview_and_file(session, session_id)

    def _record(self, session: DemoSession, patient_id: str) -> str:
        desk = self._scopes["frontdesk"]
        session_id: str | None = None
        with self._server.database.writing(desk) as unit:
            for number, (stance, attempt) in enumerate(zip(STANCES, session.attempts, strict=True)):
                if attempt is None:
                    continue
                seed = self._seed(session, number)
                content = _recording(stance, *attempt, seed, cut_short=stance in session.cut_short)
                body = NewResult(
                    patient_id=patient_id,
                    stance=stance,  # type: ignore[arg-type]
                    tested_at=self._clock.now.isoformat(),
                    session_id=session_id,
                    recording_base64=base64.b64encode(content).decode(),
                    placement="waist",
                    device="Demo phone",
                    footwear="Barefoot",
                    surface="firm floor",
                    assistance="Standby, none used",
                )
                session_id = store_result(unit, desk, self._server.keys, read_result(body, unit.now)).session_id
        assert session_id is not None
        return session_id

    def _seed(self, session: DemoSession, number: int) -> int:
        return 1000 * (1 + list(self._people).index(session.person)) + 10 * session.days_ago + number

    def _preview_and_file(self, session: DemoSession, session_id: str) -> None:
        provider, database, keys = self._scopes["provider"], self._server.database, self._server.keys
        options = ReportOptions()
        with database.reading(provider) as unit:
            draft = draft_report(unit, keys, session_id, options)
        rendered = render(draft)
        with database.writing(provider) as unit:
            preview = keep_preview(unit, provider, draft, rendered, options)
        if session.stage == "previewed":
            return
        patient: Patient = draft.patient
        assert patient.link is not None
        assert patient.born is not None
        seen = read_chart(self._server, provider, patient.link.athena_patient_id)
        order = NewUpload(
            session_id=session_id,
            preview_id=preview.preview_id,
            pdf_base64=preview.pdf_base64,
            sha256=preview.sha256,
            department_id=self._departments["3" if session.person == "anneke" else "1"],
            typed_birth_year=str(patient.born.year),
            fingerprint=seen.patient.fingerprint,
        )
        if session.person in ("anneke", "ingrid"):
            order = dataclasses.replace(order, department_id=self._departments["3"])
        taken = take_in(self._server, provider, order, secrets.token_hex(16))
        lost = session.stage == "unknown"
        if lost:
            _set_faults(self._standin.base_url, _LOST_ANSWER)
        try:
            send_one(self._server, PracticeScope.of_worker(self._practice_id), taken.upload.upload_id)
        finally:
            if lost:
                _set_faults(self._standin.base_url, {"faults": []})


@cache
def _recording(stance: str, hold_s: float, severity: float, seed: int, *, cut_short: bool) -> bytes:
    made = synthetic_recording(stance=stance, hold_s=hold_s, severity=severity, seed=seed)
    if cut_short:
        kept = made.time_s < TOO_SHORT_S
        made = dataclasses.replace(
            made, time_s=made.time_s[kept], acceleration_m_s2=made.acceleration_m_s2[kept], findings=()
        )
    assert isinstance(made, Recording)
    return write_csv(made)


def _set_faults(base_url: str, faults: dict[str, Any]) -> None:
    """Tell the stand-in how to behave, over its control path on loopback."""
    request = urllib.request.Request(  # noqa: S310 the address is the stand-in's own, on loopback
        f"{base_url}/_standin/faults",
        data=json.dumps(faults).encode(),
        method="PUT",
        headers={"Content-Type": "application/json"},
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=10) as answer:
        answer.read()
