"""How one practice is connected to athenaOne: environment, which alone decides the host, credentials, switches."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal
from urllib.parse import urlsplit

from kinometric_server.athena.errors import AthenaOffError

Environment = Literal["none", "standin", "preview", "production"]
Encoding = Literal["multipart_base64", "form_base64", "multipart_file"]

OFFICIAL_HOSTS: Final = {
    "preview": "https://api.preview.platform.athenahealth.com",
    "production": "https://api.platform.athenahealth.com",
}
REQUESTS_PER_SECOND: Final = {"standin": 50.0, "preview": 5.0, "production": 10.0}


@dataclass(frozen=True)
class AthenaPractice:
    """One practice's connection, as its scope sheet and credentials say.

    With ``environment`` none or without credentials nothing is ever asked.
    """

    environment: Environment = "none"
    athena_practice_id: str = ""
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    upload_encoding: Encoding = "multipart_base64"
    documents_write: bool = False
    documents_list: bool = False
    dob_param: bool = False
    health_endpoints: bool = False
    requests_per_second: float = 0.0
    """0 takes the environment's usual limit."""

    @property
    def rate(self) -> float:
        """Requests per second that this practice may make."""
        return self.requests_per_second or REQUESTS_PER_SECOND.get(self.environment, 1.0)


def standin_address(url: str) -> str:
    """The stand-in's address without a path; only loopback is accepted.

    Raises
    ------
    ValueError
        If the address is not plain ``http://127.0.0.1:port`` (or ``localhost``, ``[::1]``).
    """
    parts = urlsplit(url)
    loopback = parts.hostname in ("127.0.0.1", "localhost", "::1")
    if parts.scheme != "http" or not loopback or parts.path not in ("", "/") or parts.query or parts.username:
        raise ValueError("The stand-in's address has the form http://127.0.0.1:PORT.")
    return f"http://{parts.netloc}"


def base_url(practice: AthenaPractice, standin: str | None) -> str:
    """The one address that requests for ``practice`` go to.

    Raises
    ------
    AthenaOffError
        If the practice has no athenaOne, no credentials, or no stand-in runs.
    """
    if practice.environment == "none":
        raise AthenaOffError("environment_none")
    practice_id = practice.athena_practice_id
    if not (practice_id.isascii() and practice_id.isdigit()) or not practice.client_id or not practice.client_secret:
        raise AthenaOffError("credentials_missing", sentence="The practice's athenaOne credentials are not set.")
    if practice.environment == "standin":
        if standin is None:
            raise AthenaOffError("standin_missing", sentence="The athenaOne stand-in is not running.")
        return standin_address(standin)
    return OFFICIAL_HOSTS[practice.environment]
