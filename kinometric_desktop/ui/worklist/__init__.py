"""The worklist screen and the search for a patient."""
