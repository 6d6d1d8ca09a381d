"""Files damaged at random: each is read or refused in one sentence, and nothing else ever happens."""

from __future__ import annotations

import io
import json
import random
import zipfile

import pytest

from kinometric.recordings import RecordingError, read_recording, synthetic_recording, write_csv
from kinometric.scoring import score
from kinometric.scoring.score_command import as_json, as_text

BASE = write_csv(synthetic_recording(hold_s=6.4))
ROWS = BASE.split(b"az_m_s2\n")[1]


def zipped(content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("Raw Data.csv", content)
        archive.writestr("meta/time.csv", b'"event","experiment time","system time"\n"START",0,1.77E9\n')
    return buffer.getvalue()


WHOLE = (
    BASE,
    b"t,ax,ay,az\n" + ROWS,
    ROWS,
    b'"Time (s)";"Acceleration x (m/s^2)";"Acceleration y (m/s^2)";"Acceleration z (m/s^2)"\n'
    + ROWS.replace(b",", b";").replace(b".", b","),
    b"\ntime,gFx,gFy,gFz,TgF,\n" + ROWS.replace(b"\n", b",1,\n"),
    BASE.decode().encode("utf-16"),
    zipped(BASE),
)
INSERTS = (
    b"nan", b"inf", b"1e308", b"-1e200", b"1e-320", b"9" * 400, b",,,", b";", b'"', b"\n\n", b"\r", b"\0", b"#", b"e",
    b"-", b"\t", b"1e5", b"\xc2\xb2", b"\xff\xfe", b"PK\x03\x04",
)  # fmt: skip


def damaged(content: bytes, chance: random.Random) -> bytes:
    made = bytearray(content)
    for _ in range(chance.choice([1, 1, 2, 5, 20])):
        at = chance.randrange(len(made) + 1)
        kind = chance.randrange(7)
        if kind == 0 and at < len(made):
            made[at] = chance.randrange(256)
        elif kind == 1:
            del made[at : at + chance.randrange(1, 300)]
        elif kind == 2:
            other = chance.randrange(len(made) + 1)
            made[at:at] = made[other : other + chance.randrange(300)]
        elif kind == 3:
            made[at:at] = chance.choice(INSERTS)
        elif kind == 4:
            del made[at:]
        elif kind == 5:
            del made[:at]
        else:
            old, new = chance.choice([(b"0.", b"1e150"), (b"9.", b""), (b"-", b"0"), (b",", b", "), (b"\n", b"\r\n")])
            made = bytearray(bytes(made).replace(old, new, chance.choice([-1, 1, 40])))
    return bytes(made)


def try_it(content: bytes, chance: random.Random) -> str:
    """The sentence of a refusal, or that of the trial; whatever else is raised fails the test."""
    try:
        recording = read_recording(content, rate_hz=chance.choice([None, None, 50.0, 1e-3, 1e6]))
        trial = score(
            recording,
            stance=chance.choice(["LBEO", "RBEC", None]),
            age=chance.choice([None, 70]),
            foot_lift_s=chance.choice([None, None, 0.0, 3.0, -1.0, 1e9]),
        )
    except RecordingError as error:
        return error.reason
    json.dumps(as_json("file", trial), allow_nan=False)
    assert as_text("file", trial)
    again = read_recording(write_csv(recording))
    assert (again.acceleration_m_s2 == recording.acceleration_m_s2).all()
    return trial.explanation


def is_a_sentence(told: str) -> bool:
    return told.endswith(".") and "\n" not in told and len(told) < 250


@pytest.mark.parametrize("seed", range(8))
def test_a_damaged_file_is_read_or_refused_in_one_sentence(seed: int) -> None:
    chance = random.Random(seed)
    for content in WHOLE:
        for _ in range(4):
            assert is_a_sentence(try_it(damaged(content, chance), chance))


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100, 140))
def test_many_damaged_files_are_read_or_refused_in_one_sentence(seed: int) -> None:
    chance = random.Random(seed)
    for content in WHOLE:
        for _ in range(100):
            assert is_a_sentence(try_it(damaged(content, chance), chance))


def test_values_no_sensor_can_show_are_named_with_their_line() -> None:
    with pytest.raises(RecordingError, match=r"line 12: A value is too large") as caught:
        read_recording(BASE.replace(b"\n0.02,", b"\n0.02,1e160,"))
    assert caught.value.code == "not_a_number"
