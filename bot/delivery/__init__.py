"""Say things on Discord without knowing Discord: posts as data."""
