"""The error codes that the server may answer, and the form of its errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class ErrorBody:
    """What stands in the body of every answer that is not a success."""

    code: str
    message: str
    request_id: str
    retry_after: float | None = None


USER_ACTION_HEADER: Final = "Kinometric-User-Action"
"""Set to ``1`` on a request that a person caused; only such requests renew the session."""

SIGNED_OUT: Final = "KS-401"
WRONG_SIGN_IN: Final = "KS-401P"
WRONG_CODE: Final = "KS-401C"
DEVICE_NEEDED: Final = "KS-401D"
"""The password was right, but the practice admits enrolled computers only."""
NOT_ALLOWED: Final = "KS-403"
READ_ONLY: Final = "KS-403R"
DEPARTMENT_DENIED: Final = "KS-403D"
CAPABILITY_OFF: Final = "KS-403S"
NOT_FOUND: Final = "KS-404"
ATHENA_PATIENT_NOT_FOUND: Final = "KS-404A"
STALE: Final = "KS-409"
ALREADY_LINKED: Final = "KS-409L"
ALREADY_SENT: Final = "KS-409U"
WRONG_STATE: Final = "KS-409S"
TOO_LARGE: Final = "KS-413"
BAD_INPUT: Final = "KS-422"
BAD_RECORDING: Final = "KS-422R"
WRONG_BIRTH_YEAR: Final = "KS-422Y"
LINK_REFUSED: Final = "KS-422L"
NO_LINK: Final = "KS-422N"
NOT_REVIEWED: Final = "KS-422V"
NO_DEPARTMENT: Final = "KS-422D"
PDF_DIFFERS: Final = "KS-422P"
IDEMPOTENCY_MISMATCH: Final = "KS-422K"
TOO_MANY_TRIES: Final = "KS-429"
ATHENA_BUSY: Final = "KS-429A"
INTERNAL: Final = "KS-500"
ATHENA_REFUSED: Final = "KS-502"
ATHENA_DOWN: Final = "KS-503"
MODEL_UNAVAILABLE: Final = "KS-503M"
UNAVAILABLE: Final = "KS-503D"
"""The server itself can't work: its database can't be reached."""
OUTCOME_UNKNOWN: Final = "KS-520"
TOO_MANY_MATCHES: Final = "KS-422M"
"""athenaOne found more patients than it lists; the search needs a first name or a birth date."""
