"""Prometheus metrics on a loopback port of their own; counts and durations by route, never a name or a practice."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from wsgiref.simple_server import WSGIServer

from prometheus_client import CollectorRegistry, Counter, Histogram, start_http_server
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from kinometric_server.audit.tables import audit_head
from kinometric_server.database.scope import Actor, PracticeScope
from kinometric_server.operations.server import Server
from kinometric_server.practices.tables import practices
from kinometric_server.uploads.states import STATES
from kinometric_server.uploads.tables import uploads

_BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.3, 0.6, 1.5, 5.0, 30.0)


class RequestMetrics:
    """Counts every request by route and status; handed to the frame around the application."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._requests = Counter(
            "kinometric_requests", "Requests answered", ["method", "route", "status"], registry=registry
        )
        self._duration = Histogram(
            "kinometric_request_seconds", "Time to answer", ["route"], registry=registry, buckets=_BUCKETS_S
        )

    def note(self, method: str, route: str, status: int, took_s: float) -> None:
        """Count one request."""
        self._requests.labels(method, route, str(status)).inc()
        self._duration.labels(route).observe(took_s)


class _State:
    """Reads what the database says at the moment of asking."""

    def __init__(self, server: Server) -> None:
        self._server = server

    def collect(self) -> Iterable[Metric]:
        try:
            yield from self._collect()
        except SQLAlchemyError:
            yield GaugeMetricFamily("kinometric_database_up", "Whether the database answers", value=0)

    def _collect(self) -> Iterator[Metric]:
        database = self._server.database
        with database.reading_outside(Actor()) as unit:
            keys = [row.id for row in unit.all(select(practices.c.id))]
            head = unit.first(select(audit_head.c.seq))
        yield GaugeMetricFamily("kinometric_database_up", "Whether the database answers", value=1)
        counts = dict.fromkeys(STATES, 0)
        oldest_s = 0.0
        for key in keys:
            with database.reading(PracticeScope.of_worker(key)) as unit:
                for state, count, oldest in unit.all(
                    select(uploads.c.state, func.count(), func.min(uploads.c.created_at))
                    .where(uploads.c.practice_id == key)
                    .group_by(uploads.c.state)
                ):
                    counts[state] += count
                    if state == "queued":
                        oldest_s = max(oldest_s, (unit.now - oldest).total_seconds())
        by_state = GaugeMetricFamily("kinometric_uploads", "Uploads by state", labels=["state"])
        for state, count in counts.items():
            by_state.add_metric([state], count)
        yield by_state
        yield GaugeMetricFamily("kinometric_oldest_queued_upload_seconds", "Age of the oldest one", value=oldest_s)
        seq = 0 if head is None else head.seq
        yield GaugeMetricFamily("kinometric_audit_entries", "Entries of the audit trail", value=seq)
        yield GaugeMetricFamily(
            "kinometric_audit_unanchored", "Entries after the last anchor", value=seq - self._server.anchors.refresh()
        )


class MetricsListener:
    """Serves the metrics on 127.0.0.1 while it is open."""

    def __init__(self, server: Server, port: int) -> None:
        self.registry = CollectorRegistry()
        self.requests = RequestMetrics(self.registry)
        self.registry.register(_State(server))
        self._listener: WSGIServer
        self._thread: threading.Thread
        self._listener, self._thread = start_http_server(port, addr="127.0.0.1", registry=self.registry)

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return int(self._listener.server_port)

    def close(self) -> None:
        """Stop listening."""
        self._listener.shutdown()
        self._listener.server_close()
        self._thread.join(10)
