"""The drafted interpretation in the words of the review screen: its status, and the question to accept it."""

from __future__ import annotations

import dataclasses

from kinometric.contract.sessions import InterpretationDraft, InterpretationSource, SessionView
from kinometric_desktop.app.review_state import DraftForm, InterpretationLine

NONE_YET = "None for this session yet"
NOT_ACCEPTED = "Closed · not in the report until you accept it"
WITHHELD = "Withheld · open to see why"
NO_DRAFT = "The language model gave no text. What is here is unchanged."
NOTES: dict[InterpretationSource, str] = {
    "template": "Made from the scores by rule, not by a person. It is not in the report until you accept it.",
    "language_model": (
        "Worded by the practice's language model, which got the numbers alone. Read every sentence against the table; "
        "it is not in the report until you accept it."
    ),
}


def interpretation_of(view: SessionView) -> InterpretationLine:
    """Return what the line at the bottom says of a session's interpretation."""
    text = view.interpretation_text or view.interpretation_draft
    if view.interpretation_withheld:
        return InterpretationLine(True, WITHHELD)
    if view.interpretation_accepted_by:
        return InterpretationLine(True, f"Accepted by {view.interpretation_accepted_by}")
    return InterpretationLine(bool(text), NOT_ACCEPTED if text else NONE_YET)


def draft_form(view: SessionView, *, may_review: bool) -> DraftForm:
    """Return the question whether this interpretation may be part of the report.

    What a person left comes first, then a language model's draft that nobody has refused, then the one made by rule.
    """
    by_model = bool(view.language_model_draft) and not view.interpretation_text
    source: InterpretationSource = "language_model" if by_model else view.interpretation_source
    if view.interpretation_accepted_by:
        note = f"Accepted by {view.interpretation_accepted_by}. The report shows it where its box is ticked."
    else:
        note = NOTES[source]
    return DraftForm(
        text=view.interpretation_text or view.language_model_draft or view.interpretation_draft,
        note=note,
        stored=bool(view.interpretation_text),
        may_accept=may_review,
        complaint=view.interpretation_withheld,
        source=source,
        model_offered=view.language_model and may_review,
    )


def drafted(form: DraftForm, answer: InterpretationDraft) -> DraftForm:
    """Return the question with a new draft in it; a withheld one changes nothing but says why."""
    if not answer.text:
        return dataclasses.replace(form, complaint=answer.withheld or NO_DRAFT)
    return dataclasses.replace(form, text=answer.text, note=NOTES[answer.source], source=answer.source, complaint="")
