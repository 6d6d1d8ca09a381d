"""The match screen: search athenaOne, candidates, and the comparison side by side."""
