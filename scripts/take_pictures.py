"""Take the handbook's pictures: real cards of the real bot, in the trial's page, by headless Chromium."""

import asyncio
import io
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image, ImageChops

from scripts.browser import Tab, browse
from scripts.scenes import SCENES, Play, Scene, playing

PICTURES = Path("docs/pictures")
WIDTH, HEIGHT = 760, 1600
# The buttons are grey until the page may act for its viewer.
BUTTON = "button.component-button"
CARD_IS_READY = (
    f"!document.querySelector('{BUTTON}[aria-disabled=true]')"
    " && [...document.images].every(image => image.naturalWidth > 0) && document.fonts.status === 'loaded'"
)
# The page's own bar, which is no part of the card.
HEADER = 114


async def main(target: Path) -> int:
    """Play each scene, and photograph its card into a folder."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        print("Chromium is needed to take pictures", file=sys.stderr)
        return 1
    with TemporaryDirectory() as folder:
        async with playing(Path(folder)) as play, browse(chromium, width=WIDTH, height=HEIGHT) as tab:
            for scene in SCENES:
                cut_out(await photograph(play, scene, tab), target / f"{scene.name}.png")
                print(target / f"{scene.name}.png")
    return 0


async def photograph(play: Play, scene: Scene, tab: Tab) -> bytes:
    """Return the page with a scene's card on it."""
    shown = await scene.play(play)
    async with play.env.preview(
        play.stage.channel, viewers=[play.stage.member], width=WIDTH, height=HEIGHT, display="fixed"
    ) as preview:
        await preview.show(shown)
        await tab.open(preview.url)
        await tab.until(f"document.body.innerText.includes({scene.says!r}) && {CARD_IS_READY}")
        return await tab.photograph()


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
