"""Read a recording from a path, an open file or bytes, recognising its dialect by content."""

from __future__ import annotations

import io
import os
import stat
from os import PathLike
from typing import BinaryIO

import numpy as np

from kinometric.recordings.archive import is_archive, read_archive, read_text
from kinometric.recordings.dialects.sensor_logger import add_gravity
from kinometric.recordings.layout import MAX_BYTES, as_utf8, split_text
from kinometric.recordings.product_csv import split_product_csv
from kinometric.recordings.recording import Recording, RecordingError

_NOT_TABLES = (
    (b"\xd0\xcf\x11\xe0", "This is an Excel workbook; export the recording as CSV."),
    (b"MATLAB", "This is a MATLAB file; export the recording as CSV."),
    (b"SQLite format 3", "This is a database; export the recording as CSV."),
    (b"%PDF", "This is a PDF; export the recording as CSV."),
    (b"[{", "This is JSON; export the recording as CSV."),
    (b'{"', "This is JSON; export the recording as CSV."),
    (b"\x89PNG", "This is a picture, not a recording."),
    (b"\xff\xd8\xff", "This is a picture, not a recording."),
    (b"\x1f\x8b", "This is a gzip archive; unpack it first."),
    (b"{\\rtf", "This is a formatted document; export the recording as CSV."),
)
_BEGINNINGS = tuple(beginning for beginning, _ in _NOT_TABLES)


def read_recording(source: str | PathLike[str] | BinaryIO | bytes, *, rate_hz: float | None = None) -> Recording:
    """Read one recording.

    Parameters
    ----------
    source : path, binary file or bytes
        The file; its name is not looked at. Kinometric's CSV, the phone apps of `kinometric formats`, their zips, or
        any table of time and three accelerations.
    rate_hz : float, optional
        Samples a second, for tables without a column of time.

    Returns
    -------
    Recording
        Time starts at 0; acceleration in m/s2 with gravity; what was noticed in its findings.

    Raises
    ------
    RecordingError
        One sentence with the line, when the file cannot be read as a recording.
    """
    if rate_hz is not None and not (np.isfinite(rate_hz) and rate_hz > 0):
        raise RecordingError("The stated rate must be a positive number of samples a second.", code="rate")
    content = _content(source)
    if is_archive(content):
        return read_archive(content, rate_hz)
    if content.startswith(_BEGINNINGS):
        sentence = next(sentence for beginning, sentence in _NOT_TABLES if content.startswith(beginning))
        raise RecordingError(sentence, code="not_a_table")
    content = as_utf8(content)
    return read_text(split_product_csv(content) or split_text(content), rate_hz)


def read_with_gravity(
    acceleration: str | PathLike[str] | BinaryIO | bytes, gravity: str | PathLike[str] | BinaryIO | bytes
) -> Recording:
    """Read Sensor Logger's Accelerometer.csv together with its Gravity.csv.

    Parameters
    ----------
    acceleration, gravity : path, binary file or bytes
        Acceleration without gravity, and gravity alone, of the same recording.

    Returns
    -------
    Recording

    Raises
    ------
    RecordingError
        When one cannot be read, or they are not of the same recording.
    """
    texts = [split_text(as_utf8(_content(source))) for source in (acceleration, gravity)]
    return read_text(add_gravity(texts[0], texts[1]))


def _content(source: str | PathLike[str] | BinaryIO | bytes) -> bytes:
    if isinstance(source, bytes | bytearray | memoryview):
        return bytes(source)
    if isinstance(source, str | PathLike):
        return _file_content(os.fspath(source))
    content = source.read(MAX_BYTES + 1)
    if not isinstance(content, bytes):
        raise RecordingError("The file must be opened in binary mode.", code="unreadable")
    return content


def _file_content(path: str) -> bytes:
    try:
        with io.FileIO(path) as file:
            status = os.fstat(file.fileno())
            # Only the size is asked for, so that a small file costs no large buffer.
            size = status.st_size + 1 if stat.S_ISREG(status.st_mode) else MAX_BYTES + 1
            return file.read(min(size, MAX_BYTES + 1))
    except FileNotFoundError:
        raise RecordingError("There is no such file.", code="no_file") from None
    except IsADirectoryError:
        raise RecordingError("This is a folder, not a file.", code="no_file") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its name is not a path"
        raise RecordingError(f"The file cannot be opened ({reason}).", code="no_file") from None
