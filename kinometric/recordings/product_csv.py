"""Kinometric's own CSV: metadata lines, one header, seconds and m/s2; described in docs/recording-format.md."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kinometric.recordings.recording import Recording, RecordingError
from kinometric.recordings.table import Text

HEADER = "time_s,ax_m_s2,ay_m_s2,az_m_s2"
_HEADER_LINE = f"{HEADER}\n".encode()
HEADER_CELLS = tuple(HEADER.split(","))
_LONGEST_HEAD = 8192
_TEXT_KEYS = ("stance", "placement", "mounting", "device", "source", "recorded_at")
_TRUE = {"yes", "true", "1"}
_FALSE = {"no", "false", "0"}


def write_csv(recording: Recording) -> bytes:
    """Write a recording as the product's CSV.

    Parameters
    ----------
    recording : Recording

    Returns
    -------
    bytes
        UTF-8 text; reading it again gives the same numbers bit for bit. Findings are not written: they are found again.
    """
    lines = ["# format: kinometric-csv 1"]
    for key in _TEXT_KEYS:
        value = getattr(recording, key)
        if value is not None:
            lines.append(f"# {key}: {' '.join(str(value).split())}")
    if recording.foot_lift_s is not None:
        lines.append(f"# foot_lift_s: {float(recording.foot_lift_s)!r}")
    if recording.synthetic:
        lines.append("# synthetic: yes")
    lines.append(HEADER)
    rows = zip(recording.time_s.tolist(), recording.acceleration_m_s2.tolist(), strict=True)
    lines.extend(f"{t!r},{x!r},{y!r},{z!r}" for t, (x, y, z) in rows)
    return ("\n".join(lines) + "\n").encode()


def split_product_csv(content: bytes) -> Text | None:
    """Split a file whose head is exactly that of Kinometric's CSV, which needs no guessing.

    Parameters
    ----------
    content : bytes
        From `as_utf8`.

    Returns
    -------
    Text or None
        None when the head is any other.
    """
    at = content.find(_HEADER_LINE, 0, _LONGEST_HEAD)
    if at < 0:
        return None
    head = content[:at].decode().split("\n")[:-1]
    if not all(line.startswith("#") for line in head):
        return None
    lines = len(head)
    start = at + len(_HEADER_LINE)
    if start >= len(content):
        return None
    return Text(tuple(enumerate(head, start=1)), HEADER_CELLS, lines + 1, ",", False, content, start, lines + 2)


def read_metadata(comment_lines: Iterable[tuple[int, str]]) -> dict[str, Any]:
    """Read ``# key: value`` lines into keyword arguments of `Recording`.

    Parameters
    ----------
    comment_lines : iterable of (int, str)
        Line number and text of each line that starts with ``#``.

    Returns
    -------
    dict
        Only keys that `Recording` knows; unknown keys are left out.

    Raises
    ------
    RecordingError
        When a value is not of its kind, with the line.
    """
    found: dict[str, Any] = {}
    for number, text in comment_lines:
        name, _, content = text.partition(":")
        key, value = name.lstrip("# ").rstrip(), content.strip()
        if not value:
            continue
        if key == "stance":
            found[key] = value.upper()
        elif key in _TEXT_KEYS:
            found[key] = value.lower() if key in ("placement", "mounting") else value
        elif key == "foot_lift_s":
            found[key] = _seconds(value, number)
        elif key == "synthetic":
            found[key] = _yes_or_no(value, number)
    return found


def _seconds(value: str, line: int) -> float:
    try:
        return float(value)
    except ValueError:
        raise RecordingError("The time of foot lift is not a number.", code="metadata", line=line) from None


def _yes_or_no(value: str, line: int) -> bool:
    if value.lower() in _TRUE:
        return True
    if value.lower() in _FALSE:
        return False
    raise RecordingError("The mark 'synthetic' must be yes or no.", code="metadata", line=line)
