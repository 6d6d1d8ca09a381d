"""The tour's steps: sign in, find, match, review, report, upload, departments, by key and mouse only."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QComboBox, QLabel, QWidget

from kinometric_desktop.ui.tour.driver import Driver, Steps, TourError, Until

PATIENT = "muestra maria 1951"
ATHENA_ID = "60145"
BIRTH_YEAR = "1951"
REASON = "Typing error in athenaOne"

_CONTROL = Qt.KeyboardModifier.ControlModifier


def main_job(driver: Driver) -> Steps:
    """Walk through the main job as the demo's provider; a picture of each step."""
    yield from sign_in(driver, "provider")
    yield from find(driver)
    yield from match(driver)
    yield from review(driver)
    yield from report_and_upload(driver)
    yield from around(driver)
    yield from sign_in_as_admin(driver)
    yield from other_looks(driver)


def sign_in(driver: Driver, username: str) -> Steps:
    """Sign in as one of the users that the demo offers."""
    yield appears(driver, f"sign_in.demo.{username}", "the users of the demo on the sign-in screen", 60)
    driver.picture("sign-in")
    driver.click(f"sign_in.demo.{username}")
    yield Until(
        lambda: driver.is_visible("sign_in.practice.open") or driver.is_visible("worklist.list.table"),
        "the choice of a practice or the worklist",
    )
    if driver.is_visible("sign_in.practice.open"):
        yield enabled(driver, "sign_in.practice.open")
        yield settled(driver)
        driver.picture("practice")
        driver.click("sign_in.practice.open")
    yield has_rows(driver, "worklist.list.table")


def find(driver: Driver) -> Steps:
    """Open a patient from the worklist's day and by the one box."""
    driver.key(Qt.Key.Key_Down)
    yield appears(driver, "worklist.preview.rbec", "the preview of the row")
    yield settled(driver)
    driver.picture("worklist")
    driver.key(Qt.Key.Key_F, _CONTROL)
    yield appears(driver, "find.form.text", "the find box")
    driver.type_into("find.form.text", PATIENT)
    yield has_rows(driver, "find.list.table")
    driver.picture("find")
    driver.key(Qt.Key.Key_Return)
    yield appears(driver, "match.search.go", "the match screen")


def match(driver: Driver) -> Steps:
    """Search athenaOne, compare side by side, type the birth year, give the reason, link."""
    yield enabled(driver, "match.search.go")
    driver.focus("match.search.first")
    driver.key(Qt.Key.Key_Return)
    yield has_rows(driver, "match.candidates.list")
    driver.picture("match-candidates")
    open_candidate(driver, ATHENA_ID)
    yield appears(driver, "match.link", "the comparison")
    yield settled(driver)
    driver.picture("match-compare")
    driver.type_into("match.year", BIRTH_YEAR)
    for reason in reason_fields(driver):
        choose(driver, reason, REASON)
    yield enabled(driver, "match.link")
    driver.picture("match-ready")
    driver.key(Qt.Key.Key_Return, Qt.KeyboardModifier.AltModifier)
    yield appears(driver, "match.linked.unlink", "the link")
    yield settled(driver)
    driver.picture("match-linked")


def review(driver: Driver) -> Steps:
    """Look at the sway plots, confirm the holds one by one where that is asked, stamp the review."""
    driver.key(Qt.Key.Key_F7)
    yield appears(driver, "review.traces.LBEO", "the traces")
    yield enabled(driver, "review.confirm")
    yield settled(driver)
    driver.picture("review")
    driver.key(Qt.Key.Key_1)
    driver.key(Qt.Key.Key_Return)
    yield appears(driver, "review.one.traces", "one stance enlarged")
    yield settled(driver)
    driver.picture("review-one-stance")
    driver.key(Qt.Key.Key_Escape)
    yield appears(driver, "review.confirm", "the four stances")
    driver.key(Qt.Key.Key_H)
    yield enabled(driver, "review.stamp")
    driver.key(Qt.Key.Key_Return, _CONTROL)
    yield appears(driver, "review.report", "the Reviewed stamp")
    yield settled(driver)
    driver.picture("review-stamped")


def report_and_upload(driver: Driver) -> Steps:
    """Look at the very bytes, confirm, send them, and read the document number."""
    driver.key(Qt.Key.Key_F8)
    yield enabled(driver, "report.upload")
    yield settled(driver)
    driver.picture("report")
    driver.key(Qt.Key.Key_F9)
    yield appears(driver, "report.confirm.year", "the confirmation")
    yield settled(driver)
    driver.picture("confirm")
    driver.type_into("report.confirm.year", BIRTH_YEAR)
    yield enabled(driver, "report.confirm.upload")
    driver.picture("confirm-ready")
    driver.click("report.confirm.upload")
    yield appears(driver, "report.document", "the document number", 60)
    yield settled(driver)
    driver.picture("filed")
    driver.say(f"Document number on the screen: {words_of(driver.find('report.document'))}")


