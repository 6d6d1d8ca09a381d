"""What the database itself refuses: other practices' rows (PostgreSQL) and changes to the audit trail (both)."""

from __future__ import annotations

from sqlalchemy import Connection, text

from kinometric_server.database.columns import practice_scoped_tables
from kinometric_server.database.schema import whole_metadata

_APPEND_ONLY = ("audit_entries",)
_FIRST_HEAD = (
    f"INSERT INTO audit_head (one, seq, mac) SELECT 1, 0, '{'0' * 64}' "  # noqa: S608 a constant
    "WHERE NOT EXISTS (SELECT 1 FROM audit_head) AND NOT EXISTS (SELECT 1 FROM audit_entries)"
)
_CURRENT = "nullif(current_setting('app.practice_id', true), '')"


class RoleError(RuntimeError):
    """The server's database role could get round row level security."""


def protect(connection: Connection, application_role: str | None = None) -> None:
    """Install the database's own protection; safe to repeat."""
    whole_metadata()
    lay_first_head(connection)
    if connection.dialect.name == "sqlite":
        _protect_sqlite(connection)
    else:
        _protect_postgresql(connection, application_role)


def lay_first_head(connection: Connection) -> None:
    """Lay the beginning of the audit trail's chain, where there is no audit trail yet."""
    connection.exec_driver_sql(_FIRST_HEAD)


def _protect_sqlite(connection: Connection) -> None:
    for table in _APPEND_ONLY:
        for action in ("UPDATE", "DELETE"):
            connection.exec_driver_sql(
                f"CREATE TRIGGER IF NOT EXISTS {table}_no_{action.lower()} BEFORE {action} ON {table} "
                "BEGIN SELECT RAISE(ABORT, 'the audit trail can only grow'); END"
            )


def _protect_postgresql(connection: Connection, role: str | None) -> None:
    """Install the policies; they don't bind the owner, who makes backups and as whom the server refuses to run."""
    for table in sorted(practice_scoped_tables()):
        connection.exec_driver_sql(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        connection.exec_driver_sql(f"DROP POLICY IF EXISTS practice_only ON {table}")
        connection.exec_driver_sql(
            f"CREATE POLICY practice_only ON {table} USING (practice_id = {_CURRENT}) "
            f"WITH CHECK (practice_id = {_CURRENT})"
        )
    for table in _APPEND_ONLY:
        connection.exec_driver_sql(
            "CREATE OR REPLACE FUNCTION only_grows() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'the audit trail can only grow'; END $$"
        )
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS only_grows ON {table}")
        connection.exec_driver_sql(
            f"CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION only_grows()"
        )
    if role is not None:
        _grant(connection, role)


def _grant(connection: Connection, role: str) -> None:
    quoted = connection.dialect.identifier_preparer.quote(role)
    connection.exec_driver_sql(f"GRANT USAGE ON SCHEMA public TO {quoted}")
    for table in sorted(whole_metadata().tables):
        rights = "SELECT, INSERT" if table in _APPEND_ONLY else "SELECT, INSERT, UPDATE, DELETE"
        connection.exec_driver_sql(f"REVOKE ALL ON {table} FROM {quoted}")
        connection.exec_driver_sql(f"GRANT {rights} ON {table} TO {quoted}")
    connection.exec_driver_sql(f"GRANT SELECT ON alembic_version TO {quoted}")


def require_safe_role(connection: Connection) -> None:
    """Raise RoleError if this connection's role ignores row level security: a superuser, BYPASSRLS, or an owner."""
    if connection.dialect.name != "postgresql":
        return
    powerful = connection.execute(
        text("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
    ).scalar_one()
    if powerful:
        raise RoleError("The server's database role is a superuser or may bypass row level security. Use another one.")
    owned = connection.execute(
        text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND pg_has_role(tableowner, 'MEMBER')")
    ).scalar_one()
    if owned:
        raise RoleError("The server's database role owns Kinometric's tables. Use a role that owns none of them.")
    bare = connection.execute(
        text(
            "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE n.nspname = 'public' AND c.relname = ANY(:tables) "
            "AND NOT c.relrowsecurity"
        ),
        {"tables": sorted(practice_scoped_tables())},
    ).scalar_one()
    if bare:
        raise RoleError("Row level security is missing from a table. Run: kinometric-server migrate")
