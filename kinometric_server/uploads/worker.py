"""Send queued uploads: check everything again, write down the attempt, post once, and write down what came of it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, or_, select
from sqlalchemy.exc import OperationalError

from kinometric_server.database import PracticeScope
from kinometric_server.database.scope import Actor
from kinometric_server.fault_points import pass_point
from kinometric_server.operations.server import Server
from kinometric_server.practices.tables import practices
from kinometric_server.security.sealing import KeyRingError
from kinometric_server.uploads.attempts import Attempt, claim, end_leases, end_surely, postpone
from kinometric_server.uploads.looking import Looker
from kinometric_server.uploads.sending import CheckFailedError, Ready, WaitError, post, prepare, reject
from kinometric_server.uploads.tables import uploads

log = logging.getLogger("kinometric.uploads")

POLL_S = 2.0
AFTER_TROUBLE_S = 5.0
UNCHECKED_WAIT = timedelta(seconds=30)
ROUNDS = 20
STOP_LOOK_S = 0.2
TROUBLE = "The server could not work on this upload. Nothing was sent. It will be tried again by itself."


class UploadWorker:
    """Sends what is queued, for all practices; several workers may run on one database.

    Parameters
    ----------
    server : Server
        Its `upload_waiting` event wakes the worker at once.
    poll_s : float
        Seconds between two looks at the queue when nothing wakes it.
    """

    def __init__(self, server: Server, *, poll_s: float = POLL_S) -> None:
        self._server = server
        self._poll_s = poll_s
        self._stopping = threading.Event()
        self._looker = Looker(server)

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set; the upload at hand is finished first."""
        self._stopping = stop
        waiting = self._server.upload_waiting
        while not stop.is_set():
            waiting.clear()
            try:
                self.work_once()
            except Exception as error:  # noqa: BLE001 a worker that stops would leave every practice's uploads lying
                # The database is away or the disk is full; what was claimed keeps its lease and ends as unknown.
                log.error("upload_worker_trouble", extra={"error_type": type(error).__name__})
                stop.wait(AFTER_TROUBLE_S)
                continue
            until = time.monotonic() + self._poll_s
            while not stop.is_set() and not waiting.wait(STOP_LOOK_S) and time.monotonic() < until:
                pass

    def work_once(self) -> int:
        """Go through all practices, one upload of each in turn; return how many uploads were taken up.

        So a practice whose athenaOne is slow keeps the others waiting for one upload, not for all that it has.
        """
        taken = 0
        for _ in range(ROUNDS):
            found = self._each_practice(self._send_next)
            taken += found
            if not found:
                break
        self._each_practice(self._look)
        return taken

    def _each_practice(self, work: Callable[[PracticeScope, bool], int]) -> int:
        done = 0
        for practice_id, is_active in self._practices():
            if self._stopping.is_set():
                break
            try:
                done += work(PracticeScope.of_worker(practice_id), is_active)
            except OperationalError:
                raise  # the database is away, for every practice
            except Exception as error:  # noqa: BLE001 a practice that can't be worked on must not stop the others
                log.error("practice_trouble", extra={"practice_id": practice_id, "error_type": type(error).__name__})
        return done

    def _send_next(self, scope: PracticeScope, is_active: bool) -> int:
        # A practice that was switched off sends nothing, but what died while it was being sent is named.
        end_leases(self._server, scope)
        upload_id = self._next_due(scope) if is_active else None
        if upload_id is None:
            return 0
        self._take_up(scope, upload_id)
        return 1

    def _look(self, scope: PracticeScope, is_active: bool) -> int:
        if is_active:
            self._looker.look(scope)
        return 0

    def _take_up(self, scope: PracticeScope, upload_id: str) -> None:
        """Send one upload; trouble with it holds up neither the others nor the worker."""
        try:
            send_one(self._server, scope, upload_id, pause=self._stopping.wait)
        except Exception as error:  # noqa: BLE001 one upload that can't be worked on must not stop the rest
            log.error("upload_trouble", extra={"upload_id": upload_id, "error_type": type(error).__name__})
            # Only what is still queued waits; what was claimed is ended by its lease.
            postpone(self._server, scope, upload_id, TROUBLE, UNCHECKED_WAIT, None)

    def _practices(self) -> list[tuple[str, bool]]:
        with self._server.database.reading_outside(Actor()) as unit:
            rows = unit.all(select(practices.c.id, practices.c.is_active).order_by(practices.c.id))
        return [(row.id, bool(row.is_active)) for row in rows]

    def _next_due(self, scope: PracticeScope) -> str | None:
        with self._server.database.reading(scope) as unit:
            row = unit.first(
                select(uploads.c.id)
                .where(
                    uploads.c.practice_id == unit.practice_id,
                    uploads.c.state == "queued",
                    or_(uploads.c.next_try_at.is_(None), uploads.c.next_try_at <= unit.now),
                )
                .order_by(uploads.c.created_at)
                .limit(1)
            )
        return None if row is None else str(row.id)


def send_one(
    server: Server, scope: PracticeScope, upload_id: str, *, pause: Callable[[float], object] = time.sleep
) -> None:
    """Take one queued upload through its checks and, if they all pass, through one POST.

    ``pause`` waits between tries to write down what came of it, and says True when there is no more time.
    """
    pass_point("worker.before_checks")
    try:
        ready = prepare(server, scope, upload_id)
    except CheckFailedError as failed:
        reject(server, scope, upload_id, failed)
        return
    except WaitError as wait:
        postpone(server, scope, upload_id, wait.sentence, wait.wait or UNCHECKED_WAIT, wait.code)
        return
    except KeyRingError:
        log.error("upload_key_missing", extra={"upload_id": upload_id})
        postpone(server, scope, upload_id, "A key is missing on the server.", UNCHECKED_WAIT, None)
        return
    if ready is None:
        return
    attempt = _claimed(server, scope, ready)
    if attempt is None:
        return
    pass_point("worker.after_claim_commit")
    outcome = post(server, ready)
    pass_point("worker.after_post")
    log.info(
        "upload_attempt",
        extra={
            "upload_id": upload_id,
            "practice_id": scope.practice_id,
            "attempt": attempt.number,
            "outcome": type(outcome).__name__,
        },
    )
    if end_surely(server, scope, attempt, outcome, pause):
        pass_point("worker.after_finish_commit")


def _claimed(server: Server, scope: PracticeScope, ready: Ready) -> Attempt | None:
    try:
        return claim(server, scope, ready)
    except CheckFailedError as failed:
        reject(server, scope, ready.upload_id, failed)
        return None


def queued_uploads(server: Server, scope: PracticeScope) -> list[Row[Any]]:
    """Return what waits in one practice, for health and tests."""
    with server.database.reading(scope) as unit:
        return unit.all(
            select(uploads.c.id, uploads.c.next_try_at, uploads.c.sentence).where(
                uploads.c.practice_id == unit.practice_id, uploads.c.state == "queued"
            )
        )
