"""Every page, as a person with a screen reader, a small phone, or no JavaScript meets it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.journeys import places
from tests.journeys.product import Product, sign_in

pytestmark = pytest.mark.browser

# Someone with flats, readings, points and orders in the demo district.
RICH = "full-anna"
WIDER_THAN_THE_PHONE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def _inner_pages(page: Page, product: Product) -> list[tuple[str, str]]:
    """The sheet of a flat, a reward, an order: pages whose address has a number."""
    found = []
    for name, listing, link in (
        ("sheet", "/meters/", "main a[href^='/meters/']"),
        ("flat", "/flats/", "main a[href^='/flats/']:not([href$='/add/'])"),
        ("reward", "/rewards/", "main h2 a[href^='/rewards/'], main h3 a[href^='/rewards/']"),
        ("order", "/orders/", "main a[href^='/orders/']"),
        ("chat", "/chats/", "main .chat-card a[href^='/chats/']"),
    ):
        page.goto(product.url + listing)
        links = page.locator(link)
        assert links.count(), f"{RICH} has no {name} to look at"
        found.append((name, links.first.get_attribute("href") or ""))
    return found


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_on_any_page(product: Product, person: Callable[..., Page], theme: str) -> None:
    page = person(theme=theme)
    complaints = _axe(page, product, places.STRANGER)
    sign_in(page, product, sub=RICH)
    complaints += _axe(page, product, (*places.RESIDENT, *_inner_pages(page, product)))
    assert not complaints, "\n\n".join(complaints)


def _axe(page: Page, product: Product, pages: tuple[tuple[str, str], ...]) -> list[str]:
    complaints = []
    for name, path in pages:
        answer = page.goto(product.url + path)
        assert answer is not None and answer.status == 200, f"{path} answered {answer and answer.status}"
        found = Axe().run(page)
        if found.violations_count:
            complaints.append(f"{name} {path}\n{found.generate_report()}"[:3000])
    return complaints


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_no_page_is_wider_than_its_screen(product: Product, person: Callable[..., Page], width: int) -> None:
    page = person(width=width)
    sign_in(page, product, sub=RICH)
    wide = []
    for name, path in (*places.RESIDENT, *_inner_pages(page, product)):
        page.goto(product.url + path)
        excess = page.evaluate(WIDER_THAN_THE_PHONE)
        if excess > 0:
            wide.append(f"{name} at {width} px: {excess} px too wide")
    assert not wide, wide


def test_the_emergency_line_is_one_tap_away_on_every_page(product: Product, person: Callable[..., Page]) -> None:
    page = person()
    for _name, path in places.STRANGER:
        page.goto(product.url + path)
        for link in ("tel:104", "tel:+7", "mailto:"):
            assert page.locator(f"a[href^='{link}']:visible").count(), f"{path} has no {link}"


def test_the_road_works_without_javascript(product: Product, person: Callable[..., Page]) -> None:
    page = person(script=False)
    sign_in(page, product, sub=RICH)
    page.goto(f"{product.url}/flats/add/")
    page.locator("input[name=search]").fill("Липовая")
    page.locator("form[role=search] button").click()
    expect(page.locator("#houses a").first, "the search answers as a full page").to_be_visible()
    page.goto(f"{product.url}/meters/")
    page.locator("main a[href^='/meters/']").first.click()
    expect(page.locator("fieldset").first).to_be_visible()


def test_every_page_can_be_walked_by_keyboard(product: Product, person: Callable[..., Page]) -> None:
    page = person(width=1280)
    page.goto(product.url)
    page.keyboard.press("Tab")
    skip = page.evaluate("document.activeElement.getAttribute('href')")
    assert skip == "#main", "the first stop leads past the navigation"
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#main"
    for _ in range(4):
        page.keyboard.press("Tab")
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none", "focus is seen"
