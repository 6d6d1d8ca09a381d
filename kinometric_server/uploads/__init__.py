"""Uploads: a reviewed report is filed in athenaOne once, or its state says why not."""
