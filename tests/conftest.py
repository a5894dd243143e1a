"""What holds for all tests: generated examples have no deadline of their own, for machines can be busy."""

from hypothesis import settings

settings.register_profile("repository", deadline=None)
settings.load_profile("repository")
