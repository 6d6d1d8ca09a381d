"""What can go wrong when athenaOne is asked: each with its code and a sentence without athenaOne's own text."""

from __future__ import annotations

from kinometric.contract import errors as codes
from kinometric_server.errors import ServiceError


class AthenaError(ServiceError):
    """athenaOne was not asked, did not answer, or refused.

    Parameters
    ----------
    reason : str
        A stable word for logs and tests, never athenaOne's text.
    """

    code = codes.ATHENA_DOWN
    sentence = "athenaOne did not answer. Nothing was changed there. Try again."
    status = 503

    def __init__(self, reason: str = "", *, sentence: str = "", retry_after_s: int | None = None) -> None:
        super().__init__(
            type(self).code, sentence or type(self).sentence, type(self).status, retry_after_s=retry_after_s
        )
        self.reason = reason


class AthenaOffError(AthenaError):
    """The practice works without athenaOne, or its credentials are not set."""

    code = codes.CAPABILITY_OFF
    sentence = "This practice is not connected to athenaOne."
    status = 403


class SwitchedOffError(AthenaError):
    """The practice's scope sheet doesn't allow this request; it was not made."""

    code = codes.CAPABILITY_OFF
    sentence = "This request to athenaOne is not switched on for this practice."
    status = 403


class AthenaUnreachableError(AthenaError):
    """No connection: nothing was sent."""

    sentence = "athenaOne can't be reached. Nothing was sent."


class AthenaNoAnswerError(AthenaError):
    """The question was sent, no usable answer came back. Only for questions that change nothing."""


class AthenaThrottledError(AthenaError):
    """athenaOne, or our own limit, asks to slow down."""

    code = codes.ATHENA_BUSY
    sentence = "athenaOne asked us to slow down. Try again in a moment."
    status = 429


class AthenaAccessError(AthenaError):
    """The credentials are wrong, or have no access to this practice."""

    code = codes.ATHENA_REFUSED
    sentence = "athenaOne refused the access to this practice. An administrator can check the connection."
    status = 502


class AthenaRefusedError(AthenaError):
    """athenaOne did not accept the request."""

    code = codes.ATHENA_REFUSED
    sentence = "athenaOne did not accept the request."
    status = 502


class AthenaUnreadableError(AthenaError):
    """An answer came that is not what athenaOne is known to send."""

    code = codes.ATHENA_REFUSED
    sentence = "athenaOne's answer could not be read."
    status = 502


class NoSuchPatientError(AthenaError):
    """athenaOne has no such patient in this practice, or does not show it."""

    code = codes.ATHENA_PATIENT_NOT_FOUND
    sentence = "athenaOne has no patient with this ID in this practice."
    status = 404


class PatientMergedError(NoSuchPatientError):
    """The record was merged into another one, which athenaOne answered instead."""

    sentence = "This athenaOne record was merged into another one. Search for the patient again."


class AmbiguousPatientError(AthenaError):
    """athenaOne answered with more than one patient for one ID."""

    code = codes.ATHENA_REFUSED
    sentence = "athenaOne answered with more than one patient for this ID. Check the chart in athenaNet."
    status = 502


class TooManyMatchesError(AthenaError):
    """The search fits more patients than athenaOne lists."""

    code = codes.TOO_MANY_MATCHES
    sentence = "athenaOne found too many patients. Add a first name or choose a department."
    status = 422
