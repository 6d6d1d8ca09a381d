"""Presenters and use cases of the workstation, one per screen, without Qt."""
