"""Find a mail's own words: what its author wrote, without quotes, signatures, list footers and patches."""
