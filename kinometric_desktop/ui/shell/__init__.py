"""The window around all screens: app bar, rail, banner, stepper, key bar, lock."""
