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
from bot.trial import EXAMPLE, EXAMPLE_LINK, set_stage
from config.community import Community
from config.settings import load_settings

PICTURES = Path("docs/pictures")
QUESTIONS = {"answer": "do i need to be a member", "suggest": "where can I read about the calls"}
WIDTH, HEIGHT = 760, 620


async def main() -> int:
    """Ask each question, and photograph the card."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        print("Chromium is needed to take pictures", file=sys.stderr)
        return 1
    with TemporaryDirectory() as folder:
        settings = load_settings(
            {"DATA_DIR": folder, "CONFIG_DIR": str(EXAMPLE.parent)}, Path(folder) / ".env"
        )
        async with build(settings, Community()) as app, simcord.run(app.client) as env:
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
                    target = PICTURES / f"{name}.png"
                    await asyncio.to_thread(photograph, chromium, preview.url, target)
                    print(target)
    return 0


def photograph(chromium: str, url: str, target: Path) -> None:
    """Let Chromium draw a page, and cut the empty border off."""
    with TemporaryDirectory() as profile:
        subprocess.run(
            [
                chromium, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--hide-scrollbars", f"--user-data-dir={profile}", f"--window-size={WIDTH},{HEIGHT}",
                "--virtual-time-budget=6000", f"--screenshot={target.absolute()}", url,
            ],
            check=True,
            capture_output=True,
            timeout=60,
        )  # fmt: skip
    picture = Image.open(target).convert("RGB")
    corner = Image.new("RGB", picture.size, picture.getpixel((picture.width - 2, picture.height - 2)))
    box = ImageChops.difference(picture, corner).getbbox()
    if box:
        picture.crop(box).save(target, optimize=True)


if __name__ == "__main__":
    raise SystemExit(asyncio.run(main()))
