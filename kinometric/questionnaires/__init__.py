"""Questionnaires of fall screening: instruments as data, their totals, and what may be shown of an incomplete one."""

from __future__ import annotations

from kinometric.questionnaires.answers import AnswerError, QuestionnaireResult, check_answers, summarise
from kinometric.questionnaires.instrument import INSTRUMENT_IDS, Answer, Instrument, Item, instrument, instruments

__all__ = [
    "INSTRUMENT_IDS",
    "Answer",
    "AnswerError",
    "Instrument",
    "Item",
    "QuestionnaireResult",
    "check_answers",
    "instrument",
    "instruments",
    "summarise",
]
