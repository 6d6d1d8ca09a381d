"""Work runs on threads and comes back to the window's thread, unless it was dropped."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from kinometric_desktop.platform.runner import ThreadRunner


@pytest.fixture
def runner(qtbot: QtBot) -> Iterator[ThreadRunner]:
    """A runner that is closed at the end."""
    made = ThreadRunner()
    yield made
    made.close()


def test_work_is_done_elsewhere_and_delivered_here(runner: ThreadRunner, qtbot: QtBot) -> None:
    here = threading.get_ident()
    seen: list[tuple[int, int]] = []
    runner.run(threading.get_ident, lambda there: seen.append((there, threading.get_ident())), lambda _: None)
    qtbot.waitUntil(lambda: bool(seen))
    assert seen[0][0] != here
    assert seen[0][1] == here
    assert runner.idle


def test_a_failure_is_delivered_as_it_was_raised(runner: ThreadRunner, qtbot: QtBot) -> None:
    problem = ValueError("no")

    def fail() -> None:
        raise problem

    seen: list[Exception] = []
    runner.run(fail, lambda _: None, seen.append)
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == [problem]


def test_dropped_work_is_not_delivered(runner: ThreadRunner, qtbot: QtBot) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def work() -> int:
        begun.set()
        go_on.wait(5)
        return 1

    seen: list[int] = []
    ticket = runner.run(work, seen.append, lambda _: None)
    assert begun.wait(5)
    ticket.drop()
    go_on.set()
    qtbot.waitUntil(lambda: runner.idle)
    assert seen == []


def test_work_that_waits_and_is_dropped_is_never_begun(runner: ThreadRunner, qtbot: QtBot) -> None:
    go_on = threading.Event()
    done: list[str] = []
    runner.run(lambda: go_on.wait(5), lambda _: done.append("first"), lambda _: None, lane="compute")
    ticket = runner.run(lambda: done.append("second"), lambda _: None, lambda _: None, lane="compute")
    ticket.drop()
    go_on.set()
    qtbot.waitUntil(lambda: runner.idle)
    assert done == ["first"]


def test_the_network_does_not_wait_for_the_computing(runner: ThreadRunner, qtbot: QtBot) -> None:
    go_on = threading.Event()
    done: list[str] = []
    runner.run(lambda: go_on.wait(5), lambda _: done.append("compute"), lambda _: None, lane="compute")
    runner.run(lambda: 1, lambda _: done.append("network"), lambda _: None)
    qtbot.waitUntil(lambda: bool(done))
    assert done == ["network"]
    go_on.set()
    qtbot.waitUntil(lambda: runner.idle)


def test_a_closed_runner_delivers_nothing_and_leaves_no_thread(qtbot: QtBot) -> None:
    before = threading.active_count()
    runner = ThreadRunner()
    seen: list[int] = []
    runner.run(lambda: 1, seen.append, lambda _: None)
    runner.close()
    qtbot.waitUntil(lambda: threading.active_count() == before)
    assert seen == []
    assert threading.active_count() == before
    assert runner.run(lambda: 1, seen.append, lambda _: None) is not None
    assert seen == []
