"""Compare two records field by field: a verdict in words, the characters that differ, and the weight of it all."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from kinometric.matching.birth_dates import (
    BORN_SENTENCES,
    BORN_VERDICTS,
    BORN_WORDS,
    birth_date_level,
    differing_spans,
    written,
)
from kinometric.matching.differences import differing_characters
from kinometric.matching.names import (
    FIRST_NAME_VERDICTS,
    LAST_NAME_VERDICTS,
    first_name_level,
    last_name_level,
    names_swapped,
)
from kinometric.matching.nicknames import is_nickname
from kinometric.matching.normalising import Prepared, phone_digits, prepare, split_name
from kinometric.matching.values import (
    FIELD_LABELS,
    NOT_RECORDED,
    SYMBOLS,
    Band,
    Field,
    FieldVerdict,
    PersonRecord,
    Verdict,
)
from kinometric.matching.weights import MODEL_VERSION, band_of, weight_of

_SEX_WORDS = {"m": "Male", "male": "Male", "f": "Female", "female": "Female", "o": "Other", "other": "Other"}

_LEVEL_SENTENCES: dict[str, str] = {
    "same": "same in both records",
    "written": "the same name written differently",
    "part": "one part of a double name is the same",
    "typing": "looks like a typing error",
    "sound": "written differently, sounds alike",
    "alike": "differs, though some letters are alike",
    "differs": "differs",
    "missing": "not recorded on one side",
    "swapped": "first and last name are in each other's place",
    "middle_missing": "the first name is the same, a middle name is missing on one side",
    "middle_initial": "the first name is the same, the middle name is an initial on one side",
    "middle_differs": "the first name is the same, the middle names differ",
    "nickname": "one may be a short form of the other",
    "initial": "an initial on one side",
    "middle_used": "one is the other's middle name",
    "close": "close",
}

_HEADLINE_WORDS: dict[Field, str] = {
    "lastname": "last name",
    "firstname": "first name",
    "suffix": "suffix",
    "born": "birth date",
    "sex": "sex",
}
_SEVERITY: tuple[Verdict, ...] = ("differs", "swapped", "missing", "close")


def _verdict(field: Field, level: str) -> Verdict:
    if field == "lastname":
        return LAST_NAME_VERDICTS[level]
    if field == "firstname":
        return FIRST_NAME_VERDICTS[level]
    if field == "born":
        return BORN_VERDICTS[level]
    return level  # type: ignore[return-value]  # the other fields' levels are verdicts


@dataclass(frozen=True)
class Headline:
    """What a candidate's row says: the weightiest verdict and the fields it stands for.

    Attributes
    ----------
    verdict : Verdict
    symbol : str
        That of the verdict, for readers who see no colour.
    text : str
        For example ``"birth date differs"``; no value.
    """

    verdict: Verdict
    symbol: str
    text: str


@dataclass(frozen=True)
class Comparison:
    """What two records come to.

    Attributes
    ----------
    ours, theirs : PersonRecord
        Kinometric's and athenaOne's record.
    levels : dict
        Level of agreement by field, for the fields that carry weight.
    weight_bits : float
        Sum of the weights; for the audit and administrators, never shown as a percentage.
    band : Band
        The word for it.
    model_version : str
        Version of the weights.
    """

    ours: PersonRecord
    theirs: PersonRecord
    levels: dict[Field, str]
    weight_bits: float
    band: Band
    model_version: str = MODEL_VERSION

    def verdict(self, field: Field) -> Verdict:
        """The verdict on one field.

        Parameters
        ----------
        field : Field

        Returns
        -------
        Verdict
        """
        return _verdict(field, self.levels.get(field, "missing"))

    @cached_property
    def fields(self) -> tuple[FieldVerdict, ...]:
        """One row per field, in the order of the screen; a suffix only when either record has one."""
        rows = [self._row(field) for field in FIELD_LABELS if field != "suffix" or self._has_suffix]
        return tuple(rows)

    def field(self, field: Field) -> FieldVerdict | None:
        """Return the row of one field.

        Parameters
        ----------
        field : Field

        Returns
        -------
        FieldVerdict or None
            None for a suffix that neither record has.
        """
        return next((row for row in self.fields if row.field == field), None)

    @property
    def verdicts(self) -> dict[str, str]:
        """Verdict by field, without any value: what the link's record keeps."""
        return {field: self.verdict(field) for field in self.levels if field != "suffix" or self._has_suffix}

    @cached_property
    def headline(self) -> Headline:
        """The weightiest verdict of names, birth date, suffix and sex, for the candidate's row."""
        for verdict in _SEVERITY:
            fields = [field for field in _HEADLINE_WORDS if self.verdict(field) == verdict]
            if verdict == "missing":
                fields = [field for field in fields if field in ("lastname", "firstname", "born")]
            if fields:
                words = [self._headline_word(field) for field in fields]
                if verdict == "swapped" and "lastname" in fields:
                    words = ["first and last name", *words[2:]]
                return Headline(verdict, SYMBOLS[verdict], ", ".join(words))
        return Headline("same", SYMBOLS["same"], "all the same")

    @property
    def years_differ(self) -> bool:
        """True when both birth dates are known and their years differ."""
        return (
            self.ours.born is not None
            and self.theirs.born is not None
            and (self.ours.born.year != self.theirs.born.year)
        )

    def _headline_word(self, field: Field) -> str:
        if field == "born" and self.levels["born"] in ("year", "year_digit", "century"):
            return "birth year"
        return _HEADLINE_WORDS[field]

    @property
    def _has_suffix(self) -> bool:
        return bool(prepare(self.ours).suffix or prepare(self.theirs).suffix)

    def _row(self, field: Field) -> FieldVerdict:
        level = self.levels.get(field, "missing")
        verdict = _verdict(field, level)
        ours, theirs = shown_value(self.ours, field), shown_value(self.theirs, field)
        if field == "born":
            word, saying = BORN_WORDS[level], BORN_SENTENCES[level]
            spans = (differing_spans(self.ours.born, self.theirs.born),) * 2
        else:
            word, saying = verdict, _LEVEL_SENTENCES[level]
            spans = ((), ()) if verdict in ("same", "missing") else differing_characters(ours, theirs)
        sentence = f"{FIELD_LABELS[field]}: {saying}"
        return FieldVerdict(
            field, verdict, level, word, sentence, ours or NOT_RECORDED, theirs or NOT_RECORDED, spans[0], spans[1]
        )


