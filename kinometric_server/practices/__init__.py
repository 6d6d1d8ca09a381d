"""Practices, their scope sheets and their departments."""
