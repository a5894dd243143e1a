"""Handle text that people read: Markdown, limits, times, the catalogue of what the bot says."""
