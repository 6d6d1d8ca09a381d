"""Reading patients and departments: what athenaOne's drifting answers become, and what each failure becomes."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from kinometric_server.athena.errors import (
    AmbiguousPatientError,
    AthenaAccessError,
    AthenaError,
    AthenaNoAnswerError,
    AthenaOffError,
    AthenaRefusedError,
    AthenaThrottledError,
    AthenaUnreachableError,
    AthenaUnreadableError,
    NoSuchPatientError,
    PatientMergedError,
    TooManyMatchesError,
)
from kinometric_server.athena.limits import Pace
from kinometric_server.athena.settings import AthenaPractice

HTML = {"status": 503, "body": "<html>Service Unavailable for MUESTRA</html>", "content_type": "text/html"}


def test_a_patient_is_read_with_every_department(clinic: Any, alice: Any) -> None:
    patient = alice.patient("16310")
    assert (patient.lastname, patient.firstname, patient.born) == ("Trialwood", "Beth", date(1949, 8, 3))
    assert (patient.department_id, patient.primary_department_id) == ("11", "12")
    assert set(patient.status_department_ids) == {"11", "12", "3"}
    assert patient.phone == ("4105550158", "home")
    assert patient.status == "active"


@pytest.mark.parametrize("types", ["modern", "legacy", "numeric"])
@pytest.mark.parametrize("missing", ["omit", "null", "empty"])
def test_a_patient_is_the_same_whatever_types_and_gaps_athenaone_sends(
    clinic: Any, alice: Any, types: str, missing: str
) -> None:
    usual = alice.patient("16203")
    clinic.faults(types=types, missing=missing)
    assert alice.patient("16203") == usual
    assert usual.sex == usual.email == usual.middlename == ""


def test_odd_demographics_are_read_without_complaint(clinic: Any, alice: Any) -> None:
    clinic.faults(odd_demographics=True)
    patient = alice.patient("60145")
    assert (patient.sex, patient.email, patient.zip, patient.lastname) == ("", "", "00186-1234", "MUESTRA LOPEZ")


def test_a_missing_birth_date_is_none(alice: Any) -> None:
    assert alice.patient("16550").born is None


@pytest.mark.parametrize("patient_id", ["424242", "abc", "", "60145/../60146", "1" * 40, "６０１４５"])
def test_an_unknown_or_impossible_id_is_no_patient(alice: Any, patient_id: str) -> None:
    with pytest.raises(NoSuchPatientError) as raised:
        alice.patient(patient_id)
    assert raised.value.code == "KS-404A"


def test_an_id_with_zeros_before_it_is_the_same_patient(clinic: Any, alice: Any) -> None:
    assert alice.patient(" 0060145 ").patient_id == "60145"
    assert clinic.asked("/patients/60145?") != []
    with pytest.raises(NoSuchPatientError):
        alice.patient("000")


def test_an_impossible_id_is_never_asked_for(clinic: Any, alice: Any) -> None:
    with pytest.raises(NoSuchPatientError):
        alice.patient("60145?showallclaims=true")
    assert clinic.asked() == []


def test_two_patients_in_the_array_are_told_apart_by_their_id(clinic: Any, alice: Any) -> None:
    clinic.faults(two_patients=True)
    assert alice.patient("60145").firstname == "Maria"


def test_another_patient_in_the_array_is_never_taken(clinic: Any, alice: Any) -> None:
    clinic.faults({"path": "/v1/990017/patients/*", "merge": {"patientid": "60146"}})
    with pytest.raises(AmbiguousPatientError):
        alice.patient("60145")


def test_copies_of_one_patient_in_several_provider_groups_are_one(clinic: Any, alice: Any) -> None:
    copy = {"patientid": "5", "lastname": "A", "firstname": "B", "dob": "01/02/1950", "status": "active"}
    both = [{**copy, "departmentid": "1"}, {**copy, "departmentid": "25"}]
    clinic.faults({"path": "/v1/*/patients/5", "body": both})
    assert set(alice.patient("5").status_department_ids) == {"1", "25"}
    clinic.faults({"path": "/v1/*/patients/5", "body": [both[0], {**both[1], "dob": "02/01/1950"}]})
    with pytest.raises(AmbiguousPatientError):
        alice.patient("5")


def test_copies_of_one_patient_are_the_same_record_in_whatever_order_they_come(clinic: Any, alice: Any) -> None:
    copy = {"patientid": "5", "lastname": "A", "firstname": "B", "dob": "01/02/1950"}
    both = [
        {**copy, "departmentid": "25", "status": "inactive", "middlename": "C"},
        {**copy, "departmentid": "1", "status": "active"},
    ]
    clinic.faults({"path": "/v1/*/patients/5", "body": both})
    one = alice.patient("5")
    clinic.faults({"path": "/v1/*/patients/5", "body": both[::-1]})
    assert alice.patient("5") == one


def test_an_answer_that_points_nowhere_is_an_answer_that_cannot_be_read(clinic: Any, alice: Any) -> None:
    clinic.faults({"path": "/v1/*", "status": 302, "headers": {"Location": "mailto:somebody"}})
    with pytest.raises(AthenaUnreadableError):
        alice.patient("60145")


def test_a_merged_record_is_told_in_each_of_its_three_readings(clinic: Any, alice: Any) -> None:
    with pytest.raises(NoSuchPatientError):
        alice.patient("19001")
    clinic.faults(merged_reading="survivor")
    with pytest.raises(PatientMergedError):
        alice.patient("19001")
    clinic.faults(merged_reading="inactive")
    assert alice.patient("19001").status == "inactive"


def test_a_deleted_record_says_so(alice: Any) -> None:
    assert alice.patient("16402").is_deleted
    assert not alice.patient("16455").is_deleted


def test_a_search_gives_rows_and_says_whether_there_are_more(alice: Any) -> None:
    page = alice.search("Muestra", limit=2)
    assert (len(page.rows), page.total, page.more) == (2, 5, True)
    last = alice.search("Muestra", offset=4, limit=2)
    assert (len(last.rows), last.more) == (1, False)


def test_a_next_link_to_another_host_is_never_followed(clinic: Any, alice: Any) -> None:
    clinic.faults(next_path="production")
    assert alice.search("Muestra", limit=2).more
    assert len(clinic.asked("/patients")) == 1


def test_nobody_found_is_an_empty_page(alice: Any) -> None:
    assert alice.search("Nobody").rows == ()


def test_a_search_without_a_name_is_not_asked(clinic: Any, alice: Any) -> None:
    with pytest.raises(TooManyMatchesError):
        alice.search("  ", department_id="1")
    assert clinic.asked() == []


def test_too_many_hits_ask_for_a_narrower_search(clinic: Any, alice: Any) -> None:
    clinic.faults(too_many_above=2)
    with pytest.raises(TooManyMatchesError) as raised:
        alice.search("Muestra")
    assert raised.value.code == "KS-422M"


def test_departments_come_with_the_hidden_ones_page_by_page(alice: Any) -> None:
    first = alice.departments(limit=10)
    second = alice.departments(offset=10, limit=10)
    assert (first.total, first.more, second.more) == (13, True, False)
    everything = [each.department_id for each in (*first.departments, *second.departments)]
    assert everything[:3] == ["1", "3", "4"]
    assert "30" in everything


def test_an_empty_practice_is_an_empty_page(clinic: Any, alice: Any) -> None:
    clinic.faults(empty_practice=True)
    assert alice.departments().departments == ()


@pytest.mark.parametrize("failures", [1, 2])
def test_reading_is_tried_again_after_5xx(clinic: Any, alice: Any, failures: int) -> None:
    clinic.faults({"path": "/v1/*", **HTML, "times": failures})
    assert alice.patient("60145").patient_id == "60145"
    assert len(clinic.asked("/patients/60145")) == failures + 1
    assert len(clinic.pauses) == failures


def test_reading_gives_up_after_three_5xx_without_athenaones_text(clinic: Any, alice: Any) -> None:
    clinic.faults({"path": "/v1/*", **HTML})
    with pytest.raises(AthenaNoAnswerError) as raised:
        alice.patient("60145")
    assert len(clinic.asked("/patients/60145")) == 3
    assert "MUESTRA" not in str(raised.value) + repr(raised.value.__cause__)


@pytest.mark.parametrize("connection", ["reset_before", "stall_before", "truncate_after"])
def test_a_lost_answer_is_told_and_not_asked_again(clinic: Any, alice: Any, connection: str) -> None:
    clinic.faults({"path": "/v1/*/patients/*", "connection": connection})
    if "stall" in connection:
        clinic.impatient()
    with pytest.raises(AthenaNoAnswerError):
        alice.patient("60145")
    assert len(clinic.asked("/patients/60145")) == 1


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_practice_without_access_is_told_in_each_of_its_three_ways(clinic: Any, status: int) -> None:
    clinic.faults(no_access=status)
    with pytest.raises(AthenaAccessError):
        clinic.client(athena_practice_id="990018").departments()


def test_one_401_with_a_good_token_is_passed_over(clinic: Any, alice: Any) -> None:
    clinic.faults({"path": "/v1/*/patients/*", "status": 401, "body": {"error": "Bad auth."}, "times": 1})
    assert alice.patient("60145").patient_id == "60145"
    assert len(clinic.asked("POST /oauth2")) == 2


def test_a_403_that_speaks_of_no_limit_is_a_lack_of_access(clinic: Any, alice: Any) -> None:
    for said in ("You do not have access to this context", "This feature has limited availability", "Unlimited"):
        clinic.faults({"path": "/v1/*", "status": 403, "body": {"error": said}})
        with pytest.raises(AthenaAccessError):
            alice.patient("60145")


@pytest.mark.parametrize(
    ("status", "body", "content_type", "error"),
    [
        (404, {"error": "This patient does not exist in this context."}, "text/html", NoSuchPatientError),
        (400, {"error": "The specified patient does not exist in that department."}, "", NoSuchPatientError),
        (404, "<html><h1>Not Found</h1></html>", "text/html", AthenaRefusedError),
        (404, "", "", AthenaRefusedError),
        (404, {"error": "Unknown API path"}, "", AthenaRefusedError),
        (404, {"error": "Invalid practice."}, "", AthenaAccessError),
    ],
)
def test_only_athenaones_own_words_say_that_a_patient_is_not_there(
    clinic: Any, alice: Any, status: int, body: Any, content_type: str, error: type[AthenaError]
) -> None:
    clinic.faults({"path": "/v1/*", "status": status, "body": body, "content_type": content_type})
    with pytest.raises(AthenaError) as raised:
        alice.patient("60145")
    assert type(raised.value) is error


def test_a_practice_without_access_never_uses_up_the_tokens_of_the_others(clinic: Any, alice: Any) -> None:
    closed = clinic.client(athena_practice_id="990018")
    for _ in range(6):
        with pytest.raises(AthenaAccessError):
            closed.departments()
        assert alice.patient("60145").patient_id == "60145"
    assert len(clinic.asked("POST /oauth2")) == 2, "the first 401 might have been the token's fault, the next ones not"
    assert len(clinic.asked("/990018/")) == 12, "each is still asked once more"
    for _ in range(3):
        clinic.now += 31
        with pytest.raises(AthenaAccessError):
            closed.departments()
    assert len(clinic.asked("POST /oauth2")) == 3, "a new one a minute, however often it is asked"


def test_a_401_while_the_token_limit_lasts_is_asked_again_with_the_same_token(clinic: Any, alice: Any) -> None:
    alice.sign_on()
    clinic.faults(
        {"path": "/v1/*", "status": 401, "body": {"error": "Bad auth."}, "times": 1},
        {"path": "/oauth2/*", "status": 429, "body": "Quota Exceeded"},
    )
    assert alice.patient("60145").patient_id == "60145"
    with pytest.raises(AthenaError):
        clinic.client(client_secret="another").patient("60145")


def test_an_endless_list_of_documents_is_left_after_ten_pages(clinic: Any) -> None:
    page = {
        "clinicaldocuments": [{"clinicaldocumentid": 1, "internalnote": "x"}],
        "next": "/v1/1/again",
        "totalcount": 9,
    }
    clinic.faults({"method": "GET", "path": "*/clinicaldocument", "body": page})
    client = clinic.client(documents_list=True)
    assert client.find_document("60145", "1", "K-77") is None
    asked = clinic.asked("GET /v1/990017/patients/60145/documents")
    assert len(asked) == 10
    assert asked[3].endswith("&offset=3"), "a page is as long as athenaOne made it, whatever was asked for"


def test_an_empty_page_ends_a_list_whatever_it_says(clinic: Any, alice: Any) -> None:
    clinic.faults({"path": "*/departments", "body": {"departments": [], "next": "/v1/990017/departments?offset=0"}})
    assert alice.departments(offset=100).more is False


def test_the_next_page_begins_behind_rows_that_could_not_be_read(clinic: Any, alice: Any) -> None:
    listed = [{"departmentid": "1", "name": "A"}, {"name": "no id"}, None]
    clinic.faults({"path": "*/departments", "body": {"departments": listed, "totalcount": 9}})
    page = alice.departments()
    assert (len(page.departments), page.more, page.next_offset) == (1, True, 3)


def test_the_gateways_plain_text_is_a_refusal(clinic: Any, alice: Any) -> None:
    clinic.faults({"path": "/v1/*", "status": 401, "body": "Developer Inactive"})
    with pytest.raises(AthenaAccessError):
        alice.departments()
    clinic.faults({"path": "/v1/*", "status": 404, "body": "Service not registered with API gateway."})
    with pytest.raises(AthenaError):
        alice.departments()


@pytest.mark.parametrize(
    ("fault", "seconds"),
    [
        ({"status": 429, "body": "Quota Exceeded", "headers": {"Retry-After": "40"}}, 40),
        ({"status": 429, "body": "Quota Exceeded"}, None),
        ({"status": 403, "body": "Account Over Queries Per Second Limit", "headers": {"Retry-After": "2"}}, 2),
        ({"status": 403, "body": "", "headers": {"X-Mashery-Error-Code": "ERR_403_DEVELOPER_OVER_QPS"}}, None),
        ({"status": 429, "body": "x", "headers": {"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}}, 0),
        ({"status": 429, "body": "x", "headers": {"Retry-After": "soon"}}, None),
        ({"status": 429, "body": "x", "headers": {"Retry-After": "999999999"}}, 86400),
        ({"status": 429, "body": "x", "headers": {"Retry-After": "-5"}}, None),
        ({"status": 403, "body": "Slow down", "headers": {"Retry-After": "3"}}, 3),
    ],
)
def test_throttling_is_told_with_its_seconds(clinic: Any, alice: Any, fault: dict[str, Any], seconds: int) -> None:
    clinic.faults({"path": "/v1/*", **fault})
    with pytest.raises(AthenaThrottledError) as raised:
        alice.patient("60145")
    assert raised.value.retry_after_s == seconds
    assert len(clinic.asked("/patients/60145")) == 1


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 302, "headers": {"Location": "https://elsewhere.invalid/"}},
        {"body": "<html>maintenance</html>", "content_type": "text/html"},
        {"body": {"unexpected": 1}},
        {"body": "5"},
    ],
)
def test_an_answer_that_is_none_of_athenaones_is_unreadable(clinic: Any, alice: Any, fault: dict[str, Any]) -> None:
    clinic.faults({"path": "/v1/*", **fault})
    for ask in (lambda: alice.patient("60145"), lambda: alice.search("Muestra"), alice.departments):
        with pytest.raises(AthenaUnreadableError):
            ask()


def test_json_under_html_with_newlines_is_read_all_the_same(clinic: Any, alice: Any) -> None:
    body = '\n\n[{"patientid": 60145, "lastname": "Muestra", "departmentid": 1}]'
    clinic.faults({"path": "/v1/*", "body": body, "content_type": "text/html; charset=iso-8859-1"})
    assert alice.patient("60145").department_id == "1"


def test_failure_at_200_is_a_failure(clinic: Any, alice: Any) -> None:
    clinic.faults({"path": "/v1/*", "body": {"success": "false", "errormessage": "no"}})
    with pytest.raises(AthenaRefusedError):
        alice.departments()


def test_errors_carry_nothing_that_athenaone_said(clinic: Any, alice: Any) -> None:
    said = {"error": "Patient MUESTRA born 03/04/1951 is not valid", "detailedmessage": "MUESTRA"}
    clinic.faults({"path": "/v1/*", "status": 400, "body": said})
    with pytest.raises(AthenaRefusedError) as raised:
        alice.search("Muestra")
    told = f"{raised.value!s} {raised.value.message} {raised.value.reason} {raised.value.args}"
    assert "MUESTRA" not in told.upper()
    assert raised.value.__cause__ is None
    assert raised.value.__context__ is None


def test_a_server_that_is_gone_is_unreachable(clinic: Any) -> None:
    clinic.connections.standin = "http://127.0.0.1:9"
    with pytest.raises(AthenaUnreachableError):
        clinic.client().patient("60145")


def test_a_practice_without_athenaone_never_asks(clinic: Any) -> None:
    for practice in (
        AthenaPractice(),
        AthenaPractice(environment="standin", athena_practice_id="990017"),
        AthenaPractice(environment="preview", client_id="a", client_secret="b"),
    ):
        with pytest.raises(AthenaOffError):
            clinic.connections.client(practice).departments()
    assert clinic.asked() == []


def test_the_daily_count_is_known_and_an_empty_one_stops_the_asking(clinic: Any, alice: Any) -> None:
    assert alice.requests_left_today() is None
    alice.departments()
    left = alice.requests_left_today()
    assert left is not None
    clinic.faults({"path": "/v1/*", "headers": {"X-RateLimit-Remaining": "0"}})
    alice.departments()
    asked = len(clinic.asked())
    with pytest.raises(AthenaThrottledError) as raised:
        alice.departments()
    assert len(clinic.asked()) == asked
    assert raised.value.retry_after_s == 86400 - int(clinic.now) % 86400
    clinic.now += 61
    alice.departments()
    clinic.now += 86400
    assert alice.requests_left_today() is None


def test_requests_of_one_practice_keep_an_even_pace() -> None:
    waits: list[float] = []
    pace = Pace(lambda: 100.0, waits.append)
    for _ in range(6):
        pace.take(("host", "990017"), 5.0)
    assert waits == pytest.approx([0.2, 0.4]), "after a small burst each waits for its turn"
    pace.take(("host", "990019"), 5.0)
    assert len(waits) == 2, "another practice has a pace of its own"


def test_a_turn_that_lies_too_far_ahead_is_refused() -> None:
    pace = Pace(lambda: 100.0, lambda _: None)
    for _ in range(24):
        pace.take(("host", "990017"), 1.0)
    with pytest.raises(AthenaThrottledError) as raised:
        pace.take(("host", "990017"), 1.0)
    assert raised.value.retry_after_s == 22
