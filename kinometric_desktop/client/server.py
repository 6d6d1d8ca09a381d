"""The server as the presenters see it: one typed method for each route of the contract."""

from __future__ import annotations

import ssl

from kinometric_desktop.client.accounts import AccountCalls
from kinometric_desktop.client.patients import AthenaCalls, PatientCalls
from kinometric_desktop.client.practices import DepartmentCalls, PracticeCalls
from kinometric_desktop.client.sessions import SessionCalls
from kinometric_desktop.client.transport import Transport
from kinometric_desktop.client.uploads import UploadCalls


class ServerClient:
    """All routes, grouped by topic.

    Every method blocks until the answer is there, so call it on a runner's lane. It raises ServerError where the
    server says no and Unreachable where it does not answer.

    Parameters
    ----------
    server_url : str
        The server's address; http is refused beyond this machine.
    tls : ssl.SSLContext or None
        Trusts another set of certificate authorities than the operating system's, in tests of TLS.
    """

    def __init__(self, server_url: str, *, tls: ssl.SSLContext | None = None) -> None:
        self._transport = Transport(server_url, tls=tls)
        self.address = self._transport.address
        self.accounts = AccountCalls(self._transport)
        self.patients = PatientCalls(self._transport)
        self.athena = AthenaCalls(self._transport)
        self.departments = DepartmentCalls(self._transport)
        self.practice = PracticeCalls(self._transport)
        self.sessions = SessionCalls(self._transport)
        self.uploads = UploadCalls(self._transport)

    @property
    def signed_in(self) -> bool:
        """True while a token is held."""
        return self._transport.signed_in

    def close(self) -> None:
        """Forget the token and close all connections."""
        self._transport.close()
