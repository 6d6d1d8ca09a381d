"""Are these two records one person? Names, dates, verdicts, ranking, and the rules of a link; a person decides."""

from kinometric.matching.comparing import Comparison, Headline, compare
from kinometric.matching.finding import FindQuery, TypedDate, name_keys, parse_find, parse_typed_date
from kinometric.matching.linking import (
    OTHER_REASON,
    REASONS,
    LinkCheck,
    Obstacle,
    ReasonNeeded,
    birth_year_is_right,
    is_reason,
    link_obstacles,
    missing_reasons,
)
from kinometric.matching.normalising import fold, is_placeholder, real_birth_date
from kinometric.matching.phonetics import sounds_like
from kinometric.matching.ranking import CloseCall, RankedCandidate, Ranking, rank
from kinometric.matching.similar import similar_name_keys, similar_names, surely_similar_key
from kinometric.matching.values import Band, Field, FieldVerdict, PersonRecord, Span, Verdict
from kinometric.matching.weights import MODEL_VERSION

__all__ = [
    "MODEL_VERSION",
    "OTHER_REASON",
    "REASONS",
    "Band",
    "CloseCall",
    "Comparison",
    "Field",
    "FieldVerdict",
    "FindQuery",
    "Headline",
    "LinkCheck",
    "Obstacle",
    "PersonRecord",
    "RankedCandidate",
    "Ranking",
    "ReasonNeeded",
    "Span",
    "TypedDate",
    "Verdict",
    "birth_year_is_right",
    "compare",
    "fold",
    "is_placeholder",
    "is_reason",
    "link_obstacles",
    "missing_reasons",
    "name_keys",
    "parse_find",
    "parse_typed_date",
    "rank",
    "real_birth_date",
    "similar_name_keys",
    "similar_names",
    "sounds_like",
    "surely_similar_key",
]
