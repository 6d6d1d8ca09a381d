"""How many audit entries a second `audit verify` checks, on an embedded database that the trail itself wrote."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from kinometric_server.audit import record
from kinometric_server.audit.verify import verify
from kinometric_server.database import Actor, PracticeScope
from kinometric_server.operations.installation import make_installation
from kinometric_server.operations.server import open_server
from kinometric_server.operations.settings import layout
from kinometric_server.security.sealing import Purpose

ROWS, A_TRANSACTION, ROUNDS = 200_000, 2_000, 3
BUDGET = 50_000


def main() -> None:
    """Write the entries, verify them some times, and print the best rate."""
    with tempfile.TemporaryDirectory() as folder:
        settings = layout(Path(folder) / "kinometric")
        make_installation(settings, username="root", password="Quiet meadow 77")
        server = open_server(settings, with_logs=False)
        scope = PracticeScope(practice_id="a" * 32, user_id="u" * 32, user_name="x", role="clinician",  # type: ignore[arg-type]
                              session_id="s" * 32, ip="127.0.0.1", request_id="r" * 32)  # fmt: skip
        for begin in range(0, ROWS, A_TRANSACTION):
            with server.database.writing_outside(Actor()) as unit:
                for number in range(begin, begin + A_TRANSACTION):
                    record(unit, scope, "patient_read", "patient", f"{number:032x}", details={"count": number})
        secret = server.keys.current(Purpose.AUDIT).secret
        rates = []
        for _ in range(ROUNDS):
            with server.database.engine.connect() as connection:
                started = time.process_time()
                verdict = verify(connection, secret, [])
                rates.append(verdict.rows / (time.process_time() - started))
            assert verdict.intact
        server.close()
        print(f"{verdict.rows:,} entries: {', '.join(f'{rate:,.0f}' for rate in rates)} a second of processor time")
        print(f"best {max(rates):,.0f}, budget > {BUDGET:,}")


if __name__ == "__main__":
    main()
