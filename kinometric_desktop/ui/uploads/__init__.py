"""The uploads screen."""
