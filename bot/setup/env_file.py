"""Write one variable into a .env file: atomically, for its owner alone, every other line as it was."""

import io
import os
import secrets
from pathlib import Path

from dotenv.parser import Binding, parse_stream

from bot.errors import UserError

_MOST_BYTES = 200_000


def write_variable(path: Path, name: str, value: str) -> None:
    """Set a variable in the file, which is made if it is not there.

    Raises:
        UserError: It cannot be read or written; nothing of it was changed.
    """
    place = path.resolve()  # through a link, so that the link stays one
    try:
        text = _read(place)
        _replace(place, with_variable(text, name, value))
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise UserError(
            f"{path} cannot be written ({reason}). Mend that, or write {name}=… there yourself."
        ) from None


def make_private(path: Path) -> None:
    """Keep everybody else on the machine from reading the file, if it is there.

    Raises:
        UserError: It is somebody else's.
    """
    try:
        path.chmod(0o600)
    except FileNotFoundError:
        return
    except OSError as error:
        raise UserError(
            f"{path} may be read by others, and that cannot be changed ({error.strerror}): chmod 600 {path}"
        ) from None


def with_variable(text: str, name: str, value: str) -> str:
    """Return the text with the variable set: in its place if it has one, once, otherwise at the end."""
    kept: list[str] = []
    is_set = False
    for binding in parse_stream(io.StringIO(text)):
        original = binding.original.string
        if not _sets(binding, name):
            kept.append(original)
            continue
        # python-dotenv counts the blank lines before a binding in.
        kept.append(original[: len(original) - len(original.lstrip())])
        if not is_set:
            kept.append(f"{name}={value}\n")
            is_set = True
    whole = "".join(kept)
    if is_set:
        return whole
    return f"{whole}{'' if not whole or whole.endswith(chr(10)) else chr(10)}{name}={value}\n"


def _sets(binding: Binding, name: str) -> bool:
    return not binding.error and binding.key == name


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
    except FileNotFoundError:
        return ""
    if len(data) > _MOST_BYTES:
        raise OSError(0, "it is too large for a .env file")
    return data.decode("utf-8-sig")


def _replace(path: Path, text: str) -> None:
    """Put a whole new file in the place of the old one: whoever reads it meanwhile sees one or the other."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}.partial")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
