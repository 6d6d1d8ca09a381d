"""Write the list of packages into pyproject.toml; a test holds that it is complete."""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def main() -> int:
    """Return 0 after writing the list."""
    packages = sorted(
        ".".join(path.parent.relative_to(ROOT).parts)
        for top in ("kinometric", "kinometric_server", "kinometric_desktop")
        for path in (ROOT / top).rglob("__init__.py")
    )
    lines = "".join(f'    "{name}",\n' for name in [*packages, "kinometric._resources"])
    project = ROOT / "pyproject.toml"
    text = project.read_text(encoding="utf-8")
    project.write_text(re.sub(r"(?m)^packages = \[[^]]*\]", f"packages = [\n{lines}]", text), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
