"""Read iCalendar as servers really write it (RFC 5545 and 7986), losing no good meeting to a bad one."""
