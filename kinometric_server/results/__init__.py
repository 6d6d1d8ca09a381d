"""Test sessions: recordings taken in and scored, holds confirmed, reviews stamped, reports previewed."""
