"""The private cluster of the tests: a database that is used again is as good as a new one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import create_engine, insert, text

from kinometric_server.database import Actor, Database, PracticeScope
from kinometric_server.practices.tables import departments, practices
from tests.kinometric_server.postgresql_cluster import APPLICATION, OWNER, SUPERUSER, Cluster, remove_abandoned

pytestmark = pytest.mark.postgres
A = "a" * 32


def contents(cluster: Cluster, name: str) -> dict[str, list[tuple[object, ...]]]:
    engine = create_engine(cluster.url(SUPERUSER, name))
    with engine.connect() as connection:
        tables = connection.exec_driver_sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").scalars()
        found = {
            table: [tuple(row) for row in connection.exec_driver_sql(f"SELECT * FROM {table}")] for table in tables
        }
    engine.dispose()
    return found


def fill(cluster: Cluster, name: str) -> None:
    database = Database(cluster.url(APPLICATION, name))
    with database.writing_outside(Actor()) as unit:
        unit.execute(insert(practices).values(id=A, name="x", slug="x", created_at=unit.now, updated_at=unit.now))
    with database.writing(PracticeScope.of_worker(A)) as unit:
        unit.execute(insert(departments).values(practice_id=A, name="x", created_at=unit.now))
        unit.execute(text("UPDATE audit_head SET seq = 7"))
    database.close()


def test_a_database_that_is_used_again_holds_what_a_new_one_holds(cluster):
    fresh = cluster.new_database()
    used = cluster.clean_database()
    fill(cluster, used)
    assert contents(cluster, used) != contents(cluster, fresh)
    again = cluster.clean_database()
    assert contents(cluster, again) == contents(cluster, fresh)
    cluster.drop(fresh)


def test_a_connection_that_a_test_left_open_does_not_hold_up_the_next_test(cluster):
    used = cluster.clean_database()
    fill(cluster, used)
    engine = create_engine(cluster.url(APPLICATION, used))
    left = engine.connect()
    left.execute(text("SELECT set_config('app.practice_id', :p, true)"), {"p": A})
    left.execute(text("UPDATE departments SET name = 'locked'"))
    assert contents(cluster, cluster.clean_database())["departments"] == []
    left.invalidate()
    engine.dispose()


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE patients DISABLE ROW LEVEL SECURITY",
        "DROP POLICY practice_only ON patients",
        "DROP TRIGGER only_grows ON audit_entries",
        f"GRANT DELETE ON audit_entries TO {APPLICATION}",
        "ALTER TABLE patients ADD COLUMN extra integer",
    ],
)
def test_a_database_whose_schema_was_changed_is_not_used_again(cluster, change):
    changed = cluster.clean_database()
    owner = create_engine(cluster.url(OWNER, changed))
    with owner.begin() as connection:
        connection.execute(text(change))
    owner.dispose()
    assert cluster.clean_database() != changed


KILLED_RUN = """
import sys
from tests.kinometric_server.postgresql_cluster import Cluster
from tests.postgresql_programs import programs
made = Cluster(programs())
print(made.folder, (made.folder / "data" / "postmaster.pid").read_text().split()[0], flush=True)
sys.stdin.read()
"""


def runs(pid: str) -> bool:
    """Say whether a process runs; one that nobody has reaped yet doesn't."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_the_next_run_removes_the_cluster_of_a_killed_one_and_no_other(cluster, repository):
    with subprocess.Popen(
        [sys.executable, "-c", KILLED_RUN], cwd=repository, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as run:
        folder, postmaster = run.stdout.readline().split()
        remove_abandoned(cluster.bin)
        assert Path(folder).exists(), "its run lives"
        run.kill()
    assert runs(postmaster), "a killed run takes no cluster along"
    remove_abandoned(cluster.bin)
    assert not Path(folder).exists()
    assert not runs(postmaster)
    assert cluster.folder.exists()
