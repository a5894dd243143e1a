"""Set the bot up for the first time: `python -m bot setup`."""
