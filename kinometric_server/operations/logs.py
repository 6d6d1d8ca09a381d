"""Logs as lines of JSON with ids only: one event, one line, one file per purpose, nothing ever deleted."""

from __future__ import annotations

import logging
import logging.handlers
from pathlib import Path
from typing import Any

import structlog

from kinometric_server.operations.archive import LogFile

FILES = {
    "kinometric.athena": "athena_proxy_error.log",
    "kinometric.uploads": "athena_send.log",
    "kinometric.results": "upload_csv.log",
    "kinometric.auth": "auth.log",
}
"""The log files of the specification, by the logger that writes them; everything else goes to server.log."""

AUDIT_MIRROR = "athena_hipaa_audit.log"
AUTH_DEBUG = "auth_debug.log"
SERVER_LOG = "server.log"

ALLOWED_FIELDS = frozenset(
    """action attempt attempt_no bytes claimed code count elapsed_ms encoding endpoint environment error_type event
    from_state ip job key_id level logger method ms outcome patient_id places port practice_id process reason_code
    request_id result_id retry_after retry_after_s route seq session_id sha256 state status timestamp to_state
    trial_id upload_id user_id version why department_id document_id athena_patient_id""".split()  # noqa: SIM905
)
"""The only fields that a line can have; a field that isn't here is dropped, so that no name gets in by accident."""


def _only_allowed(_logger: Any, _name: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    record = event.get("_record")
    kept = {key: value for key, value in event.items() if key in ALLOWED_FIELDS}
    if record is not None:
        own = record.name.startswith("kinometric")
        kept["event"] = str(record.msg) if own else "message of a library"
        kept["logger"] = record.name
    raised = event.get("exc_info")
    if isinstance(raised, tuple) and raised[0] is not None:
        kept["error_type"] = raised[0].__name__
    return kept


def formatter() -> logging.Formatter:
    """Return the formatter that makes one line of JSON of a record, without arguments and without traces."""
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.stdlib.ExtraAdder(),
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
        ],
        processors=[_only_allowed, structlog.processors.JSONRenderer(sort_keys=True)],
    )


class FileHandler(logging.Handler):
    """Writes each record as a line of a log file that archives itself."""

    def __init__(self, file: LogFile) -> None:
        super().__init__()
        self.file = file
        self.setFormatter(formatter())

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record; a failing disk keeps the line in memory until it can be written."""
        self.file.write_line(self.format(record))


class Logs:
    """All log files of an installation, attached to the loggers while it runs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        archives = folder / "archives"
        self._files: list[LogFile] = []
        self._attached: list[tuple[logging.Logger, logging.Handler]] = []
        self.mirror = self._file(folder / AUDIT_MIRROR, archives)
        for name, file in FILES.items():
            self._attach(name, self._file(folder / file, archives), propagate=False)
        debug = self._file(folder.parent / "test" / "logs" / AUTH_DEBUG, archives)
        self._attach("kinometric.auth", debug, propagate=False)
        self._attach("", self._file(folder / SERVER_LOG, archives), propagate=True)
        for noisy in ("httpx", "httpcore", "sqlalchemy.engine", "uvicorn.access"):
            logging.getLogger(noisy).setLevel(logging.WARNING)

    def _file(self, path: Path, archives: Path) -> LogFile:
        file = LogFile(path, archives)
        file.finish_archiving()
        self._files.append(file)
        return file

    def _attach(self, name: str, file: LogFile, *, propagate: bool) -> None:
        logger = logging.getLogger(name)
        handler = FileHandler(file)
        logger.addHandler(handler)
        if logger.level == logging.NOTSET or name == "":
            logger.setLevel(logging.INFO)
        logger.propagate = propagate
        self._attached.append((logger, handler))

    def close(self) -> None:
        """Detach all handlers and close the files."""
        for logger, handler in self._attached:
            logger.removeHandler(handler)
            logger.propagate = True
        for file in self._files:
            file.close()
