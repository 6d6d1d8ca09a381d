"""Turns a session, as the server scored it, into the words of the review screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from kinometric.contract.sessions import Gap, SessionView, Stance, TrialView
from kinometric_desktop.app.review_signals import SCORE_TOLERANCE, LocalTrial
from kinometric_desktop.app.review_state import (
    STANCE_NAMES,
    STANCES,
    GapLine,
    HoldKind,
    HoldLine,
    MeasureRow,
    QualityLine,
    Stamp,
    StanceCell,
    Summary,
    TrendRow,
    TrendStrip,
)
from kinometric_desktop.app.wording import plural, written_date

MINUS = "−"
_STATED = {
    "unable": ("Unable, 0.0", "stop", "barred"),
    "stopped": ("Stopped by staff", "text-2", "barred"),
    "supported": ("Supported, not scored", "text-2", "barred"),
    "not_attempted": ("Not attempted", "text-2", "dash"),
}
_PLACES = {"sacrum": "sacrum", "waist": "waist", "chest": "chest"}
_MEASURES: tuple[tuple[str, str, str, int], ...] = (
    ("rms_m_s2", "RMS", "m/s²", 2),
    ("rms_1_m_s2", "RMS AP", "m/s²", 2),
    ("rms_2_m_s2", "RMS ML", "m/s²", 2),
    ("path_m_s2", "Path", "m/s²", 1),
    ("path_rate_m_s3", "Path rate", "m/s³", 2),
    ("ellipse95_m2_s4", "Ellipse", "(m/s²)²", 2),
    ("jerk_m2_s5", "Jerk", "m²/s⁵", 1),
    ("f95_hz", "F95", "Hz", 2),
)
_GAPS = (
    ("Left–right gap", (("left_right_open", "open"), ("left_right_closed", "closed"))),
    ("Open–closed gap", (("open_closed_left", "left"), ("open_closed_right", "right"))),
)


def shown(score: float | None) -> str:
    """A score as it is shown: rounded down to one decimal; "" for none."""
    if score is None:
        return ""
    from kinometric.scoring.formula import shown_score

    return shown_score(score)


def seconds(hold_s: float) -> str:
    """A hold as it is shown: rounded down, so that it is never shown longer than it was."""
    from kinometric.scoring.explanation import seconds_down

    return seconds_down(hold_s)


def stance_trials(view: SessionView) -> dict[Stance, TrialView]:
    """The trial that stands for each stance; without a scored one, the last made."""
    found: dict[Stance, TrialView] = {}
    for trial in view.trials:
        if trial.is_stance_value or trial.stance not in found or not found[trial.stance].is_stance_value:
            found[trial.stance] = trial
    return found


def cells_of(
    view: SessionView,
    local: Mapping[str, LocalTrial],
    earlier: SessionView | None = None,
    earlier_local: Mapping[str, LocalTrial] | None = None,
) -> tuple[StanceCell, ...]:
    """The four cells, always in the same order."""
    trials = stance_trials(view)
    before = stance_trials(earlier) if earlier is not None else {}
    cells = []
    for stance in STANCES:
        trial, old = trials.get(stance), before.get(stance)
        curves = local[trial.trial_id].curves if trial is not None and trial.trial_id in local else None
        old_curves = None
        if old is not None and earlier_local is not None and old.trial_id in earlier_local:
            old_curves = earlier_local[old.trial_id].curves
        if trial is None:
            cells.append(StanceCell(stance, STANCE_NAMES[stance], HoldLine("nothing", "No test yet", "text-2", "dash")))
            continue
        attempts = sum(1 for other in view.trials if other.stance == stance and other.has_recording)
        notes = [f"best of {attempts}"] if attempts > 1 else []
        notes += ["synthetic"] if trial.synthetic else []
        unreadable = local[trial.trial_id].unreadable if trial.trial_id in local else ""
        cells.append(
            StanceCell(
                stance,
                STANCE_NAMES[stance],
                hold_line(trial, local[trial.trial_id].age_note if trial.trial_id in local else ""),
                trial_id=trial.trial_id,
                version=trial.version,
                score=shown(trial.score),
                level=trial.level,
                level_for_age=trial.level_basis == "age",
                not_scorable=_why_not(trial) or unreadable,
                age_sentence=age_words(trial),
                note=", ".join(notes),
                has_recording=trial.has_recording,
                explanation=trial.explanation,
                detected_s=trial.detected_hold_s,
                detected_text=detected_words(trial),
                foot_lift_s=trial.foot_lift_s,
                measures=measure_rows(trial, old, curves.axis_names if curves is not None else ("AP", "ML")),
                curves=curves,
                earlier_curves=old_curves,
            )
        )
    return tuple(cells)


def hold_line(trial: TrialView, age_note: str = "") -> HoldLine:
    """What was held, by whose word, and what the norms say in few words."""
    age_note = age_note or age_words(trial)
    if trial.outcome in _STATED:
        text, tone, icon = _STATED[trial.outcome]
        return HoldLine(trial.outcome, text, tone, icon, trial.reason or "")  # type: ignore[arg-type]
    if trial.outcome == "ended_early" and trial.hold_source != "confirmed":
        text = f"At least {seconds(trial.hold_s or 0.0)} s, not scored"
        return HoldLine("ended_early", text, "stop", "barred", "the recording ended early")
    if not trial.scorable or trial.hold_s is None:
        return HoldLine("not_scorable", "Not scorable", "stop", "barred", trial.reason or trial.explanation)
    words = held_words(trial.hold_s, trial.held_full)
    if trial.provisional:
        kind: HoldKind = "proposed" if trial.plausible else "doubtful"
        detail = age_note if trial.plausible else _doubt(trial)
        return HoldLine(kind, f"{words}?", "warn", "question", detail, provisional=True)
    details = []
    if trial.detected_hold_s is not None and abs(trial.detected_hold_s - trial.hold_s) >= SCORE_TOLERANCE:
        details.append(f"detected {_held_number(trial.detected_hold_s)}")
    details += [age_note] if age_note else []
    return HoldLine("confirmed", words, "ok", "check", "; ".join(details))


def held_words(hold_s: float, held_full: bool) -> str:
    """``Held 10.0 s`` or ``Down at 4.2 s``."""
    return "Held 10.0 s" if held_full else f"Down at {seconds(hold_s)} s"


def detected_words(trial: TrialView) -> str:
    """What the detector proposes."""
    if trial.detected_hold_s is None:
        return ""
    if trial.detected_hold_s >= 10.0:
        return "detected: no loss of balance"
    return f"detected: down at {seconds(trial.detected_hold_s)} s"


def age_words(trial: TrialView) -> str:
    """The norm's sentence with the word for its evidence."""
    if trial.age_view is None:
        return ""
    return f"{trial.age_view.sentence.rstrip('.')}, {trial.age_view.evidence} evidence"


