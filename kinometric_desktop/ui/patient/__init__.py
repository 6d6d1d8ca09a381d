"""The dialog that adds a patient or corrects a record."""
