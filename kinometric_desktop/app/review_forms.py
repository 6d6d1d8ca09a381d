"""The questions of the review screen: what was typed becomes a form of the contract or a sentence."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime

from kinometric.contract.sessions import ConfirmHold, NewResult, Stance, StatedOutcome, StateOutcome, TrialView
from kinometric_desktop.app.ports import ChosenFile
from kinometric_desktop.app.review_state import AddForm, HoldForm, OutcomeForm
from kinometric_desktop.app.review_words import detected_words, seconds

REASON_LETTERS = 3
LARGEST_FILE_BYTES = 10_000_000
OUTCOMES: tuple[tuple[StatedOutcome, str], ...] = (
    ("unable", "Unable: could not stand on this leg (score 0)"),
    ("stopped", "Stopped by staff (not scored)"),
    ("supported", "Supported: held or touched something (not scored)"),
    ("not_attempted", "Not attempted (not scored)"),
)
PLACEMENTS: tuple[tuple[str, str], ...] = (
    ("sacrum", "Lower back (sacrum)"),
    ("waist", "Waist"),
    ("chest", "Chest"),
    ("unknown", "Not known"),
)


class FormError(ValueError):
    """What was typed can't be used; the text is a sentence for the person who typed it."""


def hold_form(trial: TrialView, *, held_full: bool | None = None) -> HoldForm:
    """The question for a trial's hold, filled with what is proposed."""
    full = trial.held_full if held_full is None else held_full
    down = trial.hold_s if trial.hold_s is not None and trial.hold_s < 10.0 else None
    return HoldForm(
        trial.trial_id,
        trial.version,
        trial.stance,
        full,
        "" if down is None else seconds(down),
        detected_words(trial) or "nothing was detected",
        trial.detected_hold_s,
    )


def read_hold(form: HoldForm, *, held_full: bool, typed_s: str, reason: str) -> ConfirmHold:
    """The confirmation of a hold.

    Raises
    ------
    FormError
        When the seconds can't be read, or a reason is missing where the person differs from the proposal.
    """
    hold_s = 10.0 if held_full else read_seconds(typed_s)
    reason = reason.strip()
    detected = form.detected_s
    differs = detected is None or abs(min(detected, 10.0) - hold_s) >= 0.05
    if differs and len(reason) < REASON_LETTERS:
        raise FormError("This differs from what was detected. Say in a few words what you saw.")
    if not differs and detected is not None and not held_full:
        # The proposal is shown rounded; confirming it as shown keeps its full figure.
        hold_s = detected
    return ConfirmHold(form.version, held_full, None if held_full else hold_s, reason or None)


def read_seconds(typed_s: str) -> float:
    """Seconds below ten, with a point or a comma.

    Raises
    ------
    FormError
        When it is no number from 0 to below 10.
    """
    text = typed_s.strip().lower().removesuffix("s").strip().replace(",", ".")
    try:
        value = float(text)
    except ValueError:
        raise FormError("Write the seconds like 4.2.") from None
    if not 0.0 <= value < 10.0:
        raise FormError("The time lies between 0 and 10 s. For the whole time choose “held 10 s”.")
    return value


def read_outcome(form: OutcomeForm, outcome: str, reason: str) -> tuple[StatedOutcome, str]:
    """The stated outcome with its reason.

    Raises
    ------
    FormError
        When no outcome is chosen or the reason is missing.
    """
    del form
    chosen = next((code for code, _ in OUTCOMES if code == outcome), None)
    if chosen is None:
        raise FormError("Choose what happened.")
    if len(reason.strip()) < REASON_LETTERS:
        raise FormError("Say in a few words why.")
    return chosen, reason.strip()


def outcome_request(form: OutcomeForm, outcome: StatedOutcome, reason: str) -> StateOutcome:
    """The outcome of a trial that exists."""
    return StateOutcome(form.version, outcome, reason)


@dataclass(frozen=True)
class CheckedFile:
    """A chosen file that could be read as a recording, and what it says of itself."""

    file: ChosenFile
    stance: Stance | None
    placement: str | None
    mounting: str | None
    foot_lift_s: float | None
    recorded_at: str | None
    needs_rate: bool


def check_file(file: ChosenFile, rate_hz: float | None = None) -> CheckedFile:
    """Read a file in memory before anything is asked about it.

    Raises
    ------
    FormError
        With one sentence, when it can't be a recording.
    """
    from kinometric.recordings import RecordingError, read_recording

    if len(file.content) > LARGEST_FILE_BYTES:
        raise FormError("The file is larger than 10 MB, which no recording of 10 s is. Nothing was stored.")
    try:
        recording = read_recording(file.content, rate_hz=rate_hz)
    except RecordingError as problem:
        if rate_hz is None and problem.code == "no_time":
            return CheckedFile(file, None, None, None, None, None, needs_rate=True)
        sentence = str(problem)
        raise FormError(f"{sentence[:1].upper()}{sentence[1:]} Nothing was stored.") from None
    return CheckedFile(
        file,
        recording.stance,  # type: ignore[arg-type]
        recording.placement,
        recording.mounting,
        recording.foot_lift_s,
        recording.recorded_at,
        needs_rate=False,
    )


def add_form(checked: CheckedFile, stance: Stance | None) -> AddForm:
    """The question about a file that was read."""
    return AddForm(
        checked.file.name,
        len(checked.file.content),
        checked.stance or stance,
        checked.placement or "",
        checked.mounting,
        checked.needs_rate,
    )


def read_rate(typed_hz: str) -> float:
    """Samples a second.

    Raises
    ------
    FormError
        When it is no number from 1 to 1,000.
    """
    try:
        value = float(typed_hz.strip().lower().removesuffix("hz").strip().replace(",", "."))
    except ValueError:
        raise FormError("Write the samples a second like 50.") from None
    if not 1.0 <= value <= 1000.0:
        raise FormError("The rate lies between 1 and 1,000 samples a second.")
    return value


def result_request(
    checked: CheckedFile,
    *,
    patient_id: str,
    session_id: str,
    stance: str,
    placement: str,
    portrait: bool,
    rate_hz: float | None,
    now: datetime,
) -> NewResult:
    """The form that posts a recording.

    Raises
    ------
    FormError
        When stance or placement is not chosen.
    """
    if not stance:
        raise FormError("Choose the stance.")
    if not placement:
        raise FormError("Say where the phone was; “not known” is an answer too.")
    return NewResult(
        patient_id=patient_id,
        stance=stance,  # type: ignore[arg-type]
        tested_at=checked.recorded_at if _has_offset(checked.recorded_at) else now.isoformat(timespec="seconds"),  # type: ignore[arg-type]
        session_id=session_id or None,
        recording_base64=base64.b64encode(checked.file.content).decode("ascii"),
        rate_hz=rate_hz,
        placement=placement,
        mounting="portrait_screen_out" if portrait else None,
        foot_lift_s=checked.foot_lift_s,
    )


def _has_offset(moment: str | None) -> bool:
    if moment is None:
        return False
    try:
        return datetime.fromisoformat(moment).tzinfo is not None
    except ValueError:
        return False
