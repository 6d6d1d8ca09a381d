"""Kinometric's patients, how they are found, and their links to athenaOne charts."""
