"""Find every pattern of the program, and make texts for each that would hold it up if any can."""

import ast
import dataclasses
import importlib
import pkgutil
import re
from collections import defaultdict, deque
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser
from types import ModuleType
from typing import Any

import bot
import cogs
import config

AnyPattern = re.Pattern[str] | re.Pattern[bytes]
Key = tuple[str | bytes, int]
ROOT = Path(__file__).parent.parent
FOLDERS = ("bot", "cogs", "config")
_COMMON = ("a", " ", "=", ",", "{ ", "\n", "<a ", "a@", "1:", "[[", ">", "-", "\\", "a.", "*")
_END = "\x00"
_EVERYWHERE = frozenset({"search", "sub", "subn", "split", "findall", "finditer"})
VERBS = _EVERYWHERE | {"match", "fullmatch"}
_LEAST, _MOST = 10, 20  # texts for a pattern; the most is for those made of its own parts


@dataclasses.dataclass(frozen=True)
class Found:
    """A pattern, where it is, and what is asked of it there."""

    where: str
    pattern: AnyPattern
    verbs: frozenset[str]

    def ask(self, text: str | bytes) -> None:
        """Ask of it all that the program asks of it."""
        if self.verbs & _EVERYWHERE:
            deque(self.pattern.finditer(text), maxlen=0)
        if "match" in self.verbs:
            self.pattern.match(text)
        if "fullmatch" in self.verbs:
            self.pattern.fullmatch(text)


def modules() -> Iterator[ModuleType]:
    """Import every module that does nothing when it is imported."""
    for package in (bot, cogs, config):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if found.name != "bot.__main__" and not found.name.startswith("bot.storage.migrations"):
                yield importlib.import_module(found.name)


@cache
def sources() -> dict[Path, str]:
    """Read every file of the program."""
    files = (path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))
    return {path.relative_to(ROOT): path.read_text() for path in sorted(files)}


