"""The FAQ page of a made-up working group, as its wiki has it."""

QUESTIONS = (
    "How can I join the harbour group?",
    "When are the weekly meetings?",
    "Where are the minutes kept?",
    "How do I report a bug in the tide tables?",
    "Who may vote on a proposal?",
    "What does membership cost?",
)
ANSWERS = (
    "Write to the [mailing list](https://lists.example.org/harbour) and say hello.",
    "Every Tuesday at 15:00 UTC.",
    "In the archive of the wiki, one page a month.",
    "Open an issue in the tracker:\n\n* name the port\n* name the day",
    "Every member who came to two of the last four meetings.",
    "Nothing. The harbour is open to all.",
)
JOIN, MEETINGS, MINUTES, BUG, VOTE, COST = QUESTIONS


def page(*pairs: tuple[str, str]) -> str:
    """Write a Markdown page with two topics."""
    written = pairs or tuple(zip(QUESTIONS, ANSWERS, strict=True))
    parts = ["# Harbour FAQ", "", "## People", ""]
    for number, (question, answer) in enumerate(written):
        if number == 3:
            parts += ["## Work", ""]
        parts += [f"### {question}", "", answer, ""]
    return "\n".join(parts)


FAQ = page()
NOT_IN_THE_FAQ = "xylophone zebra quarantine"
# Several entries are meant alike.
UNCLEAR = "meetings or minutes or membership"
