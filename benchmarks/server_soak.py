"""A clinic's days on the demo's own server, one after the other beside paced reads: does its memory grow?

A day: sign in, worklist, search, look the chart up, take in four recordings, confirm, review, preview, upload until it
is filed, sign out. KINOMETRIC_BENCH_SOAK_S makes it longer (30 minutes: 1800); figures are read by people.
"""

from __future__ import annotations

import base64
import http.client
import json
import os
import statistics
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from _clinic_server import Served, memory_and_handles
from server_load import RATE, paced, percentile

from kinometric.recordings import synthetic_recording, write_csv

SOAK_S = float(os.environ.get("KINOMETRIC_BENCH_SOAK_S", "60"))
DAY_EVERY_S = 6.0
STANCES = ("LBEO", "RBEO", "LBEC", "RBEC")
AT_REST = {"filed", "rejected", "cancelled", "outcome_unknown"}


class Person:
    """Somebody signed in at the demo."""

    def __init__(self, port: int, username: str, password: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port)
        self._headers = {"Content-Type": "application/json", "Kinometric-User-Action": "1"}
        signed_in = self.post("/v1/auth/sign-in", {"username": username, "password": password})
        self.token = str(signed_in["token"])
        self._headers["Authorization"] = f"Bearer {self.token}"

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Ask once; RuntimeError with the server's sentence for anything but success."""
        content = None if body is None else json.dumps(body)
        self._connection.request(method, path, content, self._headers | headers)
        answer = self._connection.getresponse()
        said = answer.read()
        if answer.status >= 400:
            raise RuntimeError(f"{method} answered {answer.status}: {json.loads(said).get('message')}")
        return json.loads(said) if said else None

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        """Ask by POST."""
        return self.ask("POST", path, body, **headers)

    def close(self) -> None:
        """Sign out and hang up."""
        self.post("/v1/auth/sign-out")
        self._connection.close()


class Clinic:
    """The demo's clinic with one patient who is linked and comes every day."""

    def __init__(self, port: int, users: dict[str, str]) -> None:
        self.port = port
        self._users = users
        self._recordings = [
            base64.b64encode(write_csv(synthetic_recording(stance=stance, hold_s=10.0, severity=0.3, seed=7))).decode()
            for stance in STANCES
        ]
        provider = self.sign_in()
        self.patient_id = self._linked_patient(provider)
        self.reader = provider.token

    def sign_in(self) -> Person:
        """Sign the provider in."""
        return Person(self.port, "provider", self._users["provider"])

    def _linked_patient(self, who: Person) -> str:
        rows = who.post("/v1/worklist", {})["rows"]
        linked = [row["patient"] for row in rows if row["patient"]["link"] is not None]
        if not linked:
            raise RuntimeError("the demo has no linked patient today")
        return str(linked[0]["patient_id"])

    def day(self) -> str:
        """Go through one day; return the state in which its upload came to rest."""
        who = self.sign_in()
        who.post("/v1/worklist", {})
        who.post("/v1/patients/search", {"text": "muestra"})
        patient = who.ask("GET", f"/v1/patients/{self.patient_id}")
        who.post("/v1/athena/patients/lookup", {"athena_patient_id": patient["link"]["athena_patient_id"]})
        session = self._tested(who)
        path = f"/v1/sessions/{session['session_id']}"
        versions = {trial["trial_id"]: trial["version"] for trial in session["trials"] if trial["plausible"]}
        session = who.post(f"{path}/holds", {"trial_versions": versions})
        who.ask("GET", f"{path}/recordings")
        session = who.post(f"{path}/review", {"version": session["version"], "traces_were_shown": True})
        state = self._filed(who, session)
        who.close()
        return state

    def _tested(self, who: Person) -> Any:
        session: dict[str, Any] = {"session_id": None}
        for stance, recording in zip(STANCES, self._recordings, strict=True):
            body = {
                "patient_id": self.patient_id,
                "stance": stance,
                "tested_at": datetime.now(tz=UTC).isoformat(),
                "recording_base64": recording,
                "placement": "waist",
            }
            if session["session_id"] is not None:
                body["session_id"] = session["session_id"]
            session = who.post("/v1/results", body)
        return session

    def _filed(self, who: Person, session: Any) -> str:
        names = {"session_id": session["session_id"]}
        preview = who.post(f"/v1/sessions/{session['session_id']}/report", {})
        checks = who.post("/v1/uploads/check", {**names, "preview_id": preview["preview_id"]})
        order = {
            **names,
            "preview_id": preview["preview_id"],
            "pdf_base64": preview["pdf_base64"],
            "sha256": preview["sha256"],
            "department_id": checks["department_id"],
            "typed_birth_year": checks["athena_patient"]["born"][:4],
            "fingerprint": checks["athena_patient"]["fingerprint"],
        }
        upload = who.post("/v1/uploads", order, **{"Idempotency-Key": uuid4().hex})
        until = time.monotonic() + 20.0
        while upload["state"] not in AT_REST and time.monotonic() < until:
            time.sleep(0.2)
            upload = who.ask("GET", f"/v1/uploads/{upload['upload_id']}")
        return str(upload["state"])


