"""A machine that measures, confirms, reviews, links, previews, orders, sends and decides in any order, as anybody.

It predicts little and compares much: everything that the clinic shows is read before and after each step.
"""

from __future__ import annotations

import base64
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from itertools import count, pairwise
from typing import Any
from uuid import uuid4

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from kinometric_server.database import Role
from kinometric_server.uploads.states import FINAL, LIVE, TRANSITIONS
from tests.kinometric_server.connected_clinic import ROSA_IN_ATHENA, STANCES, AtWork, ok, recording

NUMBERS = count(1)
"""Each run has people of its own, for the runs share one database."""
POST = {"method": "POST", "path": "*/clinicaldocument"}
FAULTS: dict[str, tuple[dict[str, Any], ...]] = {
    "none": (),
    "refused": ({**POST, "status": 400},),
    "lost": ({**POST, "connection": "reset_after"},),
    "busy": ({**POST, "status": 429},),
}
STEPS = {(row.before, row.after) for row in TRANSITIONS} | {("queued", "queued")}
REASON = "A reason that says enough"
PEOPLE = ("alice", "bob", "erin", "frank", "charlie")
ACTORS = st.sampled_from(("bob", "bob", "bob", "alice", "erin", "frank", "charlie"))
MAY = {"match": {"alice", "bob", "erin"}, "review": {"alice", "bob"}, "upload": {"alice", "bob"},
       "record": {"alice", "bob", "erin"}}  # fmt: skip
SMALL = st.integers(0, 9)


@dataclass(frozen=True)
class World:
    """What the clinic shows of the machine's patient."""

    patient: dict[str, Any]
    sessions: dict[str, dict[str, Any]]
    uploads: dict[str, dict[str, Any]]

    def of(self, session_id: str) -> list[dict[str, Any]]:
        """The uploads of one session."""
        return [each for each in self.uploads.values() if each["session_id"] == session_id]


