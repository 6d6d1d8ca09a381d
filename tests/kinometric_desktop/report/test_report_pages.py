"""The pages of a report as pictures and widgets: sharp, turned by keys, never stretched."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from kinometric.contract.sessions import ReportOptions
from kinometric_desktop.app.report_pages import PagePicture, render_pages
from kinometric_desktop.ui.report.pages import MARGIN, PageView, Thumbnails, image_of
from kinometric_desktop.ui.theme.look import look


@pytest.fixture
def pdf(clinic) -> bytes:
    """A PDF of two pages."""
    look().set(appearance="light", percent=100)
    return base64.b64decode(clinic.sessions.preview_report("s-1", ReportOptions()).pdf_base64)


@pytest.fixture
def shown(qtbot: QtBot, pdf: bytes) -> Callable[..., PageView]:
    """A page view on the screen."""

    def make(width: int = 814, height: int = 552, *, whole: bool = False) -> PageView:
        view = PageView()
        qtbot.addWidget(view)
        view.resize(width, height)
        view.show()
        qtbot.waitExposed(view)
        view.show_page(render_pages(pdf, view.viewport().width() - 2 * MARGIN), 1, whole=whole)
        return view

    return make


def test_a_picture_has_the_proportions_of_letter_paper(pdf: bytes) -> None:
    for width in (74, 306, 1200):
        for picture in render_pages(pdf, width):
            assert picture.width == width
            assert picture.height / picture.width == pytest.approx(11 / 8.5, rel=0.01)


def test_a_picture_owns_its_pixels(pdf: bytes) -> None:
    picture = render_pages(pdf, 200)[0]
    image = image_of(picture)
    copy = PagePicture(1, picture.width, picture.height, picture.bytes_per_line, bytes(picture.pixels))
    del picture
    assert image == image_of(copy)
    assert image.pixelColor(2, 2) == QColor("white")


def test_the_ink_of_a_page_is_where_the_pdf_has_it(pdf: bytes) -> None:
    image = image_of(render_pages(pdf, 612)[0])
    left, top = 72, 792 - 500
    assert image.pixelColor(left, top + 100).lightness() < 128
    assert image.pixelColor(left + 100, top + 100) == QColor("white")


def test_a_page_at_full_width_is_drawn_pixel_for_pixel(shown: Callable) -> None:
    view = shown()
    drawn = view.viewport().grab().toImage()
    image = image_of(view._picture)
    assert drawn.pixelColor(MARGIN + 200, 16 + 60) == image.pixelColor(200, 60)
    column = [drawn.pixelColor(x, 300) for x in range(MARGIN, MARGIN + image.width())]
    assert column[1:-1] == [image.pixelColor(x, 300 - 16) for x in range(1, image.width() - 1)]


def test_a_whole_page_fits_into_the_view(shown: Callable) -> None:
    view = shown(whole=True)
    assert view.verticalScrollBar().maximum() == 0
    assert view._paper._size.height() <= view.viewport().height()


def test_page_down_scrolls_and_then_turns_the_page(qtbot: QtBot, shown: Callable) -> None:
    view = shown()
    turned: list[int] = []
    view.turned.connect(turned.append)
    view.setFocus()
    for _ in range(20):
        if turned:
            break
        qtbot.keyClick(view, Qt.Key.Key_PageDown)
    assert turned == [2]
    view.verticalScrollBar().setValue(0)
    qtbot.keyClick(view, Qt.Key.Key_PageUp)
    assert turned == [2, 0]


def test_the_view_tells_how_many_pixels_a_page_has_across(qtbot: QtBot, shown: Callable) -> None:
    view = shown()
    told: list[int] = []
    view.wanted_width.connect(told.append)
    view.resize(900, 552)
    qtbot.waitUntil(lambda: bool(told))
    assert told[-1] == round((view.viewport().width() - 2 * MARGIN) * view.devicePixelRatioF())


def test_no_page_is_an_empty_ground_and_says_so(shown: Callable) -> None:
    view = shown()
    view.show_page((), 1, whole=False)
    assert view.accessibleName() == "No report yet"
    assert view.viewport().grab().toImage().pixelColor(200, 200) == look().colour("sunken")


def test_thumbnails_are_chosen_by_mouse_and_keys(qtbot: QtBot, pdf: bytes) -> None:
    thumbnails = Thumbnails()
    qtbot.addWidget(thumbnails)
    thumbnails.resize(104, 400)
    thumbnails.show()
    thumbnails.show_pages(render_pages(pdf, 148), 1)
    chosen: list[int] = []
    thumbnails.chosen.connect(chosen.append)
    qtbot.mouseClick(thumbnails, Qt.MouseButton.LeftButton, pos=QPoint(52, 160))
    qtbot.keyClick(thumbnails, Qt.Key.Key_Down)
    qtbot.mouseClick(thumbnails, Qt.MouseButton.LeftButton, pos=QPoint(52, 395))
    assert chosen == [2, 2]
    assert thumbnails.accessibleName() == "Pages: page 1 of 2"
    thumbnails.show_pages((), 1)
    assert thumbnails.accessibleName() == "No pages"
