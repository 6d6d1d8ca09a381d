"""Names stand in one order, whatever database keeps them."""

from __future__ import annotations

from sqlalchemy import insert, update

from kinometric_server.accounts.tables import user_practices
from kinometric_server.database import Actor, PracticeScope
from kinometric_server.practices.tables import departments, practices

NAMES = ("zebra", "Äpfel", "apple", "Beta", "alpha", "beta 10", "beta 2", "ʻOhana", "_first", "Östlich", "ossa")
IN_ORDER = [
    "_first",
    "alpha",
    "Äpfel",
    "apple",
    "Beta",
    "beta 10",
    "beta 2",
    "ossa",
    "Östlich",
    "zebra",
    "ʻOhana",
]


def test_departments_practices_and_users_are_listed_alike(server, clinic, people, alice, dave):
    for number, name in enumerate(NAMES):
        key = f"{number:032x}"
        with server.database.writing(PracticeScope.of_worker(clinic.practice_a)) as unit:
            made = {"id": key, "practice_id": clinic.practice_a, "name": name, "created_at": unit.now}
            unit.execute(insert(departments).values(made))
        with server.database.writing_outside(Actor()) as unit:
            values = {"id": f"f{key[1:]}", "name": name, "slug": f"slug-{number}", "created_at": unit.now}
            unit.execute(insert(practices).values(**values, updated_at=unit.now))
    listed = [row["name"] for row in alice.get("/v1/departments").json()["departments"]]
    assert [name for name in listed if name in NAMES] == IN_ORDER
    listed = [row["name"] for row in dave.get("/v1/practices").json()]
    assert [name for name in listed if name in NAMES] == IN_ORDER
    for username in ("zoe", "åsa", "b-1", "b_2", "b.3", "anna"):
        people.make(username, practice=clinic.practice_a)
    listed = [row["username"] for row in alice.get("/v1/users").json()]
    assert listed == ["alice", "anna", "åsa", "b-1", "b.3", "b_2", "zoe"]


def test_a_sign_in_without_a_default_begins_in_the_same_practice_everywhere(server, clinic, people, anonymous):
    nora = people.make("nora", practice=clinic.practice_a)
    with server.database.writing_outside(Actor()) as unit:
        unit.execute(update(practices).where(practices.c.id == clinic.practice_a).values(name="Ärzte am Hafen"))
        unit.execute(update(practices).where(practices.c.id == clinic.practice_b).values(name="Zahn"))
        unit.execute(update(user_practices).where(user_practices.c.user_id == nora.user_id).values(is_default=False))
        unit.execute(
            insert(user_practices).values(
                user_id=nora.user_id, practice_id=clinic.practice_b, role="readonly", created_at=unit.now
            )
        )
    answer = anonymous.post("/v1/auth/sign-in", json={"username": "nora", "password": "Harbor lantern 42"})
    assert answer.json()["me"]["active"]["practice_name"] == "Ärzte am Hafen"
