"""The clinic server of Kinometric; the only program that talks to athenaOne."""
