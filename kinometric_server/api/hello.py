"""What the server says of itself before anybody has signed in."""

from __future__ import annotations

from fastapi import APIRouter, Request

from kinometric import __version__
from kinometric.contract.accounts import Hello
from kinometric_server.api.scope import ServerDep

router = APIRouter(prefix="/v1", tags=["sign-in"])
API_VERSION = 1


@router.get("/hello")
def hello(request: Request, server: ServerDep) -> Hello:
    """Say product and version; the demo offers its users here."""
    offered = request.app.state.demo_users
    return Hello(
        product="Kinometric",
        version=__version__,
        api=API_VERSION,
        demo=server.demo,
        demo_users=offered() if server.demo and offered is not None else (),
    )
