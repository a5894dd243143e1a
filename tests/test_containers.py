"""The container, compose, systemd and workflow files: what their linters look for, and the image's steps."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent
DOCKERFILE = (ROOT / "Dockerfile").read_text()
MAKEFILE = (ROOT / "Makefile").read_text()
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
IMAGE_STEPS = os.environ.get("IMAGE_STEPS", "")  # noqa: TID251 (asks for a long test; no setting)


def instructions(text: str) -> Iterator[tuple[str, str]]:
    joined = re.sub(r"\\\n", " ", re.sub(r"^\s*#.*\n", "", text, flags=re.MULTILINE))
    for line in joined.splitlines():
        if line.strip():
            word, _, rest = line.strip().partition(" ")
            yield word.upper(), rest.strip()


def lint(text: str) -> set[str]:
    """Return what hadolint's main rules say; its numbers stand in brackets."""
    steps = list(instructions(text))
    found = {what for word, rest in steps for what in lint_step(word, rest)}
    users = [rest for word, rest in steps if word == "USER"]
    if not users or users[-1].partition(":")[0] in {"root", "0"}:
        found.add("runs as root (DL3002)")
    if "HEALTHCHECK" not in dict(steps):
        found.add("no health check")
    return found


def lint_step(word: str, rest: str) -> set[str]:
    image = rest.split(maxsplit=1)[0]
    is_base, is_tagged = word == "FROM", re.search(r":[\w.-]+$|@sha256:[0-9a-f]{64}$", image)
    rules = {
        "base without a tag (DL3006)": is_base and not is_tagged,
        "base is latest (DL3007)": is_base and image.endswith(":latest"),
        "base names a host": is_base and "/" in image and "." in image.partition("/")[0],
        "ADD where COPY does (DL3020)": word == "ADD",
        "CMD is no JSON (DL3025)": word in {"CMD", "ENTRYPOINT"} and not rest.startswith("["),
        "a secret is baked in": word in {"ENV", "ARG"} and re.search(r"TOKEN|PASSWORD|SECRET|_KEY", rest),
    }
    found = {what for what, is_so in rules.items() if is_so}
    if word == "RUN":
        found |= lint_run(" ".join(json.loads(rest)) if rest.startswith("[") else rest)
    return found


def lint_run(command: str) -> set[str]:
    rules = {
        "apt lists stay (DL3009)": "apt-get install" in command and "/var/lib/apt/lists" not in command,
        "apt installs more than asked (DL3015)": "apt-get install" in command
        and "--no-install-recommends" not in command,
        "pip keeps a cache (DL3042)": "pip install" in command and "--no-cache-dir" not in command,
        "pip installs what is not locked (DL3013)": "pip install" in command
        and "--require-hashes" not in command,
        "sudo (DL3004)": "sudo " in command,
        "cd (DL3003)": command.startswith("cd "),
        "downloads and runs": bool(re.search(r"(curl|wget).*\|", command)),
    }
    return {what for what, is_so in rules.items() if is_so}


def test_dockerfile_is_clean() -> None:
    assert lint(DOCKERFILE) == set()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("FROM python", "base without a tag (DL3006)"),
        ("FROM python:latest", "base is latest (DL3007)"),
        ("FROM registry.example.org/python:3.13", "base names a host"),
        ("ADD . /app", "ADD where COPY does (DL3020)"),
        ("CMD python -m bot", "CMD is no JSON (DL3025)"),
        ("ENV DISCORD_TOKEN=x", "a secret is baked in"),
        ("RUN apt-get install -y gcc", "apt lists stay (DL3009)"),
        ("RUN pip install --no-cache-dir x", "pip installs what is not locked (DL3013)"),
        ('RUN ["pip", "install", "--require-hashes", "-r", "x"]', "pip keeps a cache (DL3042)"),
        ("RUN curl https://example.org | sh", "downloads and runs"),
        ("USER root", "runs as root (DL3002)"),
    ],
)
def test_the_rules_find_what_they_are_for(line: str, said: str) -> None:
    assert lint(f"{DOCKERFILE}\n{line}\n") == {said} | (
        {"apt installs more than asked (DL3015)"} if "apt" in line else set()
    )


def test_the_image_gets_what_it_runs_and_nothing_else() -> None:
    copied = [
        rest.split() for word, rest in instructions(DOCKERFILE) if word == "COPY" and "--from" not in rest
    ]
    names = {name for *sources, _ in copied for name in sources}
    ignored = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and line[0] != "#"]
    assert ignored[0] == "*"
    assert {line[1:] for line in ignored if line.startswith("!")} == names
    later = [line for line in ignored[1:] if not line.startswith("!")]
    for secret in ("config/community.toml", "bot/.env", "config/.env.local", "bot/x.sqlite3-wal"):
        assert any(fnmatch(secret, line.replace("**/", "*")) for line in later), secret
    for name in names:
        assert (ROOT / name).exists()
    assert [rest for word, rest in instructions(DOCKERFILE) if word == "VOLUME"] == ['["/data"]']


