"""The words of the help page: what each step is for, what the symbols mean, and what the codes say."""

from __future__ import annotations

from kinometric_desktop.app.wording import LEVEL_NOTE

STEPS = (
    ("Find", "The worklist shows the day’s tests and what each needs next. Enter opens a row at its next step."),
    (
        "Match",
        (
            "Search athenaOne, open a candidate, and read both records side by side. The year of birth stays hidden "
            "until you type it as the patient says it; it must equal both records. Nobody is chosen for you."
        ),
    ),
    (
        "Review",
        (
            "Look at the traces, the quality and the scores. Each hold is a proposal until you confirm it; a trunk "
            "sensor can’t tell one foot from two. Then mark the session as reviewed."
        ),
    ),
    ("Report", "You see the very bytes that are filed. Print or save them; both are written to the audit log."),
    (
        "Upload",
        (
            "One dialog, one document. If the answer is lost, the upload is Unknown: look in the chart for its mark, "
            "then say what you found. It is never sent again without your order."
        ),
    ),
)
#: What F1 says first, by the screen it was pressed on: its name, and what to do there.
SCREENS: dict[str, tuple[str, str]] = {
    "sign_in": (
        "Sign in",
        (
            "Type the name and password that your administrator gave you. After five wrong tries the server asks "
            "you to wait. A code comes from the authenticator on your phone, or from your printed recovery codes."
        ),
    ),
    "worklist": (
        "Worklist",
        (
            "One line a test, newest first. The tabs count and filter; the box below them searches in the list, "
            "Ctrl+F in all patients. “similar name” warns that another patient is called nearly the same: compare "
            "the birth date."
        ),
    ),
    "match": (
        "Match",
        (
            "Search by name and department, or look up the athenaOne patient ID. Compare every line, ask the "
            "patient for the birth year and type it; give a reason where a line differs. Only then can the "
            "records be linked."
        ),
    ),
    "review": (
        "Review",
        (
            "Quality comes before scores: read it first. H confirms the holds that are plausible, D says when a "
            "foot came down, O why there is no test. The stamp opens when every hold is confirmed and every trace "
            "was on the screen."
        ),
    ),
    "report": (
        "Report and upload",
        (
            "The pages are the very bytes that are filed. Every check at the right must pass. Upload reads the "
            "record again and asks for the birth year; Cancel is what Enter presses there."
        ),
    ),
    "uploads": (
        "Uploads",
        (
            "The server sends on, whether this computer is on or not. Unknown means that no answer came: look in "
            "the chart for the mark that is shown, then type the document number or say that it is not there."
        ),
    ),
    "departments": (
        "Departments",
        (
            "At the left athenaOne’s departments, at the right those that this practice works with. Only an "
            "administrator allows and stops them; anybody may make an allowed one their own."
        ),
    ),
    "admin": (
        "Administration",
        (
            "Users and their roles, the practice’s scope sheet, and the audit log. What is changed here counts at "
            "once, from everybody’s next request."
        ),
    ),
}
ASKING = (
    (
        "Who to ask",
        "Your clinic’s IT looks after the server and its users. Tell them the code at the end of a message.",
    ),
    ("Your data", "Nothing about a patient stays on this computer but what you print or save yourself."),
    ("Licences", "Kinometric: Apache License 2.0. Qt: LGPL 3. Inter: SIL Open Font License 1.1."),
)
LEVELS = (
    ("critical", "Critical risk", "score below 2.5"),
    ("high", "High risk", "2.5 to below 5"),
    ("moderate", "Moderate risk", "5 to below 7.5"),
    ("low", "Low risk", "7.5 to 10"),
)
LEVELS_NOTE = f"{LEVEL_NOTE} The ranges are for eyes open; eyes closed takes its level from published norms at the age."
CODES = (
    ("KW-101", "The Kinometric server did not answer. Nothing was sent. Check the network, then press F5."),
    ("KW-500", "Kinometric made a mistake and stopped what it was doing. Tell your clinic’s IT if it happens again."),
    ("KS-401", "The session has ended. Sign in again; your unsent note is kept."),
    ("KS-403D", "The patient belongs to a department that your practice is not set up for. The attempt was logged."),
    ("KS-409", "Someone else changed this meanwhile. Press F5, look again, then repeat what you did."),
    ("KS-429", "Too many tries, or athenaOne asked to slow down. Wait for the time that is shown."),
    ("KS-503", "athenaOne could not be reached. Nothing was sent; the report waits in the queue."),
    ("KS-520", "The report left, but no answer came back. Look in the chart before anything is sent again."),
)
