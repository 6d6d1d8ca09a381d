"""The documents that the stand-in has really stored, in memory and, where asked, in a file that survives a kill."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

EASTERN: Final = ZoneInfo("America/New_York")
API_USER: Final = "API-4021"
_FIRST_NUMBER: Final = 88201


@dataclass(frozen=True)
class StoredDocument:
    """One document in a chart; ``content`` is the decoded attachment."""

    documentid: int
    practiceid: str
    patientid: str
    departmentid: str
    documentclass: str
    documentsubclass: str
    status: str
    stored_at: float
    encoding: str
    internalnote: str = ""
    priority: str = "2"
    documentdata: str = ""
    originalfilename: str = ""
    observationdate: str = ""
    documenttypeid: str = ""
    providerid: str = ""
    clinicalproviderid: str = ""
    entityid: str = ""
    entitytype: str = ""
    observationtime: str = ""
    deleted: bool = False
    actions: tuple[str, ...] = ()
    content: bytes = field(default=b"", repr=False)

    @property
    def sha256(self) -> str:
        """Hash of the decoded attachment."""
        return hashlib.sha256(self.content).hexdigest()

    def created(self) -> datetime:
        """When it was stored, in the practice's zone."""
        return datetime.fromtimestamp(self.stored_at, UTC).astimezone(EASTERN)

    def as_athena(self, *, single: bool, metadata: bool = False, entity: bool = False) -> dict[str, Any]:
        """The document as athenaOne shows it, in a list or alone."""
        created = self.created()
        day, moment = created.strftime("%m/%d/%Y"), created.isoformat(timespec="seconds")
        shown: dict[str, Any] = {
            f"{self.documentclass.lower()}id": self.documentid,
            "documentclass": self.documentclass,
            "documentsubclass": self.documentsubclass,
            "documentdescription": self.documentsubclass.lower().replace("_", " - "),
            "documentsource": "INTERFACE",
            "documentroute": "INTERFACE",
            "documenttypeid": int(self.documenttypeid) if self.documenttypeid.isdigit() else 423482,
            "departmentid": self.departmentid,
            "status": "DELETED" if self.deleted else self.status,
            "priority": self.priority,
            "createddate": day,
            "createddatetime": moment,
            "lastmodifieddate": day,
            "lastmodifieddatetime": moment,
            "createduser": API_USER,
            "lastmodifieduser": API_USER,
            "observationdate": self.observationdate or day,
            "internalnote": self.internalnote,
            "assignedto": "frontdesk STAFF",
        }
        for name in ("providerid", "clinicalproviderid"):
            if getattr(self, name):
                shown[name] = int(getattr(self, name))
        if self.observationtime:
            shown["observationtime"] = self.observationtime
        if entity and self.entityid:
            shown |= {"entityid": self.entityid, "entitytype": self.entitytype}
        if metadata and self.originalfilename:
            shown["originalfilename"] = self.originalfilename
        if single:
            base = f"/v1/{self.practiceid}/patients/{self.patientid}/documents/clinicaldocument/{self.documentid}"
            shown["pages"] = (
                [{"pageid": "1", "pageordering": "1", "contenttype": "application/pdf", "href": f"{base}/pages/1"}]
                if self.content
                else []
            )
            if self.documentdata:
                shown["documentdata"] = self.documentdata
        return shown


class DocumentStore:
    """Keeps documents; with a file each one is written and synced before the caller is told its number."""

    def __init__(self, file: Path | None, clock: Callable[[], float]) -> None:
        self._file = file
        self._clock = clock
        self._lock = threading.Lock()
        self._documents: dict[int, StoredDocument] = {}
        if file is not None and file.exists():
            self._load(file)

    def _load(self, file: Path) -> None:
        for line in file.read_bytes().splitlines():
            try:
                entry = json.loads(line)
            except ValueError:
                continue  # the last line of a killed stand-in may be cut off; it was never answered
            entry["content"] = base64.b64decode(entry["content"])
            entry["actions"] = tuple(entry["actions"])
            document = StoredDocument(**entry)
            self._documents[document.documentid] = document

    def _write(self, document: StoredDocument) -> None:
        if self._file is None:
            return
        entry = asdict(document)
        entry["content"] = base64.b64encode(document.content).decode()
        with self._file.open("ab") as out:
            if out.tell() and not self._ends_with_newline():
                out.write(b"\n")
            out.write(json.dumps(entry).encode() + b"\n")
            out.flush()
            os.fsync(out.fileno())

    def _ends_with_newline(self) -> bool:
        assert self._file is not None
        with self._file.open("rb") as existing:
            existing.seek(-1, os.SEEK_END)
            return existing.read(1) == b"\n"

    def add(self, **given: Any) -> StoredDocument:
        """Store a new document and give it the next number."""
        with self._lock:
            number = max(self._documents, default=_FIRST_NUMBER - 1) + 1
            document = StoredDocument(documentid=number, stored_at=self._clock(), **given)
            self._write(document)
            self._documents[number] = document
            return document

    def change(self, document: StoredDocument, changes: Mapping[str, Any]) -> StoredDocument:
        """Store a changed copy under the same number."""
        with self._lock:
            changed = replace(document, **changes)
            self._write(changed)
            self._documents[document.documentid] = changed
            return changed

    def find(self, practiceid: str, patientid: str, documentid: str) -> StoredDocument | None:
        """The document with this number in this chart, or None."""
        found = next((each for number, each in self._documents.items() if str(number) == documentid), None)
        return found if found and (found.practiceid, found.patientid) == (practiceid, patientid) else None

    def of_patient(self, practiceid: str, patientid: str) -> list[StoredDocument]:
        """The documents of a chart, oldest first."""
        return [each for each in self.all() if (each.practiceid, each.patientid) == (practiceid, patientid)]

    def all(self) -> list[StoredDocument]:
        """Every document that was ever stored, oldest first, deleted ones too."""
        with self._lock:
            return list(self._documents.values())

    def clear(self) -> None:
        """Forget every document, also in the file."""
        with self._lock:
            self._documents.clear()
            if self._file is not None:
                self._file.write_bytes(b"")