def machine_of(at_work: AtWork, people: Any, clinic: Any) -> type[RuleBasedStateMachine]:
    """Return the machine's class, working on the connected clinic."""
    made = {"alice": {"role": Role.ADMIN, "bits": "match review upload"}, "bob": {"bits": "match review upload"},
            "erin": {"bits": "match"}, "frank": {"role": Role.READONLY},
            "charlie": {"role": Role.ADMIN, "bits": "match review upload"}}  # fmt: skip

    class Clinic(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.previews: list[tuple[str, dict[str, Any]]] = []
            self.earlier: list[World] = []
            self.sent_again: dict[str, int] = {}

        @initialize()
        def begin(self):
            """Everybody signs in, and a patient with one whole session is there."""
            number = next(NUMBERS)
            practices = {"charlie": clinic.practice_b}
            self.who = {
                name: people.make(f"{name}{number}", practice=practices.get(name, clinic.practice_a), **made[name])
                for name in PEOPLE
            }
            self.patient_id = at_work.patient(self.who["bob"])["patient_id"]
            self.session_ids: list[str] = []
            self.now = self.look()
            for stance in STANCES:
                hold_s = {"LBEO": 4.0, "RBEO": 10.0}.get(stance)
                self.add_trial("bob", 0, stance, hold_s, bool(self.session_ids))
            self.link("bob", 0)

        def look(self) -> World:
            ask = self.who["alice"].get
            return World(
                ok(ask(f"/v1/patients/{self.patient_id}")),
                {key: ok(ask(f"/v1/sessions/{key}")) for key in self.session_ids},
                {
                    each["upload_id"]: each
                    for key in self.session_ids
                    for each in ok(self.who["alice"].post("/v1/uploads/list", {"session_id": key}))["uploads"]
                },
            )

        def look_again(self) -> None:
            """See what is there now, and remember what was."""
            before, self.now = self.now, self.look()
            if self.now != before:
                self.earlier = [*self.earlier[-4:], before]

        def seen(self, age: int) -> World:
            """What somebody sees who looked some changes ago (0: just now)."""
            return ([*self.earlier, self.now])[-1 - min(age, len(self.earlier))]

        def do(self, actor: str, path: str, body: Any, may: str, *, current: bool = True, **headers: str) -> int:
            """Do something; who may not, or saw something older, changes nothing. Returns the status."""
            before = self.now
            answer = self.who[actor].post(path, body, headers=headers)
            self.look_again()
            code = answer.json()["code"] if answer.status_code >= 400 else ""
            assert answer.status_code < 500, answer.text
            if actor not in MAY[may]:
                # A stranger is told 404 even of what a person of the practice would be refused.
                assert answer.status_code in ((404,) if actor == "charlie" else (403,)), (
                    actor,
                    path,
                    answer.text[:300],
                )
            elif current:
                assert code != "KS-409", (path, body, answer.text[:300])
            else:
                assert answer.status_code in (409, 422), (path, body, answer.text[:300])
            if answer.status_code >= 400:
                assert self.now == before, (path, answer.text[:300])
            return answer.status_code

        def at(self, number: int) -> str:
            return self.session_ids[number % len(self.session_ids)]

        def trial(self, session: int, trial: int, age: int) -> tuple[str, dict[str, Any], bool]:
            """A trial as it was seen, and whether that is how it is."""
            key = self.at(session)
            is_now = self.now.sessions[key]["trials"]
            now = is_now[trial % len(is_now)]
            old = {each["trial_id"]: each for each in self.seen(age).sessions.get(key, {"trials": is_now})["trials"]}
            then = old.get(now["trial_id"], now)
            return key, then, then["version"] == now["version"]

        def is_void(self, session_id: str, before: World) -> None:
            """After a change of what was measured: no stamp, and nothing of it waits to be filed."""
            assert self.now.sessions[session_id]["review"] is None
            for upload in before.of(session_id):
                if upload["state"] == "queued":
                    assert self.now.uploads[upload["upload_id"]]["state"] == "cancelled"

        @rule(actor=ACTORS, session=SMALL, stance=st.sampled_from(STANCES), hold_s=st.sampled_from((None, 4.0, 10.0)),
              further=st.booleans())  # fmt: skip
        def add_trial(self, actor, session, stance, hold_s, further):
            further = further or len(self.session_ids) >= 2
            body = {"patient_id": self.patient_id, "stance": stance, "tested_at": at_work.server.clock().isoformat(),
                    "placement": "waist", "session_id": self.at(session) if further else None}  # fmt: skip
            if hold_s is None:
                body |= {"outcome": "unable", "reason": REASON}
            else:
                body |= {"recording_base64": base64.b64encode(recording(stance, hold_s=hold_s)).decode()}
            before = self.now
            answer = self.who[actor].post("/v1/results", body)
            assert (answer.status_code == 201) <= (actor in MAY["record"])
            if answer.status_code != 201:
                assert answer.status_code == {"charlie": 404, "frank": 403}.get(actor, 409), answer.text
            elif not further:
                self.session_ids.append(answer.json()["session_id"])
            self.look_again()
            if answer.status_code == 201 and further:
                self.is_void(body["session_id"], before)
            if answer.status_code != 201:
                assert self.now == before

        @rule(actor=ACTORS, session=SMALL, trial=SMALL, age=st.integers(0, 3), hold_s=st.sampled_from((3.0, 10.0)))
        def confirm_hold(self, actor, session, trial, age, hold_s):
            key, seen, current = self.trial(session, trial, age)
            body = {"version": seen["version"], "held_full": hold_s == 10.0, "hold_s": hold_s, "reason": REASON}
            before = self.now
            if self.do(actor, f"/v1/trials/{seen['trial_id']}/hold", body, "review", current=current) == 200:
                self.is_void(key, before)
                (now,) = (t for t in self.now.sessions[key]["trials"] if t["trial_id"] == seen["trial_id"])
                assert (now["hold_s"], now["version"]) == (hold_s, seen["version"] + 1)
                assert not now["provisional"]

        @rule(
            actor=ACTORS, session=SMALL, trial=SMALL, age=st.integers(0, 3), outcome=st.sampled_from(("unable", None))
        )
        def state_outcome_or_foot_lift(self, actor, session, trial, age, outcome):
            key, seen, current = self.trial(session, trial, age)
            body, what = {"version": seen["version"], "foot_lift_s": 0.5}, "foot-lift"
            if outcome:
                body, what = {"version": seen["version"], "outcome": outcome, "reason": REASON}, "outcome"
            before = self.now
            if self.do(actor, f"/v1/trials/{seen['trial_id']}/{what}", body, "review", current=current) == 200:
                self.is_void(key, before)

        @rule(actor=ACTORS, session=SMALL)
        def confirm_the_plausible(self, actor, session):
            view = self.now.sessions[self.at(session)]
            versions = {t["trial_id"]: t["version"] for t in view["trials"] if t["plausible"] and t["provisional"]}
            before, path = self.now, f"/v1/sessions/{view['session_id']}/holds"
            if self.do(actor, path, {"trial_versions": versions}, "review") == 200:
                self.is_void(view["session_id"], before)

        @rule(actor=ACTORS, session=SMALL, age=st.integers(0, 3))
        def write_a_note(self, actor, session, age):
            key = self.at(session)
            now = self.now.sessions[key]
            seen = self.seen(age).sessions.get(key, now)
            current = seen["note_version"] == now["note_version"]
            body = {"note_version": seen["note_version"], "text": f"Note {next(NUMBERS)}"}
            if self.do(actor, f"/v1/sessions/{key}/note", body, "review", current=current) == 200:
                assert self.now.sessions[key]["note"] == body["text"]

        @rule(actor=ACTORS, session=SMALL, age=st.integers(0, 3))
        def review(self, actor, session, age):
            key = self.at(session)
            now = self.now.sessions[key]
            seen = self.seen(age).sessions.get(key, now)
            body = {"version": seen["version"], "traces_were_shown": True}
            current = seen["version"] == now["version"]
            if self.do(actor, f"/v1/sessions/{key}/review", body, "review", current=current) == 200:
                assert not now["review_obstacles"]
                assert not now["holds_to_confirm"]
                assert {t["stance"] for t in now["trials"]} == set(STANCES)
                assert self.now.sessions[key]["review"] is not None

        @rule(actor=ACTORS, age=st.integers(0, 3))
        def link(self, actor, age):
            seen = self.seen(age).patient
            now = self.now.patient
            current = seen["link_version"] == now["link_version"]
            chart = at_work.chart(self.who["bob"])
            body = {"athena_patient_id": ROSA_IN_ATHENA, "fingerprint": chart["fingerprint"], "method": "id",
                    "typed_birth_year": "1944", "link_version": seen["link_version"], "reasons": {}}  # fmt: skip
            path = f"/v1/patients/{self.patient_id}/link"
            if self.do(actor, path, body, "match", current=current) == 200:
                assert now["link"] is None
                assert self.now.patient["link"]["athena_patient_id"] == ROSA_IN_ATHENA

        @rule(actor=ACTORS, age=st.integers(0, 3))
        def end_the_link(self, actor, age):
            seen, before = self.seen(age).patient, self.now
            body = {"link_version": seen["link_version"], "reason": REASON}
            path, current = (
                f"/v1/patients/{self.patient_id}/link/end",
                seen["link_version"] == before.patient["link_version"],
            )
            if self.do(actor, path, body, "match", current=current) == 200:
                assert self.now.patient["link"] is None
                for key, upload in before.uploads.items():
                    if upload["state"] == "queued":
                        assert self.now.uploads[key]["state"] == "cancelled"

        @rule(actor=ACTORS, session=SMALL)
        def preview(self, actor, session):
            key = self.at(session)
            answer = self.who[actor].post(f"/v1/sessions/{key}/report", {})
            if actor == "charlie":
                assert answer.status_code == 404
            elif answer.status_code == 200:
                self.previews = [*self.previews[-2:], (key, answer.json())]
            self.look_again()

        @rule(actor=ACTORS, session=SMALL, corrects=st.booleans())
        def a_report_is_made_ready_and_ordered(self, actor, session, corrects):
            """What chance would seldom do: bob does what is left to do, and somebody orders the report."""
            number = session % len(self.session_ids)
            for stance in STANCES:
                if stance not in {t["stance"] for t in self.now.sessions[self.at(number)]["trials"]}:
                    self.add_trial("bob", number, stance, None, True)
            for index, trial in enumerate(self.now.sessions[self.at(number)]["trials"]):
                if trial["scorable"] and trial["provisional"]:
                    self.confirm_hold("bob", number, index, 0, 3.0)
            if self.now.sessions[self.at(number)]["review"] is None:
                self.review("bob", number, 0)
            if self.now.patient["link"] is None:
                self.link("bob", 0)
            self.preview("bob", number)
            self.order(actor, 0, corrects)

        @precondition(lambda self: self.previews)
        @rule(actor=ACTORS, number=SMALL, corrects=st.booleans())
        def order(self, actor, number, corrects):
            key, preview = self.previews[-1 - number % len(self.previews)]
            body = {
                "session_id": key, "preview_id": preview["preview_id"], "pdf_base64": preview["pdf_base64"],
                "sha256": preview["sha256"], "department_id": clinic.physical_therapy, "typed_birth_year": "1944",
                "fingerprint": at_work.chart(self.who["bob"])["fingerprint"],
            }  # fmt: skip
            before, view = self.now, self.now.sessions[key]
            filed = [each for each in before.of(key) if each["state"] == "filed"]
            if filed and corrects:
                body |= {"supersedes": filed[0]["upload_id"], "correction_reason": REASON}
            status = self.do(actor, "/v1/uploads", body, "upload", **{"Idempotency-Key": uuid4().hex})
            if status == 202:
                (new,) = (each for each in self.now.of(key) if each["upload_id"] not in before.uploads)
                assert (new["state"], new["sha256"]) == ("queued", preview["sha256"])
                assert view["review"] is not None
                assert view["holds_to_confirm"] == 0
                assert before.patient["link"] is not None
                assert (new["revision"] > 0) == bool(filed)
                assert new["supersedes"] == (filed[0]["upload_id"] if filed else None)

        @precondition(lambda self: self.now.uploads)
        @rule(actor=ACTORS, number=SMALL, age=st.integers(0, 3),
              what=st.sampled_from(("cancel", "retry", "send-again", "abandon", "found")))  # fmt: skip
        def decide(self, actor, number, age, what):
            keys = list(self.now.uploads)
            now = self.now.uploads[keys[number % len(keys)]]
            seen = self.seen(age).uploads.get(now["upload_id"], now)
            body = {"version": seen["version"], "reason": REASON, "not_in_chart": True}
            if what == "found":
                body = {"version": seen["version"], "document_id": str(900_000 + next(NUMBERS))}
            path, current = f"/v1/uploads/{now['upload_id']}/{what}", seen["version"] == now["version"]
            if self.do(actor, path, body, "upload", current=current) == 200 and what in ("send-again", "retry"):
                if what == "send-again":
                    assert at_work.server.clock() >= datetime.fromisoformat(now["send_again_from"])
                self.sent_again[now["upload_id"]] = self.sent_again.get(now["upload_id"], 0) + 1

        @rule(fault=st.sampled_from((*FAULTS, "none")))
        def work(self, fault):
            """The worker goes through its queue; athenaOne files, refuses, is busy, or its answer is lost."""
            before = self.now
            at_work.faults(*FAULTS[fault])
            at_work.work()
            at_work.faults()
            self.look_again()
            for key, upload in self.now.uploads.items():
                if upload["state"] == "filed" and before.uploads[key]["state"] != "filed":
                    assert before.sessions[upload["session_id"]]["review"] is not None
                    assert before.patient["link"]["athena_patient_id"] == upload["athena_patient_id"]

        @rule(minutes=st.sampled_from((1, 11)))
        def time_passes(self, minutes):
            at_work.server.clock.advance(minutes=minutes)
            for person in self.who.values():
                ok(person.post("/v1/me/activity"))

        @rule(session=SMALL, trial=SMALL)
        def two_change_one_trial_at_once(self, session, trial):
            """One of them is first, the other is told; neither stumbles."""
            key, seen, _ = self.trial(session, trial, 0)
            path, version, before = f"/v1/trials/{seen['trial_id']}", seen["version"], self.now
            orders = (
                ("alice", f"{path}/hold", {"version": version, "held_full": False, "hold_s": 2.0, "reason": REASON}),
                ("bob", f"{path}/outcome", {"version": version, "outcome": "supported", "reason": REASON}),
            )
            with ThreadPoolExecutor(2) as pool:
                answers = list(pool.map(lambda order: self.who[order[0]].post(*order[1:]), orders))
            statuses = sorted(answer.status_code for answer in answers)
            assert statuses in ([200, 409], [200, 422]), [answer.text[:200] for answer in answers]
            self.look_again()
            self.is_void(key, before)
            (now,) = (t for t in self.now.sessions[key]["trials"] if t["trial_id"] == seen["trial_id"])
            assert now["version"] == version + 1

        @rule(session=SMALL)
        def a_review_and_a_change_at_once(self, session):
            """Whoever is first: a session that changed doesn't carry a stamp of what it was before."""
            view = self.now.sessions[self.at(session)]
            body = {"version": view["version"], "traces_were_shown": True}
            trial = view["trials"][0]
            change = {"version": trial["version"], "outcome": "unable", "reason": REASON}
            orders = (
                ("alice", f"/v1/sessions/{view['session_id']}/review", body),
                ("bob", f"/v1/trials/{trial['trial_id']}/outcome", change),
            )
            before = self.now
            with ThreadPoolExecutor(2) as pool:
                answers = list(pool.map(lambda order: self.who[order[0]].post(*order[1:]), orders))
            assert answers[0].status_code in (200, 409, 422)
            assert answers[1].status_code == 200, answers[1].text
            self.look_again()
            self.is_void(view["session_id"], before)

        @invariant()
        def an_upload_goes_only_where_the_table_leads(self):
            for upload in self.now.uploads.values():
                states = [line["state"] for line in upload["history"]]
                assert states[0] == "queued"
                assert states[-1] == upload["state"]
                assert set(pairwise(states)) <= STEPS, states
                assert (upload["state"] == "filed") == (upload["document_id"] is not None)
                assert not FINAL & set(states[:-1])

        @invariant()
        def a_session_has_one_report_on_its_way_and_revisions_in_order(self):
            for key in self.session_ids:
                ours = self.now.of(key)
                assert sum(upload["state"] in LIVE for upload in ours) <= 1
                filed = sorted(upload["revision"] for upload in ours if upload["state"] == "filed")
                assert filed == list(range(len(filed)))

        @invariant()
        def nothing_waits_that_may_not_be_sent(self):
            for upload in self.now.uploads.values():
                if upload["state"] == "queued":
                    assert self.now.sessions[upload["session_id"]]["review"] is not None
                    assert self.now.patient["link"] is not None

        @invariant()
        def no_document_came_twice_without_an_order(self):
            notes = [document["internalnote"] for document in at_work.documents()]
            for key, upload in self.now.uploads.items():
                sent = sum(upload["marker"] in note for note in notes)
                assert sent <= 1 + self.sent_again.get(key, 0)
                if upload["state"] in ("cancelled", "queued") and key not in self.sent_again:
                    assert sent == 0

        @invariant()
        def a_stamp_stands_only_on_confirmed_holds(self):
            for view in self.now.sessions.values():
                if view["review"] is not None:
                    assert view["holds_to_confirm"] == 0
                    assert not any(t["provisional"] for t in view["trials"] if t["scorable"])

        def teardown(self):
            """Leave the chart to the next run's patient."""
            if hasattr(self, "now") and self.now.patient["link"] is not None:
                body = {"link_version": self.now.patient["link_version"], "reason": REASON}
                ok(self.who["bob"].post(f"/v1/patients/{self.patient_id}/link/end", body))

    return Clinic
