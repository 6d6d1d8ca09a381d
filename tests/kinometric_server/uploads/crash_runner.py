"""Give one order, or work the queue once, in a process of its own that a fault point may kill."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from kinometric.contract.codec import from_json
from kinometric.contract.uploads import NewUpload
from kinometric_server.database import PracticeScope
from kinometric_server.database.scope import Role, capabilities_of
from kinometric_server.operations.server import open_server
from kinometric_server.operations.settings import layout
from kinometric_server.uploads.intake import take_in
from kinometric_server.uploads.worker import UploadWorker


def main() -> None:
    """Read what to do from the input: one JSON object."""
    asked = json.loads(sys.stdin.read())
    settings = replace(
        layout(Path(asked["root"]), database_url=asked["database"], keys=Path(asked["keys"])),
        test_endpoints=(asked["standin"],),
    )
    now = datetime.fromisoformat(asked["now"])
    server = open_server(settings, clock=lambda: now, with_logs=False)
    if asked.get("order"):
        scope = PracticeScope(
            practice_id=asked["practice"],
            user_id=asked["user"],
            user_name="Bob",
            role=Role.CLINICIAN,
            capabilities=capabilities_of(Role.CLINICIAN, can_match=True, can_review=True, can_upload=True),
            department_id=asked["department"],
        )
        take_in(server, scope, from_json(NewUpload, asked["order"]), asked["key"])
    UploadWorker(server).work_once()
    server.close()


if __name__ == "__main__":
    main()
