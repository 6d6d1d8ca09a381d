"""The same numbers as a plot, as a table for eyes and screen readers."""

from __future__ import annotations

from dataclasses import dataclass

from kinometric_desktop.app.review_curves import STANCE_NAMES, StanceCurves, TrendSeries
from kinometric_desktop.app.wording import written_date
from kinometric_desktop.ui.plots.ticks import signed, signed_free
from kinometric_desktop.ui.widgets.table import Column, Piece, RowModel


@dataclass(frozen=True)
class TableTwin:
    """Headings and rows of text; the first column names the row."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    column_px: int = 112


def trace_table(curves: StanceCurves, *, most_rows: int = 60) -> TableTwin:
    """Smallest and largest value of each lane, second by second (or longer stretches of a long recording)."""
    span = max(curves.end_s - curves.start_s, 1 / curves.rate_hz)
    step = max(1.0, float(int(span / most_rows + 0.999)))
    rows = []
    start = curves.start_s
    while start < curves.end_s - 1e-9:
        stop = min(start + step, curves.end_s)
        part = curves.slice_between(start, stop)
        if part.stop > part.start:
            cells = tuple(
                f"{signed(float(lane[part].min()), 2)} to {signed(float(lane[part].max()), 2)}"
                for lane in curves.lanes_m_s2
            )
            rows.append((f"{start:g} to {stop:.4g} s{_state(curves, start, stop)}", *cells))
        start += step
    headings = ("Time", *(f"{name}, m/s²" for name in curves.lane_names))
    return TableTwin(f"{curves.stance}, {STANCE_NAMES[curves.stance].lower()}", headings, tuple(rows))


def trend_table(series: tuple[TrendSeries, ...]) -> TableTwin:
    """One row a session, one column a stance; an empty cell where there is no score."""
    moments = sorted({point.at for line in series for point in line.points})
    scores = [{point.at: point.score for point in line.points} for line in series]
    rows = []
    for at in moments:
        values = [found.get(at) for found in scores]
        cells = tuple("none" if score is None else signed_free(score, 1) for score in values)
        rows.append((f"{written_date(at.date())} {at:%H:%M}", *cells))
    return TableTwin("Trend of scores", ("Session", *(line.stance for line in series)), tuple(rows))


def twin_model(twin: TableTwin) -> RowModel[tuple[str, ...]]:
    """A table twin for a table view."""

    def column(place: int, title: str) -> Column[tuple[str, ...]]:
        role = "body_strong" if place == 0 else "body"
        return Column(
            title, lambda row: (Piece(row[place], role=role),), 0 if place == 0 else twin.column_px, right=place > 0
        )

    model: RowModel[tuple[str, ...]] = RowModel([column(place, title) for place, title in enumerate(twin.headings)])
    model.set_rows(twin.rows)
    return model


def _state(curves: StanceCurves, start: float, stop: float) -> str:
    if curves.measured_s is None or stop <= curves.measured_s[0] or start >= curves.measured_s[1]:
        return ", not measured"
    return ""
