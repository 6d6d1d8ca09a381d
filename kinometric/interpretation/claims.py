"""What a sentence claims about the tests: numbers with their units, levels and comparisons, held against the facts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from kinometric.interpretation.facts import Facts
from kinometric.recordings.recording import STANCES
from kinometric.report.wording import LEVEL_WORDS

Kind = Literal["stance", "number", "level"]

_TOKEN = re.compile(
    r"(?P<stance>\b[LR]BE[OC]\b)"
    r"|(?P<number>\d+(?:[.,]\d+)*\s*%?)"
    r"|(?P<level>\b(?:critical|high|moderate|low)\b(?:\s+risk\b(?:\s+for\s+age\b)?)?)",
    re.IGNORECASE,
)
_OF_TEN = re.compile(r"(?:\bout\s+of|\bof|/)\s*10\b(?![.,]\d)", re.IGNORECASE)
_SECONDS = re.compile(r"\s?(?:s|sec|secs|second|seconds)\b", re.IGNORECASE)
_POINTS = re.compile(r"\s?points?\b", re.IGNORECASE)
_OTHER_UNIT = re.compile(
    r"\s?(?:%|percent\b|ms\b|millisec\w*|min\b|minutes?\b|hours?\b|days?\b|weeks?\b|months?\b|years?\b|mm?\b|cm\b|km\b|"
    r"met(?:er|re)s?\b|inch\w*|g\b|mg\b|kg\b|hz\b|hertz\b|degrees?\b|m/s\w*|times\b|fold\b|x\b|legs?\b|tests?\b|falls?\b|"
    r"patients?\b|people\b|trials?\b|standard\b)",
    re.IGNORECASE,
)
_SCORE_BEFORE = re.compile(r"\b(?:score[ds]?|scoring)\s*(?:of|is|was|at|:|=|to)?\s*$", re.IGNORECASE)
_HOLD_BEFORE = re.compile(r"\b(?:held|holds?|holding|down\s+at)\s*(?:for|of|is|was|:|=)?\s*$", re.IGNORECASE)
_RANGE = re.compile(r"\d\s*[-–—−]\s*\d")
_NUMBER_WORDS = re.compile(
    r"\b(?:zero|nought|nil|one(?![\s-]leg)|two|three|four(?!\s+tests\b|\s+stances\b)|five|six|seven|eight|nine|ten|eleven|"
    r"twelve|thir\w+|four(?:teen|th|ty)\w*|fif\w+|six(?:teen|th|ty)\w*|seven(?:teen|th|ty)\w*|eigh(?:teen|th|ty)\w*|"
    r"nine(?:teen|ty)\w*|ninth|tenth|twenty\w*|forty\w*|hundred\w*|thousand\w*|dozens?|half|halves|halved|quarters?|"
    r"cents?|twice|thrice|double\w*|triple\w*|quadruple\w*|several|many|few|couple|pair|majority|minority|fraction\w*|percent\w*|"
    r"[ivxlcdm]{2,}(?<!mm)|tenths?)\b",
    re.IGNORECASE,
)
_COMPARED = re.compile(
    r"(?P<first>\b[LR]BE[OC]\b)(?:[^.;|]|\.(?=\d)){0,60}?\b(?P<way>longer|shorter|higher|lower)\s+(?:score\s+)?than\b"
    r"[^.;|]{0,40}?(?P<second>\b[LR]BE[OC]\b)",
    re.IGNORECASE,
)
_LOOSE = re.compile(
    r"\b(?:more|less|greater|smaller|larger|bigger|steadier|unsteadier|weaker|stronger|poorer|faster|slower|earlier|later|"
    r"longer|shorter|higher|lower)\b",
    re.IGNORECASE,
)
_EXTREME = re.compile(r"\b(?:the\s+)?(?P<way>lowest|highest|longest|shortest)\b", re.IGNORECASE)
_OTHER_EXTREME = re.compile(r"\b(?:worst|best|weakest|strongest|most|least|greatest|smallest|largest)\b", re.IGNORECASE)
_WHOLE = re.compile(r"\b(?:full\w*|whole|entire\w*|throughout|complet\w*|to the end)\b", re.IGNORECASE)
_MOVED = {
    "+": re.compile(r"\b(?:rose|rises?|rising|risen|climb\w*|went\s+up)\b", re.IGNORECASE),
    "−": re.compile(r"\b(?:drop\w*|sank|sinks?|lowered|went\s+down|came\s+down)\b", re.IGNORECASE),
}
_SIDE = re.compile(r"\b(left|right)\b", re.IGNORECASE)
_EYES = re.compile(r"\beyes[\s-](open|closed)\b", re.IGNORECASE)


@dataclass(frozen=True)
class _Token:
    kind: Kind
    text: str
    start: int
    end: int


def wrong_claims(sentence: str, facts: Facts) -> list[str]:
    """Return why a sentence's numbers, levels and comparisons are not those of the facts; empty where they are.

    Parameters
    ----------
    sentence : str
    facts : Facts

    Returns
    -------
    list of str
        A reason each, for people.
    """
    sentence = _OF_TEN.sub(" points ", sentence)
    reasons = [*_numbers(sentence, facts), *_levels(sentence, facts), *_comparisons(sentence, facts)]
    reasons += [*_names(sentence), *_whole(sentence, facts), *_moved(sentence, facts)]
    return reasons


def named(sentence: str) -> list[str]:
    """Return the stances that a sentence names, each once, in their order.

    Parameters
    ----------
    sentence : str

    Returns
    -------
    list of str
        For example ``["LBEO"]``.
    """
    return list(dict.fromkeys(token.text for token in _tokens(sentence) if token.kind == "stance"))


def _tokens(sentence: str) -> list[_Token]:
    tokens = []
    for found in _TOKEN.finditer(sentence):
        kind: Kind = found.lastgroup  # type: ignore[assignment]
        text = found[0].strip().upper() if kind == "stance" else found[0].strip()
        tokens.append(_Token(kind, text, found.start(), found.start() + len(found[0].rstrip())))
    return tokens


def _owners(tokens: list[_Token], kind: Kind) -> list[tuple[_Token, list[str]]]:
    """Return each number or level with the stances that it may belong to.

    Behind one name, everything up to the next belongs to it. Behind several names in a row, as many values belong to
    one each, in order; any other count belongs to all of them. What comes before the first name belongs to the first.
    """
    groups: list[tuple[list[str], list[_Token]]] = [([], [])]
    for token in tokens:
        if token.kind == "stance":
            if groups[-1][1] or not groups[-1][0]:
                groups.append(([], []))
            groups[-1][0].append(token.text)
        elif token.kind == kind:
            groups[-1][1].append(token)
    if not groups[0][0] and len(groups) > 1:
        groups[1] = (groups[1][0], [*groups[0][1], *groups[1][1]])
        del groups[0]
    owned: list[tuple[_Token, list[str]]] = []
    for stances, values in groups:
        each = len(stances) > 1 and len(stances) == len(values)
        owned += [(value, [stances[index]] if each else stances) for index, value in enumerate(values)]
    return owned


def _numbers(sentence: str, facts: Facts) -> list[str]:
    word = _NUMBER_WORDS.search(sentence)
    if word:
        return [f"it gives a number in words (“{word[0].lower()}”)"]
    if _RANGE.search(sentence):
        return ["it gives a range of numbers"]
    tokens = _tokens(sentence)
    gaps = _gap_numbers(sentence, facts)
    for token, stances in _owners(tokens, "number"):
        if token.start not in gaps and not all(
            _is_true(sentence, token, stance, facts) for stance in stances or STANCES
        ):
            return [f"it gives a number that is not in the table ({token.text})"]
    return []


def _gap_numbers(sentence: str, facts: Facts) -> set[int]:
    """Return where the numbers stand that are the difference of the two holds that the sentence compares."""
    true = set()
    for found in _COMPARED.finditer(sentence):
        first, second, way = found["first"].upper(), found["second"].upper(), found["way"].lower()
        longer, shorter = (first, second) if way == "longer" else (second, first)
        numbers = [token for token in _tokens(found[0]) if token.kind == "number"]
        if way not in ("longer", "shorter") or len(numbers) != 1:
            continue
        said = numbers[0]
        gap = next((gap for gap in facts.gaps if (gap.longer, gap.shorter) == (longer, shorter)), None)
        if gap is not None and gap.seconds == said.text and _SECONDS.match(found[0], said.end):
            true.add(found.start() + said.start)
    return true


def _is_true(sentence: str, token: _Token, stance: str, facts: Facts) -> bool:
    """Return whether a number is this stance's score, hold or change, by its unit, its sign and the words before it."""
    before, after = sentence[: token.start], sentence[token.end :]
    fact = facts.of(stance)
    change = next((each.difference for each in facts.changes if each.stance == stance), None)
    sign = before[-1:] if before[-1:] in ("+", "-", "−", "±", "–") else ""
    if sign:
        return change is not None and (sign.replace("-", "−").replace("–", "−") + token.text) == change
    if before[-1:].isalnum() or before[-1:] in (".", ","):
        return False
    score, hold = {fact.score} - {None}, {fact.hold_s} - {None}
    if fact.held_full:
        hold |= {"10", "10.0"}
    points = {change[1:]} if change is not None else set()
    if facts.error_points is not None:
        points |= {facts.error_points}
    if _SECONDS.match(after):
        return token.text in hold and not _SCORE_BEFORE.search(before)
    if _OTHER_UNIT.match(after) or after[:1].isalnum() or after[:1] == "/":
        return False
    if _SCORE_BEFORE.search(before):
        return token.text in score
    if _HOLD_BEFORE.search(before):
        return token.text in hold and not _POINTS.match(after)
    if _POINTS.match(after):
        return token.text in score | points
    return token.text in score | hold | points


