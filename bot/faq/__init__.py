"""Answer questions from the group's own FAQ pages."""
