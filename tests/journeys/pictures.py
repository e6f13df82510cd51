"""Takes the pictures of docs/pictures: every main page at 390 and 1280 px, light and dark. Run by bin/pictures."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

from tests.journeys import places
from tests.journeys.product import ROOT, Product, chromium, running, sign_in, visit

FOLDER = ROOT / "docs" / "pictures"
RICH = "full-anna"
WIDTHS = (390, 1280)
# Both themes of what the README shows; the others in the light one, to keep the repository small.
BOTH_THEMES = {"home", "points", "rewards", "meters", "chat"}
# Pages that have a number: where the first one is found.
FIRSTS = {
    "meters": ("/meters/", "main a[href^='/meters/']"),
    "reward": ("/rewards/", "main h2 a[href^='/rewards/'], main h3 a[href^='/rewards/']"),
    "bill": ("/bills/", "main a[href^='/bills/']:not([href='/bills/scan/'])"),
    "ad": ("/ads/", "main article a[href^='/ads/']"),
    "poll": ("/polls/", "main li a[href^='/polls/']"),
    "chat": ("/chats/", "main .chat-card a[href^='/chats/']"),
}
LISTS = {"meters": "flats-meters"}  # the name belongs to the sheet of one flat


def main() -> int:
    """Start the product with its full district, walk, take pictures; the number of pictures goes to the screen."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    full = {"DVOR_DEMO_FLATS": "1500", "DVOR_DEMO_MONTHS": "24"}
    with tempfile.TemporaryDirectory() as folder, running(Path(folder), **full) as product, chromium() as browser:
        for width in WIDTHS:
            for theme in ("light", "dark"):
                context = visit(browser, width=width, theme=theme)
                _walk(context.new_page(), product, width=width, theme=theme)
                context.close()
    sys.stdout.write(f"{len(list(FOLDER.glob('*.png')))} pictures in {FOLDER.relative_to(ROOT)}\n")
    return 0


def _walk(page: Page, product: Product, *, width: int, theme: str) -> None:
    for name, path in places.STRANGER[:2]:
        _take(page, product, name, path, width=width, theme=theme)
    sign_in(page, product, sub=RICH)
    for name, path in places.RESIDENT:
        _take(page, product, LISTS.get(name, name), path, width=width, theme=theme)
    for name, (path, first) in FIRSTS.items():
        page.goto(product.url + path)
        found = page.locator(first).first.get_attribute("href")
        assert found, f"{path} leads to no {name}"
        _take(page, product, name, found, width=width, theme=theme)


def _take(page: Page, product: Product, name: str, path: str, *, width: int, theme: str) -> None:
    if theme == "dark" and name not in BOTH_THEMES:
        return
    page.goto(product.url + path)
    path_of_it = FOLDER / f"{name}-{width}-{theme}.png"
    page.screenshot(path=path_of_it, animations="disabled")
    with Image.open(path_of_it) as taken:  # pages have few colours: a third of the size
        taken.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(path_of_it, optimize=True)


if __name__ == "__main__":
    sys.exit(main())
