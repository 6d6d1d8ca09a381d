"""Run every benchmark of this folder, each in a process of its own: ratios beside a peer in one run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def main() -> int:
    """Return 0 when every benchmark ran to its end; figures are read by people, never judged here."""
    here = Path(__file__).resolve().parent
    wanted = set(sys.argv[1:])
    failed = []
    for script in sorted(here.glob("*.py")):
        if (
            script.name in {"run.py", "oracle.py"}
            or script.stem.startswith("_")
            or (wanted and script.stem not in wanted)
        ):
            continue
        print(f"\n== {script.stem}", flush=True)
        if subprocess.run([sys.executable, str(script)], cwd=here.parent, check=False).returncode != 0:
            failed.append(script.stem)
    if failed:
        print(f"\nThese did not run to their end: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
