"""The commands of ``kinometric-server`` that look after an installation."""
