"""What a model is given is enough: one that does as it is told writes a text that the check lets pass."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest

from kinometric.interpretation import Facts, check_text
from kinometric.report.wording import BAND_SENTENCE
from kinometric_server.interpretation.prompt import INSTRUCTIONS, question
from tests.kinometric.interpretation.test_interpretation import FACTS, fact

UNSCORED = fact("LBEC", None, None, unscored="Not attempted. Ms Prueba was in pain.")
PROVISIONAL = fact("RBEC", "3.2", "6.4", provisional=True, findings=("1 gap of 0.08 s at 8.21 s.",))
SESSIONS = {
    "whole": FACTS,
    "a test missing": dataclasses.replace(FACTS, stances=(*FACTS.stances[:2], UNSCORED, FACTS.stances[3]), gaps=()),
    "provisional": dataclasses.replace(FACTS, stances=(*FACTS.stances[:3], PROVISIONAL), gaps=()),
    "levels by age": dataclasses.replace(
        FACTS, stances=(*FACTS.stances[:2], fact("LBEC", "2.1", "4.2", "Low risk for age"), FACTS.stances[3])
    ),
    "nothing": Facts(tuple(fact(each.stance, None, None, unscored="Not attempted.") for each in FACTS.stances), None),
}


def written_by_an_obedient_model(asked: dict[str, Any]) -> str:
    """A text made by the instructions from the numbers in the question and nothing else."""
    numbers = json.loads(asked["messages"][1]["content"])
    level = numbers["session_level"]
    said = [f"Session level {level}." if level else "There is no session level."]
    for each in numbers["tests"]:
        if each["score"] is None:
            said.append(f"{each['test']} has no score.")
        else:
            more = f", {each['level']}" if each["level"] else ""
            more += ", provisional" if each["provisional"] else ""
            said.append(f"{each['test']} was held {each['hold_s']} s, score {each['score']} of 10{more}.")
        if each["signal_finding"]:
            said.append(f"The signal of {each['test']} has a finding.")
    said += [
        f"{each['longer']} was held {each['seconds']} s longer than {each['shorter']}."
        for each in numbers["hold_differences"]
    ]
    return " ".join([*said, *([BAND_SENTENCE] if level else [])])


@pytest.mark.parametrize("name", SESSIONS)
def test_a_model_that_does_as_it_is_told_passes_the_check(name: str) -> None:
    facts = SESSIONS[name]
    text = written_by_an_obedient_model(question("small", facts))
    assert check_text(text, facts).reasons == ()


def test_the_examples_in_the_instructions_are_sentences_that_pass() -> None:
    for example in ("LBEC has no score.", "The signal of LBEC has a finding.", BAND_SENTENCE):
        assert example in INSTRUCTIONS
    whole = written_by_an_obedient_model(question("small", SESSIONS["a test missing"]))
    assert "LBEC has no score." in whole


def test_the_question_holds_the_instructions_and_the_numbers_alone() -> None:
    asked = question("small", SESSIONS["a test missing"])
    assert [each["role"] for each in asked["messages"]] == ["system", "user"]
    assert asked["messages"][0]["content"] == INSTRUCTIONS
    assert json.loads(asked["messages"][1]["content"]) == SESSIONS["a test missing"].numbers()
    for secret in ("Prueba", "pain", "Aug", "0.08"):
        assert secret not in json.dumps(asked)
