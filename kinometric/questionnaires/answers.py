"""Answers checked against their instrument, and the total as it may be shown, complete or not."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from kinometric.questionnaires.instrument import Answer, Instrument, Item

_YES = {"yes", "true"}
_NO = {"no", "false"}


class AnswerError(ValueError):
    """An answer that does not fit its item; the sentence names the item, never the answer."""


@dataclass(frozen=True)
class QuestionnaireResult:
    """What may be said about a set of answers.

    Attributes
    ----------
    instrument : str
        Its id.
    name : str
    total : int or None
        Points so far; None for instruments without points.
    most : int or None
        The largest possible total.
    complete : bool
    unanswered : tuple of str
        Ids of the items without an answer that should have one.
    at_risk : bool or None
        By the source's threshold; None while the missing answers could still decide.
    total_text : str
        "6 of 14, complete.", "At least 6 of 14, 2 questions not answered."
    note : str
        What the total means, with the age note where it applies.
    flagged : tuple of str
        Short names of the items answered with yes, or the times below the limit.
    """

    instrument: str
    name: str
    total: int | None
    most: int | None
    complete: bool
    unanswered: tuple[str, ...]
    at_risk: bool | None
    total_text: str
    note: str
    flagged: tuple[str, ...]


def check_answers(instrument: Instrument, answers: Mapping[str, Answer]) -> dict[str, bool | float]:
    """Return the answers in their own types: yes or no as bool, seconds and counts as float.

    Parameters
    ----------
    instrument : Instrument
    answers : mapping of item id to answer
        Yes or no as a bool or a word; numbers as numbers or text. An item left out is not answered.

    Returns
    -------
    dict of str to bool or float
        The answers by item id; seconds and counts as float.

    Raises
    ------
    AnswerError
        When an item is unknown, or an answer does not fit its item.
    """
    checked: dict[str, bool | float] = {}
    for key, answer in answers.items():
        try:
            item = instrument.item(key)
        except KeyError:
            raise AnswerError(f"{instrument.name} has no question with this name.") from None
        checked[key] = _yes_or_no(item, answer) if item.kind == "yes_no" else _number(item, answer)
    return checked


def _yes_or_no(item: Item, answer: Answer) -> bool:
    if isinstance(answer, bool):
        return answer
    word = str(answer).strip().lower()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise AnswerError(f"“{item.short}” is answered with yes or no.")


def _number(item: Item, answer: Answer) -> float:
    unit = "seconds" if item.kind == "seconds" else "a whole number"
    try:
        value = math.nan if isinstance(answer, bool) else float(answer)
    except ValueError:
        value = math.nan
    most = math.inf if item.most is None else item.most
    if not 0.0 <= value <= most or (item.kind == "count" and value != int(value)):
        limit = "" if item.most is None else f", 0 to {item.most:g}"
        raise AnswerError(f"“{item.short}” is given as {unit}{limit}.")
    return value


def summarise(
    instrument: Instrument, answers: Mapping[str, Answer], *, age_years: float | None = None
) -> QuestionnaireResult:
    """Return the total of a set of answers and what may be shown of it.

    Parameters
    ----------
    instrument : Instrument
    answers : mapping of item id to answer
    age_years : float, optional
        For the note that the instrument was validated for older people.

    Returns
    -------
    QuestionnaireResult
        An incomplete questionnaire never shows a plain total.

    Raises
    ------
    AnswerError
        As `check_answers`.
    """
    given = check_answers(instrument, answers)
    asked = [item for item in instrument.items if item.asked_if is None or given.get(item.asked_if) is True]
    unanswered = tuple(item.id for item in asked if item.id not in given)
    if instrument.kind == "points":
        total: int | None = sum(item.points for item in asked if given.get(item.id) is True)
        text = _points_text(int(total or 0), instrument.most_points, len(unanswered))
        at_risk = _points_risk(instrument, given, int(total or 0), unanswered)
    elif instrument.kind == "any_yes":
        total = None
        yes = sum(given.get(item.id) is True for item in asked if item.asked_if is None)
        text = _any_yes_text(yes, len(unanswered))
        at_risk = True if yes else None if unanswered else False
    else:
        total = None
        text = _stages_text(instrument, given, len(unanswered))
        at_risk = _stage_risk(instrument, given)
    return QuestionnaireResult(
        instrument=instrument.id,
        name=instrument.name,
        total=total,
        most=instrument.most_points if instrument.kind == "points" else None,
        complete=not unanswered,
        unanswered=unanswered,
        at_risk=at_risk,
        total_text=text,
        note=_note(instrument, age_years),
        flagged=tuple(_flag(item, given) for item in asked if given.get(item.id) is True or _counts(item, given)),
    )


def _points_text(total: int, most: int, missing: int) -> str:
    if not missing:
        return f"{total} of {most}, complete."
    return f"At least {total} of {most}, {_questions(missing)} not answered."


def _any_yes_text(yes: int, missing: int) -> str:
    answered = f"{yes} answered with yes" if yes else "None answered with yes"
    return f"{answered}, complete." if not missing else f"{answered}, {_questions(missing)} not answered."


def _stages_text(instrument: Instrument, given: Mapping[str, bool | float], missing: int) -> str:
    parts = []
    for item in instrument.items:
        if item.id in given:
            value = float(given[item.id])
            parts.append(f"{item.short} {value:.1f} s" if item.kind == "seconds" else f"{int(value)} {item.short}")
    text = ", ".join(parts) if parts else "Nothing entered"
    text = text[0].upper() + text[1:]
    return f"{text}." if not missing or not parts else f"{text}; {missing} not entered."


def _questions(count: int) -> str:
    return "1 question" if count == 1 else f"{count} questions"


def _points_risk(
    instrument: Instrument, given: Mapping[str, bool | float], total: int, unanswered: tuple[str, ...]
) -> bool | None:
    if instrument.at_risk_item is not None and given.get(instrument.at_risk_item) is True:
        return True
    if instrument.at_risk_from is not None and total >= instrument.at_risk_from:
        return True
    return None if unanswered else False


def _stage_risk(instrument: Instrument, given: Mapping[str, bool | float]) -> bool | None:
    if instrument.at_risk_item is None or instrument.at_risk_item not in given:
        return None
    value = float(given[instrument.at_risk_item])
    if instrument.at_risk_below is not None:
        return value < instrument.at_risk_below
    return None if instrument.at_risk_from_seconds is None else value >= instrument.at_risk_from_seconds


def _note(instrument: Instrument, age_years: float | None) -> str:
    limit = instrument.validated_from_age
    if limit is None or age_years is None or age_years >= limit:
        return instrument.note
    return f"{instrument.note} Validated for people of {limit} and over.".strip()


def _counts(item: Item, given: Mapping[str, bool | float]) -> bool:
    return item.kind == "count" and item.asked_if is not None and item.id in given


def _flag(item: Item, given: Mapping[str, bool | float]) -> str:
    return f"{item.short}: {int(given[item.id])}" if item.kind == "count" else item.short
