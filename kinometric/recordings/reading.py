"""Read a recording from a path, an open file or bytes, recognising its dialect by content."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import BinaryIO

import numpy as np

from kinometric.recordings.plain import read_plain
from kinometric.recordings.recording import Recording, RecordingError
from kinometric.recordings.table import MAX_BYTES, decode, split_text


def read_recording(source: str | PathLike[str] | BinaryIO | bytes, *, rate_hz: float | None = None) -> Recording:
    """Read one recording.

    Parameters
    ----------
    source : path, binary file or bytes
        The file; its name is not looked at.
    rate_hz : float, optional
        Samples a second, for tables without a column of time.

    Returns
    -------
    Recording
        Time starts at 0; acceleration in m/s2 with gravity.

    Raises
    ------
    RecordingError
        One sentence with the line, when the file cannot be read as a recording.
    """
    if rate_hz is not None and not (np.isfinite(rate_hz) and rate_hz > 0):
        raise RecordingError("The stated rate must be a positive number of samples a second.", code="rate")
    return read_plain(split_text(decode(_content(source))), rate_hz=rate_hz)


def _content(source: str | PathLike[str] | BinaryIO | bytes) -> bytes:
    if isinstance(source, bytes | bytearray | memoryview):
        return bytes(source)
    if isinstance(source, str | PathLike):
        try:
            with Path(source).open("rb") as file:
                return file.read(MAX_BYTES + 1)
        except FileNotFoundError:
            raise RecordingError("There is no such file.", code="no_file") from None
        except IsADirectoryError:
            raise RecordingError("This is a folder, not a file.", code="no_file") from None
        except OSError as error:
            raise RecordingError(f"The file cannot be opened ({error.strerror}).", code="no_file") from None
    content = source.read(MAX_BYTES + 1)
    if not isinstance(content, bytes):
        raise RecordingError("The file must be opened in binary mode.", code="unreadable")
    return content
