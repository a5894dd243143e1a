"""What holds for all tests: how examples are generated.

They have no deadline of their own, for machines can be busy. Where a machine decides about a change
(`--hypothesis-profile=gate`), the same examples come each time, so that a change is judged by itself and not
by luck; at a person's desk and in the weekly run they differ, and find what nobody thought of.
"""

from hypothesis import settings

settings.register_profile("desk", deadline=None)
settings.register_profile("gate", deadline=None, derandomize=True, database=None)
settings.load_profile("desk")
