"""The report's logical structure: headings, paragraphs, cells and figures in reading order, for screen readers."""

from __future__ import annotations

from dataclasses import dataclass, field

Box = tuple[float, float, float, float]
"""Left, bottom, right and top of a figure, in points from the page's lower left corner."""


@dataclass
class Element:
    """One element of the structure: its kind, what it holds, and for figures an alternative text and their place."""

    kind: str
    alternative: str = ""
    header_scope: str = ""
    columns: int = 1
    box: Box | None = None
    children: list[Element] = field(default_factory=list)
    marks: list[tuple[int, int]] = field(default_factory=list)
    """Pairs of page index and mark number (MCID) of the content itself."""


@dataclass
class Paragraph:
    """What ties lines together that are drawn as blocks of their own: the first one opens the element, all fill it."""

    element: Element | None = None


class Structure:
    """The tree of a document, built in the order in which its parts are drawn."""

    def __init__(self) -> None:
        self.root = Element("Document")
        self._open = [self.root]
        self._marks_on_page: dict[int, int] = {}

    def begin(
        self,
        kind: str,
        alternative: str = "",
        header_scope: str = "",
        *,
        columns: int = 1,
        box: Box | None = None,
        paragraph: Paragraph | None = None,
    ) -> Element:
        """Open an element below the one that is open, or go on with a paragraph that was begun."""
        if paragraph is not None and paragraph.element is not None:
            self._open.append(paragraph.element)
            return paragraph.element
        element = Element(kind, alternative, header_scope, columns, box)
        self._open[-1].children.append(element)
        self._open.append(element)
        if paragraph is not None:
            paragraph.element = element
        return element

    def end(self) -> None:
        """Close the element that was opened last."""
        self._open.pop()

    def mark(self, page: int) -> int:
        """Return the next mark number of a page and give it to the open element."""
        number = self._marks_on_page.get(page, 0)
        self._marks_on_page[page] = number + 1
        self._open[-1].marks.append((page, number))
        return number