def shown_value(person: PersonRecord, field: Field) -> str:
    """Return one field of a record as a person reads it, names as stored.

    Parameters
    ----------
    person : PersonRecord
    field : Field

    Returns
    -------
    str
        ``""`` for what is not recorded.
    """
    if field == "firstname":
        return " ".join(part for part in (person.firstname.strip(), person.middlename.strip()) if part)
    if field == "suffix":
        return person.suffix.strip() or _suffix_in_name(person)
    if field == "born":
        return written(person.born)
    if field == "sex":
        return _SEX_WORDS.get(person.sex.strip().lower(), person.sex.strip())
    if field == "phone":
        digits = phone_digits(person.phone)
        return f"({digits[:3]}) {digits[3:6]}-{digits[6:]}" if len(digits) == 10 else person.phone.strip()
    return str(getattr(person, field)).strip()


def _suffix_in_name(person: PersonRecord) -> str:
    for name in (person.lastname, person.firstname):
        if split_name(name).suffix:
            return name.split()[-1].strip(",")
    return ""


def compare(ours: PersonRecord, theirs: PersonRecord) -> Comparison:
    """Compare two records.

    Parameters
    ----------
    ours, theirs : PersonRecord
        The records, as stored.

    Returns
    -------
    Comparison
        Verdicts, weight and band; changing the sides changes neither verdicts nor weight. Never raises.
    """
    return compare_prepared(ours, prepare(ours), theirs)


def compare_prepared(ours: PersonRecord, prepared: Prepared, theirs: PersonRecord) -> Comparison:
    """Compare with a record that was prepared once for many candidates.

    Parameters
    ----------
    ours : PersonRecord
    prepared : Prepared
        What `prepare` made of ours.
    theirs : PersonRecord

    Returns
    -------
    Comparison
    """
    levels = _levels(prepared, prepare(theirs))
    weight = weight_of(levels)
    return Comparison(ours, theirs, levels, weight, band_of(levels, weight))


def _levels(one: Prepared, other: Prepared) -> dict[Field, str]:
    last = last_name_level(one, other)
    first = first_name_level(one, other)
    if "differs" in (first, last) and names_swapped(one, other):
        last = first = "swapped"
    return {
        "lastname": last,
        "firstname": first,
        "suffix": _equal(one.suffix, other.suffix),
        "born": birth_date_level(one.born, other.born),
        "sex": _equal(one.sex, other.sex),
        "phone": _phone_level(one.phone, other.phone),
        "zip": _equal(one.zip, other.zip),
        "preferredname": _preferred_level(one, other),
    }


def _equal(one: str, other: str) -> str:
    if not one or not other:
        return "missing"
    return "same" if one == other else "differs"


def _phone_level(one: str, other: str) -> str:
    if one and other and one != other and one[-7:] == other[-7:]:
        return "close"
    return _equal(one, other)


def _preferred_level(one: Prepared, other: Prepared) -> str:
    level = _equal(one.preferred, other.preferred)
    return "close" if level == "differs" and is_nickname(one.preferred, other.preferred) else level
