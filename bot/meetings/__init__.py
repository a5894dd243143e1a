"""Follow the group's calendars: read them, plan reminders, tell of changes."""
