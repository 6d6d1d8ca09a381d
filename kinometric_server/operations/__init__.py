"""What the clinic's IT sees: settings, logs and their archive, health, metrics, backup and restore."""
