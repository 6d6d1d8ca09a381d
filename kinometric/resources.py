"""Find a file of resources/ in the wheel, beside the source tree or in a frozen bundle."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path


@cache
def _root() -> Path:
    here = Path(__file__).resolve().parent
    frozen = Path(getattr(sys, "_MEIPASS", here)) / "kinometric" / "_resources"
    for candidate in (here / "_resources", frozen, here.parent / "resources"):
        if candidate.is_dir():
            return candidate
    raise FileNotFoundError("Kinometric's resources folder is missing; install the package again.")


def resource_path(name: str) -> Path:
    """Return the path of one file or folder of resources.

    Parameters
    ----------
    name : str
        Path below ``resources/`` with forward slashes, for example ``"fonts/Inter-Regular.ttf"``.

    Returns
    -------
    pathlib.Path
        An existing file or folder.

    Raises
    ------
    FileNotFoundError
        When the file is not part of this installation.
    """
    path = _root() / name
    if not path.exists():
        raise FileNotFoundError(f"The file {name} is missing from Kinometric's resources; install the package again.")
    return path
