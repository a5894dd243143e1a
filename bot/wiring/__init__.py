"""Wire the features: a module for each builds its parts, its commands and its jobs; bot.app joins them."""
