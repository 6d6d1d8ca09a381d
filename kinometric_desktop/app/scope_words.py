"""The scope sheet in words: every switch, its name in the audit, what it means, and what turning it does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from kinometric.contract.practices import ScopeSheet
from kinometric_desktop.app.wording import written_date

ATHENA, BEYOND, INSIDE = "athenaOne", "Not in the specification", "Inside Kinometric"
ENVIRONMENTS = (("none", "none"), ("standin", "stand-in"), ("preview", "preview"), ("production", "production"))
CREDENTIALS = (("none", "none"), ("own", "own"), ("shared", "shared"))
ENCODINGS = (("multipart_base64", "multipart"), ("form_base64", "form"), ("multipart_file", "file"))
PAPER = (("letter", "letter"), ("a4", "A4"))
ENCODING_NOTES = {
    "multipart_base64": "Multipart with base64 text.",
    "form_base64": "A form with base64 text.",
    "multipart_file": "Multipart with the file.",
}
CHOICES = {
    "athena_environment": ENVIRONMENTS,
    "athena_credentials": CREDENTIALS,
    "upload_encoding": ENCODINGS,
    "page_size": PAPER,
}
#: These are changed together, in a form that asks for the secret.
CONNECTION = ("athena_environment", "athena_credentials")


@dataclass(frozen=True)
class SwitchWords:
    """One switch: heading, word, name in the audit, meaning, and the consequence of switching it on."""

    heading: str
    words: str
    name: str
    meaning: str
    consequence: str = ""

    @property
    def built(self) -> bool:
        """False for what is on the sheet only to say that it is not there; the server refuses to switch it on."""
        return self.heading != BEYOND


SWITCHES: tuple[SwitchWords, ...] = (
    SwitchWords(ATHENA, "Environment", "athena_environment", "Decides the host. Real patients: production only."),
    SwitchWords(ATHENA, "Credentials", "athena_credentials", "Never shown. No silent fallback."),
    SwitchWords(
        ATHENA, "Write documents", "documents_write", "Reports can be filed in charts.",
        "Whoever may upload can file reviewed reports in patients’ charts.",
    ),
    SwitchWords(
        ATHENA, "Upload encoding", "upload_encoding", "",
        "The first document in the new encoding must be opened in athenaOne and confirmed readable; until then later "
        "ones wait.",
    ),
    SwitchWords(
        ATHENA, "Read document list", "documents_list", "Looks for an upload whose answer was lost.",
        "The server reads the list of a patient’s documents when the answer to an upload was lost.",
    ),
    SwitchWords(
        ATHENA, "Birth date in search", "athena_dob_param", "Adds the birth date to the query.",
        "Searches send the birth date to athenaOne too.",
    ),
    SwitchWords(
        ATHENA, "Ping and practice information", "health_endpoints", "Only for diagnostics.",
        "Administrators can ask athenaOne for a sign of life and for the practice’s name.",
    ),
    SwitchWords(BEYOND, "Appointments", "appointments", "Not built: never asked for."),
    SwitchWords(BEYOND, "Webhooks", "webhooks", "Not built: no calls from outside are taken."),
    SwitchWords(BEYOND, "Fax delivery", "fax", "Not built: reports are filed, printed or saved."),
    SwitchWords(BEYOND, "HL7 messages", "hl7", "Not built: the command line writes a file."),
    SwitchWords(
        INSIDE, "Interpretation by a language model", "interpretation_model", "Needs an agreement with a provider.",
        "Scores, never a name, go to the language model whose address is set; what it writes is a draft.",
    ),
    SwitchWords(
        INSIDE, "Age view in the filed report", "age_view_in_report", "On the review screen always.",
        "Reports carry the age view beside the scores.",
    ),
    SwitchWords(INSIDE, "Paper of the report", "page_size", "Letter, or A4.", "Reports are made on the other paper."),
    SwitchWords(
        INSIDE, "Only enrolled computers", "require_devices", "Sign-in asks for a device key.",
        "People of this practice get in only from computers that they have enrolled before. Enrol them first: your own "
        "too.",
    ),
    SwitchWords(
        INSIDE, "Second factor for admins", "second_factor_for_admins", "Admins sign in with a code.",
        "Administrators without a second factor see nothing until they have set one up; you too.",
    ),
    SwitchWords(
        INSIDE, "One session per person", "single_session", "A new sign-in ends the one before.",
        "Who signs in elsewhere, the phone included, is signed out here.",
    ),
)  # fmt: skip
BY_NAME = {switch.name: switch for switch in SWITCHES}
OFF = "No such request leaves the server any more, from now on."
OFF_INSIDE = {
    "documents_write": "Nothing more is filed; what is queued waits.",
    "interpretation_model": "The language model is not asked any more.",
    "age_view_in_report": "Reports made from now on leave the age view out.",
    "require_devices": "People get in from any computer again.",
    "second_factor_for_admins": "Administrators may sign in with the password alone.",
    "single_session": "Several sessions of one person may run side by side again.",
}


@dataclass(frozen=True)
class ScopeLine:
    """One switch of the scope sheet as it stands; ``choices`` is empty for one that is on or off."""

    heading: str
    words: str
    name: str
    value: str
    is_on: bool
    meaning: str
    choices: tuple[tuple[str, str], ...] = ()
    built: bool = True

    @property
    def shown(self) -> str:
        """The value in words."""
        return dict(self.choices).get(self.value, "On" if self.is_on else "Off")


def scope_lines(sheet: ScopeSheet) -> tuple[ScopeLine, ...]:
    """The scope sheet as lines; a secret is no part of it."""
    lines = []
    for switch in SWITCHES:
        value = getattr(sheet, switch.name)
        choices = CHOICES.get(switch.name, ())
        meaning = switch.meaning
        if switch.name == "upload_encoding":
            meaning = ENCODING_NOTES[value]
        if switch.name == "athena_credentials" and sheet.secret_set_at:
            day = written_date(date.fromisoformat(sheet.secret_set_at[:10]))
            meaning = f"Set {day}, never shown. No silent fallback."
        if switch.name == "interpretation_model" and sheet.model_address:
            meaning = f"Asks {urlsplit(sheet.model_address).hostname or sheet.model_address}, {sheet.model_name}."
        is_on = value if isinstance(value, bool) else value != "none"
        shown = "" if isinstance(value, bool) else str(value)
        lines.append(ScopeLine(switch.heading, switch.words, switch.name, shown, is_on, meaning, choices, switch.built))
    return tuple(lines)
