"""The audit trail: one entry with every effect, read, denial and sign-in, in a keyed chain."""

from kinometric_server.audit.trail import GENESIS, Trail, record

__all__ = ["GENESIS", "Trail", "record"]
