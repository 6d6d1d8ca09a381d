"""What server and workstation say to each other: frozen dataclasses and error codes, nothing else."""
