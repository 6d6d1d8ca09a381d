"""A drafted text as the check reads it: plain letters only, disguises taken off, quotations of the report set apart."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable
from functools import cache

from kinometric.resources import resource_path

_PLAIN = re.compile(r"[A-Za-z0-9 .,;:!?'\"()‘’“”/%+±−–—≥≤<>=&#-]")
_MARKUP = re.compile(r"<\s*[/!a-zA-Z]|&#?\w+;|\]\(|https?:|www\.", re.IGNORECASE)
_SPACED = re.compile(r"\b(?:[A-Za-z][ .\-–—_*]{1,3}){3,}[A-Za-z]\b")
_JOINED = re.compile(r"(?<=[A-Za-z])(?:['’\-–—./+=]+)(?=[A-Za-z])")
_WORD = re.compile(r"[A-Za-z]{2,}(?:['’][A-Za-z]+)?")
_STANCE = re.compile(r"\b[LR]BE[OC]\b")
_FEWEST_KNOWN = 0.6


def folded(text: str) -> str:
    """Return a text with its white space as single spaces and invisible characters and ligatures resolved (NFKC).

    Parameters
    ----------
    text : str

    Returns
    -------
    str
    """
    text = unicodedata.normalize("NFKC", text)
    text = "".join(character for character in text if unicodedata.category(character) not in ("Cf", "Mn", "Me"))
    return " ".join(text.split())


def strange_characters(text: str) -> bool:
    """Return whether a text has characters beyond plain English ones: look-alikes, other digits, other scripts.

    Parameters
    ----------
    text : str

    Returns
    -------
    bool
    """
    return bool(_PLAIN.sub("", text))


def has_markup(text: str) -> bool:
    """Return whether a text has HTML, entities, links or addresses.

    Parameters
    ----------
    text : str

    Returns
    -------
    bool
    """
    return _MARKUP.search(text) is not None


def undisguised(text: str) -> tuple[str, ...]:
    """Return the readings of a text in which a word may hide: as it is, joined, parted, and spelt letter by letter.

    Parameters
    ----------
    text : str

    Returns
    -------
    tuple of str
        Each once, the text itself first.
    """
    spelt = _SPACED.sub(lambda found: re.sub(r"[^A-Za-z]", "", found[0]), text)
    readings = (text, _JOINED.sub("", text), _JOINED.sub(" ", text), spelt, _JOINED.sub("", spelt))
    return tuple(dict.fromkeys(readings))


@cache
def _vocabulary() -> frozenset[str]:
    stored = json.loads(resource_path("interpretation/vocabulary.json").read_text(encoding="utf-8"))
    return frozenset(word for words in stored.values() for word in words)


def is_plain_english(sentence: str) -> bool:
    """Return whether most words of a sentence are among those that a text about this test is made of.

    Parameters
    ----------
    sentence : str

    Returns
    -------
    bool
        True for a sentence without words.
    """
    words = [word.lower().replace("’", "'") for word in _WORD.findall(_STANCE.sub(" ", sentence))]
    if not words:
        return True
    return sum(word in _vocabulary() for word in words) >= _FEWEST_KNOWN * len(words)


def without(text: str, copied: Iterable[str]) -> str:
    """Return a text without what is copied word for word from the report; what is left on both sides stays apart.

    Parameters
    ----------
    text : str
    copied : iterable of str

    Returns
    -------
    str
    """
    for words in sorted({folded(words) for words in copied if words.strip()}, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(words)}(?!\w)", " | ", text)
    return text


def sentences(text: str) -> list[str]:
    """Return the sentences of a text; a quotation ends one.

    Parameters
    ----------
    text : str

    Returns
    -------
    list of str
    """
    parts = re.split(r"(?<=[.!?])[\"”’)]*\s+(?=[A-Za-z(\"“])|\|", text)
    return [part.strip() for part in parts if part.strip(" .!?:;,|")]
