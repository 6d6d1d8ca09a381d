"""Short texts that people type: kept as typed, or refused when they don't fit, never cut in silence."""

from __future__ import annotations

from kinometric_server.errors import BadInputError


def short_text(typed: str, longest: int, what: str) -> str:
    """Return a text without space around it.

    Parameters
    ----------
    typed : str
    longest : int
        Letters that the field holds.
    what : str
        The field's name for people, as ``"city"``.

    Raises
    ------
    BadInputError
        If it is longer.
    """
    text = typed.strip()
    if len(text) > longest:
        raise BadInputError(f"The {what} is too long; {longest} letters are enough.")
    return text
