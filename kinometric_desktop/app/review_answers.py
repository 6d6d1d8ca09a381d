"""Questionnaires on the review screen: what is asked, and how typed answers become a form of the contract."""

from __future__ import annotations

from collections.abc import Mapping

from kinometric.contract.sessions import Answers, SessionView
from kinometric_desktop.app.review_forms import FormError
from kinometric_desktop.app.review_state import AnswerForm, QuestionLine

FIRST = "stay_independent"
YES, NO = "yes", "no"


def answer_form(view: SessionView, instrument_id: str = FIRST) -> AnswerForm:
    """The form of one questionnaire, with what is stored of it as a total.

    Raises
    ------
    KeyError
        When there is no such questionnaire.
    """
    from kinometric.questionnaires import INSTRUMENT_IDS, instrument

    asked = instrument(instrument_id)
    stored = next((item for item in view.questionnaires if item.instrument == instrument_id), None)
    return AnswerForm(
        instrument_id,
        asked.name,
        tuple((key, instrument(key).name) for key in INSTRUMENT_IDS),
        tuple(QuestionLine(item.id, item.text, item.kind) for item in asked.items),
        stored.total_text if stored is not None else "",
        stored.version if stored is not None else 0,
    )


def read_answers(form: AnswerForm, typed: Mapping[str, str]) -> Answers:
    """The answers as they are sent; what was left empty is left out.

    Raises
    ------
    FormError
        When nothing was answered, or an answer does not fit its question.
    """
    from kinometric.questionnaires import AnswerError, check_answers, instrument

    answers: dict[str, str | int | bool] = {}
    for line in form.lines:
        text = typed.get(line.item_id, "").strip().lower()
        if not text:
            continue
        number = text.replace(",", ".").removesuffix("s").strip()
        answers[line.item_id] = text == YES if line.kind == "yes_no" else number
    if not answers:
        raise FormError("Nothing is answered yet.")
    try:
        check_answers(instrument(form.instrument), answers)
    except AnswerError as problem:
        raise FormError(str(problem)) from None
    return Answers(form.instrument, answers, form.version)
