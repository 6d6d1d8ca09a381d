"""The check of a drafted text: its numbers are the table's, its words allowed, nothing left out or contradicted."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from kinometric.interpretation.draft import NO_ERROR_KNOWN
from kinometric.interpretation.facts import Facts, StanceFact
from kinometric.recordings.recording import STANCES
from kinometric.report.wording import BAND_SENTENCE, LEVEL_WORDS
from kinometric.resources import resource_path

LONGEST = 2500
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*\s*%?")
_NUMBER_WORDS = re.compile(
    r"\b(two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|hundred|half|third|"
    r"quarter|twice|double\w*|triple\w*|several|many|most)\b",
    re.IGNORECASE,
)
_LEVEL = re.compile(r"\b(critical|high|moderate|low)\b", re.IGNORECASE)
_STANCE = re.compile(r"\b(LBEO|RBEO|LBEC|RBEC)\b")


@dataclass(frozen=True)
class Verdict:
    """What became of a text.

    Attributes
    ----------
    text : str or None
        The text where it may be offered, else None.
    reasons : tuple of str
        Why it is withheld; empty where it is not.
    """

    text: str | None
    reasons: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """What is shown in the place of a withheld text; empty where the text is shown."""
        return f"Drafted text withheld: {'; '.join(self.reasons)}." if self.reasons else ""


def check_text(text: str, facts: Facts, *, identity_words: Iterable[str] = ()) -> Verdict:
    """Check a drafted text against the facts.

    Parameters
    ----------
    text : str
        Made by a template, by a language model, or edited by a person.
    facts : Facts
    identity_words : iterable of str
        Names and numbers of the patient and of others, none of which may occur. They are never part of a reason.

    Returns
    -------
    Verdict
        The reasons name the rule and, where that is harmless, the word.
    """
    reasons: list[str] = []
    plain = " ".join(text.split())
    if not plain:
        return Verdict(None, ("it is empty",))
    if len(plain) > LONGEST:
        return Verdict(None, (f"it is longer than {LONGEST} characters",))
    reasons += _identity(plain, identity_words)
    checked = _without_quotations(plain, facts)
    reasons += _forbidden(checked, facts)
    reasons += _left_out(plain, facts)
    for sentence in _sentences(checked):
        reasons += _numbers(sentence, facts)
        reasons += _levels(sentence, facts)
        reasons += _no_test_named(sentence)
    unique = tuple(dict.fromkeys(reasons))
    return Verdict(None if unique else text, unique)


def _without_quotations(text: str, facts: Facts) -> str:
    """Take out what is copied word for word from the report: the fixed sentences and what the table says itself."""
    copied = [BAND_SENTENCE, NO_ERROR_KNOWN]
    copied += [message for fact in facts.stances for message in fact.findings]
    copied += [fact.unscored for fact in facts.stances if fact.unscored]
    for words in sorted(copied, key=len, reverse=True):
        text = text.replace(words, " ")
    if facts.since:
        text = text.replace(facts.since, " ")
    return text


def _sentences(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"(?<=[.!?])\s+(?=[A-Z])|\n", text) if part.strip(" .!?:;,")]


@cache
def _rules() -> tuple[tuple[str, re.Pattern[str]], ...]:
    stored = json.loads(resource_path("interpretation/forbidden.json").read_text(encoding="utf-8"))
    rules = []
    for reason, words in stored.items():
        patterns = [re.escape(word).replace(r"\*", r"\w*").replace(r"\ ", r"\s+") for word in words]
        rules.append((reason, re.compile(rf"\b({'|'.join(patterns)})\b", re.IGNORECASE)))
    return tuple(rules)


def _forbidden(text: str, facts: Facts) -> list[str]:
    reasons = []
    for reason, pattern in _rules():
        if facts.error_known and reason == "calls a change better or worse":
            continue
        found = pattern.search(text)
        if found:
            reasons.append(f"it {reason} (“{found[0].lower()}”)")
    return reasons


def _identity(text: str, words: Iterable[str]) -> list[str]:
    lowered = text.casefold()
    for word in words:
        wanted = word.strip().casefold()
        if len(wanted) > 1 and re.search(rf"(?<!\w){re.escape(wanted)}(?!\w)", lowered):
            return ["it names a person or a record"]
    return []


def _left_out(text: str, facts: Facts) -> list[str]:
    reasons = []
    for fact in facts.stances:
        mentioned = fact.stance in text
        if fact.score is None and not mentioned:
            reasons.append(f"it leaves out that {fact.stance} has no score")
        elif fact.findings and not mentioned:
            reasons.append(f"it leaves out a finding about the signal of {fact.stance}")
        elif fact.provisional and "provisional" not in text.lower():
            reasons.append("it leaves out that a score is provisional")
    return reasons


def _named(sentence: str) -> list[str]:
    return list(dict.fromkeys(_STANCE.findall(sentence)))


def _allowed(fact: StanceFact) -> set[str]:
    return {number for number in (fact.score, fact.hold_s) if number is not None}


def _numbers(sentence: str, facts: Facts) -> list[str]:
    stances = _named(sentence) or list(STANCES)
    allowed = {"10"}
    for stance in stances:
        allowed |= _allowed(facts.of(stance))
    allowed |= {gap.seconds for gap in facts.gaps if gap.longer in stances and gap.shorter in stances}
    allowed |= {change.difference[1:] for change in facts.changes if change.stance in stances}
    for found in _NUMBER.findall(sentence):
        number = found.strip()
        if number not in allowed:
            return [f"it gives a number that is not in the table ({number})"]
    word = _NUMBER_WORDS.search(sentence)
    return [f"it gives a number in words (“{word[0].lower()}”)"] if word else []


def _levels(sentence: str, facts: Facts) -> list[str]:
    found = {LEVEL_WORDS[word.lower()] for word in _LEVEL.findall(sentence)}
    if not found:
        return []
    true = {level.removesuffix(" for age") for level in _true_levels(sentence, facts)}
    wrong = sorted(found - true)
    return [f"it gives a level that the table does not ({wrong[0]})"] if wrong else []


def _true_levels(sentence: str, facts: Facts) -> set[str]:
    levels = {level for stance in _named(sentence) if (level := facts.of(stance).level)}
    if "session" in sentence.lower() and facts.session_level is not None:
        levels = {facts.session_level}
    return levels


def _no_test_named(sentence: str) -> list[str]:
    if _named(sentence) or re.search(r"\b(session level|no session level)\b", sentence, re.IGNORECASE):
        return []
    return ["a sentence does not say which test it speaks of"]
