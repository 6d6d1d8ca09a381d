"""What the program itself did wrong: logged without patient data, told to the person in a sentence."""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from collections.abc import Callable
from types import TracebackType
from typing import Any

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

_LOG = logging.getLogger("kinometric.desktop")
_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}
_HARMLESS = ("This plugin does not support",)


def places_only(trace: TracebackType | None) -> str:
    """File, line and function of each step, without values: an exception's message may hold a name."""
    steps = traceback.extract_tb(trace)
    return " < ".join(f"{step.filename.rsplit('/', 1)[-1]}:{step.lineno} {step.name}" for step in reversed(steps))


class CrashHandler:
    """Takes over uncaught exceptions and Qt's own messages until :meth:`remove`."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._before: tuple[Any, Any, Any] | None = None

    def install(self) -> None:
        """Take over."""
        self._before = (sys.excepthook, threading.excepthook, sys.unraisablehook)
        sys.excepthook = self._uncaught
        threading.excepthook = self._in_thread
        sys.unraisablehook = self._unraisable
        qInstallMessageHandler(self._from_qt)

    def remove(self) -> None:
        """Give back what was there before."""
        if self._before is not None:
            sys.excepthook, threading.excepthook, sys.unraisablehook = self._before
            qInstallMessageHandler(None)
            self._before = None

    def _uncaught(self, kind: type[BaseException], problem: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, problem, trace)
            return
        _LOG.error("uncaught %s at %s", kind.__name__, places_only(trace))
        self._tell(
            "Kinometric made a mistake and stopped what it was doing. Nothing was sent to athenaOne by this. "
            f"If it happens again, tell your clinic's IT: {kind.__name__}. [KW-500]"
        )

    def _in_thread(self, caught: threading.ExceptHookArgs) -> None:
        _LOG.error("uncaught %s in a thread at %s", caught.exc_type.__name__, places_only(caught.exc_traceback))

    def _unraisable(self, caught: Any) -> None:
        _LOG.error("unraisable %s at %s", caught.exc_type.__name__, places_only(caught.exc_traceback))

    def _from_qt(self, kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
        del context
        if not message.startswith(_HARMLESS):
            _LOG.log(_LEVELS.get(kind, logging.WARNING), "Qt: %s", message)