def measure_rows(
    trial: TrialView, earlier: TrialView | None = None, axis_names: tuple[str, str] = ("AP", "ML")
) -> tuple[MeasureRow, ...]:
    """Score, hold and measures, with an earlier trial's and the change."""
    rows = [
        _row("Score", "0–10", trial.score, None if earlier is None else earlier.score, 1, strong=True, score=True),
        _row("Held", "s", trial.hold_s, None if earlier is None else earlier.hold_s, 1),
    ]
    for key, name, unit, decimals in _MEASURES:
        words = name.replace("AP", axis_names[0]).replace("ML", axis_names[1])
        old = None if earlier is None else earlier.measures.get(key)
        rows.append(_row(words, unit, trial.measures.get(key), old, decimals))
    return tuple(rows)


def _row(
    name: str,
    unit: str,
    value: float | None,
    old: float | None,
    decimals: int,
    *,
    strong: bool = False,
    score: bool = False,
) -> MeasureRow:
    def written(number: float | None) -> str:
        if number is None:
            return "none"
        if score:
            return shown(number)
        return seconds(number) if unit == "s" else f"{number:.{decimals}f}"

    change = ""
    if value is not None and old is not None:
        # The change of what is shown, so that the three figures of a row agree with each other.
        difference = float(written(value)) - float(written(old))
        change = f"{difference:+.{decimals}f}".replace("-", MINUS)
        if float(f"{difference:.{decimals}f}") == 0:
            change = f"±{abs(difference):.{decimals}f}"
    return MeasureRow(name, unit, written(value), "" if old is None else written(old), change, strong)


