"""One registry feeds shortcuts, key bar and key list."""

from __future__ import annotations

import pytest

from kinometric_desktop.app.actions import Action, ActionRegistry, ShortcutTakenError

HERE = frozenset(("review",))
THERE = frozenset(("match",))


def action(action_id: str, keys: str = "", **more: object) -> Action:
    return Action(action_id, action_id.title(), keys, lambda: None, **more)  # type: ignore[arg-type]


def test_two_actions_of_one_screen_never_share_a_key() -> None:
    registry = ActionRegistry()
    registry.add(action("one", "F6", screens=HERE))
    with pytest.raises(ShortcutTakenError):
        registry.add(action("two", "F6", screens=HERE))


def test_two_actions_of_all_screens_never_share_a_key() -> None:
    registry = ActionRegistry()
    registry.add(action("one", "F2"))
    with pytest.raises(ShortcutTakenError):
        registry.add(action("two", "F2"))


def test_actions_of_different_screens_may_share_a_key() -> None:
    registry = ActionRegistry()
    registry.add_all((action("one", "F6", screens=HERE), action("two", "F6", screens=THERE)))
    assert [one.action_id for one in registry.on_screen("match")] == ["two"]


def test_a_screens_own_action_takes_the_key_of_one_that_all_screens_have() -> None:
    registry = ActionRegistry()
    registry.add(action("match", "F4"))
    registry.add(action("worklist.athena", "F4", screens=frozenset(("worklist",))))
    assert [one.action_id for one in registry.on_screen("worklist")] == ["worklist.athena"]
    assert [one.action_id for one in registry.on_screen("review")] == ["match"]


def test_an_action_without_a_key_clashes_with_nothing() -> None:
    registry = ActionRegistry()
    registry.add_all((action("one"), action("two")))
    assert len(registry.all()) == 2


def test_adding_an_action_again_replaces_it() -> None:
    registry = ActionRegistry()
    registry.add(action("one", "F6"))
    registry.add(action("one", "F6"))
    assert len(registry.all()) == 1


def test_the_key_bar_shows_its_actions_in_order_and_no_others() -> None:
    registry = ActionRegistry()
    registry.add_all(
        (
            action("b", "B", screens=HERE, key_bar=2),
            action("a", "A", screens=HERE, key_bar=1),
            action("hidden", "C", screens=HERE),
            action("help", "F1", key_bar=99),
            action("elsewhere", "D", screens=THERE, key_bar=1),
        )
    )
    assert [one.action_id for one in registry.key_bar("review")] == ["a", "b", "help"]


def test_an_action_that_is_off_is_not_done() -> None:
    done: list[str] = []
    registry = ActionRegistry()
    registry.add(Action("one", "One", "F6", lambda: done.append("one"), enabled=lambda: False))
    assert not registry.trigger("one")
    assert done == []


def test_an_action_that_is_on_is_done() -> None:
    done: list[str] = []
    registry = ActionRegistry()
    registry.add(Action("one", "One", "F6", lambda: done.append("one")))
    assert registry.trigger("one")
    assert done == ["one"]


def test_listeners_hear_of_new_actions() -> None:
    heard: list[int] = []
    registry = ActionRegistry()
    registry.listen(lambda: heard.append(len(registry.all())))
    registry.add(action("one"))
    assert heard == [1]


def test_keys_are_written_as_people_read_them() -> None:
    assert action("one", "Up", key_text="↑↓").keys == "↑↓"
    assert action("one", "F6").keys == "F6"
    assert ActionRegistry().all() == ()
