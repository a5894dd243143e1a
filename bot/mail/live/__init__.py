"""Bring each mail of a list into Discord as it comes: one thread for each conversation."""
