"""Keys and sealed values."""

from __future__ import annotations

import stat
import sys

import pytest
from sqlalchemy import delete, select

from kinometric_server.database import Actor
from kinometric_server.operations.server import open_server
from kinometric_server.practices.tables import sealing_keys
from kinometric_server.security.sealing import KeyRing, KeyRingError, Purpose, write_key

PLACE = {"practice_id": "a" * 32, "table": "uploads", "row": "r" * 32, "field": "pdf"}


@pytest.fixture
def folder(tmp_path):
    KeyRing.create(tmp_path / "keys")
    return tmp_path / "keys"


def test_a_sealed_value_opens_at_its_place_and_nowhere_else(folder):
    keys = KeyRing.load(folder)
    sealed = keys.seal(Purpose.UPLOAD_BLOBS, **PLACE, content=b"%PDF-1.7")
    assert b"%PDF" not in sealed
    assert keys.open(Purpose.UPLOAD_BLOBS, sealed, **PLACE) == b"%PDF-1.7"
    for name, other in (("practice_id", "b" * 32), ("table", "patients"), ("row", "s" * 32), ("field", "note")):
        with pytest.raises(KeyRingError, match="another place"):
            keys.open(Purpose.UPLOAD_BLOBS, sealed, **{**PLACE, name: other})
    with pytest.raises(KeyRingError, match="another purpose"):
        keys.open(Purpose.PATIENT_CONTENT, sealed, **PLACE)


def test_a_changed_value_does_not_open(folder):
    keys = KeyRing.load(folder)
    sealed = bytearray(keys.seal(Purpose.UPLOAD_BLOBS, **PLACE, content=b"content"))
    sealed[-1] ^= 1
    with pytest.raises(KeyRingError, match="changed"):
        keys.open(Purpose.UPLOAD_BLOBS, bytes(sealed), **PLACE)
    with pytest.raises(KeyRingError, match="isn't a sealed value"):
        keys.open(Purpose.UPLOAD_BLOBS, b"plain text that is long enough", **PLACE)


def test_a_new_key_seals_and_the_old_one_still_opens(folder):
    old = KeyRing.load(folder).seal(Purpose.UPLOAD_BLOBS, **PLACE, content=b"before")
    write_key(folder, Purpose.UPLOAD_BLOBS, 2)
    keys = KeyRing.load(folder)
    new = keys.seal(Purpose.UPLOAD_BLOBS, **PLACE, content=b"after")
    assert old[3:9] != new[3:9]
    assert keys.open(Purpose.UPLOAD_BLOBS, old, **PLACE) == b"before"
    assert keys.open(Purpose.UPLOAD_BLOBS, new, **PLACE) == b"after"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_key_files_are_closed_to_others_and_an_open_one_is_refused(folder):
    path = next(folder.glob("*.key"))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o644)
    with pytest.raises(KeyRingError, match="open to others"):
        KeyRing.load(folder)


def test_a_damaged_or_missing_key_is_refused_and_none_is_made_silently(folder):
    path = next(folder.glob("pepper-*.key"))
    content = path.read_text()
    path.write_text("0" * 64)
    with pytest.raises(KeyRingError, match="damaged"):
        KeyRing.load(folder)
    path.unlink()
    with pytest.raises(KeyRingError, match="pepper is missing"):
        KeyRing.load(folder)
    assert list(folder.glob("pepper-*")) == []
    path.write_text(content)
    path.chmod(0o600)
    KeyRing.load(folder)


def test_existing_keys_are_never_replaced(folder):
    before = sorted(path.name for path in folder.iterdir())
    with pytest.raises(KeyRingError, match="already holds keys"):
        KeyRing.create(folder)
    assert sorted(path.name for path in folder.iterdir()) == before


def test_the_server_does_not_start_with_the_keys_of_another_installation(server, settings, tmp_path):
    from dataclasses import replace

    KeyRing.create(tmp_path / "others")
    with pytest.raises(KeyRingError):
        open_server(replace(settings, keys=tmp_path / "others"))


def test_the_server_does_not_start_when_a_key_that_sealed_something_is_gone(server, settings, tmp_path):
    import shutil
    from dataclasses import replace

    copy = tmp_path / "copy"
    shutil.copytree(settings.keys, copy)
    write_key(copy, Purpose.UPLOAD_BLOBS, 2)
    open_server(replace(settings, keys=copy)).close()
    min(copy.glob("upload_blobs-*")).unlink()
    with pytest.raises(KeyRingError, match="missing from the key folder"):
        open_server(replace(settings, keys=copy))


def test_the_database_knows_its_keys_without_holding_them(server):
    with server.database.writing_outside(Actor()) as unit:
        known = unit.all(select(sealing_keys))
        unit.execute(delete(sealing_keys).where(sealing_keys.c.key_id == ""))
    assert {row.purpose for row in known} == {str(purpose) for purpose in Purpose}
    secrets = {key.secret.hex() for key in server.keys.keys}
    assert not secrets & {value for row in known for value in row if isinstance(value, str)}
