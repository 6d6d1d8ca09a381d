"""The command ``serve``: answers workstations, and sends uploads unless told not to."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = subparsers.add_parser("serve", help="serve the clinic's workstations")
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="folder of the installation")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on; beyond loopback TLS is needed")
    parser.add_argument("--port", type=int, default=8765, help="port to listen on; 0 takes a free one")
    parser.add_argument("--tls-cert", type=Path, metavar="FILE", help="certificate chain in PEM form")
    parser.add_argument("--tls-key", type=Path, metavar="FILE", help="private key of the certificate")
    parser.add_argument(
        "--allow-test-endpoint",
        metavar="URL",
        help="address of the athenaOne stand-in on loopback; refused if a practice is preview or production",
    )
    parser.add_argument("--no-worker", action="store_true", help="leave sending uploads to `kinometric-server worker`")
    parser.add_argument("--metrics-port", type=int, metavar="PORT", help="serve metrics on this loopback port")
    parser.add_argument(
        "--trusted-proxy",
        action="append",
        default=[],
        metavar="ADDRESS",
        help="reverse proxy whose X-Forwarded-For is believed; may be given several times",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Serve until the process is told to stop."""
    from kinometric_server.operations.serving import Listening, open_for_serving, serve

    listening = Listening(
        host=args.host,
        port=args.port,
        tls_cert=args.tls_cert,
        tls_key=args.tls_key,
        metrics_port=args.metrics_port,
        trusted_proxies=tuple(args.trusted_proxy),
    )
    listening.check()
    server = open_for_serving(args.data, args.allow_test_endpoint)
    try:
        serve(server, listening, with_worker=not args.no_worker)
    finally:
        server.close()
    return 0
