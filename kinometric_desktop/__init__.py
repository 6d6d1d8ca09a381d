"""The clinic workstation of Kinometric: find, match, review, report, upload."""
