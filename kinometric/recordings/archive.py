"""Read a recording from a phone app's zip: the table in it, with gravity added where the app keeps it apart."""

from __future__ import annotations

import csv
import io
import lzma
import struct
import zipfile
import zlib
from dataclasses import replace
from datetime import UTC, datetime

from kinometric.recordings.dialects import DIALECTS
from kinometric.recordings.dialects.sensor_logger import add_gravity
from kinometric.recordings.layout import MAX_BYTES, as_utf8, split_text
from kinometric.recordings.recording import Recording, RecordingError
from kinometric.recordings.table import Text

_MOST_MEMBERS = 200
# What zipfile raises when lengths, places or methods in the archive are nonsense.
_DAMAGED = (NotImplementedError, RuntimeError, EOFError, ValueError, OSError, LookupError)


def is_archive(content: bytes) -> bool:
    """Whether the content is a zip.

    Parameters
    ----------
    content : bytes
        The whole file, or its beginning.

    Returns
    -------
    bool
    """
    return content[:4] == b"PK\x03\x04"


def read_archive(content: bytes, rate_hz: float | None = None) -> Recording:
    """Read the recording in a zip.

    Parameters
    ----------
    content : bytes
    rate_hz : float, optional

    Returns
    -------
    Recording
        From TotalAcceleration.csv, else from Accelerometer.csv with Gravity.csv, else from the first table that can be
        read.

    Raises
    ------
    RecordingError
        When the zip is damaged, encrypted or too large, or none of its tables is a recording with gravity.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = _members(archive)
    except RecordingError:
        raise
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, *_DAMAGED):
        raise RecordingError("The zip archive cannot be opened; it is damaged or encrypted.", code="archive") from None
    named = {name.rsplit("/", 1)[-1].lower(): text for name, text in members.items() if not _is_meta(name)}
    if "accelerometer.csv" in named and "gravity.csv" in named and "totalacceleration.csv" not in named:
        try:
            total = add_gravity(split_text(named["accelerometer.csv"]), split_text(named["gravity.csv"]))
        except RecordingError as error:
            if error.code != "columns":
                raise
        else:
            return _read_text(total, rate_hz)
    return _with_meta(_first_readable(named, rate_hz), members)


def read_text(text: Text, rate_hz: float | None = None) -> Recording:
    """Read a table by the first dialect that recognises it.

    Parameters
    ----------
    text : Text
    rate_hz : float, optional
        Samples a second, for tables without time.

    Returns
    -------
    Recording

    Raises
    ------
    RecordingError
        When the table is no recording with gravity.
    """
    return _read_text(text, rate_hz)


def _read_text(text: Text, rate_hz: float | None) -> Recording:
    return next(dialect for dialect in DIALECTS if dialect.recognises(text)).read(text, rate_hz)


def _members(archive: zipfile.ZipFile) -> dict[str, bytes]:
    entries = archive.infolist()
    if any(entry.filename.startswith("xl/") for entry in entries):
        raise RecordingError("This is an Excel workbook; export the recording as CSV.", code="workbook")
    tables = [entry for entry in entries if entry.filename.lower().endswith((".csv", ".txt")) and not entry.is_dir()]
    if len(tables) > _MOST_MEMBERS or sum(entry.file_size for entry in tables) > MAX_BYTES:
        raise RecordingError("The zip archive holds more than a recording.", code="too_large")
    found = {}
    for entry in tables:
        if entry.filename.startswith("__MACOSX/"):
            continue
        with archive.open(entry) as file:
            content = file.read(MAX_BYTES + 1)
        try:
            found[entry.filename] = as_utf8(content)
        except RecordingError:
            continue
    return found


def _first_readable(named: dict[str, bytes], rate_hz: float | None) -> Recording:
    errors: list[RecordingError] = []
    for name in sorted(named, key=_preference):
        try:
            return _read_text(split_text(named[name]), rate_hz)
        except RecordingError as error:
            errors.append(error)
    if not errors:
        raise RecordingError("The zip archive holds no table of a recording.", code="archive")
    told = next((error for error in errors if error.code == "gravity_free"), errors[0])
    raise told


def _preference(name: str) -> tuple[int, str]:
    order = ("totalacceleration", "raw data", "accelerometer", "acceleration")
    return next((rank for rank, stem in enumerate(order) if name.startswith(stem)), len(order)), name


def _is_meta(name: str) -> bool:
    return "meta/" in name or name.rsplit("/", 1)[-1].lower() in ("metadata.csv", "annotation.csv")


def _with_meta(recording: Recording, members: dict[str, bytes]) -> Recording:
    """Add phone and start from phyphox's meta/device.csv and meta/time.csv."""
    facts: dict[str, str] = {}
    for name, text in members.items():
        rows = list(csv.reader(io.StringIO(text[:20_000].decode(errors="replace"))))
        if name.endswith("meta/device.csv"):
            values = {row[0]: row[1] for row in rows if len(row) >= 2}
            device = " ".join(values.get(key, "") for key in ("deviceBrand", "deviceModel")).strip()
            if device:
                facts["device"] = device
        elif name.endswith("meta/time.csv"):
            start = next((row for row in rows if row and row[0] == "START" and len(row) >= 3), None)
            instant = None if start is None else _instant(start[2])
            if instant:
                facts["recorded_at"] = instant
    return replace(recording, **facts) if facts else recording  # type: ignore[arg-type]


def _instant(epoch_s: str) -> str | None:
    try:
        return datetime.fromtimestamp(float(epoch_s), tz=UTC).isoformat(timespec="seconds")
    except (ValueError, OverflowError, OSError):
        return None