def calls_in(tree: ast.AST, *names: str) -> Iterator[ast.Call]:
    """Yield the calls of functions of `re`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {f"re.{name}" for name in names}:
            yield node


def within(value: object, depth: int = 4) -> Iterator[AnyPattern]:  # noqa: C901 (a branch for each kind)
    """Yield the patterns in a constant: itself, or what a table, a class or a record of them holds."""
    if isinstance(value, re.Pattern):
        yield value
    elif depth and isinstance(value, Mapping):
        for inner in (*value.keys(), *value.values()):
            yield from within(inner, depth - 1)
    elif depth and isinstance(value, (tuple, list, set, frozenset)):
        for inner in value:
            yield from within(inner, depth - 1)
    elif depth and dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            yield from within(getattr(value, field.name, None), depth - 1)
    elif depth and isinstance(value, type) and value.__module__.partition(".")[0] in FOLDERS:
        for inner in list(vars(value).values()):
            yield from within(inner, depth - 1)


def patterns() -> list[Found]:  # noqa: C901 (a branch for each kind)
    """Find them all: what the modules hold, and what their functions say in place."""
    pattern_of: dict[Key, AnyPattern] = {}
    where: dict[Key, str] = {}
    surely: dict[Key, set[str]] = defaultdict(set)
    perhaps: dict[Key, set[str]] = defaultdict(set)

    def note(pattern: AnyPattern, place: str, verbs: set[str]) -> Key:
        key = (pattern.pattern, pattern.flags)
        pattern_of[key] = pattern
        where.setdefault(key, place)
        surely[key] |= verbs
        return key

    for module in modules():
        asked = _asked(sources()[Path(module.__file__ or "").relative_to(ROOT)])
        handed = {verb for name, verbs in asked.items() if not name.lstrip("_").isupper() for verb in verbs}
        for name, value in vars(module).items():
            if not isinstance(value, ModuleType):
                for pattern in within(value):
                    key = note(pattern, f"{module.__name__}.{name}", asked.get(name, set()))
                    perhaps[key] |= handed - {"split"}  # one of a table, or handed on to a function
    for path, text in sources().items():
        for call in calls_in(ast.parse(text), *VERBS) if "re." in text else ():
            if isinstance(call.args[0], ast.Constant):
                verb = ast.unparse(call.func).removeprefix("re.")
                note(re.compile(call.args[0].value), f"{path}:{call.lineno}", {verb})
    found = (Found(where[key], pattern_of[key], _verbs(surely[key], perhaps[key])) for key in pattern_of)
    return sorted(found, key=lambda each: (each.where, str(each.pattern.pattern)))


def _verbs(surely: set[str], perhaps: set[str]) -> frozenset[str]:
    return frozenset(surely or perhaps or VERBS)


def _asked(text: str) -> dict[str, set[str]]:
    """Tell for each name what is asked of it in a module."""
    asked: dict[str, set[str]] = defaultdict(set)
    for name, verb in re.findall(rf"\b(\w+)\.({'|'.join(VERBS)})\b", text):
        asked[name].add(verb)
    asked.pop("re", None)
    return asked


def attacks(found: Found, length: int) -> Iterator[str | bytes]:
    """Yield texts of a length: a repeat of the pattern with what leads to it, then what it does not like."""
    for start, unit in _starts(found.pattern):
        text = start + unit * ((length - len(start)) // max(len(unit), 1))
        text = text[:length] + _END
        yield text.encode("utf-8", "replace") if isinstance(found.pattern.pattern, bytes) else text


def _starts(pattern: AnyPattern) -> list[tuple[str, str]]:
    """Say what a text begins with, and what it then repeats: of each repeat first one thing, then another."""
    text = pattern.pattern.decode("latin-1") if isinstance(pattern.pattern, bytes) else pattern.pattern
    tree = list(parser.parse(text, pattern.flags & ~re.DEBUG))
    repeats = [each for choice in range(3) for each in _repeats(tree, "", choice)]
    own = dict.fromkeys(
        each for start, unit in repeats if unit for each in ((start, unit), ("", start + unit))
    )
    common = [("", unit) for unit in _COMMON if ("", unit) not in own]
    return [*list(own)[:_MOST], *common[: max(2, _LEAST + 4 - len(own))]]


def _repeats(tree: list[Any], before: str, choice: int) -> Iterator[tuple[str, str]]:  # noqa: C901 (a branch for each kind)
    """Yield for each repeat that may be long what stands before it, and what it repeats."""
    for code, value in tree:
        if code in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
            _, most, inner = value
            if most > 8:
                yield before, _sample(list(inner), choice)
            yield from _repeats(list(inner), before, choice)
        elif code is codes.SUBPATTERN:
            yield from _repeats(list(value[3]), before, choice)
        elif code is codes.ATOMIC_GROUP:
            yield from _repeats(list(value), before, choice)
        elif code is codes.BRANCH:
            for branch in value[1]:
                yield from _repeats(list(branch), before, choice)
        elif code in (codes.ASSERT, codes.ASSERT_NOT):
            yield from _repeats(list(value[1]), before, choice)
        before += _sample([(code, value)], 0)


def _sample(tree: list[Any], choice: int) -> str:  # noqa: C901 (a branch for each kind)
    """Make a text that a part of a pattern likes."""
    made = ""
    for code, value in tree:
        if code is codes.LITERAL:
            made += chr(value)
        elif code is codes.NOT_LITERAL:
            made += "a" if value != ord("a") else "b"
        elif code is codes.ANY:
            made += "a ("[choice % 3]
        elif code is codes.IN:
            made += _member(value, choice)
        elif code in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
            made += _sample(list(value[2]), choice) * max(value[0], min(1, value[1]) if choice else 0)
        elif code is codes.SUBPATTERN:
            made += _sample(list(value[3]), choice)
        elif code is codes.ATOMIC_GROUP:
            made += _sample(list(value), choice)
        elif code is codes.BRANCH:
            made += _sample(list(value[1][choice % len(value[1])]), choice)
    return made


_KINDS = {
    codes.CATEGORY_DIGIT: "1", codes.CATEGORY_NOT_DIGIT: "a", codes.CATEGORY_SPACE: " ",
    codes.CATEGORY_NOT_SPACE: "a", codes.CATEGORY_WORD: "a", codes.CATEGORY_NOT_WORD: " ",
}  # fmt: skip


def _member(parts: list[Any], choice: int) -> str:
    """Pick a character of a class; another for another choice, where it has several."""
    if parts and parts[0][0] is codes.NEGATE:
        refused = re.compile("[" + "".join(_class_text(part) for part in parts[1:]) + "]")
        liked = [each for each in "a 1-<(\n" if not refused.match(each)]
        return (liked or ["\u00e9"])[choice % max(len(liked), 1)]
    code, value = parts[choice % len(parts)]
    match code:
        case codes.LITERAL:
            return chr(value)
        case codes.RANGE:
            return chr(value[0])
        case _:
            return _KINDS.get(value, "a")


def _class_text(part: tuple[Any, Any]) -> str:
    code, value = part
    if code is codes.LITERAL:
        return re.escape(chr(value))
    if code is codes.RANGE:
        return f"{re.escape(chr(value[0]))}-{re.escape(chr(value[1]))}"
    return {
        codes.CATEGORY_DIGIT: r"\d", codes.CATEGORY_NOT_DIGIT: r"\D", codes.CATEGORY_SPACE: r"\s",
        codes.CATEGORY_NOT_SPACE: r"\S", codes.CATEGORY_WORD: r"\w", codes.CATEGORY_NOT_WORD: r"\W",
    }[value]  # fmt: skip
