"""Read what a member types as the time of a meeting: one date, a series, or a question to ask back."""
