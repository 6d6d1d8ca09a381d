"""The stand-in's document endpoints: filing in three encodings, listing, reading, changing, deleting."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any, Final

from kinometric_server.sandbox.calls import Call, bad_date, is_number, lacking, page_of, paged
from kinometric_server.sandbox.documents import StoredDocument
from kinometric_server.sandbox.replies import Reply, failure, missing_fields, not_an_integer, success, wrong_value
from kinometric_server.sandbox.world import departments_of

CLINICAL_SUBCLASSES: Final = (
    "CLINICALDOCUMENT",
    "ADMISSIONDISCHARGE",
    "CONSULTNOTE",
    "MENTALHEALTH",
    "OPERATIVENOTE",
    "URGENTCARE",
)
ENCODINGS: Final = ("multipart_base64", "form_base64", "multipart_file")
_LINE_ENDS: Final = {ord(each): None for each in "\r\n\t"}
_TIME: Final = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_ELSEWHERE: Final = "The specified patient does not exist in that department."


def _not_in_department() -> Reply:
    return failure(400, _ELSEWHERE, _ELSEWHERE)


def _no_document() -> Reply:
    return failure(404, "The requested ID does not exist.", "Document not found")


def _in_department(call: Call, patientid: str, departmentid: str) -> bool:
    patient = call.practice.patients.get(patientid)
    return (
        patient is not None
        and not patient.get("_merged_into")
        and not call.quirks.patient_elsewhere
        and departmentid in departments_of(patient)
    )


def _attachment(call: Call, allowed: str) -> tuple[str, bytes] | Reply:
    """Encoding and decoded bytes of the attachment; no bytes when the request has none."""
    if "attachmentcontents" in call.files:
        encoding, content = "multipart_file", call.files["attachmentcontents"]
    else:
        encoding = "multipart_base64" if call.encoding == "multipart" else "form_base64"
        # Line ends belong to Base64; a blank is a plus sign that a form has lost.
        text = call.fields.get("attachmentcontents", "").translate(_LINE_ENDS)
        if not text:
            return encoding, b""
        try:
            content = base64.b64decode(text, validate=True)
        except binascii.Error:
            return wrong_value("The attachment contents are not valid Base64.")
    if allowed and encoding != allowed:
        return wrong_value("The attachment contents could not be read.")
    if not content.startswith(b"%PDF-"):
        return wrong_value("The attachment is not a PDF.")
    if call.quirks.attachment_limit_bytes and len(content) > call.quirks.attachment_limit_bytes:
        return failure(413, "The request is too large.")
    return encoding, content


def _wrong_options(call: Call) -> Reply | None:
    if call.given("priority") not in ("", "1", "2"):
        return wrong_value(f"The value '{call.given('priority')}' did not match any of the enum values for PRIORITY")
    if call.given("observationdate"):
        wrong = bad_date(call.given("observationdate"))
        if wrong:
            return wrong
    if call.given("observationtime") and not _TIME.fullmatch(call.given("observationtime")):
        return wrong_value(f"Expecting format time, but value is {call.given('observationtime')}")
    if call.given("attachmenttype").upper() not in ("", "PDF", "APPLICATION/PDF"):
        return wrong_value(
            f"The value '{call.given('attachmenttype')}' did not match any of the enum values for ATTACHMENTTYPE"
        )
    if bool(call.given("entityid")) != bool(call.given("entitytype")):
        return missing_fields("entitytype" if call.given("entityid") else "entityid")
    for name in ("providerid", "clinicalproviderid", "documenttypeid", "entityid"):
        if name in call.fields and not is_number(call.given(name)):
            return not_an_integer(call.given(name))
    if len(call.given("originalfilename")) > 200:
        return wrong_value("The value of originalfilename is too long.")
    return None


def file_document(call: Call, allowed_encoding: str) -> Reply:
    """``POST /patients/{id}/documents/{class}``: store the document and answer its number.

    Parameters
    ----------
    allowed_encoding : str
        One of `ENCODINGS` to refuse the others, "" to take all three.
    """
    patientid, kind = call.parts[1], call.parts[3] if len(call.parts) > 3 else ""
    incomplete = lacking(call, "departmentid", "documentsubclass")
    if incomplete:
        return incomplete
    departmentid, subclass = call.given("departmentid"), call.given("documentsubclass")
    for number in (patientid, departmentid):
        if not is_number(number):
            return not_an_integer(number)
    if kind == "clinicaldocument" and subclass not in CLINICAL_SUBCLASSES:
        return wrong_value(f"The value '{subclass}' did not match any of the enum values for DOCUMENTSUBCLASS")
    if kind == "patientcase" and call.given("documentsource") not in ("PATIENT", "PROVIDER", "CALLER", "PORTAL"):
        return wrong_value(
            f"The value '{call.given('documentsource')}' did not match any of the enum values for SOURCE"
        )
    wrong = _wrong_options(call)
    if wrong:
        return wrong
    if not _in_department(call, patientid, departmentid):
        return _not_in_department()
    attachment = _attachment(call, allowed_encoding)
    if isinstance(attachment, Reply):
        return attachment
    encoding, content = attachment
    stored = call.documents.add(
        practiceid=call.practiceid,
        patientid=patientid,
        departmentid=departmentid,
        documentclass=(kind or subclass.split("_")[0]).upper(),
        documentsubclass=subclass,
        status="CLOSED" if call.is_true("autoclose") else "REVIEW",
        encoding=encoding,
        internalnote=call.given("internalnote"),
        priority=call.given("priority") or "2",
        documentdata=call.given("documentdata"),
        originalfilename=call.given("originalfilename"),
        observationdate=call.given("observationdate"),
        documenttypeid=call.given("documenttypeid"),
        providerid=call.given("providerid"),
        clinicalproviderid=call.given("clinicalproviderid"),
        entityid=call.given("entityid"),
        entitytype=call.given("entitytype"),
        observationtime=call.given("observationtime"),
        content=content,
    )
    if not kind:
        return success({"documentid": str(stored.documentid)})
    return success({"success": True, f"{kind}id": stored.documentid})


def _as_listed(call: Call, document: StoredDocument, *, single: bool) -> dict[str, Any]:
    shown = document.as_athena(
        single=single, metadata=call.is_true("showmetadata"), entity=call.is_true("getentityinfo")
    )
    if call.quirks.closed_back_to_review and shown["status"] == "CLOSED":
        shown["status"] = "REVIEW"
    if len(call.parts) == 3:
        shown["documentid"] = str(document.documentid)
        shown["encounterdate"] = shown["createddate"]
    return shown


def list_documents(call: Call) -> Reply:
    """``GET /patients/{id}/documents[/{class}]``: a chart's documents of one department, without their text."""
    patientid, kind = call.parts[1], call.parts[3] if len(call.parts) > 3 else ""
    incomplete = lacking(call, "departmentid")
    if incomplete:
        return incomplete
    departmentid = call.given("departmentid")
    if not is_number(departmentid):
        return not_an_integer(departmentid)
    if not _in_department(call, patientid, departmentid):
        return _not_in_department()
    page = page_of(call, 1000, 1000)
    if isinstance(page, Reply):
        return page
    found = [
        _as_listed(call, each, single=False)
        for each in call.documents.of_patient(call.practiceid, patientid)
        if each.departmentid == departmentid
        and (not kind or each.documentclass == kind.upper())
        and call.given("documentsubclass") in ("", each.documentsubclass)
        and call.given("status").upper() in ("", each.status)
        and (not each.deleted or call.is_true("showdeleted"))
        and call.now - each.stored_at >= call.quirks.list_lag_s
    ]
    return success(paged(call, f"{kind}s" if kind else "documents", found, page))


