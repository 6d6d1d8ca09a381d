"""The athenaOne stand-in: answers as athenaOne was seen to answer, with invented people and faults on demand."""
