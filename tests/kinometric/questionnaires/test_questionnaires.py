"""Instruments, totals, thresholds, and what an incomplete questionnaire may say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinometric.questionnaires import (
    INSTRUMENT_IDS,
    AnswerError,
    check_answers,
    instrument,
    instruments,
    summarise,
)

STAY = instrument("stay_independent")
ALL_NO = {item.id: False for item in STAY.items}


def test_stay_independent_has_twelve_items_and_fourteen_points() -> None:
    assert len(STAY.items) == 12
    assert STAY.most_points == 14
    assert [item.points for item in STAY.items] == [2, 2, *[1] * 10]
    assert all(item.why and item.text.endswith(".") for item in STAY.items)


def test_every_instrument_names_its_source_and_terms() -> None:
    assert [each.id for each in instruments()] == list(INSTRUMENT_IDS)
    for each in instruments():
        assert "CDC STEADI" in each.source
        assert "endorses no product" in each.source
        assert len({item.id for item in each.items}) == len(each.items)


def luhn_digit(number: str) -> int:
    """Return the check digit of a LOINC number."""
    digits = [int(digit) for digit in reversed(number)]
    total = sum(sum(divmod(2 * digit, 10)) if index % 2 == 0 else digit for index, digit in enumerate(digits))
    return -total % 10


def test_loinc_codes_carry_their_check_digit() -> None:
    codes = [code for each in instruments() for code in (each.loinc_panel, each.loinc_total) if code]
    codes += [item.loinc for each in instruments() for item in each.items if item.loinc]
    assert {"97874-2", "97885-8", "52552-7"} <= set(codes)
    for code in codes:
        number, digit = code.split("-")
        assert luhn_digit(number) == int(digit)


def test_a_complete_questionnaire_shows_its_total() -> None:
    answers = {**ALL_NO, "fell_past_year": True, "unsteady_walking": True, "worried": True, "numb_feet": True}
    result = summarise(STAY, answers, age_years=75)
    assert result.total == 5
    assert result.total_text == "5 of 14, complete."
    assert result.at_risk is True
    assert result.flagged == (
        "fallen in past year",
        "unsteady when walking",
        "worried about falling",
        "lost feeling in feet",
    )


def test_an_incomplete_questionnaire_says_at_least() -> None:
    answers = {key: value for key, value in ALL_NO.items() if key not in ("curb", "sad")}
    answers["worried"] = True
    result = summarise(STAY, answers)
    assert result.total_text == "At least 1 of 14, 2 questions not answered."
    assert result.at_risk is None
    assert result.unanswered == ("curb", "sad")
    one_missing = {key: value for key, value in ALL_NO.items() if key != "sad"}
    assert summarise(STAY, one_missing).total_text == "At least 0 of 14, 1 question not answered."


def test_nothing_answered_is_at_least_zero_and_no_verdict() -> None:
    result = summarise(STAY, {})
    assert result.total_text == "At least 0 of 14, 12 questions not answered."
    assert result.at_risk is None
    assert not result.complete


def test_one_fall_alone_is_at_risk_whatever_the_total() -> None:
    result = summarise(STAY, {**ALL_NO, "fell_past_year": True})
    assert result.total == 2
    assert result.at_risk is True


@pytest.mark.parametrize(("yes", "at_risk"), [(3, False), (4, True)])
def test_the_threshold_is_four_points(yes: int, at_risk: bool) -> None:
    ones = [item.id for item in STAY.items if item.points == 1][:yes]
    assert summarise(STAY, {**ALL_NO, **dict.fromkeys(ones, True)}).at_risk is at_risk


def test_younger_people_get_the_age_note() -> None:
    assert "Validated for people of 65 and over." in summarise(STAY, ALL_NO, age_years=50).note
    assert "Validated" not in summarise(STAY, ALL_NO, age_years=65).note
    assert "Validated" not in summarise(STAY, ALL_NO).note


@given(st.dictionaries(st.sampled_from([item.id for item in STAY.items]), st.booleans()))
def test_answering_one_more_question_never_lowers_the_total(answers: dict[str, bool]) -> None:
    before = summarise(STAY, answers)
    for item in STAY.items:
        if item.id not in answers:
            after = summarise(STAY, {**answers, item.id: True})
            assert after.total == (before.total or 0) + item.points
            assert before.at_risk is not True or after.at_risk is True


@given(st.dictionaries(st.sampled_from([item.id for item in STAY.items]), st.booleans()))
def test_a_plain_total_is_shown_only_when_all_is_answered(answers: dict[str, bool]) -> None:
    text = summarise(STAY, answers).total_text
    assert text.startswith("At least") is (len(answers) < 12)


def test_words_are_taken_as_yes_and_no() -> None:
    assert check_answers(STAY, {"worried": "Yes", "sad": "no", "curb": True}) == {
        "worried": True,
        "sad": False,
        "curb": True,
    }


@pytest.mark.parametrize("answer", ["maybe", 2, "", "yes please", 1.5])
def test_another_answer_is_refused_without_being_repeated(answer: object) -> None:
    with pytest.raises(AnswerError) as caught:
        check_answers(STAY, {"numb_feet": answer})  # type: ignore[dict-item]
    assert "lost feeling in feet" in str(caught.value)
    assert not answer or str(answer) not in str(caught.value)


def test_an_unknown_question_is_refused_without_being_repeated() -> None:
    with pytest.raises(AnswerError) as caught:
        check_answers(STAY, {"MUESTRA": True})
    assert "MUESTRA" not in str(caught.value)


def test_an_unknown_instrument_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        instrument("../secrets")


def test_any_yes_of_the_three_key_questions_counts() -> None:
    three = instrument("three_key_questions")
    none = summarise(three, {"unsteady": False, "worried": False, "fell_past_year": False})
    assert (none.total_text, none.at_risk, none.complete) == ("None answered with yes, complete.", False, True)
    one = summarise(three, {"unsteady": True})
    assert (one.total_text, one.at_risk) == ("1 answered with yes, 2 questions not answered.", True)
    assert summarise(three, {"unsteady": False}).at_risk is None


def test_follow_up_questions_are_asked_only_after_a_fall() -> None:
    three = instrument("three_key_questions")
    fell = summarise(three, {"unsteady": False, "worried": False, "fell_past_year": True})
    assert fell.unanswered == ("falls", "injured")
    told = summarise(
        three, {"unsteady": False, "worried": False, "fell_past_year": True, "falls": "2", "injured": True}
    )
    assert told.complete
    assert told.flagged == ("fallen in past year", "falls in past year: 2", "injured")
    assert told.total_text == "1 answered with yes, complete."


@pytest.mark.parametrize(("tandem", "at_risk"), [(9.9, True), ("10", False), (0, True)])
def test_a_tandem_stand_below_ten_seconds_is_at_risk(tandem: float | str, at_risk: bool) -> None:
    stages = instrument("four_stage")
    result = summarise(stages, {"side_by_side": 10, "semi_tandem": 10, "tandem": tandem, "one_leg": 3.2})
    assert result.at_risk is at_risk
    assert result.total_text.startswith("Side by side 10.0 s, semi-tandem 10.0 s, tandem ")
    assert "not the protocol" in result.note


def test_stages_not_entered_are_counted() -> None:
    stages = instrument("four_stage")
    assert summarise(stages, {"tandem": 4}).total_text == "Tandem 4.0 s; 3 not entered."
    assert summarise(stages, {}).total_text == "Nothing entered."
    assert summarise(stages, {"one_leg": 4}).at_risk is None


@pytest.mark.parametrize("seconds", [-1, 10.1, "ten", True, float("nan"), float("inf")])
def test_times_outside_the_stage_are_refused(seconds: object) -> None:
    with pytest.raises(AnswerError, match="0 to 10"):
        check_answers(instrument("four_stage"), {"tandem": seconds})  # type: ignore[dict-item]


@pytest.mark.parametrize(("seconds", "at_risk"), [(11.9, False), (12, True)])
def test_twelve_seconds_up_and_go_is_at_risk(seconds: float, at_risk: bool) -> None:
    assert summarise(instrument("timed_up_and_go"), {"walk": seconds}).at_risk is at_risk


def test_chair_stands_are_counted_without_a_verdict() -> None:
    result = summarise(instrument("chair_stand"), {"stands": 11})
    assert result.total_text == "11 stands."
    assert result.at_risk is None
    with pytest.raises(AnswerError, match="whole number"):
        check_answers(instrument("chair_stand"), {"stands": 10.5})


@pytest.mark.parametrize("key", INSTRUMENT_IDS)
def test_every_instrument_can_be_summed_up_empty_and_never_gives_a_verdict_then(key: str) -> None:
    result = summarise(instrument(key), {})
    assert result.instrument == key
    assert result.at_risk is None
    assert result.flagged == ()
    assert result.total_text


@pytest.mark.parametrize("key", INSTRUMENT_IDS)
def test_items_are_found_by_their_id_and_asked_in_an_order_that_makes_sense(key: str) -> None:
    each = instrument(key)
    for item in each.items:
        assert each.item(item.id) is item
        if item.asked_if is not None:
            names = [other.id for other in each.items]
            assert names.index(item.asked_if) < names.index(item.id)
    with pytest.raises(KeyError):
        each.item("no such item")


def test_a_follow_up_answer_without_its_question_does_not_count() -> None:
    three = instrument("three_key_questions")
    result = summarise(
        three, {"unsteady": False, "worried": False, "fell_past_year": False, "injured": True, "falls": 2}
    )
    assert result.at_risk is False
    assert result.flagged == ()
    assert result.complete


def test_answers_are_given_back_in_their_own_types() -> None:
    assert check_answers(instrument("four_stage"), {"tandem": "9.5"}) == {"tandem": 9.5}
    assert check_answers(instrument("chair_stand"), {"stands": 12}) == {"stands": 12.0}
