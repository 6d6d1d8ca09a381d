"""Documents for other systems, made from the same content as the report."""

from __future__ import annotations

from kinometric.exchange.fax_cover import FaxAddress, FaxCoverError, fax_cover
from kinometric.exchange.fhir import report_bundle
from kinometric.exchange.hl7 import result_message

__all__ = ["FaxAddress", "FaxCoverError", "fax_cover", "report_bundle", "result_message"]
