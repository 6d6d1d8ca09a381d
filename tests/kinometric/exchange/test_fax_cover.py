"""The fax cover: everything a machine's owner needs, nothing that tells whose pages follow."""

from __future__ import annotations

import dataclasses
import io
import json
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest

from kinometric import cli
from kinometric.exchange import FaxAddress, FaxCoverError, fax_cover
from kinometric.report import PageOptions, ReportIdentityError, content_hash, read_identity
from kinometric.report.identity import page_count
from tests.kinometric.report.conftest import make_content

TO = FaxAddress("Bayview Primary Care", "(410) 555-0143")
FROM = FaxAddress("Harbor Street Clinic", "(410) 555-0144", "(410) 555-0142")


def words_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        assert len(document) == 1
        text = document[0].get_textpage()
        words = " ".join(text.get_text_range().split())
        text.close()
        return words
    finally:
        document.close()


def test_the_cover_says_who_sends_how_many_pages_to_whom() -> None:
    content = make_content()
    words = words_of(fax_cover(content, TO, FROM, report_pages=2))
    digest = content_hash(content)
    for said in (
        "To Bayview Primary Care Fax (410) 555-0143",
        "From Harbor Street Clinic Fax (410) 555-0144 · Phone (410) 555-0142",
        "Sent 02-Nov-2026 14:19",
        "Pages 3, this cover included",
        "Subject Balance test report",
        f"content hash {digest[:8]}…{digest[-8:]}",
        "call the sender at once and destroy all pages.",
    ):
        assert said in words


def test_nothing_of_the_patient_and_of_the_result_is_on_it_or_in_it() -> None:
    content = make_content()
    pdf = fax_cover(content, TO, FROM, report_pages=2)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        hidden = document.Root.Metadata.read_bytes().decode()
        hidden += " ".join(str(value) for value in document.docinfo.values())
        inside = b"".join(item.read_bytes() for item in document.objects if isinstance(item, pikepdf.Stream))
    shown = words_of(pdf)
    patient, ids = content.patient, content.identity
    secrets = ["MUESTRA", "Maria", "Elena", "1951", "Female", "10482", "60145", "risk", "8.2", "LBEO", "Dr. Smith"]
    secrets += [ids.session_id, ids.patient_id, str(ids.review_id), patient.name]
    for secret in secrets:
        assert secret not in shown, secret
        assert secret not in hidden, secret
        assert secret.encode() not in inside or len(secret) < 5, secret
    with pytest.raises(ReportIdentityError):
        read_identity(pdf)


def test_the_same_fax_has_the_same_bytes_and_another_report_others() -> None:
    content = make_content()
    pdf = fax_cover(content, TO, FROM, report_pages=2)
    assert pdf == fax_cover(content, TO, FROM, report_pages=2)
    other = dataclasses.replace(content, note=None)
    assert pdf != fax_cover(other, TO, FROM, report_pages=2)


@pytest.mark.parametrize(
    ("recipient", "sender", "pages", "sentence"),
    [
        (FaxAddress(" ", "1"), FROM, 2, "needs the recipient's name and fax number"),
        (FaxAddress("A", ""), FROM, 2, "needs the recipient's name and fax number"),
        (TO, FaxAddress("", "1"), 2, "needs the sender's name and fax number"),
        (TO, FROM, 0, "at least one page"),
        (FaxAddress("Maria Elena Muestra-López", "1"), FROM, 2, "must not name the patient"),
        (FaxAddress("About 10482", "1"), FROM, 2, "must not name the patient"),
        (TO, FaxAddress("Chart 60145", "1"), 2, "must not name the patient"),
    ],
)
def test_a_cover_that_lacks_something_or_tells_too_much_is_refused(
    recipient: FaxAddress, sender: FaxAddress, pages: int, sentence: str
) -> None:
    with pytest.raises(FaxCoverError, match=sentence):
        fax_cover(make_content(), recipient, sender, report_pages=pages)


def test_long_names_stay_on_the_page() -> None:
    long = FaxAddress("The Office of Extraordinarily Long Names and Even Longer Departments " * 6, "5" * 60, "6" * 60)
    practice = "Harbor Street Clinic for Physical Medicine and Rehabilitation " * 4
    content = make_content(test={"practice": practice}, options=PageOptions(page_size="a4"))
    document = pypdfium2.PdfDocument(fax_cover(content, long, long, report_pages=9))
    try:
        page = document[0]
        width, height = page.get_size()
        assert (round(width), round(height)) == (595, 842)
        text = page.get_textpage()
        boxes = [text.get_rect(index) for index in range(text.count_rects())]
        text.close()
    finally:
        document.close()
    assert all(left >= 35 and right <= width - 35 and bottom > 60 for left, bottom, right, _ in boxes)


def test_the_command_counts_the_report_s_own_pages(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    session: dict[str, Any] = {
        "format": "kinometric-session 1",
        "tested_at": "2026-11-02T14:05:00-05:00",
        "made_at": "2026-11-02T14:19:00-05:00",
        "patient": {"lastname": "Beispiel"},
        "trials": [],
        "options": {"traces": False},
    }
    path, target = tmp_path / "session.json", tmp_path / "cover.pdf"
    path.write_text(json.dumps(session), encoding="utf-8")
    order = ["export", "--fax-cover", str(path), "--to", TO.name, "--to-fax", TO.fax, "-o", str(target)]
    assert cli.main(order) == 2
    assert capsys.readouterr().err == "A fax cover needs the sender's name and fax number.\n"
    assert not target.exists()
    assert cli.main([*order, "--from", FROM.name, "--from-fax", FROM.fax]) == 0
    assert "Pages 2, this cover included" in words_of(target.read_bytes())


def test_pages_are_counted_in_a_pdf_only() -> None:
    assert page_count(fax_cover(make_content(), TO, FROM, report_pages=2)) == 1
    with pytest.raises(ReportIdentityError):
        page_count(b"no pdf")
