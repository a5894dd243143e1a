"""Take the README's pictures: real cards of the real bot, drawn in the trial's page by headless Chromium."""

import asyncio
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import simcord
from PIL import Image, ImageChops

from bot.app import build, utc_now
from bot.faq.models import PageKind
from bot.faq.pages import NewPage
from bot.trial.stage import EXAMPLE, EXAMPLE_LINK, set_stage
from config.community import Community
from config.settings import load_settings

PICTURES = Path("docs/pictures")
QUESTIONS = {"answer": "do i need to be a member", "suggest": "can the group help my company"}
WIDTH, HEIGHT = 760, 820
# The page's own bar, which is no part of the card.
HEADER = 114


async def main(target: Path) -> int:
    """Ask each question, and photograph the card into a folder."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        print("Chromium is needed to take pictures", file=sys.stderr)
        return 1
    with TemporaryDirectory() as folder:
        settings = load_settings(
            {"DATA_DIR": folder, "CONFIG_DIR": str(EXAMPLE.parent)}, Path(folder) / ".env"
        )
        async with build(settings, Community()) as app, simcord.run(app.client, shard_count=1) as env:
            stage = set_stage(env)
            await env.advance_time((utc_now() - env.now()).total_seconds())
            page = NewPage(kind=PageKind.FILE, location=EXAMPLE.name, title="FAQ", link=EXAMPLE_LINK)
            await app.pages.add(stage.guild.id, page, now=app.clock())
            async with env.preview(
                stage.channel, viewers=[stage.member], width=WIDTH, height=HEIGHT, display="fixed"
            ) as preview:
                for name, question in QUESTIONS.items():
                    result = await stage.member.slash(stage.channel, "faq ask", question=question)
                    await preview.show(result)
                    picture = target / f"{name}.png"
                    await asyncio.to_thread(photograph, chromium, preview.url, picture)
                    print(picture)
    return 0


def photograph(chromium: str, url: str, target: Path) -> None:
    """Let Chromium draw a page, and cut the empty border off."""
    with TemporaryDirectory() as profile:
        subprocess.run(
            [
                chromium, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--hide-scrollbars", f"--user-data-dir={profile}", f"--window-size={WIDTH},{HEIGHT}",
                "--virtual-time-budget=12000", f"--screenshot={target.absolute()}", url,
            ],
            check=True,
            capture_output=True,
            timeout=60,
        )  # fmt: skip
    picture = Image.open(target).convert("RGB").crop((0, HEADER, WIDTH, HEIGHT))
    background = Image.new("RGB", picture.size, picture.getpixel((picture.width - 60, picture.height - 60)))
    drawn = ImageChops.difference(picture, background).convert("L").point(lambda value: 255 * (value > 8))
    box = drawn.getbbox()
    if box:
        left, top, right, bottom = box
        margin = (max(0, left - 12), max(0, top - 4), min(WIDTH, right + 16), bottom + 14)
        picture.crop(margin).save(target, optimize=True)


if __name__ == "__main__":
    raise SystemExit(asyncio.run(main(Path(sys.argv[1]) if sys.argv[1:] else PICTURES)))
