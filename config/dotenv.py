"""Read a .env file with a line number for everything that is wrong with it.

python-dotenv logs "could not parse" and goes on; its parser knows the line, so it is asked directly. Values
are taken as they stand: `${NAME}` is not replaced, since passwords may hold it.
"""

import difflib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from dotenv.parser import Binding, parse_stream

_MAX_BYTES = 200_000
_NEAR = 0.85


@dataclass(frozen=True, slots=True, kw_only=True)
class DotenvFile:
    """What a .env file holds.

    Attributes:
        near_misses: Pairs of a name that is no setting and the setting that was probably meant.
    """

    values: Mapping[str, str] = field(default_factory=dict)
    near_misses: tuple[tuple[str, str], ...] = ()
    problems: tuple[str, ...] = ()


def read_dotenv(path: Path, *, known: Sequence[str]) -> DotenvFile:
    """Read a .env file; one that does not exist holds nothing."""
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_BYTES + 1)
    except FileNotFoundError:
        return DotenvFile()
    except OSError as error:
        return DotenvFile(
            problems=(f"{path}: cannot be read ({error.strerror}); check its rights, or remove it.",)
        )
    if len(data) > _MAX_BYTES:
        return DotenvFile(problems=(f"{path}: larger than {_MAX_BYTES // 1000} kB; this is no .env file.",))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return DotenvFile(problems=(f"{path}:{line}: not UTF-8; save the file in that encoding.",))
    if "\0" in text:
        return DotenvFile(problems=(f"{path}: holds zero bytes (UTF-16?); save the file as UTF-8.",))
    return _parse(path, text, known)


def _parse(path: Path, text: str, known: Sequence[str]) -> DotenvFile:
    values: dict[str, str] = {}
    lines: dict[str, int] = {}
    problems: list[str] = []
    for binding in parse_stream(io.StringIO(text)):
        line = _line(binding)
        if binding.error:
            problems.append(f"{path}:{line}: cannot be read; write NAME=value, with quotes closed.")
        elif binding.key is None:
            continue
        elif binding.value is None:
            problems.append(
                f"{path}:{line}: {_name(binding.key)} has no value; write {_name(binding.key)}=value."
            )
        elif binding.key in lines:
            problems.append(
                f"{path}:{line}: {_name(binding.key)} is set a second time "
                f"(first in line {lines[binding.key]}); keep one."
            )
        else:
            lines[binding.key] = line
            values[binding.key] = binding.value
    near = tuple(
        (f"{path}:{lines[name]}: {_name(name)}", matches[0])
        for name in values
        if name not in known
        and (matches := difflib.get_close_matches(name.upper(), known, n=3, cutoff=_NEAR))
        and not any(match in values for match in matches)
    )
    return DotenvFile(values=values, near_misses=near, problems=tuple(problems))


def _line(binding: Binding) -> int:
    """Return where the binding itself begins: python-dotenv counts the blank lines before it in."""
    string = binding.original.string
    blank = len(string) - len(string.lstrip())
    return binding.original.line + string.count("\n", 0, blank)


def _name(key: str) -> str:
    """Quote a name; in a broken file it may be a piece of a secret, so no more than a name is shown."""
    return key if key.isidentifier() and len(key) <= 40 else "a name"
