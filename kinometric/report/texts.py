"""The report's texts: clinical question and visit facts, the provider's interpretation, an accepted draft."""

from __future__ import annotations

from kinometric.report.block import Block, Line, Space, Stack, Text
from kinometric.report.content import ReportContent, SignedText
from kinometric.report.ink import BODY, BORDER, NOTE, TEXT
from kinometric.report.lines import wrap
from kinometric.report.sheet import Run
from kinometric.report.structure import Paragraph
from kinometric.report.typeface import typeface

LEADING = 12.0


def context_blocks(content: ReportContent, width: float) -> list[Block]:
    """Return the line with clinical question, face-to-face time and trials, wrapped where it is long."""
    test = content.circumstances
    facts = [
        (label, value)
        for label, value in (
            ("Clinical question", test.clinical_question),
            ("Face to face", test.face_to_face),
            ("Trials", test.trials),
        )
        if value
    ]
    if not facts:
        return [Space(10.0, BORDER)]
    runs: list[Run] = []
    for label, value in facts:
        runs += [(f"{label}  ", "strong", TEXT), (f"{value}      ", "regular", TEXT)]
    line = sum(typeface(weight).width(words, 1.0) for words, weight, _ in runs)
    size = min(BODY, width / line)
    if size >= NOTE:
        return [Space(10.0, BORDER), Line(runs, size=size), Space(6.0)]
    return [Space(10.0, BORDER), Stack(*(Text(f"{label}: {value}") for label, value in facts)), Space(6.0)]


def interpretation_blocks(content: ReportContent, width: float) -> list[Block]:
    """Return the provider's interpretation, and the accepted draft where the options ask for it, line by line."""
    blocks: list[Block] = []
    if content.options.note:
        note = content.note if content.note is not None and content.note.text.strip() else None
        blocks += _signed("Provider’s interpretation", note or SignedText("No comment."), width)
    accepted = content.interpretation
    if content.options.interpretation and accepted is not None and accepted.text.strip() and accepted.by.strip():
        by = " by a language model" if accepted.by_language_model else ""
        heading = f"Drafted{by} from the numbers, accepted by {accepted.by}"
        blocks += _signed(heading, SignedText(accepted.text), width)
    return blocks


def _signed(heading: str, text: SignedText, width: float) -> list[Block]:
    """Return a heading that stays with the first two lines, then one block a line, so that a page may end between."""
    lines: list[tuple[str, Paragraph]] = []
    for part in text.text.strip().split("\n"):
        paragraph = Paragraph()
        lines += [(line, paragraph) for line in wrap(part, BODY, width)]
    first: list[Block] = [Text(heading, weight="strong", leading=14.0, kind="H3")]
    rest: list[Block] = [Text(line, leading=LEADING, paragraph=paragraph) for line, paragraph in lines]
    if text.by and lines:
        face, strong = typeface("regular"), typeface("strong")
        last, paragraph = lines[-1]
        if face.width(f"{last} ", BODY) + strong.width(text.by, BODY) <= width:
            runs: list[Run] = [(f"{last} ", "regular", TEXT), (text.by, "strong", TEXT)]
            rest[-1] = Line(runs, leading=LEADING, paragraph=paragraph)
        else:
            rest.append(Text(text.by, weight="strong", leading=LEADING, paragraph=paragraph))
    return [Stack(*first, *rest[:2]), *rest[2:], Space(7.0)]
