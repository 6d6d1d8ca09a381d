"""The demo: a clinic with invented people, its server, the athenaOne stand-in and a workstation, on this machine."""
