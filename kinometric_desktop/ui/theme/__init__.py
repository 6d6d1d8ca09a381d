"""Tokens, palette, fonts, icons and the application's present look."""

from kinometric_desktop.ui.theme.look import Look, look

__all__ = ["Look", "look"]
