"""The drafted text and its check: facts only, no forbidden word, nothing left out, nothing contradicted."""

from __future__ import annotations

import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinometric.interpretation import Change, Facts, HoldGap, StanceFact, check_text, draft_text
from kinometric.resources import resource_path


def fact(
    stance: str, score: str | None = "8.2", hold: str | None = "10.0", level: str | None = None, **more: object
) -> StanceFact:
    """Return the facts of one scored stance."""
    plain: dict[str, object] = {"held_full": hold == "10.0", "unscored": "", "findings": (), "provisional": False}
    return StanceFact(stance, score, hold, level=level, **{**plain, **more})  # type: ignore[arg-type]


FACTS = Facts(
    stances=(
        fact("LBEO", "8.2", "10.0", "Low risk"),
        fact("RBEO", "6.8", "10.0", "Moderate risk"),
        fact("LBEC", "2.1", "4.2"),
        fact("RBEC", "3.2", "6.4", findings=("1 gap of 0.08 s at 8.21 s.",)),
    ),
    session_level="Moderate risk",
    gaps=(HoldGap("LBEO", "LBEC", "5.8"), HoldGap("RBEO", "RBEC", "3.6"), HoldGap("RBEC", "LBEC", "2.2")),
    changes=(Change("LBEO", "+0.6"), Change("RBEO", "+0.9")),
    since="12-Aug-2026",
)
RBEC_SEEN = " Signal of RBEC: 1 gap of 0.08 s at 8.21 s."


def reasons(text: str, facts: Facts = FACTS, **more: tuple[str, ...]) -> str:
    """Return all reasons for which a text is withheld, with what must be said about RBEC added."""
    return "; ".join(check_text(text + RBEC_SEEN, facts, **more).reasons)


def test_the_template_says_each_test_its_gaps_and_the_change() -> None:
    text = draft_text(FACTS)
    for words in (
        "Session level Moderate risk, from right leg, eyes open (RBEO).",
        "Left leg, eyes open (LBEO): held 10.0 s, score 8.2 of 10, Low risk.",
        "Left leg, eyes closed (LBEC): down at 4.2 s, score 2.1 of 10.",
        "Signal of RBEC: 1 gap of 0.08 s at 8.21 s.",
        "LBEO was held 5.8 s longer than LBEC.",
        "Change of the score since 12-Aug-2026: LBEO +0.6, RBEO +0.9. Measurement error is not established.",
        "A risk level is a band of balance performance on this test, not a probability of falling.",
    ):
        assert words in text


def test_the_template_passes_its_own_check() -> None:
    verdict = check_text(draft_text(FACTS), FACTS)
    assert verdict.reasons == ()
    assert verdict.text == draft_text(FACTS)
    assert verdict.sentence == ""


SCORES = st.integers(0, 100).map(lambda tenths: f"{tenths / 10:.1f}")


@st.composite
def any_facts(draw: st.DrawFn) -> Facts:
    """Facts of any session: scored, unscored, provisional, with and without findings."""
    stances = []
    for stance in ("LBEO", "RBEO", "LBEC", "RBEC"):
        if draw(st.integers(0, 3)) == 0:
            why = draw(st.sampled_from(["Stopped by staff, not scored. Dizzy.", "Not attempted. Pain today, 3 of 10."]))
            stances.append(fact(stance, None, None, unscored=why))
            continue
        level = draw(st.sampled_from(["Low risk", "High risk"])) if stance.endswith("EO") else None
        findings = draw(st.sampled_from([(), ("The rate is 48.7 Hz.",), ("Worn elsewhere than at the waist.",)]))
        hold = draw(SCORES)
        stances.append(fact(stance, draw(SCORES), hold, level, findings=findings, provisional=draw(st.booleans())))
    open_ = [each for each in stances[:2] if each.score is not None]
    level = min(open_, key=lambda each: float(each.score or 0)).level if open_ else None
    return Facts(tuple(stances), level)


