"""Expand rules and series to the dates on which they fall, in wall time, every loop bounded."""
