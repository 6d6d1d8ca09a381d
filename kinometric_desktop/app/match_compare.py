"""Compare one candidate with the open patient, the year of birth masked until it is typed as the patient says it."""

from __future__ import annotations

import dataclasses

from kinometric.contract.errors import DEPARTMENT_DENIED
from kinometric.contract.patients import AthenaLookup, AthenaPatient, ShowBirthYear
from kinometric.matching import Comparison, LinkCheck, birth_year_is_right, link_obstacles
from kinometric_desktop.app.match_rows import (
    candidate_groups,
    compare_rows,
    moment_words,
    name_as_stored,
    near_match,
    person,
    reason_rows,
    still_needed,
)
from kinometric_desktop.app.match_search import CandidateSearch, only_words
from kinometric_desktop.app.match_state import Busy, ComparePanel, Found, YearEntry
from kinometric_desktop.app.ports import Answer, Question

WRONG_YEARS_ALLOWED = 3
CORRECTABLE = ("years_differ", "birth_date_missing", "name_and_birth_date_differ")
WRONG_YEAR = "That is not the year of both records. Ask the patient again."
BACK_TO_SEARCH = (
    "The birth year did not match three times, so the comparison was closed and this was logged. "
    "Read the birth date back with the patient, then search again."
)


class CandidateCompare(CandidateSearch):
    """The comparison of one candidate; linking is added by :class:`~kinometric_desktop.app.match.MatchPresenter`."""

    # -- comparing --

    def open_candidate(self, athena_patient_id: str) -> None:
        """Compare a candidate with the patient; its record is read afresh from athenaOne meanwhile."""
        candidate = self._candidate(athena_patient_id)
        if candidate is None or self._state.linked is not None:
            return
        self._close_compare()
        self._opened = athena_patient_id
        self._opened_at_s = self._clock.monotonic_s()
        self._tick = self._timer.every(1.0, self._count_seconds)
        self._change(message="")
        self._refresh()
        if not candidate.fresh:
            self._read_candidate_again()

    def _read_candidate_again(self) -> None:
        if not self._state.may_match or not self._state.online:
            return
        self._found = [
            dataclasses.replace(one, fresh=False) if one.record.athena_patient_id == self._opened else one
            for one in self._found
        ]
        self._change(busy="open")
        query = AthenaLookup(self._opened, self._state.patient_id)
        self._run("open", lambda: self._client.athena.lookup(query), self._read_afresh, self._open_failed)

    def next_candidate(self) -> None:
        """Compare the next candidate in the list, from the last on to the first."""
        order = [row.athena_patient_id for row in self._state.rows]
        if not order:
            return
        place = order.index(self._opened) if self._opened in order else -1
        self.open_candidate(order[(place + 1) % len(order)])

    def compare_near(self) -> None:
        """Compare the candidate that the warning names."""
        panel = self._state.compare
        if panel is not None and panel.near is not None:
            self.open_candidate(panel.near.athena_patient_id)
        else:
            self.next_candidate()

    def close_compare(self) -> bool:
        """Close the comparison and go back to the candidates; False when none is open."""
        if not self._opened or self._state.linked is not None:
            return False
        self._close_compare()
        self._refresh()
        return True

    def _close_compare(self) -> None:
        self._drop("open")
        self._stop_ticking()
        if self._opened and self._state.linked is None and not self._state.year_hidden:
            self._mask(hidden=True)
        self._opened, self._typed_year, self._year = "", "", YearEntry()
        self._year_was_shown, self._reasons = False, {}
        busy: Busy = "" if self._state.busy == "open" else self._state.busy
        self._change(compare=None, compare_problem=None, busy=busy)

    def _candidate(self, athena_patient_id: str) -> Found | None:
        return next((one for one in self._found if one.record.athena_patient_id == athena_patient_id), None)

    def _read_afresh(self, record: AthenaPatient) -> None:
        by_id = any(one.by_id for one in self._found if one.record.athena_patient_id == record.athena_patient_id)
        fresh = Found(record, by_id=by_id, fresh=True)
        places = [one.record.athena_patient_id == record.athena_patient_id for one in self._found]
        found = [fresh if here else one for here, one in zip(places, self._found, strict=True)]
        self._take(found, self._state.hidden_other_department)

    def _open_failed(self, problem: Exception) -> None:
        said = self._words(problem)
        if said.code == DEPARTMENT_DENIED:
            self._forget(self._opened)
            self._change(busy="", problem=said, hidden_other_department=self._state.hidden_other_department + 1)
            return
        self._change(busy="", compare_problem=said)

    def _forget(self, athena_patient_id: str) -> None:
        self._close_compare()
        left = [one for one in self._found if one.record.athena_patient_id != athena_patient_id]
        self._take(left, self._state.hidden_other_department)

    def _count_seconds(self) -> None:
        panel = self._state.compare
        if panel is not None:
            open_s = int(self._clock.monotonic_s() - self._opened_at_s)
            self._change(compare=dataclasses.replace(panel, open_s=open_s))

    def _stop_ticking(self) -> None:
        if self._tick is not None:
            self._tick.drop()
            self._tick = None

    # -- the year and the reasons --

    def type_year(self, typed: str) -> None:
        """The birth year as the patient says it, digit by digit; right only when it equals both records."""
        candidate, patient = self._candidate(self._opened), self._session.patient
        if candidate is None or patient is None or self._year.mark in ("right", "not_asked"):
            return
        self._typed_year = typed
        if len(typed) < 4:
            sentence = self._year.sentence if not typed else ""
            self._year = dataclasses.replace(self._year, mark="asked", typed_digits=len(typed), sentence=sentence)
        elif birth_year_is_right(person(patient.record), person(candidate.record), typed):
            self._year = YearEntry("right", self._year.wrong_tries, 4)
            self._mask(hidden=False)
        else:
            self._wrong_year()
            return
        self._refresh()

    def _wrong_year(self) -> None:
        tries = self._year.wrong_tries + 1
        if tries >= WRONG_YEARS_ALLOWED:
            patient_id = self._state.patient_id
            refused = self._client.patients.birth_year_refused
            self._run("refused", lambda: refused(patient_id), lambda _: None, only_words)
            self._close_compare()
            self._change(message=BACK_TO_SEARCH)
            self._refresh()
            return
        left = WRONG_YEARS_ALLOWED - tries
        more = f" {left} {'try' if left == 1 else 'tries'} left."
        self._typed_year, self._year = "", YearEntry("wrong", tries, 0, WRONG_YEAR + more)
        self._refresh()

    def choose_reason(self, field: str, choice: str) -> None:
        """A reason was chosen for a difference."""
        self._reasons[field] = (choice, self._reasons.get(field, ("", ""))[1])
        self._refresh()

    def write_reason(self, field: str, text: str) -> None:
        """The reason in the person's own words, for "Other"."""
        self._reasons[field] = (self._reasons.get(field, ("Other", ""))[0], text)
        self._refresh()

    def show_year(self) -> None:
        """Ask for a reason and show the hidden years; the server writes it down first."""
        if not self._state.year_hidden or not self._opened or not self._state.may_match or not self._state.online:
            return
        self._reasons_typed.ask(
            Question(
                "match.show_year",
                "Show the year of birth?",
                "The years of both records are shown before the patient has said theirs. The reason is written to the "
                "audit log. The year still has to be typed before the records can be linked.",
                "Show the years",
                asks_for="Reason",
                needs_characters=5,
            ),
            f"{self._state.patient_id} {self._opened}",
            self._year_reason_given,
        )

    def _year_reason_given(self, answer: Answer) -> None:
        if not self._opened:
            return
        patient_id, form = self._state.patient_id, ShowBirthYear(answer.text.strip())
        self._change(busy="year")
        told = self._client.patients.birth_year_shown
        self._run("year", lambda: told(patient_id, form), lambda _: self._year_shown(), self._compare_failed)

    def _year_shown(self) -> None:
        self._reasons_typed.settled()
        self._change(busy="")
        if self._opened:
            self._year_was_shown = True
            self._mask(hidden=False)
            self._refresh()

    def _compare_failed(self, problem: Exception) -> None:
        self._change(busy="", compare_problem=self._words(problem))

    # -- what is shown --

    def _refresh(self) -> None:
        """Make list and comparison from what is known now."""
        records = [one.record for one in self._found]
        masked = self._state.year_hidden
        groups = candidate_groups(self._ranking, records, opened=self._opened, masked=masked)
        self._change(groups=groups, compare=self._panel())

    def _check(self, record: AthenaPatient) -> LinkCheck | None:
        patient, practice = self._session.patient, self._session.practice
        if patient is None or practice is None:
            return None
        return link_obstacles(
            person(patient.record),
            person(record),
            record.status,
            is_admin=self._session.may_administer,
            is_sandbox=patient.record.is_sandbox,
            environment=practice.athena_environment,
            department_allowed=record.department_allowed,
        )

    def _panel(self) -> ComparePanel | None:
        candidate = self._candidate(self._opened)
        check = self._check(candidate.record) if candidate else None
        if candidate is None or check is None:
            return None
        reasons = reason_rows(check, self._reasons)
        year = YearEntry("not_asked") if check.obstacles else self._year
        needed = still_needed(
            check, year, reasons, fresh=candidate.fresh, online=self._state.online, may=self._state.may_not_sentence
        )
        places = [one.record.athena_patient_id for one in self._found]
        records = [one.record for one in self._found]
        near = near_match(self._ranking, records, places.index(self._opened), masked=self._state.year_hidden)
        return self._panel_of(
            candidate.record, check.comparison, near=near, reasons=reasons, year=year, warnings=check.warnings,
            obstacles=tuple(obstacle.sentence for obstacle in check.obstacles),
            correctable=any(obstacle.code in CORRECTABLE for obstacle in check.obstacles), still_needed=needed,
            ready=not needed, fresh=candidate.fresh,
        )  # fmt: skip

    def _panel_of(self, record: AthenaPatient, comparison: Comparison, **more: object) -> ComparePanel:
        patient, practice = self._session.patient, self._session.practice
        ours = patient.record if patient else None
        department = " ".join(part for part in (record.department_id, record.department_name) if part)
        values: dict[str, object] = {
            "athena_patient_id": record.athena_patient_id,
            "title": name_as_stored(record),
            "band": comparison.band,
            "band_word": comparison.band.capitalize(),
            "rows": compare_rows(comparison, masked=self._state.year_hidden, today=self._today()),
            "kinometric_number": str(ours.number) if ours else "",
            "practice": practice.practice_name if practice else "",
            "last_test": moment_words(ours.last_session_at, self._session.time_zone).split(" ")[0] if ours else "",
            "department": department,
            "department_allowed": record.department_allowed,
            "phone_kind": record.phone_kind,
            "open_s": self._state.compare.open_s if self._state.compare and self._opened else 0,
            "weight": self._weight_words(comparison),
        }
        return ComparePanel(**{**values, **more})  # type: ignore[arg-type]

    def _weight_words(self, comparison: Comparison) -> str:
        if not self._session.may_administer:
            return ""
        return f"Weight {comparison.weight_bits:.1f} bits, model {comparison.model_version}"