def summary_of(view: SessionView) -> Summary:
    """The pane at the right."""
    headline = view.headline
    legs = {"LBEO": "left", "RBEO": "right"}
    note = f"weaker eyes-open leg, {headline.stance}" if headline.stance in legs else "weaker eyes-open leg"
    scorable = sum(1 for trial in stance_trials(view).values() if trial.scorable and trial.has_recording)
    recorded = sum(1 for trial in stance_trials(view).values() if trial.has_recording)
    return Summary(
        level=headline.level,
        level_note=note,
        provisional=headline.provisional,
        incomplete=headline.sentence if headline.level is None else "",
        gaps=_gap_lines(view.gaps),
        gap_sentences=tuple(gap.sentence for gap in view.gaps if gap.beyond_noise and gap.sentence),
        quality=quality_lines(view),
        scorable=f"{scorable} of {recorded} scorable" if recorded else "nothing recorded",
        questionnaires=tuple((item.name, item.total_text, item.note) for item in view.questionnaires),
    )


def _gap_lines(gaps: Sequence[Gap]) -> tuple[GapLine, ...]:
    by_kind = {gap.kind: gap for gap in gaps}
    lines = []
    for name, parts in _GAPS:
        found = tuple(
            (f"{abs(by_kind[kind].score_gap or 0.0):.1f}", word)
            for kind, word in parts
            if kind in by_kind and by_kind[kind].score_gap is not None
        )
        if found:
            lines.append(GapLine(name, found))
    return tuple(lines)


def quality_lines(view: SessionView) -> tuple[QualityLine, ...]:
    """Findings that matter first, then what is complete, then corrected holds."""
    lines: list[QualityLine] = []
    trials = stance_trials(view)
    clean: list[str] = []
    for severity, icon, tone in (("not_scorable", "barred", "stop"), ("shown", "warning", "warn")):
        found: dict[str, list[str]] = {}
        for stance in STANCES:
            trial = trials.get(stance)
            for finding in trial.findings if trial is not None else ():
                if finding.severity == severity:
                    found.setdefault(finding.message, []).append(stance)
        lines += [QualityLine(icon, tone, _together(stances), message) for message, stances in found.items()]  # type: ignore[arg-type]
    for stance in STANCES:
        trial = trials.get(stance)
        if trial is not None and trial.has_recording and all(item.severity == "fine" for item in trial.findings):
            clean.append(stance)
    if clean:
        lines.append(
            QualityLine("check", "ok", ", ".join(clean), "complete; nothing was found that touches the score.")
        )
    for stance in STANCES:
        trial = trials.get(stance)
        if trial is not None and trial.confirmed_reason and trial.confirmed_by:
            sentence = _correction(trial)
            lines.append(QualityLine("pen", "text-2", stance, sentence))
    return tuple(lines)


def _together(stances: Sequence[str]) -> str:
    return "All four:" if len(stances) == len(STANCES) else ", ".join(stances)


def trend_of(view: SessionView) -> TrendStrip:
    """The trend's key, lines and sentence."""
    from kinometric_desktop.app.review_curves import TrendPoint, TrendSeries

    trials = stance_trials(view)
    zone = ZoneInfo(view.time_zone)

    def at(tested_at: str) -> datetime:
        return datetime.fromisoformat(tested_at).astimezone(zone)

    now = at(view.tested_at)
    sessions = [item for item in view.trend if item.session_id != view.session_id]
    sessions.sort(key=lambda item: item.tested_at)
    series, rows = [], []
    for stance in STANCES:
        points = [TrendPoint(at(item.tested_at), item.scores.get(stance)) for item in sessions]
        trial = trials.get(stance)
        points.append(TrendPoint(now, trial.score if trial is not None else None))
        points.sort(key=lambda point: point.at)
        series.append(TrendSeries(stance, tuple(points)))
        before = next((point.score for point in reversed(points) if point.at < now and point.score is not None), None)
        last = shown(trial.score) if trial is not None and trial.score is not None else "none"
        rows.append(TrendRow(stance, last, f"was {shown(before)}" if before is not None else "first"))
    return TrendStrip(tuple(rows), tuple(series), view.trend_sentence, view.measurement_error_points)


def stamp_of(view: SessionView, *, traces_shown: bool, may_review: bool, read_only_reason: str) -> Stamp:
    """Whether the stamp can be set, and every reason why not."""
    if view.review is not None:
        at = written_moment_text(view.review.at, view.time_zone)
        return Stamp(stamped=f"Reviewed by {view.review.by}, {at}")
    provisional = [trial for trial in view.trials if trial.provisional and trial.outcome == "scored"]
    confirmable = sum(1 for trial in provisional if trial.plausible)
    reasons = list(view.review_obstacles)
    if not may_review:
        reasons.insert(0, read_only_reason)
    elif not traces_shown and not reasons:
        reasons.append("The traces of every stance must have been on the screen.")
    return Stamp(
        possible=not reasons,
        reasons=tuple(reasons),
        holds_to_confirm=view.holds_to_confirm,
        confirmable=confirmable,
    )


