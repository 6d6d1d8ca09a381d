"""The values of matching: a person as a record states them, a verdict on one field, and what two records come to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol

Verdict = Literal["same", "close", "swapped", "differs", "missing"]
Field = Literal["lastname", "firstname", "suffix", "born", "sex", "phone", "zip", "preferredname"]
Band = Literal["strong", "possible", "weak"]
Span = tuple[int, int]
"""First and one past the last character of a piece of text."""

FIELD_LABELS: dict[Field, str] = {
    "lastname": "Last name",
    "firstname": "First name",
    "suffix": "Suffix",
    "born": "Born",
    "sex": "Sex",
    "phone": "Phone",
    "zip": "ZIP",
    "preferredname": "Preferred name",
}

SYMBOLS: dict[Verdict, str] = {"same": "=", "close": "≈", "swapped": "⇄", "differs": "≠", "missing": "·"}

BAND_WORDS: dict[Band, str] = {"strong": "Strong", "possible": "Possible", "weak": "Weak"}

NOT_RECORDED = "Not recorded"


class Demographics(Protocol):
    """Any record that names a person in the words of athenaOne's demographics."""

    @property
    def lastname(self) -> str: ...
    @property
    def firstname(self) -> str: ...
    @property
    def middlename(self) -> str: ...
    @property
    def suffix(self) -> str: ...
    @property
    def preferredname(self) -> str: ...
    @property
    def born(self) -> date | None: ...
    @property
    def sex(self) -> str: ...
    @property
    def phone(self) -> str: ...
    @property
    def zip(self) -> str: ...


@dataclass(frozen=True, repr=False)
class PersonRecord:
    """A person as one record states them, untouched; an empty string or None is "not recorded".

    It has no repr of its values, so that no name reaches a log or an exception's text.

    Attributes
    ----------
    lastname, firstname, middlename, suffix, preferredname : str
        As stored.
    born : date or None
    sex, phone, zip : str
        As stored.
    """

    lastname: str = ""
    firstname: str = ""
    middlename: str = ""
    suffix: str = ""
    preferredname: str = ""
    born: date | None = None
    sex: str = ""
    phone: str = ""
    zip: str = ""

    @classmethod
    def of(cls, record: Demographics) -> PersonRecord:
        """Return the person in any record that has these fields, such as the contract's patients.

        Parameters
        ----------
        record : Demographics

        Returns
        -------
        PersonRecord
        """
        return cls(
            record.lastname,
            record.firstname,
            record.middlename,
            record.suffix,
            record.preferredname,
            record.born,
            record.sex,
            record.phone,
            record.zip,
        )


@dataclass(frozen=True, repr=False)
class FieldVerdict:
    """One row of the comparison.

    Attributes
    ----------
    field : Field
        Which field.
    verdict : Verdict
        The machine's word on it.
    level : str
        The finer level of agreement that carries the weight, for example ``"nickname"`` or ``"one_digit"``.
    word : str
        What stands beside the symbol: ``"same"``, ``"day/month"``, ``"year"``.
    sentence : str
        The same for a screen reader: ``"Born: day and month swapped"``; never holds a value.
    ours, theirs : str
        Both values as they are shown.
    ours_spans, theirs_spans : tuple of Span
        Characters that differ, to be underlined; they stay right when the year is masked by four dots.
    """

    field: Field
    verdict: Verdict
    level: str
    word: str
    sentence: str
    ours: str
    theirs: str
    ours_spans: tuple[Span, ...] = ()
    theirs_spans: tuple[Span, ...] = ()

    @property
    def label(self) -> str:
        """The field's name on the screen."""
        return FIELD_LABELS[self.field]

    @property
    def symbol(self) -> str:
        """The verdict's symbol."""
        return SYMBOLS[self.verdict]
