"""What can go wrong between the workstation and its server, as types."""

from __future__ import annotations


class ClientError(Exception):
    """A request to the server did not bring what was asked for."""


class Unreachable(ClientError):  # noqa: N818 - it reads as what it is
    """The server did not answer: no connection, TLS refused, a timeout, or an answer that isn't the server's."""

    def __init__(self, reason: str, *, after_send: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        #: True when the request may have arrived, because it had left before the line broke.
        self.after_send = after_send


class ServerError(ClientError):
    """The server answered with an error of the contract.

    Parameters
    ----------
    code : str
        Error code of the contract, for example ``"sign_in_wrong"``.
    message : str
        The server's sentence for people; never holds a name, a birth date or a clinical value.
    retry_after_s : float or None
        Seconds to wait where the server says so.
    status : int
        HTTP status of the answer.
    request_id : str
        The server's id of this request, to be read out to the clinic's IT.
    """

    def __init__(
        self, code: str, message: str, *, retry_after_s: float | None = None, status: int = 0, request_id: str = ""
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.retry_after_s = retry_after_s
        self.status = status
        self.request_id = request_id
