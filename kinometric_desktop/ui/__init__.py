"""The Qt part of the workstation: shell, screens, widgets, theme."""
