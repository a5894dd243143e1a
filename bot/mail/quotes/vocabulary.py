"""Write lists of words and phrases in many languages so that they read as lists and not as punctuation."""


def phrases(*lines: str) -> tuple[str, ...]:
    """Return what stands between the bars of some lines."""
    return tuple(phrase for line in lines for phrase in line.split("|"))
