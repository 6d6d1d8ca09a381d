"""What differs between operating systems, each difference in one module."""