def engine_words(view: SessionView, local: Mapping[str, LocalTrial]) -> tuple[str, bool | None]:
    """Which engine scored, and whether this workstation comes to the same scores (None: nothing to compare)."""
    differing, compared = _differing(view, local)
    if differing:
        scores = plural(len(differing), "score differs", "scores differ")
        return f"Engine {view.engine}: {scores} here", False
    if not compared:
        return f"Engine {view.engine}", None
    return f"Engine {view.engine}, same score here as on the server", True


def engine_difference(view: SessionView, local: Mapping[str, LocalTrial]) -> str:
    """Every score that differs between the server and this workstation, in a sentence; "" where none does."""
    differing, _ = _differing(view, local)
    if not differing:
        return ""
    mine = next((item.engine for item in local.values()), "")
    return f"Engine {view.engine} on the server, {mine} here: {'; '.join(differing)}."


def _differing(view: SessionView, local: Mapping[str, LocalTrial]) -> tuple[list[str], int]:
    differing, compared = [], 0
    for trial in view.trials:
        here = local.get(trial.trial_id)
        if here is None or (trial.score is None and here.score is None):
            continue
        compared += 1
        if trial.score is None or here.score is None or abs(trial.score - here.score) > SCORE_TOLERANCE:
            differing.append(f"{trial.stance} {shown(trial.score) or 'none'} there, {shown(here.score) or 'none'} here")
    return differing, compared


def placement_words(view: SessionView) -> str:
    """Where the phone was, and whether front-back and left-right are known."""
    recorded = [trial for trial in view.trials if trial.has_recording]
    if not recorded:
        return ""
    places = {trial.placement for trial in recorded}
    place = _PLACES.get(next(iter(places)) or "", "") if len(places) == 1 else ""
    words = (
        f"Phone at {place}"
        if place
        else ("Phone at different places" if len(places) > 1 else "Place of the phone unknown")
    )
    if all(trial.mounting for trial in recorded):
        return f"{words}, portrait: AP and ML known"
    return f"{words}: major and minor axis"


def step_words(view: SessionView) -> str:
    """What the next step still needs, for the right end of the stepper."""
    if view.review is not None:
        return ""
    if view.holds_to_confirm:
        return f"Review needs {plural(view.holds_to_confirm, 'confirmed hold')}"
    if view.review_obstacles:
        return view.review_obstacles[0]
    return "Report needs your review"


def session_title(tested_at_local: str) -> str:
    """``02-Nov-2026 14:05``."""
    moment = datetime.fromisoformat(tested_at_local)
    return f"{written_date(moment.date())} {moment:%H:%M}"


def written_moment_text(moment: str, zone: str) -> str:
    """An instant of the contract in the practice's time zone."""
    from kinometric_desktop.app.wording import written_moment

    return written_moment(datetime.fromisoformat(moment), zone)


def _held_number(hold_s: float) -> str:
    return "10.0" if hold_s >= 10 else seconds(hold_s)


def _why_not(trial: TrialView) -> str:
    if trial.outcome in ("not_scorable", "unreadable"):
        return trial.reason or trial.explanation
    if trial.outcome == "ended_early" and trial.score is None:
        return trial.reason or trial.explanation
    return ""


def _doubt(trial: TrialView) -> str:
    from kinometric.scoring.values import LOOK_AT_FIRST

    finding = next((item for item in trial.findings if item.code in LOOK_AT_FIRST and item.severity == "shown"), None)
    return f"look first: {finding.message}" if finding is not None else "look at the traces first"


def _correction(trial: TrialView) -> str:
    held = held_words(trial.hold_s or 0.0, trial.held_full).lower()
    if trial.outcome in _STATED:
        return f"stated by {trial.confirmed_by}: “{trial.confirmed_reason}”."
    if trial.detected_hold_s is not None:
        detected = _held_number(trial.detected_hold_s)
        return f"hold {detected} s corrected to {held} by {trial.confirmed_by}: “{trial.confirmed_reason}”."
    return f"{held}, by {trial.confirmed_by}: “{trial.confirmed_reason}”."