def _levels(sentence: str, facts: Facts) -> list[str]:
    of_session = re.search(r"\bsession\s+level\b", sentence, re.IGNORECASE) is not None
    for token, stances in _owners(_tokens(sentence), "level"):
        said = _level_words(token.text)
        if of_session:
            true = said == facts.session_level
        else:
            levels = [facts.of(stance).level for stance in stances]
            true = bool(levels) and all(level == said for level in levels)
        if not true:
            return [f"it gives a level that the table does not ({said})"]
    return []


def _level_words(text: str) -> str:
    """Return a level as the report writes it; without its noun it is none: a bare "low" can be read as a low score."""
    level, *noun = text.lower().split()
    return " ".join((LEVEL_WORDS[level].split()[0], *noun))


def _comparisons(sentence: str, facts: Facts) -> list[str]:
    rest = sentence
    for found in _COMPARED.finditer(sentence):
        first, second = facts.of(found["first"].upper()), facts.of(found["second"].upper())
        way = found["way"].lower()
        measured = ("hold_s", "hold_s") if way in ("longer", "shorter") else ("score", "score")
        one, two = getattr(first, measured[0]), getattr(second, measured[1])
        if (
            one is None
            or two is None
            or not (float(one) > float(two) if way in ("longer", "higher") else float(one) < float(two))
        ):
            return ["it compares two tests otherwise than the table does"]
        rest = rest.replace(found["way"], "")
    ways = [found["way"].lower() for found in _EXTREME.finditer(sentence)]
    reasons = [f"it calls a test the {way} that is not" for way in ways if not _is_extreme(way, named(sentence), facts)]
    loose = _LOOSE.search(rest) or _OTHER_EXTREME.search(rest)
    if loose:
        reasons.append(f"it compares what the table does not (“{loose[0].lower()}”)")
    return reasons


