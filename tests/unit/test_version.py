import tomllib
from pathlib import Path

from bot.http.fetcher import USER_AGENT
from bot.version import VERSION

ROOT = Path(__file__).parents[2]


def test_version_is_the_projects() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["version"] == VERSION
    assert USER_AGENT.startswith(f"Rapporteur/{VERSION} ")
