"""Presenters keep a frozen state, tell one listener, and never let a late answer through."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from kinometric_desktop.app.presenter import Presenter
from kinometric_desktop.app.runners import ImmediateRunner, ManualRunner


@dataclass(frozen=True)
class Count:
    number: int = 0
    words: str = ""


class Counter(Presenter[Count]):
    """Counts on a worker."""

    def add(self, amount: int, *, topic: str = "add") -> None:
        self._run(topic, lambda: amount, self._added, self._failed)

    def fail(self) -> None:
        def work() -> int:
            raise ValueError("no")

        self._run("add", work, self._added, self._failed)

    def say(self, words: str) -> None:
        self._change(words=words)

    def busy(self, topic: str = "add") -> bool:
        return self._busy(topic)

    def _added(self, amount: int) -> None:
        self._change(number=self.state.number + amount)

    def _failed(self, problem: Exception) -> None:
        self._change(words=str(problem))


def test_a_listener_gets_the_present_state_at_once_and_every_other_state_later() -> None:
    counter = Counter(Count(), ImmediateRunner())
    seen: list[Count] = []
    counter.subscribe(seen.append)
    counter.say("one")
    assert seen == [Count(), Count(words="one")]


def test_a_state_that_is_equal_is_not_told_again() -> None:
    counter = Counter(Count(), ImmediateRunner())
    seen: list[Count] = []
    counter.subscribe(seen.append)
    counter.say("")
    assert len(seen) == 1


def test_newer_work_of_the_same_topic_drops_the_older_result() -> None:
    runner = ManualRunner()
    counter = Counter(Count(), runner)
    counter.add(1)
    counter.add(10)
    runner.finish_all()
    assert counter.state.number == 10


def test_work_of_another_topic_is_not_dropped() -> None:
    runner = ManualRunner()
    counter = Counter(Count(), runner)
    counter.add(1, topic="left")
    counter.add(10, topic="right")
    runner.finish_all()
    assert counter.state.number == 11


def test_results_in_the_wrong_order_do_not_bring_the_older_one_back() -> None:
    runner = ManualRunner()
    counter = Counter(Count(), runner)
    counter.add(1)
    older = runner.waiting[0]
    counter.add(10)
    runner.waiting[1].finish()
    older.dropped = False
    older.finish()
    assert counter.state.number == 10


def test_an_answer_after_closing_is_lost() -> None:
    runner = ManualRunner()
    counter = Counter(Count(), runner)
    seen: list[Count] = []
    counter.subscribe(seen.append)
    counter.add(1)
    counter.close()
    runner.finish_all()
    assert counter.state.number == 0
    assert len(seen) == 1


def test_no_work_begins_after_closing() -> None:
    runner = ManualRunner()
    counter = Counter(Count(), runner)
    counter.close()
    counter.add(1)
    assert runner.waiting == []


def test_a_failure_reaches_the_error_side() -> None:
    counter = Counter(Count(), ImmediateRunner())
    counter.fail()
    assert counter.state.words == "no"


def test_work_is_busy_until_it_is_delivered() -> None:
    runner = ManualRunner()
    counter = Counter(Count(), runner)
    counter.add(1)
    assert counter.busy()
    runner.finish_all()
    assert not counter.busy()


def test_work_that_was_done_at_once_is_not_busy_afterwards() -> None:
    counter = Counter(Count(), ImmediateRunner())
    counter.add(1)
    assert not counter.busy()


def test_a_manual_runner_can_fail_work_without_doing_it() -> None:
    runner = ManualRunner()
    counter = Counter(Count(), runner)
    counter.add(1)
    runner.waiting.pop().fail(ValueError("gone"))
    assert counter.state == Count(0, "gone")


def test_a_manual_runner_finishes_what_is_started_meanwhile() -> None:
    runner = ManualRunner()
    done: list[str] = []

    def first(_: object) -> None:
        done.append("first")
        runner.run(lambda: 1, lambda _: done.append("second"), lambda _: None)

    runner.run(lambda: 1, first, lambda _: None)
    runner.finish_all()
    assert done == ["first", "second"]


def test_a_mistake_in_the_listener_is_not_taken_for_a_failure_of_the_work() -> None:
    def on_done(_: int) -> None:
        raise KeyError("mistake")

    errors: list[Exception] = []
    with pytest.raises(KeyError):
        ImmediateRunner().run(lambda: 1, on_done, errors.append)
    assert errors == []
