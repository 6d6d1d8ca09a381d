"""The check of a drafted text: its numbers are the table's, its words allowed, nothing left out or contradicted."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from kinometric.interpretation.claims import named, wrong_claims
from kinometric.interpretation.draft import NO_ERROR_KNOWN
from kinometric.interpretation.facts import Facts, StanceFact
from kinometric.interpretation.plain_text import (
    folded,
    has_markup,
    is_plain_english,
    sentences,
    strange_characters,
    undisguised,
    without,
)
from kinometric.report.wording import BAND_SENTENCE
from kinometric.resources import resource_path

LONGEST = 2500
_CHANGE_WORDS = "calls a change better or worse"
_RISK = re.compile(
    r"\b(?<!critical )(?<!high )(?<!moderate )(?<!low )risk\b(?! level)|\brisk\s+(?:of|for|to|that)\b", re.IGNORECASE
)
_NEGATION = re.compile(
    r"\b(?:no|not|never|none|nor|neither|cannot|without|fail\w*|unable|lack\w*|hardly|barely|scarcely|rather than|"
    r"instead of|except|anything but|far from|false\w*|wrong\w*|incorrect\w*|deny|denied)\b|n['’]t\b",
    re.IGNORECASE,
)
_TRUE_NEGATIONS = re.compile(
    r"\b(?:no score|not scored|no level|no session level|not (?:yet )?confirmed|not established|not attempted|"
    r"unable to stand on this leg|not scorable)\b",
    re.IGNORECASE,
)
_UNSCORED = re.compile(r"\b(?:no score|not scored|unable|not attempted|not scorable)\b", re.IGNORECASE)
_DIRECTIONS = {
    "impro": "better",
    "bette": "better",
    "incre": "better",
    "worse": "worse",
    "decre": "worse",
    "decli": "worse",
    "deter": "worse",
}
"""First letters of the words of change that have a direction."""
_NO_TEST = re.compile(r"\bsession level\b|^change of the score since\W*$", re.IGNORECASE)


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
        The reasons name the rule and, where that is harmless, the word. What cannot be held against the table is
        withheld too: a comparison, a negation, a sentence in another language.
    """
    if len(text) > 4 * LONGEST:
        return Verdict(None, (f"it is longer than {LONGEST} characters",))
    plain = folded(text)
    if not plain:
        return Verdict(None, ("it is empty",))
    if len(plain) > LONGEST:
        return Verdict(None, (f"it is longer than {LONGEST} characters",))
    copied = _copied(facts)
    checked = without(plain, copied)
    if facts.since:
        checked = checked.replace(facts.since, " ")
    reasons = _identity(plain, identity_words)
    if strange_characters("".join(set(text) - set("".join(copied)) - set(" \n\r\t"))):
        reasons.append("it has characters other than plain English ones")
    if has_markup(plain):
        reasons.append("it has markup or a link")
    reasons += _forbidden(checked, facts)
    parts = sentences(checked)
    reasons += _left_out(sentences(plain), facts)
    for sentence in parts:
        reasons += wrong_claims(sentence, facts)
        reasons += _negations(sentence)
        reasons += _unclear(sentence)
    unique = tuple(dict.fromkeys(reasons))
    return Verdict(None if unique else text, unique)


def _copied(facts: Facts) -> list[str]:
    """Return what may stand in a text word for word: the fixed sentences and what the table says itself."""
    copied = [BAND_SENTENCE, *facts.change_sentences]
    copied += [] if facts.error_known else [NO_ERROR_KNOWN]
    copied += [message for fact in facts.stances for message in fact.findings]
    copied += [fact.unscored for fact in facts.stances if fact.unscored]
    return copied


@cache
def _rules() -> tuple[tuple[str, re.Pattern[str]], ...]:
    stored = json.loads(resource_path("interpretation/forbidden.json").read_text(encoding="utf-8"))
    rules = []
    for reason, words in stored.items():
        patterns = [re.escape(word).replace(r"\*", r"\w*").replace(r"\ ", r"\s+") for word in words]
        rules.append((reason, re.compile(rf"\b({'|'.join(patterns)})\b", re.IGNORECASE)))
    return tuple(rules)


def _forbidden(text: str, facts: Facts) -> list[str]:
    """Find forbidden words, in disguise too; levels by the age view are the table's own words."""
    text = re.sub(r"\brisk for age\b", "risk", text, flags=re.IGNORECASE)
    readings = undisguised(text)
    reasons = []
    for reason, pattern in _rules():
        if reason == _CHANGE_WORDS and facts.error_known:
            wrong = _wrong_directions(text, pattern, facts)
            reasons += [f"it {reason} (“{wrong}”)"] if wrong else []
            continue
        found = next((found for reading in readings if (found := pattern.search(reading))), None)
        if found:
            reasons.append(f"it {reason} (“{found[0].lower()}”)")
    if not any(reason.startswith("it predicts") for reason in reasons) and any(map(_RISK.search, readings)):
        reasons.append("it predicts (“risk”)")
    return reasons


def _wrong_directions(text: str, pattern: re.Pattern[str], facts: Facts) -> str | None:
    """Return a word of change in a sentence whose tests did not change that way by more than the error."""
    verdicts = {change.stance: change.verdict for change in facts.changes}
    for sentence in sentences(text):
        for found in pattern.finditer(sentence):
            wanted = _DIRECTIONS.get(found[0].lower()[:5])
            stances = named(sentence)
            if wanted is None or not stances or any(verdicts.get(stance) != wanted for stance in stances):
                return found[0].lower()
    return None


def _identity(text: str, words: Iterable[str]) -> list[str]:
    lowered = text.casefold()
    for word in words:
        wanted = folded(word).casefold()
        if len(wanted) > 1 and re.search(rf"(?<!\w){re.escape(wanted)}(?!\w)", lowered):
            return ["it names a person or a record"]
    return []


def _left_out(parts: list[str], facts: Facts) -> list[str]:
    reasons = []
    for fact in facts.stances:
        mine = " ".join(part for part in parts if fact.stance in named(part))
        if fact.score is None and not _says_unscored(mine, fact, parts):
            reasons.append(f"it leaves out that {fact.stance} has no score")
        elif fact.findings and not _says_findings(mine, fact, parts):
            reasons.append(f"it leaves out a finding about the signal of {fact.stance}")
        elif fact.provisional and fact.score is not None and "provisional" not in mine.lower():
            reasons.append("it leaves out that a score is provisional")
    return reasons


def _says_unscored(mine: str, fact: StanceFact, parts: list[str]) -> bool:
    quoted = bool(fact.unscored) and folded(fact.unscored) in " ".join(parts)
    return bool(mine) and (quoted or _UNSCORED.search(mine) is not None)


def _says_findings(mine: str, fact: StanceFact, parts: list[str]) -> bool:
    quoted = all(folded(message) in " ".join(parts) for message in fact.findings)
    return bool(mine) and (quoted or re.search(r"\bsignal\b", mine, re.IGNORECASE) is not None)


def _negations(sentence: str) -> list[str]:
    found = _NEGATION.search(_TRUE_NEGATIONS.sub(" ", sentence))
    return [f"it denies something that the table does not say (“{found[0].lower()}”)"] if found else []


def _unclear(sentence: str) -> list[str]:
    reasons = [] if is_plain_english(sentence) else ["a sentence is not in plain English about this test"]
    if not named(sentence) and not _NO_TEST.search(sentence):
        reasons.append("a sentence does not say which test it speaks of")
    return reasons
