"""Users, their memberships, and signing in."""
