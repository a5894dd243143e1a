"""Print the oldest version that pyproject.toml permits of each direct dependency, as requirements."""

import re
import tomllib
from pathlib import Path

_BOUND = re.compile(r"(?P<name>[A-Za-z0-9._-]+)(?P<extras>\[[^\]]*\])?\s*(?:>=\s*(?P<oldest>[0-9][^,;\s]*))?")


def main() -> None:
    """Print a line each; what has no lower bound is left to the installer."""
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text())
    for requirement in (*project["project"]["dependencies"], *project["dependency-groups"]["dev"]):
        match = _BOUND.match(requirement)
        oldest = match["oldest"]
        print(f"{match['name']}{match['extras'] or ''}{f'=={oldest}' if oldest else ''}")


if __name__ == "__main__":
    main()
