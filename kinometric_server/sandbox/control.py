"""The stand-in's control path below /_standin/: what was really stored and asked, and faults at run time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from kinometric_server.sandbox.documents import StoredDocument
from kinometric_server.sandbox.faults import FaultError
from kinometric_server.sandbox.quirks import as_mapping
from kinometric_server.sandbox.replies import Reply
from kinometric_server.sandbox.world import complete_department, complete_patient

if TYPE_CHECKING:
    from kinometric_server.sandbox.application import StandIn


def _document(document: StoredDocument) -> dict[str, Any]:
    return {
        "documentid": document.documentid,
        "practiceid": document.practiceid,
        "patientid": document.patientid,
        "departmentid": document.departmentid,
        "documentsubclass": document.documentsubclass,
        "status": document.status,
        "deleted": document.deleted,
        "encoding": document.encoding,
        "internalnote": document.internalnote,
        "originalfilename": document.originalfilename,
        "observationdate": document.observationdate,
        "bytes": len(document.content),
        "sha256": document.sha256,
        "stored_at": document.stored_at,
    }


def _state(standin: StandIn) -> dict[str, Any]:
    return {
        "requests": standin.counts["requests"],
        "documents": len(standin.documents.all()),
        "tokens_granted": standin.tokens.granted,
        "tokens_refused_for_rate": standin.tokens.refused_for_rate,
        "faults": standin.faults.counts(),
        "fault_file_problem": standin.faults.problem,
        "quirks": as_mapping(standin.faults.quirks),
        "practices": standin.world.granted_ids,
    }


def _change_record(standin: StandIn, kind: str, practiceid: str, key: str, changes: Mapping[str, Any]) -> Reply:
    practice = standin.world.practices.get(practiceid)
    if practice is None:
        return Reply(404, {"problem": "no such practice"}, fixed_types=True)
    if kind == "patients":
        before: Mapping[str, Any] = practice.patients.get(key, {})
        practice.patients[key] = complete_patient({**before, **changes, "patientid": key})
    else:
        before = next((each for each in practice.departments if each["departmentid"] == key), {})
        others = [each for each in practice.departments if each["departmentid"] != key]
        practice.departments = [*others, complete_department({**before, **changes, "departmentid": key})]
    return Reply(200, {"changed": key}, fixed_types=True)


def _remove_record(standin: StandIn, kind: str, practiceid: str, key: str) -> Reply:
    practice = standin.world.practices.get(practiceid)
    if practice is not None:
        if kind == "patients":
            practice.patients.pop(key, None)
        else:
            practice.departments = [each for each in practice.departments if each["departmentid"] != key]
    return Reply(200, {"removed": key}, fixed_types=True)


def answer(standin: StandIn, method: str, path: str, query: Mapping[str, str], body: bytes) -> Reply:
    """Answer a control request; docs/stand-in.md lists them."""
    try:
        content = json.loads(body) if body else {}
    except ValueError:
        return Reply(400, {"problem": "The body is not JSON."}, fixed_types=True)
    parts = tuple(path.removeprefix("/_standin/").strip("/").split("/"))
    reply = _look(standin, parts, query) if method == "GET" else _change(standin, method, parts, content)
    return reply or Reply(404, {"problem": "no such control path"}, fixed_types=True)


def _look(standin: StandIn, parts: tuple[str, ...], query: Mapping[str, str]) -> Reply | None:
    match parts:
        case ("state",):
            return Reply(200, _state(standin), fixed_types=True)
        case ("requests",):
            return Reply(200, {"requests": list(standin.requests)}, fixed_types=True)
        case ("documents",):
            wanted = query.get("practiceid", "")
            kept = [_document(each) for each in standin.documents.all() if wanted in ("", each.practiceid)]
            return Reply(200, {"documents": kept}, fixed_types=True)
        case ("documents", number, "content"):
            for each in standin.documents.all():
                if str(each.documentid) == number:
                    return Reply(200, raw=each.content, content_type="application/pdf")
    return None


def _change(standin: StandIn, method: str, parts: tuple[str, ...], content: Any) -> Reply | None:
    match method, parts:
        case "DELETE", ("documents",):
            standin.documents.clear()
            return Reply(200, {"documents": 0}, fixed_types=True)
        case (("PUT" | "POST" | "DELETE"), ("faults",)):
            try:
                standin.faults.set({} if method == "DELETE" else content)
            except FaultError as error:
                return Reply(400, {"problem": str(error)}, fixed_types=True)
            return Reply(200, {"faults": standin.faults.counts()}, fixed_types=True)
        case "PUT", (("patients" | "departments") as kind, practiceid, key) if isinstance(content, dict):
            return _change_record(standin, kind, practiceid, key, content)
        case "DELETE", (("patients" | "departments") as kind, practiceid, key):
            return _remove_record(standin, kind, practiceid, key)
        case "POST", ("tokens", "revoke"):
            standin.tokens.revoke_all()
            return Reply(200, {"revoked": True}, fixed_types=True)
        case "POST", ("reset",):
            standin.reset()
            return Reply(200, {"reset": True}, fixed_types=True)
    return None
