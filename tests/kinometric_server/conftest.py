"""The people and the real server that every server test works with.

alice is an administrator of practice A, bob a clinician there, erin its front desk (may match only), frank read-only;
charlie is a stranger: the administrator of practice B; dave is a superadmin, member of none.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
import uvicorn
from sqlalchemy import insert, select

from kinometric_server.accounts.sessions import open_session
from kinometric_server.accounts.tables import user_practices, users
from kinometric_server.api.app import create_app
from kinometric_server.api.protocol import Protocol
from kinometric_server.audit.tables import audit_entries
from kinometric_server.database import Actor, Database, PracticeScope, Role
from kinometric_server.database.engine import make_engine, sqlite_url
from kinometric_server.database.protection import protect
from kinometric_server.database.schema import create_from_scratch
from kinometric_server.database.scope import capabilities_of
from kinometric_server.operations.server import Server, open_server
from kinometric_server.operations.settings import Settings, layout
from kinometric_server.practices.tables import departments, practices
from kinometric_server.security.passwords import Passwords
from kinometric_server.security.sealing import KeyRing
from tests.kinometric_server.plain_http import NO_TLS
from tests.kinometric_server.postgresql_cluster import APPLICATION, OWNER, Cluster
from tests.postgresql_programs import DATABASES, programs, what_is_not_tested

PASSWORD = "Harbor lantern 42"
SYSTEM = Actor()


@pytest.fixture(params=DATABASES)
def backend(request: pytest.FixtureRequest) -> str:
    """The kind of database that a test runs on."""
    return str(request.param)


@dataclass
class FakeClock:
    """A clock that stands still until a test moves it."""

    now: datetime = field(default_factory=lambda: datetime(2026, 5, 5, 14, 30, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **amount: float) -> None:
        self.now += timedelta(**amount)


@dataclass(frozen=True)
class Person:
    """Somebody in the tests: who they are, and a client that is signed in as them (every request a user's action)."""

    user_id: str
    username: str
    scope: PracticeScope | None
    token: str
    client: httpx.Client

    def get(self, path: str, **kwargs: object) -> httpx.Response:
        return self.client.get(path, **kwargs)  # type: ignore[arg-type]

    def post(self, path: str, body: object = None, **kwargs: object) -> httpx.Response:
        return self.client.post(path, json=body, **kwargs)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Clinic:
    """Two practices with their departments, as keys."""

    practice_a: str
    practice_b: str
    physical_therapy: str
    eastside: str
    neuro: str
    elsewhere: str


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(scope="session")
def key_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("installation") / "keys"
    KeyRing.create(folder)
    return folder


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A private PostgreSQL cluster; tests that need one are skipped, loudly, where there are no programs for it."""
    found = programs()
    if found is None:
        pytest.skip(what_is_not_tested() or "PostgreSQL is not on this machine.")
    made = Cluster(found)
    yield made
    made.stop()


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An embedded database with the schema and nothing in it, to be copied."""
    path = tmp_path_factory.mktemp("empty") / "empty.sqlite3"
    engine = make_engine(sqlite_url(path))
    create_from_scratch(engine)
    with engine.connect() as connection:
        protect(connection)
        connection.commit()
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").close()
    engine.dispose()
    return path


@pytest.fixture
def settings(tmp_path: Path, key_folder: Path, request: pytest.FixtureRequest, backend: str) -> Iterator[Settings]:
    """An installation's settings with an empty database behind them."""
    made = replace(layout(tmp_path / "kinometric", keys=key_folder), password_cost=4)
    for folder in (made.data, made.logs):
        folder.mkdir(parents=True)
    if backend == "sqlite":
        shutil.copy(request.getfixturevalue("empty_database"), made.data / "kinometric.sqlite3")
        yield made
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    name = cluster.clean_database()
    yield replace(made, database_url=cluster.url(APPLICATION, name), owner_url=cluster.url(OWNER, name))


@pytest.fixture
def server(settings: Settings, clock: FakeClock) -> Iterator[Server]:
    """An installation with an empty database and a clock that stands still."""
    made = open_server(settings, clock=clock)
    yield made
    made.close()


@pytest.fixture
def database(server: Server) -> Database:
    return server.database


@pytest.fixture
def clinic(server: Server) -> Clinic:
    """Practice A, "Harbor Street Clinic", with three departments (Neuro Rehab not allowed), and practice B."""
    now = server.clock()
    made = Clinic(*(letter * 32 for letter in ("a", "b", "1", "3", "4", "9")))
    with server.database.writing_outside(SYSTEM) as unit:
        for key, name, slug, athena in (
            (made.practice_a, "Harbor Street Clinic", "harbor-street", "990017"),
            (made.practice_b, "Mill Lane Practice", "mill-lane", "990018"),
        ):
            unit.execute(
                insert(practices).values(
                    id=key,
                    name=name,
                    slug=slug,
                    athena_practice_id=athena,
                    athena_default_dept=made.physical_therapy if key == made.practice_a else None,
                    created_at=now,
                    updated_at=now,
                )
            )
    for practice, key, name, athena, active in (
        (made.practice_a, made.physical_therapy, "Physical Therapy", "1", True),
        (made.practice_a, made.eastside, "Eastside PT", "3", True),
        (made.practice_a, made.neuro, "Neuro Rehab", "4", False),
        (made.practice_b, made.elsewhere, "Mill Lane", "1", True),
    ):
        with server.database.writing(PracticeScope.of_worker(practice)) as unit:
            unit.execute(
                insert(departments).values(
                    id=key,
                    practice_id=practice,
                    name=name,
                    athena_department_id=athena,
                    is_active=active,
                    created_at=now,
                )
            )
    return made


@pytest.fixture
def base_url(server: Server) -> Iterator[str]:
    """The address of the real server, run by uvicorn in a thread."""
    with running(server) as address:
        yield address


class running:  # noqa: N801 reads as a verb
    """Serve an application on a free port of the loopback interface while the block lasts."""

    def __init__(self, server: Server, **options: object) -> None:
        app = create_app(server, **options)  # type: ignore[arg-type]
        config = uvicorn.Config(
            app,
            http=Protocol,
            ws="none",
            host="127.0.0.1",
            port=0,
            log_config=None,
            proxy_headers=False,
            server_header=False,
            lifespan="off",
            h11_max_incomplete_event_size=64 * 1024,
        )
        self.uvicorn = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.uvicorn.run, name="server under test")

    def __enter__(self) -> str:
        self.thread.start()
        while not self.uvicorn.started:
            if not self.thread.is_alive():
                raise RuntimeError("the server under test didn't start")
            self.thread.join(0.005)
        port = self.uvicorn.servers[0].sockets[0].getsockname()[1]
        return f"http://127.0.0.1:{port}"

    def __exit__(self, *_: object) -> None:
        self.uvicorn.should_exit = True
        self.thread.join(60)
        assert not self.thread.is_alive(), "the server under test didn't stop"


