"""Look after the bot as a whole: what spans the features."""
