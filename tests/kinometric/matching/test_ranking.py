"""Candidates in order, and those that can't be told apart at a glance."""

from __future__ import annotations

import dataclasses
import random
import string
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from kinometric.matching import PersonRecord, rank

maria = PersonRecord("Muestra-López", "Maria Elena", born=date(1951, 3, 4), sex="F", phone="4105550142", zip="00104")
CANDIDATES = (
    PersonRecord("Muestra", "Elena", born=date(1949, 9, 30), sex="F"),
    PersonRecord("Muestra Lopez", "Mario", born=date(1951, 3, 4), sex="M"),
    PersonRecord("Lopez", "Maria", born=date(1957, 3, 4), sex="F"),
    PersonRecord("Muestra Lopez", "Maria E", born=date(1951, 4, 3), sex="F", phone="4105550142", zip="00186"),
    PersonRecord("Muestra", "Marisa", born=date(1951, 6, 11), sex="F"),
)


def test_the_bands_of_the_demo_candidates() -> None:
    ranking = rank(maria, CANDIDATES)
    assert ranking.candidates[0].index == 3
    assert [candidate.index for candidate in ranking.band("strong")] == [3]
    assert {candidate.index for candidate in ranking.band("possible")} == {1, 2}
    assert {candidate.index for candidate in ranking.band("weak")} == {0, 4}


def test_a_brother_born_the_same_day_is_named_and_comes_before_a_namesake_of_another_year() -> None:
    calls = rank(maria, CANDIDATES).close_calls(3)
    assert [call.index for call in calls] == [1, 2]
    assert "twin" in calls[0].sentence


def test_twins_are_both_shown_and_each_names_the_other() -> None:
    ours = PersonRecord("Prueba", "Julia", born=date(1960, 7, 8), sex="F", phone="4105550100", zip="00104")
    twin = dataclasses.replace(ours, firstname="Julie Ann")
    other = dataclasses.replace(ours, firstname="Sandra")
    ranking = rank(ours, (other, ours, twin))
    assert ranking.candidates[0].index == 1
    assert {call.index for call in ranking.close_calls(1)} == {0, 2}
    assert 1 in {call.index for call in ranking.close_calls(0)}
    assert ranking.candidates[-1].band == "possible", "another first name is never strong, however much else agrees"


def test_father_and_son_are_named_to_each_other_and_never_strong() -> None:
    junior = PersonRecord("Okafor", "James", suffix="Jr", born=date(1948, 11, 19), sex="M", zip="00104")
    senior = PersonRecord("Okafor", "James", suffix="Sr", born=date(1922, 11, 19), sex="M", zip="00104")
    ranking = rank(junior, (senior, junior))
    assert ranking.candidates[0].index == 1
    assert ranking.candidates[1].band == "possible"
    call = ranking.close_calls(1)[0]
    assert call.index == 0
    assert "father and son" in call.sentence


def test_a_damaged_birth_date_moves_a_record_down_and_hides_nothing() -> None:
    damaged = dataclasses.replace(maria, born=None)
    ranking = rank(maria, (damaged, maria))
    assert [candidate.index for candidate in ranking.candidates] == [1, 0]
    assert ranking.candidates[1].band == "possible"


def test_a_stranger_who_shares_only_the_last_name_is_weak() -> None:
    stranger = PersonRecord("Muestra-Lopez", "Peter", born=date(1980, 1, 1), sex="M")
    assert rank(maria, (stranger,)).candidates[0].band == "weak"


def test_no_candidates_give_an_empty_ranking() -> None:
    assert rank(maria, ()).candidates == ()


@given(st.permutations(range(len(CANDIDATES))))
def test_the_order_of_the_answer_does_not_change_the_order_of_the_candidates(order: list[int]) -> None:
    ranking = rank(maria, [CANDIDATES[place] for place in order])
    assert [order[candidate.index] for candidate in ranking.candidates] == [
        candidate.index for candidate in rank(maria, CANDIDATES).candidates
    ]


def test_every_candidate_stays_in_the_ranking() -> None:
    rng = random.Random(7)

    def word() -> str:
        return "".join(rng.choices(string.ascii_lowercase, k=rng.randint(1, 9)))

    people = [PersonRecord(word(), word(), born=date(rng.randint(1920, 2000), 1, 1)) for _ in range(100)]
    assert sorted(candidate.index for candidate in rank(maria, people).candidates) == list(range(100))


def test_the_sentence_of_a_close_call_holds_no_value() -> None:
    for call in rank(maria, CANDIDATES).close_calls(3):
        assert not any(value in call.sentence for value in ("Muestra", "Mario", "1951", "Mar-"))
