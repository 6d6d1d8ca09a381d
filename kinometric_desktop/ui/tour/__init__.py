"""The scripted tour: the workstation's main job done by real key and mouse events, with a picture of each step."""
