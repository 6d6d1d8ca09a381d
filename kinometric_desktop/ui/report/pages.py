"""The pages of a PDF as pictures: thumbnails at the left, the chosen page at the right."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QScrollArea, QWidget

from kinometric_desktop.app.report_pages import PagePicture
from kinometric_desktop.ui.theme.look import look
from kinometric_desktop.ui.theme.spacing import fix_size
from kinometric_desktop.ui.widgets.naming import named

MARGIN = 24
THUMBNAILS_PX = 104
PAPER_BELOW = 16


def image_of(picture: PagePicture, ratio: float = 1.0) -> QImage:
    """A page's picture for Qt; it owns its pixels."""
    image = QImage(
        picture.pixels, picture.width, picture.height, picture.bytes_per_line, QImage.Format.Format_RGB32
    ).copy()
    image.setDevicePixelRatio(ratio)
    return image


class Thumbnails(QWidget):
    """The pages small, one below the other; Up and Down choose."""

    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        named(self, "report.thumbnails", "Pages")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        fix_size(self, width=THUMBNAILS_PX)
        self._images: tuple[QImage, ...] = ()
        self._shown: tuple[PagePicture, ...] = ()
        self._page = 1

    def show_pages(self, pictures: tuple[PagePicture, ...], page: int) -> None:
        """Show the pages, and which one is chosen."""
        if pictures is not self._shown:
            self._shown = pictures
            self._images = tuple(image_of(picture) for picture in pictures)
        self._page = page
        self.setAccessibleName(f"Pages: page {page} of {len(pictures)}" if pictures else "No pages")
        self.update()

    def _place(self, index: int) -> QRect:
        width = look().px(72)
        ratio = self._images[index].height() / max(self._images[index].width(), 1)
        height = round(width * ratio)
        top = look().px(16) + index * (height + look().px(32))
        return QRect((self.width() - width) // 2, top, width, height)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), look().colour("surface"))
        painter.fillRect(self.width() - 1, 0, 1, self.height(), look().colour("border"))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for index, image in enumerate(self._images):
            place = self._place(index)
            painter.drawImage(place, image)
            here = index + 1 == self._page
            pen = QPen(look().colour("accent" if here else "border-strong"), 2 if here else 1)
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(place.adjusted(-1, -1, 1, 1) if here else place.adjusted(0, 0, -1, -1))
            painter.setFont(look().font("label", weight=600 if here else 400))
            painter.setPen(look().colour("text" if here else "text-2"))
            words = QRect(0, place.bottom() + look().px(4), self.width(), look().px(18))
            painter.drawText(words, int(Qt.AlignmentFlag.AlignCenter), str(index + 1))
        if self.hasFocus() and self._images:
            painter.setPen(QPen(look().colour("focus"), 2))
            painter.drawRect(self._place(self._page - 1).adjusted(-4, -4, 4, 4))
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the page that was clicked."""
        for index in range(len(self._images)):
            if self._place(index).adjusted(0, 0, 0, look().px(24)).contains(event.position().toPoint()):
                self.chosen.emit(index + 1)
                return

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and Down choose."""
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        self.chosen.emit(self._page + step)


class _Paper(QWidget):
    """One page on its ground; always light, whatever the theme."""

    def __init__(self) -> None:
        super().__init__()
        self._image: QImage | None = None
        self.whole_page = False
        self.room = QSize(100, 100)

    def show_image(self, image: QImage | None) -> None:
        """Show a page."""
        self._image = image
        self.fit()

    def fit(self) -> None:
        """Take the size of the page in the room there is."""
        margin = look().px(MARGIN)
        width = max(self.room.width() - 2 * margin, 40)
        height = 0
        if self._image is not None and not self._image.isNull():
            ratio = self._image.height() / max(self._image.width(), 1)
            height = round(width * ratio)
            most = self.room.height() - 2 * look().px(PAPER_BELOW)
            if self.whole_page and height > most > 0:
                height = most
                width = round(height / ratio)
        self._size = QSize(width, height)
        self.setMinimumHeight(height + 2 * look().px(PAPER_BELOW))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), look().colour("sunken"))
        if self._image is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            place = QRect((self.width() - self._size.width()) // 2, look().px(PAPER_BELOW), 0, 0)
            place.setSize(self._size)
            painter.fillRect(place, QColor("white"))
            painter.drawImage(place, self._image)
            painter.setPen(look().colour("border-strong"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(place.adjusted(0, 0, -1, -1))
        painter.end()


class PageView(QScrollArea):
    """The chosen page; Page Up and Page Down scroll and then turn the page.

    ``wanted_width`` tells how many pixels of the screen a page has across, so that it is drawn sharp.
    """

    wanted_width = Signal(int)
    turned = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        named(self, "report.page", "Report page")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # A bar that comes and goes would change the page's width, and every page would be drawn twice.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self._paper = _Paper()
        self.setWidget(self._paper)
        self._picture: PagePicture | None = None
        self._page = 1

    def show_page(self, pictures: tuple[PagePicture, ...], page: int, *, whole: bool, covered: bool = False) -> None:
        """Show a page at the full width, or whole; ``covered`` says that there is one that may not be seen now."""
        picture = pictures[page - 1] if 0 < page <= len(pictures) else None
        self._paper.whole_page = whole
        if picture is not self._picture:
            self._picture = picture
            self._paper.show_image(None if picture is None else image_of(picture))
        else:
            self._paper.fit()
        if page != self._page:
            self._page = page
            self.verticalScrollBar().setValue(0)
        missing = "Hidden while the birth year is asked for" if covered else "No report yet"
        self.setAccessibleName(f"Report, page {page} of {len(pictures)}" if pictures else missing)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Scroll, and at the end turn the page."""
        bar = self.verticalScrollBar()
        if event.key() == Qt.Key.Key_PageDown and bar.value() == bar.maximum():
            self.turned.emit(self._page + 1)
        elif event.key() == Qt.Key.Key_PageUp and bar.value() == 0:
            self.turned.emit(self._page - 1)
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the page and ask for pictures of this size."""
        super().resizeEvent(event)
        self.look_changed()

    def look_changed(self) -> None:
        """Fit the page into the room there is now."""
        self._paper.room = self.viewport().size()
        self._paper.fit()
        width = (self.viewport().width() - 2 * look().px(MARGIN)) * self.devicePixelRatioF()
        if width > 40:
            self.wanted_width.emit(round(width))
