"""Take the README's pictures: real cards of the real bot, drawn in the trial's page by headless Chromium."""

import asyncio
import io
import shutil
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
from scripts.browser import browse

PICTURES = Path("docs/pictures")
# Each picture's question, and the title of the card that it gets.
QUESTIONS = {
    "answer": ("do i need to be a member", "Do I have to be a member to join?"),
    "suggest": ("how do i join", "Not sure which one you mean"),
}
WIDTH, HEIGHT = 760, 820
# The buttons are grey until the page may act for its viewer.
BUTTON = "button.component-button"
CARD_IS_READY = (
    f"document.querySelector('{BUTTON}') && !document.querySelector('{BUTTON}[aria-disabled=true]')"
    " && document.fonts.status === 'loaded'"
)
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
            for name, (question, title) in QUESTIONS.items():
                result = await stage.member.slash(stage.channel, "faq ask", question=question)
                async with (
                    env.preview(
                        stage.channel, viewers=[stage.member], width=WIDTH, height=HEIGHT, display="fixed"
                    ) as preview,
                    browse(chromium, width=WIDTH, height=HEIGHT) as tab,
                ):
                    await preview.show(result)
                    await tab.open(preview.url)
                    await tab.until(f"document.body.innerText.includes({title!r}) && {CARD_IS_READY}")
                    cut_out(await tab.photograph(), target / f"{name}.png")
                print(target / f"{name}.png")
    return 0


def cut_out(photograph: bytes, target: Path) -> None:
    """Save what is on a photograph without the page's bar and the empty border."""
    picture = Image.open(io.BytesIO(photograph)).convert("RGB")
    picture = picture.crop((0, HEADER, picture.width, picture.height))
    background = Image.new("RGB", picture.size, picture.getpixel((picture.width - 60, picture.height - 60)))
    drawn = ImageChops.difference(picture, background).convert("L").point(lambda value: 255 * (value > 8))
    box = drawn.getbbox()
    if box:
        left, top, right, bottom = box
        margin = (max(0, left - 12), max(0, top - 4), min(WIDTH, right + 16), bottom + 14)
        picture.crop(margin).save(target, optimize=True)


if __name__ == "__main__":
    raise SystemExit(asyncio.run(main(Path(sys.argv[1]) if sys.argv[1:] else PICTURES)))
