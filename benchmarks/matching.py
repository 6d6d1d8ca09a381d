"""Ranking 100 candidates, names that no cache has seen; beside it the bare string comparisons of rapidfuzz."""

from __future__ import annotations

import gc
import random
import string
import sys
import time
from datetime import date, timedelta
from pathlib import Path
from statistics import median

HERE = Path(__file__).resolve().parent
ROUNDS = 60
CANDIDATES = 100
BUDGET_MS = 2.0


def main() -> int:
    """Print the cost of a ranking and of its floor, measured in turns."""
    sys.path.insert(0, str(HERE.parent))
    from rapidfuzz.distance import OSA, JaroWinkler

    from kinometric.matching import PersonRecord, rank

    rng = random.Random(20261123)

    def word() -> str:
        return "".join(rng.choices(string.ascii_lowercase, k=rng.randint(4, 9))).title()

    def people() -> list[PersonRecord]:
        return [
            PersonRecord(
                word(),
                word(),
                rng.choice(string.ascii_uppercase),
                "",
                "",
                date(1930, 1, 1) + timedelta(days=rng.randint(0, 28000)),
                rng.choice("FM"),
                f"410555{rng.randint(0, 9999):04d}",
                f"{rng.randint(10000, 99999)}",
            )
            for _ in range(CANDIDATES)
        ]

    ours = PersonRecord("Muestra-López", "Maria", "Elena", "", "Mari", date(1951, 3, 4), "F", "4105550142", "00104")
    rank(ours, people())
    ranked: list[float] = []
    compared: list[float] = []
    gc.disable()
    for _ in range(ROUNDS):
        candidates = people()
        begun = time.perf_counter()
        rank(ours, candidates)
        ranked.append(time.perf_counter() - begun)
        begun = time.perf_counter()
        for one in candidates:
            JaroWinkler.similarity(ours.lastname, one.lastname)
            JaroWinkler.similarity(ours.firstname, one.firstname)
            OSA.distance(ours.lastname, one.lastname)
        compared.append(time.perf_counter() - begun)
    gc.enable()
    cost_ms, floor_ms = median(ranked) * 1e3, median(compared) * 1e3
    print(
        f"rank({CANDIDATES} candidates)   median {cost_ms:.2f} ms, best {min(ranked) * 1e3:.2f} ms"
        f" (budget {BUDGET_MS} ms)"
    )
    print(f"three string comparisons each   median {floor_ms:.2f} ms; ratio {cost_ms / floor_ms:.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
