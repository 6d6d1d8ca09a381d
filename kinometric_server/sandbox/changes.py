"""The stand-in's writing of patients and its feeds of changes: what the recorded traffic shows of them."""

from __future__ import annotations

from typing import Final

from kinometric_server.sandbox.calls import Call, bad_date
from kinometric_server.sandbox.patients import no_such_patient
from kinometric_server.sandbox.replies import Reply, failure, missing_fields, success, wrong_value
from kinometric_server.sandbox.world import complete_patient

EVENTS: Final = {
    "patients": ("AddPatient", "DeletePatient", "UpdatePatient", "MergePatient", "UpdatePatientCustomField"),
    "appointments": (
        "ScheduleAppointment",
        "CheckIn",
        "CheckOut",
        "UpdateAppointment",
        "CancelAppointment",
        "FreezeAppointment",
        "UnfreezeAppointment",
        "DeleteAppointment",
        "AddAppointmentSlot",
    ),
    "providers": ("ProviderAdd", "ProviderUpdate", "ProviderDelete", "ProviderUndelete"),
}
_CONTACTS: Final = ("email", "ssn", "zip", "homephone", "mobilephone", "workphone", "departmentid")
_WRITABLE: Final = (
    *("lastname", "firstname", "middlename", "suffix", "preferredname", "sex", "dob", "status", "departmentid"),
    *("email", "zip", "homephone", "mobilephone", "workphone", "address1", "city", "state"),
)


def create_patient(call: Call) -> Reply:
    """``POST /patients``: make a patient, or answer the id of one with the same name and birth date."""
    lacking = [name for name in ("lastname", "dob", "firstname") if not call.given(name)]
    if lacking:
        return failure(400, "Additional fields are required.", missingfields=lacking, invalidfields=[])
    if bad_date(call.given("dob")):
        return failure(400, "Improper DOB.")
    if not any(call.given(name) for name in _CONTACTS) or not call.given("departmentid"):
        return missing_fields("departmentid")
    patients = call.practice.patients
    for patient in patients.values():
        if all(
            str(patient.get(name, "")).casefold() == call.given(name).casefold()
            for name in ("lastname", "firstname", "dob")
        ):
            return success([{"patientid": patient["patientid"]}])
    patientid = str(max((int(each) for each in patients), default=60000) + 1)
    given = {name: call.given(name) for name in _WRITABLE if call.given(name)}
    patients[patientid] = complete_patient(
        {"primarydepartmentid": call.given("departmentid"), **given, "patientid": patientid}
    )
    return success([{"patientid": patientid}])


def change_patient(call: Call) -> Reply:
    """``PUT /patients/{id}``: change a patient's fields; status deleted is how a patient is deleted."""
    patient = call.practice.patients.get(call.parts[1])
    if patient is None:
        return no_such_patient()
    if call.given("dob") and bad_date(call.given("dob")):
        return failure(400, "Improper DOB.")
    patient.update({name: call.given(name) for name in _WRITABLE if call.given(name)})
    return success([{"patientid": patient["patientid"]}])


def subscription(call: Call) -> Reply:
    """``/{feed}/changed/subscription``: subscribe to events, see or end the subscription."""
    feed = call.parts[0]
    key = (call.practiceid, feed)
    every = EVENTS[feed]
    if call.method == "GET":
        active = call.subscriptions.get(key, [])
        status = "INACTIVE" if not active else "ACTIVE" if len(active) == len(every) else "PARTIAL"
        return success({"status": status, "subscriptions": [{"eventname": each} for each in active]})
    event = call.given("eventname")
    if event and event not in every:
        return wrong_value(f"The value '{event}' did not match any of the enum values for EVENTNAME")
    active = call.subscriptions.get(key, [])
    if call.method == "POST":
        wanted = {*active, event} if event else set(every)
        call.subscriptions[key] = [each for each in every if each in wanted]
    else:
        call.subscriptions[key] = [each for each in active if event and each != event]
    return success({"success": True})


def changed(call: Call) -> Reply:
    """``GET /{feed}/changed``: nothing has changed since the last reading, once there is a subscription."""
    if not call.subscriptions.get((call.practiceid, call.parts[0])):
        return failure(403, "Changed messages require setup (subscription) that has not been done.")
    return success({call.parts[0]: [], "totalcount": 0})
