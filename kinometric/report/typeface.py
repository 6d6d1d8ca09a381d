"""The report's typeface: Inter with tabular figures, its widths, and which characters it can show."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Any, Literal

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from kinometric.resources import resource_path

Weight = Literal["regular", "strong"]
FILES: dict[Weight, str] = {"regular": "fonts/Inter-Regular.ttf", "strong": "fonts/Inter-SemiBold.ttf"}

# Glyph numbers of Inter's features "tnum" (figures and signs of one width) and "cv05" (an l that is no I); ReportLab
# applies no OpenType features, so the character map is pointed at these glyphs instead.
TABULAR_GLYPHS = {
    "0": 1359,
    "1": 1360,
    "2": 1361,
    "3": 1362,
    "4": 1363,
    "5": 1364,
    "6": 1365,
    "7": 1366,
    "8": 1367,
    "9": 1368,
    "−": 1401,
}
DISTINCT_L = {"l": 751}


class _Widths(dict[int, float]):
    """Widths by character code, with one for characters that the font lacks."""

    default = 0.0

    def __missing__(self, code: int) -> float:
        return self.default


class Typeface:
    """One weight of Inter, ready for subsetting into a PDF."""

    def __init__(self, weight: Weight) -> None:
        self.name = f"KinometricInter-{weight}"
        self.font: Any = TTFont(self.name, str(resource_path(FILES[weight])), asciiReadable=False, shapable=False)
        face = self.font.face
        for character, glyph in {**TABULAR_GLYPHS, **DISTINCT_L}.items():
            face.charToGlyph[ord(character)] = glyph
            face.charWidths[ord(character)] = round(face.hmetrics[glyph][0] * 1000.0 / face.unitsPerEm)
        self._widths = _Widths(face.charWidths)
        self._widths.default = face.defaultWidth
        self._known = frozenset(face.charToGlyph)
        pdfmetrics.registerFont(self.font)

    def width(self, text: str, size: float) -> float:
        """Return the width of a line of text in points."""
        return size * 0.001 * sum(map(self._widths.__getitem__, map(ord, text)))

    def codes(self, text: str, document: Any) -> list[tuple[int, bytes]]:
        """Return a text as pairs of font subset and character codes, adding what is new to the document's subsets.

        The same as ReportLab's ``splitString``, but at once where all characters were used before in the first subset.
        """
        state = self.font.state.get(document)
        if state is not None:
            try:
                return [(0, bytes(map(state.assignments.__getitem__, map(ord, text))))]
            except (KeyError, ValueError):
                pass
        return list(self.font.splitString(text, document))

    def shows_all(self, text: str) -> bool:
        """Return whether the font has every character of a text."""
        return self._known.issuperset(map(ord, text))

    def shows(self, character: str) -> bool:
        """Return whether the font has this character."""
        return ord(character) in self._known


@cache
def typeface(weight: Weight = "regular") -> Typeface:
    """Return one weight, read from resources/ once per process."""
    return Typeface(weight)


def printable(text: str) -> tuple[str, tuple[str, ...]]:
    """Return a text that the font can show, and the scripts that it cannot.

    Parameters
    ----------
    text : str
        Any text; it is brought to composed form (NFC), other white space becomes a space, control characters go.

    Returns
    -------
    text : str
        Each run that the font lacks is replaced by its script in brackets, for example ``"[Arabic script]"``.
    scripts : tuple of str
        The scripts replaced, each once, in order.
    """
    if text.isascii() and text.isprintable():
        return text.strip(), ()
    face = typeface("regular")
    text = unicodedata.normalize("NFC", text)
    if text.isprintable() and face.shows_all(text):
        return text.strip(), ()
    pieces: list[str] = []
    scripts: list[str] = []
    missing: str | None = None
    for character in text:
        category = unicodedata.category(character)
        if category in ("Cc", "Zl", "Zp", "Zs"):
            character = " "
        elif category == "Cf" or 0xFE00 <= ord(character) <= 0xFE0F:
            continue
        if face.shows(character):
            if not (character == " " and missing):
                missing = None
            pieces.append(character)
            continue
        script = _script(character)
        if script != missing:
            pieces.append(f"[{script}]")
            missing = script
        elif pieces and pieces[-1] == " ":
            pieces.pop()  # words of one missing script share one bracket
        if script not in scripts:
            scripts.append(script)
    return "".join(pieces).strip(), tuple(scripts)


_SCRIPTS = {
    "ARABIC": "Arabic script",
    "ARMENIAN": "Armenian script",
    "BENGALI": "Bengali script",
    "CJK": "Chinese characters",
    "DEVANAGARI": "Devanagari script",
    "ETHIOPIC": "Ethiopic script",
    "GEORGIAN": "Georgian script",
    "GUJARATI": "Gujarati script",
    "GURMUKHI": "Gurmukhi script",
    "HANGUL": "Korean script",
    "HEBREW": "Hebrew script",
    "HIRAGANA": "Japanese script",
    "KATAKANA": "Japanese script",
    "KHMER": "Khmer script",
    "LAO": "Lao script",
    "MALAYALAM": "Malayalam script",
    "MYANMAR": "Burmese script",
    "SINHALA": "Sinhala script",
    "TAMIL": "Tamil script",
    "TELUGU": "Telugu script",
    "THAI": "Thai script",
    "TIBETAN": "Tibetan script",
}


def _script(character: str) -> str:
    first_word = unicodedata.name(character, "").split(" ")[0].split("-")[0]
    return _SCRIPTS.get(first_word, "characters not shown")
