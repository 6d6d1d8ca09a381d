"""What the server looks at in a PDF before it takes it: that it is one, how large, how many pages, and whose it is."""

from __future__ import annotations

import base64
import binascii
import hashlib
import io

import pikepdf

from kinometric.contract import errors as codes
from kinometric.report import DocumentIdentity, ReportIdentityError, read_identity
from kinometric_server.errors import BadInputError

MOST_BYTES = 10 * 1024 * 1024
MOST_PAGES = 12
HEADER = b"%PDF-"


def page_count(pdf: bytes) -> int:
    """Return the number of pages; BadInputError (``KS-422P``) for something that is no readable PDF."""
    try:
        with pikepdf.open(io.BytesIO(pdf)) as document:
            return len(document.pages)
    except (pikepdf.PdfError, RuntimeError, ValueError):
        raise BadInputError("The report is not a readable PDF.", codes.PDF_DIFFERS) from None


def decode_pdf(pdf_base64: str) -> bytes:
    """Return the bytes of a base64 text; BadInputError for anything else."""
    try:
        return base64.b64decode(pdf_base64, validate=True)
    except (binascii.Error, ValueError):
        raise BadInputError("The report is not base64.", codes.PDF_DIFFERS) from None


def checked_pages(pdf: bytes, sha256: str) -> int:
    """Check a PDF's beginning, size, hash, structure and pages; return the number of pages.

    Raises
    ------
    BadInputError
        ``KS-422P`` with a sentence.
    """
    if not pdf.startswith(HEADER):
        raise BadInputError("The report is not a PDF.", codes.PDF_DIFFERS)
    if len(pdf) > MOST_BYTES:
        raise BadInputError("The report is larger than 10 MB.", codes.PDF_DIFFERS)
    if hashlib.sha256(pdf).hexdigest() != sha256:
        raise BadInputError("The report was changed on its way.", codes.PDF_DIFFERS)
    pages = page_count(pdf)
    if not 1 <= pages <= MOST_PAGES:
        raise BadInputError(f"A report has 1 to {MOST_PAGES} pages.", codes.PDF_DIFFERS)
    return pages


def identity_of(pdf: bytes) -> DocumentIdentity:
    """Return the ids that a report carries; BadInputError (``KS-422P``) when it carries none."""
    try:
        return read_identity(pdf)
    except ReportIdentityError:
        raise BadInputError("The report does not say whose it is.", codes.PDF_DIFFERS) from None
