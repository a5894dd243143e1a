"""Keep what must survive: the one door to database engines and drivers."""
