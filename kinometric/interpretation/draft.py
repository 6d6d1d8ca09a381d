"""The draft made by template: each sentence names the test that it speaks of, each number comes from the table."""

from __future__ import annotations

from kinometric.interpretation.facts import Facts, StanceFact, stance_words
from kinometric.report.wording import BAND_SENTENCE

DRAFT_VERSION = "template 2"
NO_ERROR_KNOWN = "Measurement error is not established."


def draft_text(facts: Facts) -> str:
    """Return the draft, one sentence for each test and each difference.

    Parameters
    ----------
    facts : Facts

    Returns
    -------
    str
        A text that `check_text` lets pass with the same facts. It is a draft until a named person accepts it.
    """
    sentences = [_session(facts)]
    sentences += [_stance(fact) for fact in facts.stances]
    for fact in facts.stances:
        sentences += [f"Signal of {fact.stance}: {message}" for message in fact.findings]
    for gap in facts.gaps:
        sentences.append(f"{gap.longer} was held {gap.seconds} s longer than {gap.shorter}.")
    if facts.changes:
        if facts.error_known:
            sentences += [f"Change of the score since {facts.since}: {said}" for said in facts.change_sentences]
        else:
            changes = ", ".join(f"{change.stance} {change.difference}" for change in facts.changes)
            sentences.append(f"Change of the score since {facts.since}: {changes}. {NO_ERROR_KNOWN}")
    if facts.session_level is not None:
        sentences.append(BAND_SENTENCE)
    return " ".join(sentences)


def _session(facts: Facts) -> str:
    if facts.session_level is None:
        return "There is no session level."
    scored = [fact for fact in facts.stances if fact.stance.endswith("EO") and fact.score is not None]
    weaker = min(scored, key=lambda fact: float(fact.score or 0.0))
    return f"Session level {facts.session_level}, from {stance_words(weaker.stance)}."


def _stance(fact: StanceFact) -> str:
    name = stance_words(fact.stance)
    name = name[0].upper() + name[1:]
    if fact.score is None:
        return f"{name}: no score. {fact.stance}: {fact.unscored}"
    hold = "held 10.0 s" if fact.held_full else f"down at {fact.hold_s} s"
    level = f", {fact.level}" if fact.level else ""
    provisional = ", provisional" if fact.provisional else ""
    return f"{name}: {hold}, score {fact.score} of 10{level}{provisional}."
