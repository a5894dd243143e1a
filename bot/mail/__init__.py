"""Read the group's mailing lists: fetch, understand, thread, keep and search mail."""
