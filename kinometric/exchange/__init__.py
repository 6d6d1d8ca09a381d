"""Documents for other systems, made from the same content as the report."""

from __future__ import annotations

from kinometric.exchange.fhir import report_bundle

__all__ = ["report_bundle"]
