"""The stand-in's ping, practice and department endpoints."""

from __future__ import annotations

from kinometric_server.sandbox.calls import Call, is_number, page_of, paged
from kinometric_server.sandbox.replies import HTML_TYPE, Reply, failure, not_an_integer, success
from kinometric_server.sandbox.world import Fields, PracticeWorld


def ping(_call: Call) -> Reply:
    """``GET /ping``: needs a token and access to the practice, hence a good check of credentials."""
    return success({"pong": True})


def invalid_practice() -> Reply:
    """The answer for a practice id that doesn't exist."""
    return failure(404, "Invalid practice.", "The practice ID does not exist.")


def no_access(status: int) -> Reply:
    """The answer for a practice that the app may not use, in one of the three ways that were seen."""
    if status == 401:
        return failure(401, "Incorrect permissions.", "Bad auth.")
    if status == 403:
        return failure(403, "You do not have access to this context")
    return invalid_practice()


def _described(practice: PracticeWorld) -> Fields:
    return {
        "practiceid": practice.practiceid,
        "name": practice.name,
        "publicnames": practice.publicnames,
        "golivedate": "01/15/2024",
        "experiencemode": "athenaOne",
        "hasclinicals": True,
        "hascollector": True,
        "hascommunicator": True,
        "iscoordinatorsender": False,
        "iscoordinatorreceiver": False,
    }


def practice_listing(practices: list[PracticeWorld]) -> Reply:
    """``GET /practiceinfo`` of one practice, or of practice 1, which lists every one that the app may use."""
    return success({"totalcount": len(practices), "practiceinfo": [_described(each) for each in practices]})


def _shown(department: Fields) -> Fields:
    return {key: value for key, value in department.items() if not key.startswith("_")}


def list_departments(call: Call) -> Reply:
    """``GET /departments``: hidden departments only with showalldepartments."""
    page = page_of(call, 1500, 5000)
    if isinstance(page, Reply):
        return page
    hidden = {each.strip() for each in call.quirks.hidden_departments.split(",")}
    visible = [
        _shown(each)
        for each in ([] if call.quirks.empty_practice else call.practice.departments)
        if (call.is_true("showalldepartments") or not (each.get("_hidden") or each["departmentid"] in hidden))
        and (not call.is_true("hospitalonly") or each.get("ishospitaldepartment"))
    ]
    if call.is_true("providerlist") or call.is_true("fullproviderlist"):
        providers = [provider["providerid"] for provider in call.practice.providers if "providerid" in provider]
        visible = [{**each, "providerlist": providers} for each in visible]
    return success(paged(call, "departments", visible, page))


def read_department(call: Call) -> Reply:
    """``GET /departments/{id}``: an array with one object."""
    departmentid = call.parts[1]
    if not is_number(departmentid):
        return not_an_integer(departmentid)
    found = [_shown(each) for each in call.practice.departments if each["departmentid"] == departmentid]
    if not found or call.quirks.empty_practice:
        return failure(404, "The requested ID does not exist.", "Department not found", content_type=HTML_TYPE)
    return success(found)


def list_providers(call: Call) -> Reply:
    """``GET /providers``: the practice's providers."""
    page = page_of(call, 1500, 5000)
    if isinstance(page, Reply):
        return page
    return success(paged(call, "providers", [dict(each) for each in call.practice.providers], page))


def read_provider(call: Call) -> Reply:
    """``GET /providers/{id}``: an array with one object."""
    found = [dict(each) for each in call.practice.providers if str(each.get("providerid")) == call.parts[1]]
    return success(found) if found else failure(404, "The requested ID does not exist.", "Provider not found")
