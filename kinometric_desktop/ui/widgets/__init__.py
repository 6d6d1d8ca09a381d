"""The components of the design system that several screens use."""
