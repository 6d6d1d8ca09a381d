"""Help, the key list and the settings."""