def _is_extreme(way: str, stances: list[str], facts: Facts) -> bool:
    field = "score" if way in ("lowest", "highest") else "hold_s"
    values = {fact.stance: float(value) for fact in facts.stances if (value := getattr(fact, field)) is not None}
    if len(stances) != 1 or stances[0] not in values:
        return False
    best = min(values.values()) if way in ("lowest", "shortest") else max(values.values())
    return values[stances[0]] == best and list(values.values()).count(best) == 1


def _names(sentence: str) -> list[str]:
    """Find a leg or a condition in words that is not that of the one test that the sentence names."""
    stances = named(sentence)
    sides = {word.lower() for word in _SIDE.findall(sentence)}
    eyes = {word.lower() for word in _EYES.findall(sentence)}
    true_sides = {"left" if stance.startswith("L") else "right" for stance in stances}
    true_eyes = {"open" if stance.endswith("EO") else "closed" for stance in stances}
    pairs = re.findall(r"\b(left|right)\s+leg,\s+eyes\s+(open|closed)\s+\(([LR])BE([OC])\)", sentence, re.IGNORECASE)
    crossed = any(
        (side.lower()[0], eye.lower()[0]) != (leg.lower(), condition.lower()) for side, eye, leg, condition in pairs
    )
    if stances and (crossed or not sides <= true_sides or not eyes <= true_eyes):
        return ["it calls a test by another leg or condition"]
    return []


def _whole(sentence: str, facts: Facts) -> list[str]:
    if _WHOLE.search(sentence) and not all(facts.of(stance).held_full for stance in named(sentence)):
        return ["it says that a test was held in full that was not"]
    return []


def _moved(sentence: str, facts: Facts) -> list[str]:
    signs = {change.stance: change.difference[0] for change in facts.changes}
    for sign, words in _MOVED.items():
        if words.search(sentence) and not all(signs.get(stance) == sign for stance in named(sentence) or STANCES):
            return ["it says of a score that it moved otherwise than it did"]
    return []
