"""Load TOML, YAML and JSON as plain nodes with their lines: text, lists, mappings, nothing else.

No tag of YAML makes an object here, an alias is the node it names (so a bomb of aliases stays small), and
depth and number are bounded.
"""

import json
import re
import tomllib
from dataclasses import dataclass

import yaml

MAX_DEPTH = 40
MAX_NODES = 100_000

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# tomllib is quadratic in the parts of a dotted key.
_LONG_KEY = re.compile(
    r"(?:^|[\[{,])[ \t]*(?:[^\s.={,\[\]#]{1,5000}[ \t]{0,5}\.[ \t]{0,5}){60}", re.MULTILINE
)
_TOML = re.compile(
    r"^[ \t]*(?:\[{1,2}[\w.\-\"' ]{1,200}\]{1,2}[ \t]*(?:#.*)?$|[\w\-\"']{1,100}[ \t]*=[ \t]*[\"'\[{\d])",
    re.MULTILINE,
)
# YAML ends a line at each of these.
_OTHER_LINE_ENDS = re.compile("[\x85\u2028\u2029]|\r(?!\n)")
_PLACE = re.compile(r"\(at line (\d+)")


@dataclass(slots=True, kw_only=True)
class Node:
    """A value of a data file; `line` is 0 where the loader does not tell."""

    value: "str | list[Node] | dict[str, Node]"
    line: int = 0


class DataError(Exception):
    """The file cannot be read as data."""

    def __init__(self, what: str, line: int = 0) -> None:
        super().__init__(what)
        self.what = what
        self.line = line


def load(text: str) -> Node:
    """Return what a file holds.

    Raises:
        DataError: It is no TOML, YAML or JSON, or more of it than is read.
    """
    text = _OTHER_LINE_ENDS.sub(" ", text)
    start = text.lstrip("\ufeff \t\n\r")[:1]
    if start and start in "{[":
        try:
            return _convert(json.loads(text))
        except RecursionError:
            raise DataError("this JSON is nested too deeply") from None
        except ValueError as error:
            if start == "{" or not _TOML.search(text):
                line = error.lineno if isinstance(error, json.JSONDecodeError) else 0
                raise DataError(f"this is no valid JSON: {_brief(error)}", line) from None
    return _load_toml(text) if _TOML.search(text) and not _is_yaml(text) else _load_yaml(text)


def _is_yaml(text: str) -> bool:
    """Tell YAML that holds TOML-like lines from TOML: its own lines start with a dash or `key:`."""
    first = next(
        (line for line in text.split("\n") if line.strip() and not line.lstrip().startswith("#")), ""
    )
    return re.match(r"\s*(?:---|%YAML|- |[\w\-\"' ]{1,100}:(?:\s|$))", first) is not None


def _load_toml(text: str) -> Node:
    if _LONG_KEY.search(text):
        raise DataError("a key of this TOML has too many parts")
    try:
        return _convert(tomllib.loads(text))
    except RecursionError:
        raise DataError("this TOML is nested too deeply") from None
    except ValueError as error:
        found = _PLACE.search(str(error))
        raise DataError(f"this is no valid TOML: {_brief(error)}", int(found[1]) if found else 0) from None


def _convert(data: object) -> Node:
    """Make nodes of what a loader returns; numbers and dates become text."""
    root = Node(value="")
    pending: list[tuple[object, Node, int]] = [(data, root, 0)]
    count = 0
    while pending:
        source, node, depth = pending.pop()
        count += 1
        if count > MAX_NODES or depth > MAX_DEPTH:
            raise DataError("this file holds too much, or nests it too deeply")
        if isinstance(source, dict):
            mapping = {str(key): Node(value="") for key in source}
            node.value = mapping
            pending.extend((value, mapping[str(key)], depth + 1) for key, value in source.items())
        elif isinstance(source, list):
            items = [Node(value="") for _ in source]
            node.value = items
            pending.extend((value, item, depth + 1) for value, item in zip(source, items, strict=True))
        elif isinstance(source, str):
            node.value = source
        elif isinstance(source, bool | int | float):
            node.value = str(source)[:100] if not isinstance(source, int) or abs(source) < 10**18 else ""
    return root


def _load_yaml(text: str) -> Node:
    builder = _Builder()
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            builder.take(event)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or _brief(error)
        raise DataError(f"this is no valid YAML: {problem}", mark.line + 1 if mark else 0) from None
    except (ValueError, RecursionError) as error:
        raise DataError(f"this is no valid YAML: {_brief(error)}") from None
    return Node(value=builder.documents) if len(builder.documents) != 1 else builder.documents[0]


class _Builder:
    """Builds nodes from the events of a YAML file."""

    def __init__(self) -> None:
        self.documents: list[Node] = []
        self._open: list[Node] = []
        self._keys: list[str | None] = []
        self._anchors: dict[str, Node] = {}
        self._count = 0

    def take(self, event: yaml.Event) -> None:
        line = event.start_mark.line + 1 if event.start_mark else 0
        self._count += 1
        if self._count > MAX_NODES or len(self._open) > MAX_DEPTH:
            raise DataError("this file holds too much, or nests it too deeply", line)
        if isinstance(event, yaml.ScalarEvent):
            self._put(Node(value=event.value, line=line), event.anchor)
        elif isinstance(event, yaml.AliasEvent):
            self._put(self._anchors.get(event.anchor or "", Node(value="", line=line)), None)
        elif isinstance(event, yaml.SequenceStartEvent):
            self._enter(Node(value=[], line=line), event.anchor)
        elif isinstance(event, yaml.MappingStartEvent):
            self._enter(Node(value={}, line=line), event.anchor)
        elif isinstance(event, yaml.SequenceEndEvent | yaml.MappingEndEvent):
            self._open.pop()
            self._keys.pop()
        elif isinstance(event, yaml.DocumentStartEvent):
            self._anchors.clear()

    def _enter(self, node: Node, anchor: str | None) -> None:
        self._put(node, anchor)
        self._open.append(node)
        self._keys.append(None)

    def _put(self, node: Node, anchor: str | None) -> None:
        if anchor:
            self._anchors[anchor] = node
        if not self._open:
            self.documents.append(node)
            return
        inside = self._open[-1].value
        if isinstance(inside, list):
            inside.append(node)
        elif isinstance(inside, dict):
            key = self._keys[-1]
            if key is None:
                # A key that is no text stands for itself: its value is kept, under a name of its own.
                self._keys[-1] = node.value if isinstance(node.value, str) else f"\0{len(inside)}"
            else:
                inside.setdefault(key, node)
                self._keys[-1] = None


def _brief(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
