"""A drafted interpretation: facts from the report, text made from them, and the check of any such text."""

from __future__ import annotations

from kinometric.interpretation.draft import DRAFT_VERSION, draft_text
from kinometric.interpretation.facts import Change, Facts, HoldGap, StanceFact, facts_of, facts_of_session
from kinometric.interpretation.lint import Verdict, check_text

__all__ = [
    "DRAFT_VERSION",
    "Change",
    "Facts",
    "HoldGap",
    "StanceFact",
    "Verdict",
    "check_text",
    "draft_text",
    "facts_of",
    "facts_of_session",
]
