"""The outside, one folder per technology."""