@given(any_facts())
def test_the_template_passes_for_every_session(facts: Facts) -> None:
    assert check_text(draft_text(facts), facts).reasons == ()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("LBEC points to a neuropathy.", "names a disease or a cause"),
        ("LBEC was short because of the foot.", "names a disease or a cause"),
        ("LBEC shows that the patient will fall.", "predicts"),
        ("RBEO has a high probability of something.", "predicts"),
        ("LBEO is normal.", "calls somebody normal, safe or cleared"),
        ("LBEO is safe to return to play.", "calls somebody normal, safe or cleared"),
        ("LBEC: reduce the dose.", "recommends a drug"),
        ("LBEC should be trained.", "orders treatment, tests or codes"),
        ("LBEC: CPT code to follow.", "orders treatment, tests or codes"),
        ("LBEC lies below the average.", "compares with norms"),
        ("LBEO has improved.", "calls a change better or worse"),
        ("LBEC is short in elderly people.", "speaks of age, sex or origin"),
        ("Your LBEC was short.", "addresses the patient"),
        ("LBEC is alarming.", "alarms"),
        ("LBEC: history of trips.", "invents history"),
    ],
)
def test_each_kind_of_forbidden_word_withholds_the_text_with_its_reason(text: str, reason: str) -> None:
    assert reason in reasons(text)
    verdict = check_text(text + RBEC_SEEN, FACTS)
    assert verdict.text is None
    assert verdict.sentence.startswith("Drafted text withheld: it ")


def test_every_forbidden_word_of_the_list_is_found() -> None:
    stored = json.loads(resource_path("interpretation/forbidden.json").read_text(encoding="utf-8"))
    assert len(stored) == 11
    for reason, words in stored.items():
        for word in words:
            assert f"it {reason}" in reasons(f"LBEO {word.replace('*', '')} text."), word


def test_a_word_that_only_contains_a_forbidden_one_is_no_offence() -> None:
    assert "fine" not in reasons("LBEO is defined by its hold.")
    assert "speaks of age" not in reasons("LBEO, then the other tests.")


@pytest.mark.parametrize("number", ["8.3", "7", "50%", "10.5", "3,4", "2026"])
def test_a_number_that_is_not_in_the_table_withholds_the_text(number: str) -> None:
    assert "number that is not in the table" in reasons(f"LBEO scored {number} of 10.")


def test_a_number_of_another_test_is_not_this_tests_number() -> None:
    assert "not in the table (6.8)" in reasons("LBEO scored 6.8 of 10.")
    assert reasons("LBEO and RBEO scored 8.2 and 6.8 of 10.") == ""


@pytest.mark.parametrize("word", ["twice", "half", "three", "doubled"])
def test_a_number_in_words_withholds_the_text(word: str) -> None:
    assert "number in words" in reasons(f"LBEO was held {word} as long.")


@pytest.mark.parametrize(
    "text", ["RBEO is at Low risk.", "LBEO scored 8.2, critical.", "Session level Low risk.", "LBEC: low."]
)
def test_a_level_that_contradicts_the_table_withholds_the_text(text: str) -> None:
    assert "a level that the table does not" in reasons(text)


def test_a_true_level_passes() -> None:
    assert reasons("RBEO scored 6.8 of 10, Moderate risk.") == ""


def test_a_sentence_must_name_its_test() -> None:
    assert "which test it speaks of" in reasons("The hold was long.")


def test_an_unscored_test_must_not_be_left_out() -> None:
    unscored = dataclasses.replace(
        FACTS, stances=(*FACTS.stances[:2], fact("LBEC", None, None, unscored="Stopped by staff."), FACTS.stances[3])
    )
    assert "leaves out that LBEC has no score" in reasons("LBEO scored 8.2 of 10.", unscored)
    assert "LBEC" not in reasons("LBEO scored 8.2 of 10. LBEC: Stopped by staff.", unscored)


def test_a_finding_about_the_signal_must_not_be_left_out() -> None:
    verdict = check_text("LBEO scored 8.2 of 10.", FACTS)
    assert verdict.reasons == ("it leaves out a finding about the signal of RBEC",)


def test_a_provisional_score_must_be_called_so() -> None:
    provisional = dataclasses.replace(FACTS, stances=(fact("LBEO", provisional=True), *FACTS.stances[1:]))
    assert "leaves out that a score is provisional" in reasons("LBEO scored 8.2 of 10.", provisional)
    assert "provisional" not in reasons("LBEO scored 8.2 of 10, provisional.", provisional)


def test_a_name_withholds_the_text_and_is_not_repeated() -> None:
    found = reasons("Muestra held LBEO.", identity_words=("Muestra", "10482"))
    assert "it names a person or a record" in found
    assert "Muestra" not in found
    assert "names a person" not in reasons("LBEO was held.", identity_words=("Mu", ""))


def test_an_empty_or_endless_text_is_withheld() -> None:
    assert check_text("  \n", FACTS).reasons == ("it is empty",)
    assert "longer than" in check_text("LBEO was held. " * 400, FACTS).reasons[0]


