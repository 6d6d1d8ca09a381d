"""Turn records and comparisons into the rows of the match screen, the year of birth masked while it is asked for."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from kinometric.contract.patients import AthenaPatient, Link, LinkHistory, Patient
from kinometric.matching import Comparison, FieldVerdict, LinkCheck, PersonRecord, Ranking, is_reason
from kinometric.matching.birth_dates import differing_spans
from kinometric.matching.differences import differing_characters
from kinometric.matching.values import BAND_WORDS
from kinometric_desktop.app.match_state import (
    CandidateGroup,
    CandidateRow,
    LinkedPanel,
    NearMatch,
    ReasonRow,
    YearEntry,
)
from kinometric_desktop.app.wording import HIDDEN_YEAR, masked_date, written_date, written_moment, written_sex

METHOD_WORDS = {"id": "by athenaOne patient ID", "search": "by name and department", "import": "added from athenaOne"}
ACTION_WORDS = {
    "linked": "Linked",
    "unlinked": "Unlinked",
    "verified": "Still the same person",
    "verify_failed": "Wrong birth year three times",
}


def shown_date(born: date | None, *, masked: bool) -> str:
    """A birth date, its year masked while it is being asked for."""
    return masked_date(born) if masked else written_date(born)


def name_as_stored(record: AthenaPatient) -> str:
    """``Muestra Lopez, Maria E Jr``: as stored, since capitals hide accents."""
    given = " ".join(part for part in (record.firstname, record.middlename, record.suffix) if part.strip())
    return ", ".join(part for part in (record.lastname, given) if part)


def candidate_groups(
    ranking: Ranking, found: Sequence[AthenaPatient], *, opened: str, masked: bool
) -> tuple[CandidateGroup, ...]:
    """The candidates by band, best first."""
    groups = []
    for band, word in BAND_WORDS.items():
        rows = tuple(
            _candidate(found[ranked.index], ranked.comparison, opened=opened, masked=masked)
            for ranked in ranking.band(band)
        )
        if rows:
            groups.append(CandidateGroup(band, word, rows))
    return tuple(groups)


def _candidate(record: AthenaPatient, comparison: Comparison, *, opened: str, masked: bool) -> CandidateRow:
    line = comparison.headline
    status = record.status.strip().lower()
    return CandidateRow(
        record.athena_patient_id,
        name_as_stored(record),
        shown_date(record.born, masked=masked),
        written_sex(record.sex),
        line.verdict,
        line.symbol,
        line.text,
        "" if status in ("", "active") else status,
        opened=record.athena_patient_id == opened,
    )


def compare_rows(comparison: Comparison, *, masked: bool, today: date) -> tuple[FieldVerdict, ...]:
    """The rows of the comparison; the birth date with the age once the year is open."""
    rows = []
    for row in comparison.fields:
        if row.field == "born":
            row = dataclasses.replace(
                row,
                ours=_born(comparison.ours.born, row.ours, masked=masked, today=today),
                theirs=_born(comparison.theirs.born, row.theirs, masked=masked, today=today),
            )
        rows.append(row)
    return tuple(rows)


def _born(born: date | None, shown: str, *, masked: bool, today: date) -> str:
    if born is None:
        return shown
    if masked:
        return shown[:-4] + HIDDEN_YEAR
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    return f"{shown} ({age}y)" if age >= 0 else shown


def near_match(ranking: Ranking, found: Sequence[AthenaPatient], opened: int, *, masked: bool) -> NearMatch | None:
    """The candidate that must be looked at beside the opened one."""
    calls = ranking.close_calls(opened)
    if not calls:
        return None
    here, other = found[opened], found[calls[0].index]
    names = [" ".join(part for part in (one.firstname, one.middlename) if part.strip()) for one in (here, other)]
    spans = differing_characters(*names)[1] if names[0].casefold() != names[1].casefold() else ()
    return NearMatch(
        other.athena_patient_id,
        other.lastname,
        names[1],
        ((0, len(names[1])),) if spans else (),
        shown_date(other.born, masked=masked),
        differing_spans(here.born, other.born) and ((0, 11),),
        written_sex(other.sex),
        calls[0].sentence,
        len(calls) - 1,
    )


def reason_rows(check: LinkCheck, chosen: Mapping[str, tuple[str, str]]) -> tuple[ReasonRow, ...]:
    """The reasons that the link needs, with what was chosen so far."""
    return tuple(
        ReasonRow(needed.field, needed.label.removesuffix(" difference"), *chosen.get(needed.field, ("", "")))
        for needed in check.reasons_needed
    )


def still_needed(
    check: LinkCheck, year: YearEntry, reasons: Sequence[ReasonRow], *, fresh: bool, online: bool, may: str
) -> str:
    """One sentence on what stands between the records and the link; "" when nothing does."""
    if may:
        return may
    if not online:
        return "Not while offline."
    if check.obstacles:
        return check.obstacles[0].sentence
    if not fresh:
        return "Reading the chart from athenaOne…"
    wanted = []
    if year.mark != "right":
        left = 4 - year.typed_digits
        wanted.append({4: "the birth year", 1: "the last digit"}.get(left, f"{left} digits of the birth year"))
    open_reasons = [row for row in reasons if not is_reason(row.reason)]
    if open_reasons:
        asks_text = all(row.choice == "Other" for row in open_reasons)
        one = "the reason in your words" if asks_text else "a reason"
        wanted.append(one if len(open_reasons) == 1 else f"{len(open_reasons)} reasons")
    if not wanted:
        return ""
    sentence = f"Still needed: {' and '.join(wanted)}."
    return sentence + (" Years of birth stay hidden until it is right." if year.mark != "right" else "")


def linked_panel(link: Link, zone: str, history: LinkHistory | None, **more: bool) -> LinkedPanel:
    """An existing link in words."""
    return LinkedPanel(
        link.athena_patient_id,
        moment_words(link.linked_at, zone),
        link.linked_by,
        METHOD_WORDS.get(link.method, ""),
        tuple(difference_words(text) for text in link.accepted_differences),
        moment_words(link.last_verified_at, zone),
        history.events if history else (),
        history.documents_filed if history else 0,
        **more,
    )


def moment_words(moment: str | None, zone: str) -> str:
    """``02-Nov-2026 14:05`` in the practice's time zone, for a moment of the contract."""
    if not moment:
        return ""
    try:
        stamp = datetime.fromisoformat(moment)
    except ValueError:
        return ""
    return written_moment(stamp if stamp.tzinfo else stamp.replace(tzinfo=ZoneInfo("UTC")), zone)


def difference_words(text: str) -> str:
    """``Born: Typing error in athenaOne`` from what the link keeps, ``born: …`` or ``born``."""
    labels = {"lastname": "Last name", "firstname": "First name", "born": "Born", "sex": "Sex"}
    for name, label in labels.items():
        if text == name or text.startswith((f"{name}:", f"{name}=", f"{name} ")):
            return label + text[len(name) :]
    return text


def reason_lines(reason: str) -> list[str]:
    """The reason of an event in lines: ``born: …; sex: …`` becomes ``Born: …`` and ``Sex: …``."""
    return [difference_words(part) for part in reason.split("; ") if part.strip()]


def person(record: Patient | AthenaPatient) -> PersonRecord:
    """The person in a record of the contract."""
    return PersonRecord.of(record)
