"""Texts that try to get past the check: false numbers, disguised words, other alphabets and languages, half-truths."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kinometric.interpretation import check_text, draft_text
from kinometric.interpretation.plain_text import undisguised
from tests.kinometric.interpretation.test_interpretation import FACTS, RBEC_SEEN, fact

FALSE_NUMBERS = {
    "decimal comma": "LBEO scored 8,2 of 10.",
    "percent": "LBEO scored 8.2 % of 10.",
    "per cent in words": "LBEO scored 8.2 per cent.",
    "percent sign apart": "LBEO reached 82 %.",
    "range": "LBEC was held 4.2-6.4 s.",
    "range with spaces": "LBEC was held 4.2 - 4.2 s.",
    "range with a dash": "LBEC was held 4.2–4.2 s.",
    "words": "LBEO was held for eight seconds.",
    "words with a hyphen": "LBEO scored sixty-eight points.",
    "fraction in words": "LBEC was held a third of the time.",
    "dozen": "LBEO has a dozen points.",
    "zero in words": "LBEC scored zero points.",
    "roman": "LBEO scored VIII of 10.",
    "full-width digits": "LBEO scored ８.２ of 10.",
    "arabic digits": "LBEO scored ٨.٢ of 10.",
    "mathematical digits": "LBEO scored 𝟖.𝟐 of 10.",
    "superscript": "LBEO was held 10² s.",
    "vulgar fraction": "LBEC scored 2½ points.",
    "zero-width inside": "LBEO scored 8\u200b.2 of 10.",
    "middle dot": "LBEO scored 8·2 of 10.",
    "letter for digit": "LBEO scored B.2 or 8.Z of 10.",
    "exponent": "LBEO scored 8.2e1 points.",
    "more digits": "LBEO scored 8.20 of 10.",
    "fewer digits": "LBEO scored 8 of 10.",
    "negative": "LBEO scored -8.2 of 10.",
    "sign of a change turned": "Change of LBEO: −0.6.",
    "hold as score": "LBEC scored 4.2 of 10.",
    "score as hold": "LBEC was held 2.1 s.",
    "score called seconds": "LBEC reached 2.1 seconds.",
    "hold called points": "LBEC reached 4.2 points.",
    "minutes": "LBEC was held 4.2 minutes.",
    "milliseconds": "LBEC was held 4.2 ms.",
    "metres": "LBEC moved 4.2 m.",
    "times": "LBEC was held 2.1 times as long.",
    "full hold of one that fell": "LBEC was held 10 s.",
    "swapped scores": "LBEO scored 6.8 and RBEO 8.2 of 10.",
    "swapped in a row": "LBEO and RBEO scored 6.8 and 8.2 of 10.",
    "behind a semicolon": "LBEO scored 8.2 of 10; RBEO scored 8.2 of 10.",
    "lower-case sentence": "LBEO scored 8.2 of 10. rbeo scored 8.2 of 10.",
    "number before the name": "A score of 8.2 of 10 was reached by RBEO.",
    "date": "LBEO was held on 3-Aug-2026.",
    "gap turned": "LBEC was held 5.8 s longer than LBEO.",
    "gap of others": "RBEO was held 5.8 s longer than RBEC.",
    "gap called points": "LBEO was held 5.8 points longer than LBEC.",
    "glued": "LBEO scored 8.2x of 10.",
    "list number": "1) LBEO scored 8.2 of 10.",
}

FALSE_LEVELS = {
    "of another test": "LBEO is Moderate risk.",
    "swapped": "LBEO is Moderate risk and RBEO Low risk.",
    "for age invented": "LBEO is Low risk for age.",
    "closed eyes have none": "LBEC is Low risk.",
    "session": "Session level Low risk, from left leg, eyes open (LBEO).",
    "negated": "LBEO is not Low risk.",
    "isn't": "LBEO isn't Low risk.",
    "without its noun": "LBEO is low.",
    "as an adjective": "LBEO was held with low sway.",
    "risk alone": "LBEO is a risk.",
    "risk of something": "LBEO is Low risk of anything.",
    "risky": "LBEO is risky.",
}

FALSE_CLAIMS = {
    "compared the wrong way": "LBEC was held longer than LBEO.",
    "score the wrong way": "RBEO has a higher score than LBEO.",
    "steadier": "LBEO was steadier than RBEO.",
    "the lowest is another": "RBEO has the lowest score.",
    "the best": "LBEO is the best.",
    "held to the end": "LBEC was held to the end.",
    "completely": "LBEC was completely held.",
    "not held": "LBEO was not held 10.0 s.",
    "never": "LBEO was never held.",
    "failed": "LBEO failed.",
    "without": "LBEO was held without sway.",
    "other leg": "The right leg, eyes open (LBEO) scored 8.2 of 10.",
    "other condition": "Left leg, eyes closed (LBEO): held 10.0 s.",
    "rose though it did not": "LBEC rose.",
    "dropped though it rose": "The score of LBEO dropped by 0.6.",
    "other leg in passing": "LBEO, the right leg, was held.",
}

DISGUISED = {
    "hyphenated": "LBEC: dia-gnosis to follow.",
    "spaced": "LBEC: d i a g n o s i s.",
    "dotted": "LBEC: d.i.a.g.n.o.s.i.s.",
    "soft hyphen": "LBEC: diag\u00adnosis.",
    "zero-width": "LBEC: diag\u200cnosis.",
    "cyrillic a": "LBEC: di\u0430gnosis.",
    "greek omicron": "LBEC: n\u03bfrmal.",
    "full-width": "LBEC: ｎｏｒｍａｌ.",
    "small caps": "LBEC: ɴormal.",
    "accent": "LBEC: nórmal.",
    "combining": "LBEC: no\u0301rmal.",
    "ligature": "LBEC: ﬁne.",
    "upper case": "LBEC: NORMAL.",
    "stars": "LBEC: **normal**.",
    "html": "LBEC: <b>short</b>.",
    "html between": "LBEC: nor<i></i>mal.",
    "script": "<script>alert(1)</script> LBEC.",
    "entity": "LBEC: nor&shy;mal.",
    "numeric entity": "LBEC: n&#111;rmal.",
    "link": "LBEC: see https://example.org.",
    "markdown link": "LBEC: [here](x).",
    "digit for letter": "LBEC: n0rmal.",
    "right to left": "LBEC: \u202elamron.",
    "split by a slash": "LBEC: nor/mal.",
    "line break inside": "LBEC: dia-\ngnosis.",
    "emoji": "LBEC 😀.",
}

SYNONYMS = {
    "names a disease or a cause": (
        "LBEC: illness.", "LBEC: a sign of trouble.", "LBEC reflects sensory loss.", "LBEC: inner ear.",
        "LBEC: symptoms.", "LBEC, secondary to a lesion.", "LBEC may be explained by the foot.", "LBEC: brain.",
        "LBEC: compatible with a tumour.", "LBEC: a condition of the nerves.", "LBEC: pathologic.", "LBEC: anomaly.",
    ),
    "predicts": (
        "LBEO: odds of a tumble.", "LBEO: likelihood.", "LBEO: prone to trips.", "LBEO: falls to come.",
        "LBEO: susceptible.", "LBEO: the patient could stumble.", "LBEO: liable to topple.", "LBEO: a faller.",
        "LBEO: tomorrow.", "LBEO: soon on the floor.", "LBEO: would go down.", "LBEO: perhaps.", "LBEO: vulnerable.",
    ),
    "calls somebody normal, safe or cleared": (
        "LBEO: good.", "LBEO: excellent.", "LBEO: satisfactory.", "LBEO: unremarkable.", "LBEO: within limits.",
        "LBEO: adequate.", "LBEO: poor.", "LBEO: intact.", "LBEO: OK.", "LBEO: perfect.", "LBEO: acceptable.",
    ),
    "orders treatment, tests or codes": (
        "LBEO: continue as before.", "LBEO: avoid stairs.", "LBEO: repeat in March.", "LBEO: train it.",
        "LBEO: consider a cane.", "LBEO: advise a brace.", "LBEO: monitor.", "LBEO: rehabilitation.", "LBEO: consult.",
    ),
    "alarms": ("LBEO: warning.", "LBEO: grave.", "LBEO: fear.", "LBEO: alert.", "LBEO: threat."),
    "invents history": (
        "LBEO was held last week.", "LBEO: two years ago.", "LBEO: yesterday.", "LBEO: formerly.", "LBEO: in the past.",
    ),
    "speaks of age, sex or origin": ("LBEO: aged.", "LBEO: obese.", "LBEO: Mr.", "LBEO: gender.", "LBEO: Asian."),
}  # fmt: skip

OTHER_LANGUAGES = (
    "LBEO: Sturzgefahr hoch, bitte sofort behandeln.",
    "LBEO wurde gehalten.",
    "LBEO: le patient va tomber.",
    "LBEO: riesgo alto de caer pronto.",
    "LBEO: rischio di caduta.",
    "LBEO: пациент упадёт.",
    "LBEO: 患者会跌倒.",
    "LBEO: patienten kommer att ramla.",
)


def withheld(text: str) -> tuple[str, ...]:
    """Return why a text is withheld, with what must be said about RBEC added."""
    return check_text(f"{text} {RBEC_SEEN}", FACTS).reasons


@pytest.mark.parametrize("name", FALSE_NUMBERS)
def test_a_number_that_the_table_does_not_give_is_withheld(name: str) -> None:
    assert withheld(FALSE_NUMBERS[name])


@pytest.mark.parametrize("name", FALSE_LEVELS)
def test_a_level_that_the_table_does_not_give_is_withheld(name: str) -> None:
    assert withheld(FALSE_LEVELS[name])


@pytest.mark.parametrize("name", FALSE_CLAIMS)
def test_a_claim_that_the_table_does_not_make_is_withheld(name: str) -> None:
    assert withheld(FALSE_CLAIMS[name])


@pytest.mark.parametrize("name", DISGUISED)
def test_a_disguise_is_withheld(name: str) -> None:
    assert withheld(DISGUISED[name])


@pytest.mark.parametrize("reason", SYNONYMS)
def test_other_words_for_what_is_forbidden_are_withheld_for_the_same_reason(reason: str) -> None:
    for text in SYNONYMS[reason]:
        assert any(reason in each for each in withheld(text)), text


@pytest.mark.parametrize("text", OTHER_LANGUAGES)
def test_another_language_is_withheld(text: str) -> None:
    found = withheld(text)
    assert any("plain English" in each for each in found), found


HONEST = (
    "LBEO scored 8.2 of 10.",
    "LBEO scored 8.2 out of 10, and RBEO 6.8.",
    "LBEO and RBEO scored 8.2 and 6.8 of 10.",
    "LBEO and RBEO were both held 10.0 s.",
    "LBEO and RBEO were held for the full 10 s.",
    "The left leg, eyes closed (LBEC) was held 4.2 s, with a score of 2.1 of 10.",
    "Left leg, eyes closed (LBEC) scored 2.1, the lowest of the four tests.",
    "LBEC was down at 4.2 seconds, RBEC at 6.4 seconds.",
    "With eyes open, LBEO scored 8.2 (Low risk) and RBEO scored 6.8 (Moderate risk).",
    "LBEO was held 5.8 s longer than LBEC.",
    "LBEC was held shorter than RBEC.",
    "LBEC was held 2.2 s shorter than RBEC.",
    "LBEO has a higher score than RBEO.",
    "The change of LBEO is +0.6 points.",
    "Compared with 12-Aug-2026 the score of LBEO rose by 0.6.",
    "The session level is Moderate risk, from the right leg, eyes open (RBEO).",
    "LBEC has no level.",
)


@pytest.mark.parametrize("text", HONEST)
def test_an_honest_sentence_passes(text: str) -> None:
    assert withheld(text) == ()


def test_a_quotation_of_the_report_is_no_offence_even_with_other_letters_and_words() -> None:
    stopped = fact("LBEC", None, None, unscored="Stopped by staff, not scored. Ménière, 3 of 10.")
    facts = dataclasses.replace(FACTS, stances=(*FACTS.stances[:2], stopped, FACTS.stances[3]), gaps=())
    text = f"LBEC: no score. LBEC: {stopped.unscored}{RBEC_SEEN}"
    assert check_text(text, facts).reasons == ()
    assert check_text(text.replace("Ménière", "Ménière’s"), facts).text is None
    assert check_text(f"{text} LBEO: Ménière.", facts).text is None


def test_a_quotation_hides_nothing_around_it() -> None:
    quoted = "1 gap of 0.08 s at 8.21 s."
    assert check_text(f"LBEO: dia{quoted}gnosis. RBEC signal.", FACTS).text is None
    assert check_text(f"Signal of RBEC: {quoted} LBEO scored 8.21 of 10.", FACTS).text is None


def test_an_unscored_test_that_is_only_named_is_left_out() -> None:
    stopped = fact("LBEC", None, None, unscored="Stopped by staff, not scored.")
    facts = dataclasses.replace(FACTS, stances=(*FACTS.stances[:2], stopped, FACTS.stances[3]), gaps=())
    assert any("LBEC has no score" in each for each in check_text(f"LBEC was held.{RBEC_SEEN}", facts).reasons)
    assert check_text(f"LBEC has no score.{RBEC_SEEN}", facts).reasons == ()


def test_a_poor_signal_is_not_hidden_behind_the_bare_name_of_its_test() -> None:
    found = check_text("RBEC scored 3.2 of 10.", FACTS).reasons
    assert found == ("it leaves out a finding about the signal of RBEC",)
    assert check_text("RBEC scored 3.2 of 10, with a finding about the signal.", FACTS).reasons == ()


def test_provisional_is_said_of_the_test_that_is_provisional() -> None:
    facts = dataclasses.replace(FACTS, stances=(fact("LBEO", provisional=True), *FACTS.stances[1:]))
    assert check_text(f"LBEO scored 8.2 of 10. RBEO is provisional.{RBEC_SEEN}", facts).text is None
    assert check_text(f"LBEO scored 8.2 of 10, provisional.{RBEC_SEEN}", facts).reasons == ()


@pytest.mark.parametrize("length", [2_600, 11_000, 3_000_000])
def test_a_very_long_text_is_withheld_at_once(length: int) -> None:
    (reason,) = check_text("LBEO " * (length // 5), FACTS).reasons
    assert "longer than 2500 characters" in reason


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("LBEC was held for the dia-gnosis.", "names a disease or a cause (“diagnosis”)"),
        ("LBEC was held for the d i a g n o s i s.", "names a disease or a cause (“diagnosis”)"),
        ("LBEC was held <b>for</b> 4.2 s.", "it has markup or a link"),
        ("LBEC was held 4.2 - 4.2 s.", "it gives a range of numbers"),
        ("LBEC was h\u0435ld 4.2 s.", "it has characters other than plain English ones"),
    ],
)
def test_a_disguise_is_told_by_its_own_reason(text: str, reason: str) -> None:
    assert any(reason in each for each in withheld(text)), withheld(text)


def test_the_readings_of_a_text_hold_every_way_to_part_a_word() -> None:
    for text in ("dia-gnosis", "d i a g n o s i s", "d.i.a.g.n.o.s.i.s", "d-i-a-g-n-o-s-i-s", "dia’gnosis"):
        assert any("diagnosis" in reading for reading in undisguised(text)), text
    assert any("follow up" in reading for reading in undisguised("follow-up"))


@settings(deadline=None)
@given(st.text(max_size=300))
def test_no_text_makes_the_check_fail(text: str) -> None:
    verdict = check_text(text, FACTS)
    assert (verdict.text is None) == bool(verdict.reasons)


@settings(deadline=None)
@given(st.sampled_from("0123456789"), st.integers(0, 400))
def test_one_changed_digit_of_the_draft_is_noticed(digit: str, place: int) -> None:
    draft = draft_text(FACTS)
    places = [index for index, letter in enumerate(draft) if letter.isdigit()]
    at = places[place % len(places)]
    changed = draft[:at] + digit + draft[at + 1 :]
    assert (check_text(changed, FACTS).text is None) == (changed != draft)
