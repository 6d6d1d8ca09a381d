"""What a language model is asked: fixed instructions, and the numbers of one session without whose they are."""

from __future__ import annotations

import json
from typing import Any, Final

from kinometric.interpretation import Facts
from kinometric.report.wording import BAND_SENTENCE

PROMPT_VERSION: Final = "prompt 1"

INSTRUCTIONS: Final = f"""You word a short draft about a one-leg balance test for a clinician, who will check it.
You are given a table of printed numbers and nothing else. Rules:
- Short plain sentences in English, in the past tense, at most 150 words; no headings, lists, questions or signs.
- Every sentence names one test by its code (LBEO, RBEO, LBEC, RBEC), or says "session level".
- Copy numbers exactly as they stand in the table, with s for seconds. Write no other number, not in words either.
- Use a level only for the test, or the session, that has it.
- For a test without a score write: LBEC has no score.
- For a test with a signal finding write also: The signal of LBEC has a finding.
- Where a score is provisional, add: , provisional.
- Two tests are compared only as the table does: LBEO was held 5.8 s longer than LBEC.
- Don't diagnose, explain, predict, advise or judge, deny nothing, and don't call a change better or worse.
- Where there is a session level, end with this sentence: {BAND_SENTENCE}"""


def question(model: str, facts: Facts) -> dict[str, Any]:
    """The body of one request in the form of OpenAI's chat completions."""
    return {
        "model": model,
        "messages": [
            {"role": "system", "content": INSTRUCTIONS},
            {"role": "user", "content": json.dumps(facts.numbers(), ensure_ascii=True)},
        ],
        "stream": False,
    }
