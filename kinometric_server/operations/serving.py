"""Listen for workstations: what is refused before the first connection, and what runs beside the listener."""

from __future__ import annotations

import ipaddress
import logging
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import uvicorn
from sqlalchemy import select

from kinometric.contract.accounts import DemoUser
from kinometric_server.api.app import create_app
from kinometric_server.api.protocol import Protocol
from kinometric_server.athena.settings import standin_address
from kinometric_server.database.migrate import require_current
from kinometric_server.database.protection import require_safe_role
from kinometric_server.database.scope import Actor
from kinometric_server.operations.allocator import share_pools
from kinometric_server.operations.metrics import MetricsListener
from kinometric_server.operations.quarantine import look_for_rollback
from kinometric_server.operations.server import Server, open_server
from kinometric_server.operations.settings import SettingsError, read_settings
from kinometric_server.practices.tables import practices

log = logging.getLogger("kinometric.server")
REAL_ENVIRONMENTS = ("preview", "production")


def is_loopback(host: str) -> bool:
    """Say whether an address is reached from this machine only."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class Listening:
    """Where and how the server listens."""

    host: str = "127.0.0.1"
    port: int = 8765
    tls_cert: Path | None = None
    tls_key: Path | None = None
    metrics_port: int | None = None
    trusted_proxies: tuple[str, ...] = ()

    def check(self) -> None:
        """Raise SettingsError for listening beyond loopback without TLS, or with half of a certificate."""
        if (self.tls_cert is None) != (self.tls_key is None):
            raise SettingsError("TLS needs both --tls-cert and --tls-key.")
        for file in (self.tls_cert, self.tls_key):
            if file is not None and not file.is_file():
                raise SettingsError(f"{file} can't be read.")
        if self.tls_cert is None and not is_loopback(self.host):
            raise SettingsError(
                f"Listening on {self.host} would send patient data in the clear. Give --tls-cert and --tls-key, or "
                "listen on 127.0.0.1 behind a reverse proxy with TLS."
            )


def open_for_serving(root: Path, test_endpoint: str | None, *, demo: bool = False) -> Server:
    """Open an installation for use, after everything that must be refused was looked at.

    Raises
    ------
    SettingsError
        For a demo database (unless ``demo``), a test address that isn't loopback, or one beside a real environment.
    """
    share_pools()
    settings = read_settings(root)
    if test_endpoint is not None:
        try:
            settings = replace(settings, test_endpoints=(standin_address(test_endpoint),))
        except ValueError as error:
            raise SettingsError(str(error)) from None
    server = open_server(settings)
    try:
        require_current(server.database.engine)
        with server.database.engine.connect() as connection:
            require_safe_role(connection)
        if server.demo and not demo:
            raise SettingsError("This database was made by the demo; only `kinometric-server demo` serves it.")
        if demo and not server.demo:
            raise SettingsError("This database was not made by the demo, so the demo leaves it alone.")
        _refuse_test_beside_real(server)
        look_for_rollback(server)
    except BaseException:
        server.close()
        raise
    return server


def _refuse_test_beside_real(server: Server) -> None:
    if not server.settings.test_endpoints:
        return
    with server.database.reading_outside(Actor()) as unit:
        real = unit.first(select(practices.c.id).where(practices.c.athena_environment.in_(REAL_ENVIRONMENTS)))
    if real is not None:
        raise SettingsError("A practice is connected to athenahealth, so no test address is allowed beside it.")


def serve(
    server: Server,
    listening: Listening,
    *,
    with_worker: bool = True,
    demo_users: Callable[[], tuple[DemoUser, ...]] | None = None,
    ready: Callable[[str], None] | None = None,
) -> None:
    """Answer requests until the process is told to stop.

    Parameters
    ----------
    with_worker : bool
        Send uploads from a thread of this process; a lease in the database lets one worker work at a time.
    demo_users : callable or None
        Users to offer on the sign-in screen; only the demo has any.
    ready : callable or None
        Told the address once connections are accepted; by default it is printed.
    """
    listening.check()
    metrics = None if listening.metrics_port is None else MetricsListener(server, listening.metrics_port)
    app = create_app(server, demo_users=demo_users, counted=None if metrics is None else metrics.requests.note)
    bound = _bind(listening)
    scheme = "http" if listening.tls_cert is None else "https"
    shown = f"[{listening.host}]" if ":" in listening.host else listening.host
    address = f"{scheme}://{shown}:{bound.getsockname()[1]}"
    config = uvicorn.Config(
        app,
        http=Protocol,
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="off",
        proxy_headers=bool(listening.trusted_proxies),
        forwarded_allow_ips=",".join(listening.trusted_proxies) or "",
        ssl_certfile=None if listening.tls_cert is None else str(listening.tls_cert),
        ssl_keyfile=None if listening.tls_key is None else str(listening.tls_key),
        timeout_keep_alive=30,
        timeout_graceful_shutdown=20,
        h11_max_incomplete_event_size=64 * 1024,
    )
    stop = threading.Event()
    worker = _start_worker(server, stop) if with_worker else None
    (ready or _print_address)(address)
    log.info("serving", extra={"port": bound.getsockname()[1]})
    try:
        with _signals_only_stop():
            uvicorn.Server(config).run(sockets=[bound])
    finally:
        stop.set()
        if worker is not None:
            worker.join(30)
        bound.close()
        if metrics is not None:
            metrics.close()


def _bind(listening: Listening) -> socket.socket:
    family = socket.AF_INET6 if ":" in listening.host else socket.AF_INET
    try:
        return socket.create_server((listening.host.strip("[]"), listening.port), family=family)
    except OSError as error:
        raise SettingsError(
            f"Can't listen on {listening.host}, port {listening.port}: {error.strerror or 'no such address'}."
        ) from None


@contextmanager
def _signals_only_stop() -> Iterator[None]:
    """Let a signal stop the listener without killing the process: uvicorn raises it again once it has stopped."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, lambda *_: None) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _start_worker(server: Server, stop: threading.Event) -> threading.Thread:
    from kinometric_server.uploads.worker import UploadWorker

    thread = threading.Thread(target=UploadWorker(server).run, args=(stop,), name="upload worker", daemon=True)
    thread.start()
    return thread


def _print_address(address: str) -> None:
    sys.stdout.write(f"Kinometric is ready at {address}\n")
    sys.stdout.flush()
