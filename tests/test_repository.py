"""Hold the repository's own rules: sizes, honest tests, documentation in step, nothing out of place."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from discord import app_commands

from bot.app import App, build
from bot.chat.limiter import Cost
from bot.text.catalogue import load_texts
from cogs._costs import COSTS
from cogs._permissions import PERMISSIONS
from config.community import Community
from config.settings import load_settings, variable_names

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
COMMANDS = (ROOT / "docs/commands.md").read_text()
PRODUCT = sorted(path for part in ("bot", "cogs", "config") for path in (ROOT / part).rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
KINDS = {".py", ".md", ".toml", ".po", ".lock", ".txt", ".yaml", ".yml", ".service", ".example", ""}
FOREIGN = {".venv", ".git", "data", "build", "__pycache__", ".mypy_cache", ".ruff_cache", ".hypothesis"}
TEXT_FILES = sorted(
    path
    for path in ROOT.rglob("*")
    if path.suffix in KINDS and path.is_file() and not FOREIGN & set(path.relative_to(ROOT).parts)
)


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", PRODUCT, ids=relative)
def test_source_file_stays_small_and_says_why_it_exists(path: Path) -> None:
    source = path.read_text()
    assert source.count("\n") <= 350
    docstring = ast.get_docstring(ast.parse(source))
    assert docstring, "the first line says why the file exists"
    assert len(docstring.splitlines()[0]) > 20


@pytest.mark.parametrize("path", PRODUCT, ids=relative)
def test_functions_stay_short(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name != "__init__":
            length = (node.end_lineno or 0) - node.body[0].lineno + 1
            assert length <= 80, f"{node.name} has {length} lines"


@pytest.mark.parametrize("path", TESTS, ids=relative)
def test_tests_replace_no_code_of_ours(path: Path) -> None:
    if path == Path(__file__):
        return
    forbidden = re.compile(r"unittest\.mock|MagicMock|AsyncMock|monkeypatch\.setattr|mocker\b")
    assert not forbidden.search(path.read_text())


def every_line(paths: list[Path]) -> Iterator[tuple[str, int, str]]:
    for path in paths:
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            yield relative(path), number, line


def test_every_exception_to_a_rule_gives_its_reason() -> None:
    noqa = re.compile(r"# noqa(?!: [A-Z]+\d+(?:, [A-Z]+\d+)* \(.{8,}\))")
    ignore = re.compile(r"# type: ignore(?!\[[a-z-]+(?:, ?[a-z-]+)*\]\s+# \S.{7,})")
    bad = [
        f"{name}:{number}"
        for name, number, line in every_line(PRODUCT)
        if noqa.search(line) or ignore.search(line)
    ]
    assert bad == []


def test_no_day_is_named_in_the_language_of_the_process() -> None:
    """strftime names days and months in English wherever the bot runs; bot.text.dates names them in all."""
    names = re.compile(r"%-?[aAbBcxXp](?![a-zA-Z0-9_])")
    bad = [f"{name}:{number}" for name, number, line in every_line(PRODUCT) if names.search(line)]
    assert bad == []


def test_unfinished_work_is_not_left_behind() -> None:
    marks = re.compile(r"\b(?:TODO|FIXME|XXX|raise NotImplementedError)\b")
    # A wiki's own FIXME mark, quoted as data, is no work of ours.
    bad = [
        f"{name}:{number}"
        for name, number, line in every_line(PRODUCT)
        if marks.search(line) and '"' not in line
    ]
    assert bad == []


def test_lock_files_carry_hashes_and_no_addresses() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text()
        packages = re.findall(r"^[a-z0-9._-]+==", text, re.MULTILINE)
        assert len(packages) > 20
        assert text.count("--hash=sha256:") >= len(packages)
        assert not re.search(r"https?:|file:|index", text)


def test_nothing_names_the_machine_it_was_made_on() -> None:
    forbidden = re.compile(
        r"(?<![\w.])/(?:work|root|home)/|\.\./" + "shared|--(?:extra-)?index-url|/" + "simple/"
    )
    bad = [f"{name}:{number}" for name, number, line in every_line(TEXT_FILES) if forbidden.search(line)]
    assert bad == []


def test_every_text_is_used_and_every_used_text_exists() -> None:
    source = "\n".join(path.read_text() for path in PRODUCT)
    keys = load_texts().keys()
    parts = "|".join(sorted({key.partition(".")[0] for key in keys} - {"command"}))
    quoted = set(re.findall(rf"[\"']((?:{parts})\.[a-z0-9_]+)[\"']", source))
    made = ("command.", "faq.marker_", "list.kind_", "menu.", "noted.", "option.", "permission.")
    built = {key for key in keys if key.startswith(made)}
    actions = PERMISSIONS.names()
    assert keys - built - quoted == set()
    assert {key for key in quoted if key not in keys and key not in actions} == set()


@pytest.fixture
async def app(tmp_path: Path) -> Iterator[App]:
    settings = load_settings({"DATA_DIR": str(tmp_path)}, env_file=tmp_path / "no.env")
    async with build(settings, Community()) as app:
        yield app


def command_names(app: App) -> set[str]:
    return {c.qualified_name for c in app.client.tree.walk_commands() if isinstance(c, app_commands.Command)}


async def test_every_command_is_documented(app: App) -> None:
    documented = set(re.findall(r"^\| `/([a-z -]+?)(?: [a-z]+:[^`]*)?` \|", COMMANDS, re.MULTILINE))
    assert documented == command_names(app)


async def test_documented_options_are_the_commands_options(app: App) -> None:
    lines = re.findall(r"^\| `/([^`]+)` \|", COMMANDS, re.MULTILINE)
    documented = {re.sub(r" [a-z]+:.*", "", line): re.findall(r"([a-z]+):", line) for line in lines}
    commands = (c for c in app.client.tree.walk_commands() if isinstance(c, app_commands.Command))
    assert documented == {c.qualified_name: [p.display_name for p in c.parameters] for c in commands}


async def test_message_menus_are_documented(app: App) -> None:
    menus = {
        menu.name
        for menu in app.client.tree._get_all_commands()
        if isinstance(menu, app_commands.ContextMenu)
    }
    text = COMMANDS
    assert menus
    assert all(f"| {name} |" in text for name in menus)


async def test_every_command_and_action_has_a_level(app: App) -> None:
    menus = {
        menu.name
        for menu in app.client.tree._get_all_commands()
        if isinstance(menu, app_commands.ContextMenu)
    }
    actions = {name for name in PERMISSIONS.names() if re.fullmatch(r"[a-z]+\.[a-z_]+", name)}
    source = "\n".join(path.read_text() for path in PRODUCT)
    handled = set(re.findall(r"^\s+\"([a-z]+\.[a-z_]+)\": self\._", source, re.MULTILINE))
    assert PERMISSIONS.names() - actions == command_names(app) | menus
    assert actions == handled


def test_every_command_has_a_cost() -> None:
    commands = {name for name in PERMISSIONS.names() if not re.fullmatch(r"[a-z]+\.[a-z_]+", name)}
    actions = PERMISSIONS.names() - commands
    assert commands - COSTS.keys() == set(), "say in cogs/_costs.py what they cost"
    assert COSTS.keys() - commands <= actions, "these are gone: take them out of cogs/_costs.py"
    assert all(COSTS[name] is not Cost.LIGHT for name in actions & COSTS.keys())


def test_decisions_are_numbered_in_a_row() -> None:
    numbers = [int(path.name[:4]) for path in sorted((ROOT / "docs/decisions").glob("*.md"))]
    assert numbers == list(range(1, len(numbers) + 1))


def nav_pages(items: list[object]) -> list[str]:
    found: list[str] = []
    for item in items:
        for target in item.values() if isinstance(item, dict) else [item]:
            found += nav_pages(target) if isinstance(target, list) else [target]
    return found


def test_every_page_can_be_found_in_the_navigation() -> None:
    pages = {str(path.relative_to(DOCS)) for path in DOCS.glob("*.md")}
    assert set(nav_pages(tomllib.loads((ROOT / "zensical.toml").read_text())["project"]["nav"])) == pages
    named = re.findall(r"\((decisions/[^)]+)\)", (DOCS / "decisions.md").read_text())
    assert named == [str(path.relative_to(DOCS)) for path in sorted(DOCS.glob("decisions/*.md"))]


def test_every_setting_is_in_the_handbook() -> None:
    text = (DOCS / "settings.md").read_text()
    assert [name for name in variable_names() if f"| `{name}` |" not in text] == []
    (guild,) = tomllib.loads((ROOT / "config/community.example.toml").read_text())["guild"]
    tables = {"[[guild]]": {key for key, value in guild.items() if not isinstance(value, list | dict)}}
    for name, value in guild.items():
        if isinstance(value, list):
            tables[f"[[guild.{name}]]"] = {key for item in value for key in item} - {"series"}
        elif isinstance(value, dict):
            tables[f"[guild.{name}]"] = set(value)
    series = [each for calendar in guild["calendar"] for each in calendar.get("series", ())]
    tables["[[guild.calendar.series]]"] = {key for each in series for key in each}
    for header, keys in tables.items():
        (line,) = (line for line in text.splitlines() if line.startswith(f"| `{header}` |"))
        rest = line if header != "[[guild.calendar]]" else text  # its keys are those of the meetings too
        assert [key for key in sorted(keys) if f"`{key}`" not in rest] == [], header


def test_every_make_target_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    pages = [*DOCS.glob("**/*.md"), ROOT / "README.md"]
    named = {name for page in pages for name in re.findall(r"(?:`|    )make ([a-z-]+)", page.read_text())}
    assert named
    assert named <= targets
