"""The optional language model that words a draft: its address, what it is asked, what becomes of its answer."""
