"""Which characters of two pieces of text differ, to be underlined on both sides."""

from __future__ import annotations

import unicodedata

from rapidfuzz.distance import Levenshtein

from kinometric.matching.values import Span


def differing_characters(ours: str, theirs: str) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    """Return the spans that differ in each text; capitals and the form of Unicode make no difference.

    Parameters
    ----------
    ours, theirs : str
        The two texts as they are shown.

    Returns
    -------
    tuple of two tuples of Span
        For `ours` and for `theirs`; both empty when one of them is empty, since then there is nothing to compare.
    """
    if not ours or not theirs:
        return (), ()
    one, other = _units(ours), _units(theirs)
    ours_spans: list[Span] = []
    theirs_spans: list[Span] = []
    for code in Levenshtein.opcodes([text for text, _, _ in one], [text for text, _, _ in other]):
        if code.tag == "equal":
            continue
        _append(ours_spans, one, code.src_start, code.src_end)
        _append(theirs_spans, other, code.dest_start, code.dest_end)
    return tuple(ours_spans), tuple(theirs_spans)


def _units(text: str) -> list[tuple[str, int, int]]:
    """Letters with their marks, folded in case, and where each stands in the text."""
    units: list[tuple[str, int, int]] = []
    start = 0
    for end in range(1, len(text) + 1):
        if end < len(text) and unicodedata.combining(text[end]):
            continue
        letter = unicodedata.normalize("NFC", text[start:end]).casefold()
        units.append(("'" if letter in "’‘ʼ" else letter, start, end))
        start = end
    return units


def _append(spans: list[Span], units: list[tuple[str, int, int]], first: int, end: int) -> None:
    if first == end:
        return
    span = (units[first][1], units[end - 1][2])
    if spans and spans[-1][1] == span[0]:
        span = (spans.pop()[0], span[1])
    spans.append(span)