def around(driver: Driver) -> Steps:
    """Uploads, departments and help, as the provider sees them."""
    driver.key(Qt.Key.Key_3, _CONTROL)
    yield has_rows(driver, "uploads.list.table")
    yield settled(driver)
    driver.picture("uploads")
    driver.key(Qt.Key.Key_4, _CONTROL)
    yield has_rows(driver, "departments.ours.table")
    yield has_rows(driver, "departments.athena.table")
    yield settled(driver)
    driver.picture("departments")
    driver.key(Qt.Key.Key_F1)
    yield settled(driver)
    driver.picture("help")
    driver.key(Qt.Key.Key_L, _CONTROL)
    yield appears(driver, "lock.form.sign_in", "the lock page")
    driver.picture("locked")


def sign_in_as_admin(driver: Driver) -> Steps:
    """Let the administrator look at departments and the practice."""
    driver.click("lock.form.other")
    yield from sign_in(driver, "admin")
    driver.key(Qt.Key.Key_4, _CONTROL)
    yield has_rows(driver, "departments.athena.table")
    yield settled(driver)
    driver.picture("departments-admin")
    driver.key(Qt.Key.Key_5, _CONTROL)
    yield has_rows(driver, "admin.users.table")
    yield settled(driver)
    driver.picture("admin-users")
    driver.focus("admin.tabs")
    for _ in range(3):
        driver.key(Qt.Key.Key_Right)
    yield has_rows(driver, "admin.audit.table")
    yield settled(driver)
    driver.picture("admin-audit")


def other_looks(driver: Driver) -> Steps:
    """The worklist with text at 200 %."""
    driver.key(Qt.Key.Key_1, _CONTROL)
    yield has_rows(driver, "worklist.list.table")
    for _ in range(10):
        driver.key(Qt.Key.Key_Equal, _CONTROL)
    yield settled(driver)
    driver.picture("worklist-200-percent")


def appears(driver: Driver, name: str, what: str, limit_s: float = 30.0) -> Until:
    """Wait for a widget."""
    return Until(lambda: driver.is_visible(name), what, limit_s)


def enabled(driver: Driver, name: str) -> Until:
    """Wait until a widget can be used."""
    return Until(lambda: driver.is_enabled(name), f"{name} being ready")


def has_rows(driver: Driver, name: str) -> Until:
    """Wait until a list shows something."""

    def shown() -> bool:
        if not driver.is_visible(name):
            return False
        view = driver.find(name)
        model = view.model() if isinstance(view, QAbstractItemView) else None
        return model is not None and model.rowCount() > 0

    return Until(shown, f"rows in {name}")


def settled(driver: Driver) -> Until:
    """Wait until nothing on the screen says that it is still being read or drawn."""
    calm = 0

    def still() -> bool:
        nonlocal calm
        busy = any(
            widget.isVisible() and widget.objectName().endswith(".loading")
            for widget in driver.window.findChildren(QWidget)
        )
        calm = 0 if busy else calm + 1
        return calm >= 10

    return Until(still, "the screen coming to rest")


def open_candidate(driver: Driver, athena_patient_id: str) -> None:
    """Walk down the candidates with the arrow key to the record with this ID, and open it with Enter."""
    view = driver.find("match.candidates.list")
    if not isinstance(view, QAbstractItemView):
        raise TourError("The candidates are not a list")
    view.setFocus()
    for _ in range(view.model().rowCount() + 1):
        words = str(view.currentIndex().data(Qt.ItemDataRole.AccessibleTextRole) or view.currentIndex().data() or "")
        if athena_patient_id in words:
            driver.key(Qt.Key.Key_Return)
            return
        driver.key(Qt.Key.Key_Down)
    raise TourError("The record that the tour looks for is not among the candidates")


def reason_fields(driver: Driver) -> list[str]:
    """Return the names of the reasons that the comparison asks for."""
    return [
        box.objectName()
        for box in driver.window.findChildren(QComboBox)
        if box.isVisible() and box.objectName().startswith("match.reason.")
    ]


def choose(driver: Driver, name: str, words: str) -> None:
    """Choose an entry of a select by the keyboard."""
    box = driver.find(name)
    if not isinstance(box, QComboBox):
        raise TourError(f"{name} is not a select")
    box.setFocus()
    for _ in range(box.count()):
        if box.currentText() == words:
            return
        driver.key(Qt.Key.Key_Down)
    if box.currentText() != words:
        raise TourError(f"{name} has no entry that says: {words}")


def words_of(widget: QWidget) -> str:
    """Return what a label or field says."""
    if isinstance(widget, QLabel):
        return widget.text()
    labels = [label.text() for label in widget.findChildren(QLabel) if label.isVisible()]
    return " ".join(filter(None, labels)) or widget.accessibleName()
