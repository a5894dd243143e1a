"""Read mail from where it lives, each kind of place behind one contract (see registry.py)."""
