"""What the people of the demo practice did on one leg: which sessions there are, on which day, and how far each is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Stage = Literal["measured", "confirmed", "reviewed", "previewed", "filed", "unknown"]
Attempt = tuple[float, float]
"""Seconds held (10 for all of it) and the severity of sway that the generator is given."""

STANCES: Final = ("LBEO", "RBEO", "LBEC", "RBEC")
TOO_SHORT_S: Final = 2.5


@dataclass(frozen=True)
class DemoSession:
    """One test session: whose, when, what came of the four stances, and where it stands in the day's work.

    `days_ago` 0 is today; the sessions of a day are listed from the latest to the earliest.
    """

    person: str
    attempts: tuple[Attempt | None, Attempt | None, Attempt | None, Attempt | None]
    stage: Stage = "measured"
    days_ago: int = 0
    cut_short: tuple[str, ...] = ()
    """Stances whose recording ends after 2.5 s, so that no score can be made of it."""
    note: str = ""


def _steady(score: float) -> Attempt:
    """Return the attempt that comes to about this score of 5 to 10 with eyes open."""
    return 10.0, min(max((10.49 - score) / 5.0, 0.0), 0.95)


def _down(at_s: float) -> Attempt:
    """Return the attempt that ends with a foot on the floor."""
    return at_s, 0.35


TODAY: Final[tuple[DemoSession, ...]] = (
    DemoSession("maria", (_steady(8.2), _steady(6.8), _down(4.2), _down(6.4))),
    DemoSession("mario", (_down(8.3), _steady(7.7), _down(5.1), _down(3.9))),
    DemoSession("james_jr", (_steady(7.2), _steady(8.1), None, None)),
    DemoSession("james_sr", (_down(3.6), _down(5.2), _down(1.8), _down(2.6))),
    DemoSession(
        "sean",
        (_steady(9.2), _steady(8.9), _steady(7.4), _down(7.7)),
        "previewed",
        note="Steady on both legs. Continue home exercise.",
    ),
    DemoSession("anneke", (_steady(8.6), _steady(7.9), _down(6.9), _down(5.8)), "filed"),
    DemoSession(
        "rosa",
        (_down(7.5), _down(9.1), _down(2.9), _down(3.4)),
        "unknown",
        note="Weaker on the left. Balance training twice a week.",
    ),
    DemoSession("erika", (_steady(5.6), _steady(6.3), _down(4.4), _down(5.0)), "confirmed"),
    DemoSession("chantal", (_steady(9.1), _steady(9.4), _steady(8.0), _down(8.2)), "reviewed"),
    DemoSession("luca", (_steady(8.4), _steady(8.7), _steady(7.0), None), cut_short=("LBEO", "RBEO")),
    DemoSession("nils", (_steady(6.2), _steady(7.1), _down(5.5), _down(4.7))),
    DemoSession("aino", (_steady(7.1), _steady(7.6), _down(3.1), _down(4.0)), "filed"),
    DemoSession("harold", (_down(9.4), _steady(5.9), _down(4.8), _down(5.2))),
    DemoSession("ingrid", (_steady(8.4), _steady(8.0), _down(6.1), _down(7.2)), "filed"),
)
"""Today's sessions, the latest first."""

BEFORE: Final[tuple[DemoSession, ...]] = (
    DemoSession("maria", (_steady(7.6), _steady(6.1), _down(3.7), _down(5.5)), "reviewed", days_ago=91),
    DemoSession("maria", (_steady(7.1), _down(9.2), _down(3.1), _down(4.9)), "reviewed", days_ago=184),
    DemoSession("sean", (_steady(8.8), _steady(8.3), _down(8.8), _down(6.5)), "reviewed", days_ago=98),
    DemoSession("anneke", (_steady(8.1), _steady(7.4), _down(5.6), _down(5.1)), "reviewed", days_ago=70),
    DemoSession("rosa", (_down(6.6), _down(8.4), _down(2.4), _down(3.0)), "reviewed", days_ago=119),
    DemoSession("erika", (_steady(5.3), _steady(5.9), _down(3.9), _down(4.6)), "reviewed", days_ago=63),
    DemoSession("roy", (_down(4.9), _down(6.0), _down(1.9), _down(2.2)), "confirmed", days_ago=3),
    DemoSession("carla", (_steady(8.8), _steady(9.0), _down(8.5), _steady(7.3)), "reviewed", days_ago=3),
    DemoSession("eero", (_steady(6.9), _steady(7.3), _down(4.1), _down(3.8)), days_ago=3),
    DemoSession("laura", (_steady(8.0), _steady(7.8), _down(5.7), _down(6.6)), days_ago=3),
    DemoSession("beth", (_down(8.8), _steady(6.0), _down(3.3), _down(3.6)), days_ago=4),
    DemoSession("dana", (_steady(9.0), _steady(8.5), _steady(7.1), _down(8.9)), days_ago=4),
    DemoSession("omar", (_steady(7.9), _steady(8.2), _down(6.0), _down(5.3)), days_ago=4),
    DemoSession("lena", (_down(5.7), _down(4.6), _down(2.0), _down(1.7)), days_ago=5),
    DemoSession("peter", (_steady(8.3), _steady(7.0), _down(5.2), _down(4.4)), days_ago=5),
    DemoSession("jonas", (_steady(9.3), _steady(9.1), _steady(7.9), _down(9.0)), days_ago=6),
    DemoSession("mia", (_steady(9.5), _steady(9.2), _steady(8.3), _steady(7.6)), days_ago=6),
    DemoSession("ilse", (_down(6.8), _down(7.9), _down(2.7), _down(3.2)), days_ago=7),
)
"""Sessions of other days, for trends and for training."""
