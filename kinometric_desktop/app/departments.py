"""Departments: athenaOne's at the left, the practice's own at the right; allow, stop, default, mine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from kinometric.contract.accounts import Me
from kinometric.contract.practices import (
    AllowDepartment,
    AthenaDepartment,
    AthenaDepartmentPage,
    Department,
    DepartmentChange,
    Departments,
)
from kinometric_desktop.app.connection import Connection
from kinometric_desktop.app.ports import Answer, Dialogs, Question, TaskRunner
from kinometric_desktop.app.presenter import Presenter
from kinometric_desktop.app.problems import Problem, words_for
from kinometric_desktop.app.session import WorkSession
from kinometric_desktop.app.wording import plural, written_moment

PAGES_AT_ONCE = 3
MOST = 1000
ONLY_ADMINS = "Only an administrator of this practice allows and stops departments."
OWN_ONLY = "A provider makes one department his own."


@dataclass(frozen=True)
class AthenaLine:
    """One of athenaOne's departments as the list shows it."""

    department: AthenaDepartment
    here: str
    note: Literal["", "allowed", "stopped", "twin"]


@dataclass(frozen=True)
class DepartmentsState:
    """What the screen shows."""

    athena: tuple[AthenaDepartment, ...] = ()
    athena_total: int | None = None
    next_offset: int | None = 0
    athena_complete: bool = False
    ours: tuple[Department, ...] = ()
    read_at: str = ""
    filter_text: str = ""
    chosen_athena: str = ""
    chosen_ours: str = ""
    reading_athena: bool = False
    reading_ours: bool = False
    changing: bool = False
    problem: Problem | None = None
    athena_problem: Problem | None = None
    done: str = ""
    standalone: bool = False
    may_change: bool = False
    may_make_mine: bool = False

    @property
    def athena_words(self) -> str:
        """``300 of about 640 read``."""
        count = len(self.athena)
        if self.athena_complete:
            return f"all {count} read"
        return f"{count} of about {self.athena_total} read" if self.athena_total else f"{count} read"

    @property
    def ours_words(self) -> str:
        """``3 active, 1 to settle``."""
        active = sum(1 for one in self.ours if one.is_active)
        settle = sum(1 for one in self.ours if one.is_active and one.in_athena is False)
        return f"{active} active" + (f", {settle} to settle" if settle else "")

    @property
    def athena_lines(self) -> tuple[AthenaLine, ...]:
        """The left list: filtered, with what Kinometric makes of each."""
        typed = self.filter_text.strip().casefold()
        names: dict[str, str] = {}
        lines = []
        for one in self.athena:
            note: Literal["", "allowed", "stopped", "twin"] = ""
            here = ""
            twin = names.get(one.name.casefold())
            own = next((row for row in self.ours if row.athena_department_id == one.athena_department_id), None)
            if one.allowed:
                note, here = "allowed", "allowed"
            elif own is not None:
                note, here = "stopped", "stopped"
            elif twin is not None:
                note, here = "twin", f"same name as {twin}"
            names.setdefault(one.name.casefold(), one.athena_department_id)
            if not typed or typed in one.name.casefold() or one.athena_department_id.startswith(typed):
                lines.append(AthenaLine(one, here, note))
        return tuple(lines)

    @property
    def left(self) -> AthenaLine | None:
        """The chosen line at the left."""
        wanted = self.chosen_athena
        return next((line for line in self.athena_lines if line.department.athena_department_id == wanted), None)

    @property
    def right(self) -> Department | None:
        """The chosen line at the right."""
        return next((one for one in self.ours if one.department_id == self.chosen_ours), None)

    @property
    def can_allow(self) -> bool:
        """True when the chosen line at the left, or a stopped one at the right, may be allowed."""
        return self.may_change and not self.changing and self.left is not None and self.left.note != "allowed"

    @property
    def can_stop(self) -> bool:
        """True when the chosen line at the right may be stopped."""
        return self.may_change and not self.changing and self.right is not None and self.right.is_active

    @property
    def can_default(self) -> bool:
        """True when the chosen line at the right may become the practice's default."""
        right = self.right
        return self.may_change and right is not None and right.is_active and not right.is_practice_default

    @property
    def can_make_mine(self) -> bool:
        """True when the chosen line at the right may become the person's own."""
        right = self.right
        return self.may_make_mine and right is not None and right.is_active and not right.is_mine


