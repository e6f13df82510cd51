"""The notice board in a browser: one neighbour gives a sofa away with its picture, another sees it and answers."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.journeys.product import Product, sign_in

pytestmark = pytest.mark.browser

TITLE = "Отдам кресло-качалку"


def _photo(folder: Path, name: str, colour: str) -> Path:
    path = folder / name
    Image.new("RGB", (1200, 900), colour).save(path)
    return path


def _post(page: Page, product: Product, photos: list[Path]) -> str:
    """Post from the board on, by what a person sees; the address of the ad."""
    page.goto(f"{product.url}/ads/")
    page.get_by_role("link", name="Разместить объявление").first.click()
    page.get_by_role("link", name="Отдам даром").click()
    page.get_by_label("Заголовок").fill(TITLE)
    page.get_by_label("Описание").fill("Плетёное, скрипит <b>уютно</b>.")
    page.get_by_label("Фотографии").set_input_files(photos)
    page.get_by_role("button", name="Разместить", exact=True).click()
    page.wait_for_url(re.compile(r"/ads/\d+/$"))
    expect(page.get_by_text("Объявление на доске.")).to_be_visible()
    return page.url


@pytest.mark.parametrize("script", [True, False])
def test_an_ad_with_a_picture_is_seen_and_answered(
    product: Product, person: Callable[..., Page], tmp_path: Path, script: bool
) -> None:
    photos = [_photo(tmp_path, "first.jpg", "teal"), _photo(tmp_path, "second.png", "navy")]
    anna, boris = person(script=script), person(script=script)
    sign_in(anna, product, sub="full-anna")
    sign_in(boris, product, sub="standard-boris")

    address = _post(anna, product, photos)
    pictures = anna.locator(".ad-pictures img")
    expect(pictures).to_have_count(2)
    if script:
        assert pictures.first.evaluate("image => image.complete && image.naturalWidth") == 1200

    boris.goto(f"{product.url}/ads/?q=кресла")
    boris.get_by_role("link", name=TITLE).first.click()
    expect(boris.get_by_text("Плетёное, скрипит <b>уютно</b>.")).to_be_visible()
    boris.goto(address)
    boris.get_by_label("Ваше сообщение").fill("Заберу сегодня вечером!")
    boris.get_by_role("button", name="Отправить").click()
    boris.wait_for_url(re.compile(r"/chats/\d+/"))
    expect(boris.locator(".said--mine")).to_contain_text("Заберу сегодня вечером!")
    expect(boris.get_by_role("link", name=TITLE)).to_be_visible()

    anna.goto(f"{product.url}/notifications/")
    expect(anna.get_by_text("Заберу сегодня вечером!").first).to_be_visible()
    anna.goto(address)
    anna.get_by_role("link", name=re.compile("Борис")).click()
    anna.get_by_label("Сообщение", exact=True).fill("Жду после семи.")
    anna.get_by_role("button", name="Отправить").click()
    expect(anna.locator(".said")).to_have_count(2)
    if not script:
        boris.reload()
    expect(boris.get_by_text("Жду после семи.")).to_be_visible()

    anna.goto(address)
    anna.get_by_role("button", name="Отдано").click()
    expect(anna.get_by_text("Это объявление завершено.")).to_be_visible()
    boris.goto(f"{product.url}/ads/?q=кресла")
    assert address.split("/ads/")[1] not in boris.content()
