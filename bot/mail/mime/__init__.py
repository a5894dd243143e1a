"""Turn the bytes of a mail into an Email; `message` is the way in."""
