"""Starts the workstation: paints a window first, loads everything else afterwards."""

from __future__ import annotations

import sys

USAGE = """usage: kinometric-desktop [--server URL] [--demo]

  --server URL         connect to this Kinometric server (https, or http on this computer)
  --demo               start a demonstration clinic on this computer and work in it
  --first-paint-exit   paint the first window, print what was loaded, and end
  --tour DIR           walk through the main job of a demo by itself and leave a picture of each step in DIR
  --self-check         paint, score and render once, say what was done, and end
  --version            print the version
"""


def main(arguments: list[str] | None = None) -> int:
    """Run the workstation; returns the exit code of the process."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    server_url, tour, first_paint_exit, self_check = "", "", False, False
    while given:
        option = given.pop(0)
        if option == "--server" and given:
            server_url = given.pop(0)
        elif option.startswith("--server="):
            server_url = option.partition("=")[2]
        elif option == "--tour" and given:
            tour = given.pop(0)
        elif option == "--self-check":
            self_check = True
        elif option == "--first-paint-exit":
            first_paint_exit = True
        elif option == "--demo":
            return _demo()
        elif option == "--version":
            from importlib.metadata import version

            sys.stdout.write(f"kinometric-desktop {version('kinometric')}\n")
            return 0
        else:
            stream = sys.stdout if option in ("-h", "--help") else sys.stderr
            stream.write(USAGE)
            return 0 if stream is sys.stdout else 2
    return _run(server_url, tour, first_paint_exit=first_paint_exit, self_check=self_check)


def _run(server_url: str, tour: str, *, first_paint_exit: bool, self_check: bool) -> int:
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    from kinometric_desktop.ui.shell.first_window import TITLE, MainWindow

    application = QApplication(sys.argv[:1])
    application.setApplicationName("kinometric-desktop")
    application.setApplicationDisplayName(TITLE)
    application.setOrganizationName("Kinometric")
    window = MainWindow()
    running: list[object] = []

    def painted() -> None:
        if first_paint_exit:
            sys.stdout.write("\n".join(sorted(sys.modules)) + "\n")
            QTimer.singleShot(0, application.quit)
            return
        QTimer.singleShot(0, check_all if self_check else begin)

    def check_all() -> None:
        from kinometric_desktop.ui.self_check import self_check as check

        code = 1
        try:
            code = check(window)
        finally:
            application.exit(code)

    def begin() -> None:
        from kinometric_desktop.starting import start

        start(application, window, server_url, running, tour, single=not tour)

    window.painted.connect(painted)
    window.show()
    return int(application.exec())


def _demo() -> int:
    import os
    import shutil
    import subprocess
    from pathlib import Path

    server = shutil.which("kinometric-server", path=os.pathsep.join((str(Path(sys.executable).parent), os.defpath)))
    server = server or shutil.which("kinometric-server")
    if server is None:
        sys.stderr.write(
            "The demonstration clinic comes with the server part: install it with "
            "`pip install 'kinometric[desktop,server]'`, then run this again.\n"
        )
        return 1
    return subprocess.run([server, "demo"], check=False).returncode  # noqa: S603 - our own program


if __name__ == "__main__":
    sys.exit(main())