def test_compose_keeps_the_bot_small_and_postgresql_optional() -> None:
    document = yaml.safe_load((ROOT / "compose.yaml").read_text())
    bot, postgres = document["services"]["bot"], document["services"]["postgres"]
    assert bot["read_only"] is True
    assert bot["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in bot["security_opt"]
    assert bot["env_file"] == ".env"
    assert postgres["profiles"] == ["postgres"]
    assert bot["depends_on"]["postgres"] == {"condition": "service_healthy", "required": False}
    for service in (bot, postgres):
        assert not {"ports", "privileged", "network_mode", "pid"} & set(service)
        assert "docker.sock" not in str(service)
        assert re.fullmatch(r"[a-z]+(:[\w.-]+)?", service["image"])
    volumes = {each.partition(":")[0] for each in (*bot["volumes"], *postgres["volumes"]) if each[0] != "."}
    assert volumes == set(document["volumes"])


def test_systemd_unit_has_its_watchdog_and_its_walls() -> None:
    text = (ROOT / "deploy" / "rapporteur.service").read_text()
    lines = dict(re.findall(r"^([A-Za-z]+)=(.*)$", text, re.MULTILINE))
    assert lines["Type"] == "notify"
    assert int(lines["WatchdogSec"]) >= 30
    assert lines["RestartPreventExitStatus"] == "78"
    assert lines["ExecReload"] == "/bin/kill -HUP $MAINPID"
    assert int(lines["TimeoutStopSec"]) > 10
    walls = ("NoNewPrivileges", "ProtectHome", "PrivateTmp", "DynamicUser", "RestrictNamespaces")
    assert [name for name in walls if lines[name] != "yes"] == []
    assert lines["ProtectSystem"] == "strict"
    assert lines["CapabilityBoundingSet"] == ""
    assert shlex.split(lines["ExecStart"])[1:] == ["-m", "bot", "run"]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_workflow_pins_what_it_uses_and_calls_the_same_targets(path: Path) -> None:
    text = path.read_text()
    document = yaml.safe_load(text)
    targets = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))
    assert document["permissions"] == {}
    for name, job in document["jobs"].items():
        assert job["permissions"] == {"contents": "read"}, name
        assert job["timeout-minutes"] <= 40
        for step in job["steps"]:
            if "uses" in step:
                assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", step["uses"])
            else:
                words = shlex.split(step["run"])
                assert (words[0], words[1] in targets) == ("make", True), step
    assert all(re.search(r"@[0-9a-f]{40} # v[0-9.]+$", line) for line in text.splitlines() if "uses:" in line)


def test_workflows_cover_what_is_promised() -> None:
    jobs = yaml.safe_load((ROOT / ".github/workflows/checks.yml").read_text())["jobs"]
    assert jobs["tests"]["strategy"]["matrix"]["python"] == ["3.11", "3.12", "3.13", "3.14"]
    runs = {step["run"] for job in jobs.values() for step in job["steps"] if "run" in step}
    assert {"make check", "make oldest", "make image", "make audit"} <= runs
    assert "TEST_DATABASE_URL" in str(jobs["postgresql"])


def test_zizmor_finds_nothing() -> None:
    command = [Path(sys.executable).with_name("zizmor"), "--offline", "--no-progress", *WORKFLOWS]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.skipif(not IMAGE_STEPS, reason="installs everything anew: set IMAGE_STEPS=1")
def test_the_images_steps_make_a_bot_that_runs(tmp_path: Path) -> None:
    shutil.copy(ROOT / "requirements.lock", tmp_path)
    for name in ("bot", "cogs", "config"):
        shutil.copytree(
            ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "community.toml")
        )
    for word, rest in instructions(DOCKERFILE):
        if word == "RUN" and not rest.startswith(('["useradd', '["install')):
            step = [sys.executable if part == "python" else part for part in json.loads(rest)]
            step = [part.replace("/venv", str(tmp_path / "venv")) for part in step]
            subprocess.run(step, cwd=tmp_path, check=True)
    python = tmp_path / "venv" / "bin" / "python"
    environment = {"DATA_DIR": str(tmp_path / "data"), "CONFIG_DIR": str(tmp_path), "PATH": "/usr/bin:/bin"}
    command = [python, "-m", "bot", "check", "--json"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert isinstance(json.loads(done.stdout)["findings"], list), done.stderr
    installed = subprocess.run(
        [python, "-m", "pip", "list"], capture_output=True, text=True, check=True
    ).stdout
    assert "pytest" not in installed