class DepartmentsPresenter(Presenter[DepartmentsState]):
    """Reads both lists and changes the practice's own."""

    def __init__(self, session: WorkSession, connection: Connection, runner: TaskRunner, dialogs: Dialogs) -> None:
        super().__init__(DepartmentsState(), runner)
        self._session = session
        self._connection = connection
        self._dialogs = dialogs
        self._pages_left = 0

    def enter(self) -> None:
        """The screen is shown: our list is read, and athenaOne's first pages where there are none yet."""
        standalone = self._session.standalone
        self._change(
            standalone=standalone,
            may_change=self._session.may_administer,
            may_make_mine=not self._session.read_only,
            done="",
        )
        self._read_ours()
        if not standalone and not self.state.athena:
            self.load_more()

    def refresh(self) -> None:
        """Read both lists again from their beginning."""
        self._change(athena=(), next_offset=0, athena_complete=False, athena_total=None, done="", athena_problem=None)
        self._read_ours()
        if not self.state.standalone:
            self.load_more()

    def load_more(self) -> None:
        """Read three more pages of athenaOne's list, 1,000 departments at most."""
        if self.state.next_offset is None or self.state.reading_athena:
            return
        self._pages_left = PAGES_AT_ONCE
        self._read_page()

    def type_filter(self, text: str) -> None:
        """Show athenaOne's departments that answer what is typed."""
        self._change(filter_text=text)

    def choose_athena(self, athena_department_id: str) -> None:
        """Choose a line at the left."""
        self._change(chosen_athena=athena_department_id)

    def choose_ours(self, department_id: str) -> None:
        """Choose a line at the right."""
        self._change(chosen_ours=department_id)

    def allow(self) -> None:
        """Allow the chosen line at the left."""
        line = self.state.left
        if line is None or not self.state.can_allow:
            return
        wanted = line.department
        form = AllowDepartment(wanted.athena_department_id)
        call = self._connection.client.departments.allow
        self._order(lambda: call(form), f"{wanted.name} ({wanted.athena_department_id}) is allowed.")

    def ask_stop(self) -> None:
        """Ask before stopping the chosen line at the right."""
        chosen = self.state.right
        if chosen is None or not self.state.can_stop:
            return
        title = f"Stop {chosen.name} ({chosen.athena_department_id or 'local'})?"
        question = Question("departments.stop", title, stop_words(chosen), "Stop department", dangerous=True)

        def answered(answer: Answer) -> None:
            if answer.accepted:
                self._stop(chosen)

        self._dialogs.ask(question, answered)

    def make_practice_default(self) -> None:
        """Make the chosen line at the right the practice's default."""
        chosen = self.state.right
        if chosen is None or not self.state.can_default:
            return
        call = self._connection.client.departments.make_practice_default
        self._order(lambda: call(chosen.department_id), f"{chosen.name} is the practice’s default now.")

    def make_mine(self) -> None:
        """Make the chosen line at the right the person's own."""
        chosen = self.state.right
        if chosen is None or not self.state.can_make_mine:
            return
        client = self._connection.client
        self._change(changing=True, problem=None)

        def order() -> tuple[Me, Departments]:
            return client.accounts.make_department_mine(chosen.department_id), client.departments.list()

        def done(answer: tuple[Me, Departments]) -> None:
            me, departments = answer
            self._session.refresh_me(me)
            self._taken(departments)
            self._change(changing=False, done=f"{chosen.name} is your department now.")

        self._run("change", order, done, self._failed)

    def _stop(self, chosen: Department) -> None:
        form = DepartmentChange(chosen.version, is_active=False)
        call = self._connection.client.departments.change
        self._order(lambda: call(chosen.department_id, form), f"{chosen.name} is stopped.")

    def _order(self, order: Callable[[], Departments], words: str) -> None:
        self._change(changing=True, problem=None, done="")

        def done(departments: Departments) -> None:
            self._taken(departments)
            allowed = {one.athena_department_id for one in departments.departments if one.is_active}
            athena = tuple(
                AthenaDepartment(
                    one.athena_department_id,
                    one.name,
                    one.patient_facing_name,
                    one.hidden,
                    one.athena_department_id in allowed,
                )
                for one in self.state.athena
            )
            self._change(changing=False, athena=athena, done=words)

        self._run("change", order, done, self._failed)

    def _read_ours(self) -> None:
        self._change(reading_ours=True, problem=None)
        self._run("ours", self._connection.client.departments.list, self._taken, self._failed)

    def _taken(self, departments: Departments) -> None:
        read_at = ""
        if departments.athena_read_at:
            read_at = written_moment(datetime.fromisoformat(departments.athena_read_at), self._session.time_zone)
        ours = tuple(sorted(departments.departments, key=_by_number))
        kept = any(one.department_id == self.state.chosen_ours for one in ours)
        chosen = self.state.chosen_ours if kept else ""
        if not chosen and ours:
            chosen = ours[0].department_id
        self._change(ours=ours, read_at=read_at, reading_ours=False, chosen_ours=chosen, problem=None)

    def _read_page(self) -> None:
        offset = self.state.next_offset
        if offset is None:
            return
        call = self._connection.client.departments.athena_page
        self._change(reading_athena=True, athena_problem=None)
        self._run("athena", lambda: call(offset), self._page_read, self._page_not_read)

    def _page_read(self, page: AthenaDepartmentPage) -> None:
        known = {one.athena_department_id for one in self.state.athena}
        fresh = tuple(one for one in page.departments if one.athena_department_id not in known)
        athena = self.state.athena + fresh
        following = page.next_offset if len(athena) < MOST else None
        chosen = self.state.chosen_athena or (athena[0].athena_department_id if athena else "")
        self._pages_left -= 1
        self._change(
            athena=athena,
            athena_total=page.total,
            next_offset=following,
            athena_complete=page.next_offset is None,
            chosen_athena=chosen,
            reading_athena=False,
        )
        if following is not None and self._pages_left > 0:
            self._read_page()
        elif page.next_offset is None:
            self._read_ours()

    def _page_not_read(self, problem: Exception) -> None:
        self._change(reading_athena=False, athena_problem=words_for(problem))

    def _failed(self, problem: Exception) -> None:
        words = words_for(problem)
        if words.offline:
            self._change(ours=(), athena=(), next_offset=0, athena_complete=False)
        self._change(changing=False, reading_ours=False, problem=words)


def _by_number(department: Department) -> tuple[int, str]:
    number = department.athena_department_id or ""
    return (int(number) if number.isdigit() else 10**9, department.name.casefold())


def stop_words(department: Department) -> str:
    """What stopping a department does, with its counts."""
    users, patients = department.default_of_users, department.patients
    first = ""
    if users:
        verb = "has" if users == 1 else "have"
        first = f"{plural(users, 'user')} {verb} it as their default and will be asked for another one. "
    second = f"{plural(patients, 'linked patient')} can no longer be looked up or sent to until it is allowed again. "
    last = "Nothing in athenaOne changes. Both directions are written to the audit log."
    return f"{first}{second if patients else ''}{last}"
