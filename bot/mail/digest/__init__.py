"""Tell a channel once in a while what went on on a list: what matters first, in one message."""
