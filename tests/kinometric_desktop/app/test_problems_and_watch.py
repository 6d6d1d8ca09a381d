"""What goes wrong becomes words in one place, and a lost line is known everywhere."""

from __future__ import annotations

import pytest

from kinometric.contract.errors import DEPARTMENT_DENIED, SIGNED_OUT, TOO_MANY_TRIES
from kinometric_desktop.app.problems import countdown, words_for
from kinometric_desktop.app.runners import ImmediateRunner, ManualRunner
from kinometric_desktop.app.watch import HEARTBEAT_S, Heartbeat, WatchedRunner
from kinometric_desktop.client.errors import ServerError, Unreachable
from tests.kinometric_desktop.house import House


def test_an_unreachable_server_says_that_nothing_was_sent_and_what_to_press() -> None:
    words = words_for(Unreachable("no connection"))
    assert words.offline
    assert words.code == "KW-101"
    assert "Nothing was sent to athenaOne" in words.sentence
    assert "F5" in words.sentence


def test_the_servers_own_sentence_is_shown_with_its_code() -> None:
    words = words_for(ServerError(DEPARTMENT_DENIED, "This patient belongs to another department."))
    assert words.sentence == "This patient belongs to another department."
    assert words.code == "KS-403D"
    assert words.severity == "stop"


def test_a_waiting_time_is_said() -> None:
    words = words_for(ServerError(TOO_MANY_TRIES, "Too many tries.", retry_after_s=44.2))
    assert words.sentence == "Too many tries. Wait 0:45."
    assert words.severity == "caution"


def test_a_server_without_a_sentence_still_gives_one() -> None:
    assert words_for(ServerError("KS-500", "")).sentence


def test_a_mistake_of_the_program_is_not_dressed_up() -> None:
    with pytest.raises(KeyError):
        words_for(KeyError("mistake"))


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0, "0:00"), (44.2, "0:45"), (60, "1:00"), (887.4, "14:48"), (-3, "0:00")]
)
def test_times_count_down_in_minutes_and_seconds(seconds: float, shown: str) -> None:
    assert countdown(seconds) == shown


def raising(problem: Exception) -> object:
    raise problem


def test_a_lost_line_is_known_everywhere_and_so_is_its_return() -> None:
    house = House().work()
    runner = WatchedRunner(ImmediateRunner(), house.session)
    heard: list[Exception] = []
    runner.run(lambda: raising(Unreachable("gone")), lambda _: None, heard.append)
    assert not house.session.state.online
    assert len(heard) == 1
    runner.run(lambda: 1, lambda _: None, heard.append)
    assert house.session.state.online


def test_an_answer_that_says_no_is_still_an_answer() -> None:
    house = House().work()
    house.session.set_online(False)
    runner = WatchedRunner(ImmediateRunner(), house.session)
    runner.run(lambda: raising(ServerError("KS-404", "Not there.")), lambda _: None, lambda _: None)
    assert house.session.state.online


def test_an_ended_server_session_locks_the_screen() -> None:
    house = House().work()
    runner = WatchedRunner(ImmediateRunner(), house.session)
    runner.run(lambda: raising(ServerError(SIGNED_OUT, "Signed out.")), lambda _: None, lambda _: None)
    assert house.session.state.locked


def test_a_refused_sign_in_locks_nothing() -> None:
    house = House()
    runner = WatchedRunner(ImmediateRunner(), house.session)
    runner.run(lambda: raising(ServerError(SIGNED_OUT, "Signed out.")), lambda _: None, lambda _: None)
    assert not house.session.state.locked


def test_computing_says_nothing_about_the_line() -> None:
    house = House().work()
    house.session.set_online(False)
    WatchedRunner(ImmediateRunner(), house.session).run(lambda: 1, lambda _: None, lambda _: None, lane="compute")
    assert not house.session.state.online


def beating(house: House) -> Heartbeat:
    house.server.accounts.answers["hello"] = None
    runner = WatchedRunner(house.runner, house.session)
    heartbeat = Heartbeat(house.session, house.connection, runner, house.timer)
    house.work()
    return heartbeat


def test_a_server_that_dies_is_noticed_within_five_seconds_and_so_is_its_return() -> None:
    house = House()
    beating(house)
    assert [alarm.delay_s for alarm in house.timer.waiting] == [HEARTBEAT_S]
    assert HEARTBEAT_S < 5
    house.server.accounts.answers["hello"] = Unreachable("gone")
    house.timer.fire()
    assert not house.session.state.online
    house.server.accounts.answers["hello"] = None
    house.timer.fire()
    assert house.session.state.online


def test_the_heartbeat_asks_nothing_that_renews_or_is_written_down() -> None:
    house = House()
    beating(house)
    house.timer.fire()
    assert house.server.accounts.names() == ["hello"]


def test_the_heartbeat_waits_for_the_answer_before() -> None:
    house = House(runner=ManualRunner())
    beating(house)
    house.timer.fire()
    house.timer.fire()
    assert len(house.runner.waiting) == 1
    house.runner.finish_all()
    house.timer.fire()
    assert len(house.runner.waiting) == 1


def test_nobody_is_asked_while_nobody_works() -> None:
    house = House()
    heartbeat = beating(house)
    house.session.lock()
    assert house.timer.waiting == []
    house.session.sign_out()
    heartbeat.close()
    house.work()
    assert house.timer.waiting == []


def test_a_late_answer_to_the_session_before_does_not_lock_the_one_begun_since() -> None:
    house = House().work()
    late = ManualRunner()
    runner = WatchedRunner(late, house.session)
    heard: list[Exception] = []
    for _ in range(2):
        runner.run(lambda: raising(ServerError(SIGNED_OUT, "Sign in first.")), lambda _: None, heard.append)
    late.finish_next()
    assert house.session.state.locked
    assert house.session.state.me is not None
    house.session.unlock(house.session.state.me)
    late.finish_next()
    assert not house.session.state.locked
    assert len(heard) == 2
    runner.run(lambda: raising(ServerError(SIGNED_OUT, "Sign in first.")), lambda _: None, heard.append)
    late.finish_next()
    assert house.session.state.locked
