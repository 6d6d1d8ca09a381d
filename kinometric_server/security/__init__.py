"""Passwords, sessions, second factor, device keys, sealing keys and the throttle."""
