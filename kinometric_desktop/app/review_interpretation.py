"""The drafted interpretation in the words of the review screen: its status, and the question to accept it."""

from __future__ import annotations

from kinometric.contract.sessions import SessionView
from kinometric_desktop.app.review_state import DraftForm, InterpretationLine

NONE_YET = "None for this session yet"
NOT_ACCEPTED = "Closed · not in the report until you accept it"
WITHHELD = "Withheld · open to see why"


def interpretation_of(view: SessionView) -> InterpretationLine:
    """Return what the line at the bottom says of a session's interpretation."""
    text = view.interpretation_text or view.interpretation_draft
    if view.interpretation_withheld:
        return InterpretationLine(True, WITHHELD)
    if view.interpretation_accepted_by:
        return InterpretationLine(True, f"Accepted by {view.interpretation_accepted_by}")
    return InterpretationLine(bool(text), NOT_ACCEPTED if text else NONE_YET)


def draft_form(view: SessionView, *, may_review: bool) -> DraftForm:
    """Return the question whether this interpretation may be part of the report."""
    if view.interpretation_accepted_by:
        note = f"Accepted by {view.interpretation_accepted_by}. The report shows it where its box is ticked."
    else:
        note = "Made from the scores by rule, not by a person. It is not in the report until you accept it."
    return DraftForm(
        text=view.interpretation_text or view.interpretation_draft,
        note=note,
        stored=bool(view.interpretation_text),
        may_accept=may_review,
        complaint=view.interpretation_withheld,
    )
