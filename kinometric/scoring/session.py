"""Four stances seen together: the counting trial of each, the headline, and the gaps between them."""

from __future__ import annotations

from collections.abc import Iterable

from kinometric.scoring.values import Session, Trial


def make_session(trials: Iterable[Trial]) -> Session:
    """Bring trials together."""
    raise NotImplementedError
