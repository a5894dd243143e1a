"""Pack a list of words with their counts into the table that the FAQ's search carries.

The input has a word and a count a line (such as symspellpy's frequency_dictionary_en_82_765.txt, MIT). The
output is a zlib file of sorted lines "word level", where level is the count's logarithm in 0..99.
"""

import math
import sys
import zlib
from pathlib import Path

TARGET = Path("bot/faq/search/words_en.zz")


def main(source: Path) -> None:
    """Read the list, write the table."""
    counts: dict[str, int] = {}
    for line in source.read_text(encoding="utf-8-sig").splitlines():
        word, _, count = line.partition(" ")
        if word.isascii() and word.isalpha():
            counts[word] = int(count)
    low, high = math.log(min(counts.values())), math.log(max(counts.values()))
    lines = [
        f"{word} {round(99 * (math.log(count) - low) / (high - low))}"
        for word, count in sorted(counts.items())
    ]
    text = "\n" + "\n".join(lines) + "\n"
    TARGET.write_bytes(zlib.compress(text.encode(), 9))
    print(f"{len(lines)} words, {TARGET.stat().st_size} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