def _found(call: Call) -> StoredDocument | None:
    document = call.documents.find(call.practiceid, call.parts[1], call.parts[4])
    return document if document and document.documentclass == call.parts[3].upper() else None


def read_document(call: Call) -> Reply:
    """``GET .../{class}/{id}``: an array with one object."""
    document = _found(call)
    return success([_as_listed(call, document, single=True)]) if document else _no_document()


def read_page(call: Call) -> Reply:
    """``GET .../{id}/pages/{page}`` and ``.../{id}/originaldocument``: the file itself."""
    document = _found(call)
    if not document or not document.content:
        return _no_document()
    return Reply(200, raw=document.content, content_type="application/pdf")


_CHANGEABLE: Final = (
    *("documenttypeid", "observationdate", "observationtime", "priority", "providerid", "clinicalproviderid"),
)


def change_document(call: Call) -> Reply:
    """``PUT .../{id}``: change what may be changed; internalnote is appended unless replaceinternalnote."""
    document = _found(call)
    if not document:
        return _no_document()
    wrong = _wrong_options(call)
    if wrong:
        return wrong
    changes: dict[str, Any] = {name: call.given(name) for name in _CHANGEABLE if call.given(name)}
    if call.given("internalnote"):
        replace = call.is_true("replaceinternalnote") or not document.internalnote
        changes["internalnote"] = (
            call.given("internalnote") if replace else f"{document.internalnote}\n{call.given('internalnote')}"
        )
    call.documents.change(document, changes)
    return success({"success": True, f"{call.parts[3]}id": document.documentid})


def delete_document(call: Call) -> Reply:
    """``DELETE .../{id}``: mark the document deleted."""
    document = _found(call)
    if not document:
        return _no_document()
    call.documents.change(document, {"deleted": True})
    return success({"success": True, f"{call.parts[3]}id": document.documentid})


def document_actions(call: Call) -> Reply:
    """``POST`` and ``GET /documents/{class}/{id}/actions``: notes on what was done with a document."""
    document = next((each for each in call.documents.all() if str(each.documentid) == call.parts[2]), None)
    if document is None or document.practiceid != call.practiceid:
        return _no_document()
    if call.method == "POST":
        if not call.given("actionnote"):
            return missing_fields("actionnote")
        call.documents.change(document, {"actions": (*document.actions, call.given("actionnote"))})
        return success({"success": True})
    return success(
        {"actions": [{"actionnote": each} for each in document.actions], "totalcount": len(document.actions)}
    )
