"""The HTTP interface: one thin module per resource, each with a ``router``."""
