"""The report screen: the pages that will be filed, what they rest on, and sending them."""