def known(*changes: Change) -> Facts:
    """Return facts with a measurement error of 0.8 points."""
    said = ("LBEO +0.6. Smaller than the measurement error of 0.8 points.",)
    return dataclasses.replace(FACTS, changes=changes, error_known=True, error_points="0.8", change_sentences=said)


def test_once_the_error_is_known_a_change_beyond_it_may_be_named_and_only_that() -> None:
    facts = known(
        Change("LBEO", "+0.6", "within_error"), Change("RBEO", "+0.9", "better"), Change("LBEC", "−1.0", "worse")
    )
    assert reasons("RBEO has improved.", facts) == ""
    assert reasons("RBEO improved by 0.9 points.", facts) == ""
    assert reasons("LBEC decreased by 1.0 points.", facts) == ""
    for wrong in (
        "LBEO has improved.",
        "LBEC has improved.",
        "RBEO has declined.",
        "RBEO and LBEO improved.",
        "RBEC is better.",
    ):
        assert "calls a change better or worse" in reasons(wrong, facts), wrong
    for vague in ("RBEO has recovered.", "RBEO is stable.", "RBEO makes progress."):
        assert "calls a change better or worse" in reasons(vague, facts), vague
    assert "number that is not in the table" in reasons("LBEC improved by 0.9 points.", facts)


def test_the_draft_says_of_a_known_error_what_the_report_says() -> None:
    facts = known(Change("LBEO", "+0.6", "within_error"))
    text = draft_text(facts)
    assert "since 12-Aug-2026: LBEO +0.6. Smaller than the measurement error of 0.8 points." in text
    assert "not established" not in text
    assert check_text(text, facts).reasons == ()


def test_a_text_from_before_the_error_was_known_is_withheld_after() -> None:
    assert check_text(draft_text(FACTS), FACTS).reasons == ()
    assert check_text(draft_text(FACTS), known(Change("LBEO", "+0.6", "within_error"))).text is None


def test_the_facts_for_a_model_hold_no_identity() -> None:
    typed = "Not attempted. Ms Prueba was in pain on 12-Aug-2026."
    tests = (*FACTS.stances[:3], fact("RBEC", None, None, unscored=typed, findings=("Recorded on Rosa's phone.",)))
    facts = dataclasses.replace(FACTS, stances=tests)
    numbers = facts.numbers()
    assert set(numbers) == {
        *("tests", "session_level", "hold_differences", "score_changes", "measurement_error_established"),
    }
    assert numbers["tests"][3] == {
        "test": "RBEC",
        "score": None,
        "hold_s": None,
        "held_full": False,
        "level": None,
        "provisional": False,
        "signal_finding": True,
    }
    text = json.dumps(numbers)
    for secret in ("Prueba", "pain", "Aug", "2026", "Rosa"):
        assert secret not in text


def test_a_session_without_a_level_says_so() -> None:
    none = Facts(tuple(fact(each.stance, None, None, unscored="Not attempted. Pain.") for each in FACTS.stances), None)
    text = draft_text(none)
    assert text.startswith("There is no session level.")
    assert "probability" not in text
    assert check_text(text, none).reasons == ()


@pytest.mark.parametrize(
    "text",
    [
        "LBEO was held 10.0 s and LBEC 4.2 s.",
        "LBEO was held 5.8 s longer than LBEC.",
        "Session level Moderate risk.",
        "Change of the score since 12-Aug-2026: LBEO +0.6, RBEO +0.9. Measurement error is not established.",
        "RBEC scored 3.2 of 10 and LBEC 2.1 of 10.",
    ],
)
def test_plain_statements_of_the_table_pass(text: str) -> None:
    assert reasons(text) == ""


def test_a_gap_is_only_that_of_the_two_tests_that_are_named() -> None:
    assert "not in the table (5.8)" in reasons("RBEO was held 5.8 s longer than RBEC.")


def test_several_reasons_are_all_given_once() -> None:
    found = check_text("You should drive. You should drive. LBEO scored 9.9." + RBEC_SEEN, FACTS).reasons
    assert len(found) == len(set(found))
    assert len(found) >= 4


def test_forbidden_words_are_found_across_lines_and_cases() -> None:
    assert "predicts" in reasons("LBEO WILL\n  FALL behind.")


def test_fixed_sentences_are_no_offence_but_their_words_alone_are() -> None:
    band = "A risk level is a band of balance performance on this test, not a probability of falling."
    assert reasons(f"LBEO scored 8.2. {band}") == ""
    assert "predicts" in reasons("LBEO: the probability of falling is small.")
