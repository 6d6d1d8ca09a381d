"""The one way in which a service says no: a code, a sentence for people and an HTTP status."""

from __future__ import annotations

from kinometric.contract import errors as codes


class ServiceError(Exception):
    """A refusal that may be shown to the user as it stands.

    Parameters
    ----------
    code : str
        Code of ``kinometric.contract``, for example ``"KS-404"``.
    message : str
        One sentence without names, dates of birth or clinical values.
    status : int
        HTTP status of the answer.
    retry_after_s : int or None
        Seconds after which asking again makes sense.
    """

    def __init__(self, code: str, message: str, status: int = 400, *, retry_after_s: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status
        self.retry_after_s = retry_after_s


class NotFoundError(ServiceError):
    """The object isn't there, or belongs to a practice that isn't the active one; nobody can tell which."""

    def __init__(self, message: str = "There is no such record in this practice.") -> None:
        super().__init__(codes.NOT_FOUND, message, 404)


class BadInputError(ServiceError):
    """What was sent can't be used."""

    def __init__(self, message: str, code: str = codes.BAD_INPUT, status: int = 422) -> None:
        super().__init__(code, message, status)


class DeniedError(ServiceError):
    """The user is known but may not do this."""

    def __init__(
        self, message: str = "You are not allowed to do this in this practice.", code: str = codes.NOT_ALLOWED
    ) -> None:
        super().__init__(code, message, 403)


class ConflictError(ServiceError):
    """The request doesn't fit the present state of the record."""

    def __init__(self, message: str, code: str = codes.WRONG_STATE) -> None:
        super().__init__(code, message, 409)


class StaleWriteError(ConflictError):
    """Somebody else changed the record since it was read."""

    def __init__(self) -> None:
        super().__init__(
            "Somebody else changed this in the meantime. Look at the new state, then try again.", codes.STALE
        )


class NotSignedInError(ServiceError):
    """No session, or one that ended."""

    def __init__(self, message: str = "Sign in first.", code: str = codes.SIGNED_OUT) -> None:
        super().__init__(code, message, 401)


class ThrottledError(ServiceError):
    """Too many tries; the answer says how long to wait."""

    def __init__(self, retry_after_s: int, message: str = "Too many tries. Wait a little.") -> None:
        super().__init__(codes.TOO_MANY_TRIES, message, 429, retry_after_s=retry_after_s)
