"""Plots of sway: paths, traces and the trend, drawn from plain arrays by widgets of their own."""
