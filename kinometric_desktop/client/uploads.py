"""Uploads to athenaOne: asked for once, decided upon by people."""

from __future__ import annotations

from kinometric.contract.uploads import (
    ConfirmReadable,
    FoundInChart,
    NewUpload,
    Upload,
    UploadCheckRequest,
    UploadChecks,
    UploadDecision,
    UploadList,
    UploadQuery,
)
from kinometric_desktop.client.transport import Transport


class UploadCalls:
    """Routes under /v1/uploads."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def check(self, form: UploadCheckRequest) -> UploadChecks:
        """Read the athenaOne record again and run every check."""
        return self._transport.post("/v1/uploads/check", form, UploadChecks)

    def order(self, form: NewUpload, *, idempotency_key: str) -> Upload:
        """Hand in one previewed report; the same key never makes a second upload."""
        return self._transport.post("/v1/uploads", form, Upload, headers={"Idempotency-Key": idempotency_key})

    def list(self, query: UploadQuery, *, polling: bool = False) -> UploadList:
        """Uploads, newest first."""
        return self._transport.post("/v1/uploads/list", query, UploadList, user_action=not polling)

    def get(self, upload_id: str, *, polling: bool = False) -> Upload:
        """One upload with its history."""
        return self._transport.get(f"/v1/uploads/{upload_id}", Upload, user_action=not polling)

    def cancel(self, upload_id: str, form: UploadDecision) -> Upload:
        """Cancel a queued upload."""
        return self._transport.post(f"/v1/uploads/{upload_id}/cancel", form, Upload)

    def retry(self, upload_id: str, form: UploadDecision) -> Upload:
        """Queue a rejected upload again, after mending."""
        return self._transport.post(f"/v1/uploads/{upload_id}/retry", form, Upload)

    def found(self, upload_id: str, form: FoundInChart) -> Upload:
        """A person saw the document in the chart."""
        return self._transport.post(f"/v1/uploads/{upload_id}/found", form, Upload)

    def send_again(self, upload_id: str, form: UploadDecision) -> Upload:
        """A person says that it is not in the chart and orders it sent again."""
        return self._transport.post(f"/v1/uploads/{upload_id}/send-again", form, Upload)

    def abandon(self, upload_id: str, form: UploadDecision) -> Upload:
        """Give up an upload whose outcome is unknown."""
        return self._transport.post(f"/v1/uploads/{upload_id}/abandon", form, Upload)

    def confirm_readable(self, upload_id: str, form: ConfirmReadable) -> Upload:
        """A person opened the first filed document in athenaOne and could read it."""
        return self._transport.post(f"/v1/uploads/{upload_id}/readable", form, Upload)