@dataclass
class People:
    """Makes people of the tests and signs them in."""

    server: Server
    clinic: Clinic
    base_url: str
    clients: list[httpx.Client] = field(default_factory=list)

    def make(
        self,
        username: str,
        *,
        practice: str | None = None,
        role: Role = Role.CLINICIAN,
        bits: str = "",
        superadmin: bool = False,
        display_name: str | None = None,
    ) -> Person:
        """Make a user; ``bits`` names what they may do, for example ``"match upload"``."""
        granted = {f"can_{bit}": bit in bits.split() for bit in ("match", "review", "upload")}
        now = self.server.clock()
        with self.server.database.writing_outside(SYSTEM) as unit:
            user_id = unit.execute(
                insert(users)
                .values(
                    username=username,
                    password=Passwords(self.server.keys, 4).hash(PASSWORD),
                    display_name=display_name if display_name is not None else username.capitalize(),
                    is_admin=superadmin,
                    created_at=now,
                )
                .returning(users.c.user_id)
            ).scalar_one()
            department = self.clinic.physical_therapy if practice == self.clinic.practice_a else None
            if practice is not None:
                unit.execute(
                    insert(user_practices).values(
                        user_id=user_id,
                        practice_id=practice,
                        role=str(role),
                        is_default=True,
                        department_id=department,
                        created_at=now,
                        **granted,
                    )
                )
            session_id, token = open_session(
                unit,
                user_id,
                client="test",
                practice_id=practice,
                session_limit=self.server.settings.session_limit,
            )
        scope = None
        if practice is not None:
            scope = PracticeScope(
                practice_id=practice,
                user_id=user_id,
                user_name=username.capitalize(),
                role=role,
                capabilities=capabilities_of(role, **granted),
                department_id=department,
                session_id=session_id,
                ip="127.0.0.1",
                request_id="0" * 32,
            )
        return Person(user_id, username, scope, token, self.client(token))

    def client(self, token: str | None = None, *, by_hand: bool = True) -> httpx.Client:
        """Return a client that carries ``token``; ``by_hand`` marks its requests as a user's actions."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        if by_hand:
            headers["Kinometric-User-Action"] = "1"
        client = httpx.Client(base_url=self.base_url, headers=headers, timeout=60, trust_env=False, verify=NO_TLS)
        self.clients.append(client)
        return client


@pytest.fixture
def people(server: Server, clinic: Clinic, base_url: str) -> Iterator[People]:
    made = People(server, clinic, base_url)
    yield made
    for client in made.clients:
        client.close()


@pytest.fixture
def alice(people: People) -> Person:
    """Administrator of practice A, with every capability."""
    return people.make("alice", practice=people.clinic.practice_a, role=Role.ADMIN, bits="match review upload")


@pytest.fixture
def bob(people: People) -> Person:
    """Clinician of practice A, with every capability."""
    return people.make(
        "bob", practice=people.clinic.practice_a, bits="match review upload", display_name="Dr. Robert Vance"
    )


@pytest.fixture
def charlie(people: People) -> Person:
    """A stranger: administrator of practice B."""
    return people.make("charlie", practice=people.clinic.practice_b, role=Role.ADMIN, bits="match review upload")


@pytest.fixture
def dave(people: People) -> Person:
    """Superadmin, member of no practice."""
    return people.make("dave", superadmin=True)


@pytest.fixture
def erin(people: People) -> Person:
    """Front desk of practice A: may match, neither review nor upload."""
    return people.make("erin", practice=people.clinic.practice_a, bits="match")


@pytest.fixture
def frank(people: People) -> Person:
    """Read-only in practice A."""
    return people.make("frank", practice=people.clinic.practice_a, role=Role.READONLY)


@pytest.fixture
def anonymous(people: People) -> httpx.Client:
    """Somebody who hasn't signed in."""
    return people.client()


@pytest.fixture
def audited(server: Server):
    """Return the actions in the audit trail, oldest first, as (action, outcome, object id)."""

    def read(action: str | None = None) -> list[tuple[str, str, str]]:
        with server.database.reading_outside(SYSTEM) as unit:
            rows = unit.all(select(audit_entries).order_by(audit_entries.c.seq))
        return [(row.action, row.outcome, row.object_id) for row in rows if action in (None, row.action)]

    return read