def demo() -> tuple[subprocess.Popen[str], int, dict[str, str]]:
    """Start the demo without a workstation; return it, its port and its users' passwords."""
    command = [sys.executable, "-m", "kinometric_server.cli", "demo", "--no-workstation"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    users, port = {}, 0
    assert process.stdout is not None
    for line in process.stdout:
        words = line.split()
        if line.startswith("Server "):
            port = int(words[1].rsplit(":", 1)[1])
        elif words and words[0] in ("frontdesk", "provider", "admin"):
            users[words[0]] = words[1]
        elif line.startswith("End the demo"):
            return process, port, users
    raise RuntimeError("the demo did not start")


def server_of(process: subprocess.Popen[str]) -> int:
    """Return the process id of the server that a demo has started (Linux)."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    return next(int(pid) for pid in children if b"demo.serving" in Path(f"/proc/{pid}/cmdline").read_bytes())


def main() -> None:
    """Soak and print."""
    if sys.platform != "linux":
        print("measured on Linux only")
        return
    process, port, users = demo()
    try:
        clinic = Clinic(port, users)
        pid = server_of(process)
        served = Served(port, f"/v1/patients/{clinic.patient_id}", clinic.reader, pid)
        for _ in range(3):
            clinic.day()
        reads: list[float] = []
        reading = threading.Thread(target=lambda: reads.extend(paced(served, SOAK_S)))
        reading.start()
        began = time.monotonic()
        samples: list[tuple[float, float, int]] = []
        states: list[str] = []
        while reading.is_alive():
            due = began + len(states) * DAY_EVERY_S
            time.sleep(max(0.0, due - time.monotonic()))
            states.append(clinic.day())
            samples.append((time.monotonic() - began, *memory_and_handles(pid)))
        reading.join()
    finally:
        process.terminate()
        process.wait(30)
    settled = [sample for sample in samples if sample[0] > SOAK_S / 3]
    slope = statistics.linear_regression([s[0] for s in settled], [s[1] for s in settled]).slope * 3600
    handles = [sample[2] for sample in settled]
    counted = ", ".join(f"{states.count(state)} {state}" for state in sorted(set(states)))
    print(
        f"{len(states)} days ({counted}) in {SOAK_S:.0f} s beside {len(reads)} reads at {RATE}/s, p99 "
        f"{percentile(reads, 99):.0f} ms: memory {settled[0][1]:.1f} -> {settled[-1][1]:.1f} MiB ({slope:+.1f} MiB an "
        f"hour), open files {min(handles)} to {max(handles)}"
    )


if __name__ == "__main__":
    main()
