"""The only code of the workstation that talks to the server."""
