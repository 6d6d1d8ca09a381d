"""`kinometric export`: write a session file as a document for another system."""

from __future__ import annotations

import argparse
import json
import sys

from kinometric.exchange.fax_cover import FaxAddress, FaxCoverError, fax_cover
from kinometric.exchange.fhir import report_bundle
from kinometric.exchange.hl7 import result_message
from kinometric.report.command import moment, write_output
from kinometric.report.content import ReportContent, content_hash
from kinometric.report.document import render_report
from kinometric.report.identity import page_count
from kinometric.report.session_file import SessionFileError, read_session


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the subcommand."""
    parser.add_argument("session", metavar="SESSION.json", help="a session file; its format is in docs/report.md")
    form = parser.add_mutually_exclusive_group(required=True)
    form.add_argument("--fhir", action="store_true", help="as a FHIR R4 bundle (JSON)")
    form.add_argument("--hl7", action="store_true", help="as an HL7 v2.5.1 result message (ORU^R01)")
    form.add_argument("--fax-cover", action="store_true", help="a cover sheet for faxing the report (PDF)")
    for end, who in (("to", "recipient"), ("from", "sender")):
        parser.add_argument(f"--{end}", default="", metavar="NAME", help=f"fax cover: the {who}'s name")
        parser.add_argument(f"--{end}-fax", default="", metavar="NUMBER", help=f"fax cover: the {who}'s fax number")
        parser.add_argument(f"--{end}-phone", default="", metavar="NUMBER", help=f"fax cover: the {who}'s phone number")
    parser.add_argument("-o", "--output", default="-", metavar="FILE", help="else the terminal")
    parser.add_argument("--no-pdf", action="store_true", help="FHIR without the report as DocumentReference")
    parser.add_argument(
        "--made-at", type=moment, metavar="TIME", help="time of making with offset; the same gives the same bytes"
    )


def run(arguments: argparse.Namespace) -> int:
    """Write the bundle; 2 when the session cannot be read or the file not be written."""
    try:
        content = read_session(arguments.session, made_at=arguments.made_at)
    except SessionFileError as error:
        print(f"{arguments.session}: {error}", file=sys.stderr)
        return 2
    if arguments.hl7:
        control_id = content_hash(content)[:20]
        return write_output(arguments.output, result_message(content, render_report(content), control_id=control_id))
    if arguments.fax_cover:
        return _fax_cover(arguments, content)
    bundle = report_bundle(content, None if arguments.no_pdf else render_report(content))
    text = json.dumps(bundle, ensure_ascii=False, indent=1, allow_nan=False)
    return write_output(arguments.output, f"{text}\n".encode())


def _fax_cover(arguments: argparse.Namespace, content: ReportContent) -> int:
    ends = {
        end: FaxAddress(values[end], values[f"{end}_fax"], values[f"{end}_phone"])
        for values in (vars(arguments),)
        for end in ("to", "from")
    }
    report = render_report(content)
    try:
        cover = fax_cover(content, ends["to"], ends["from"], report_pages=page_count(report))
    except FaxCoverError as error:
        print(error, file=sys.stderr)
        return 2
    return write_output(arguments.output, cover)
