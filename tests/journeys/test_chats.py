"""Three neighbours with the chat of their house open: what one writes the others see at once, without a reload."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.journeys.product import Product, sign_in

pytestmark = pytest.mark.browser

HOUSE = "main .chat-card a[href^='/chats/']"
WIDER_THAN_THE_SCREEN = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
FROM_THE_END = "log => Math.abs(log.scrollTop)"


def _come(page: Page, product: Product, who: str) -> str:
    """Sign in and open the chat of one's house; its address."""
    sign_in(page, product, sub=who)
    page.goto(f"{product.url}/chats/")
    page.locator(HOUSE).first.click()
    page.wait_for_url(re.compile(r"/chats/\d+/$"))
    return page.url


def _say(page: Page, text: str) -> None:
    page.get_by_label("Сообщение", exact=True).fill(text)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_label("Сообщение", exact=True)).to_have_value("")


def _open_menu(page: Page, text: str) -> None:
    _press(page.locator(".said", has_text=text).last, "Что сделать с этим сообщением")


def _press(where: Page | Locator, name: str) -> None:
    """Open what folds out below its name."""
    where.locator("summary", has_text=name).first.click()


def test_neighbours_talk_without_reloading(product: Product, person: Callable[..., Page], tmp_path: Path) -> None:
    anna, boris, tamara = person(), person(width=1280), person()
    address = _come(anna, product, "full-anna")
    _come(boris, product, "standard-boris")
    _come(tamara, product, "full-tamara")
    for page in (anna, boris, tamara):
        page.evaluate("window.stays = true")

    _say(anna, "Соседи, лифт опять <b>стоит</b>?")
    for page in (anna, boris, tamara):
        expect(page.get_by_text("Соседи, лифт опять <b>стоит</b>?")).to_be_visible()
    expect(anna.locator(".said--mine").last).to_contain_text("лифт опять")

    boris.get_by_label("Сообщение", exact=True).fill("Чинят")
    _open_menu(boris, "лифт опять")
    boris.get_by_role("link", name="Ответить").click()
    expect(boris.locator(".write__quote")).to_contain_text("лифт опять")
    expect(boris.get_by_label("Сообщение", exact=True)).to_have_value("Чинят")  # what was typed stays
    _say(boris, "Чинят, до вечера")
    quote = anna.locator(".said", has_text="Чинят, до вечера").locator(".said__quote")
    expect(quote).to_contain_text("лифт опять")

    photo = tmp_path / "lift.jpg"
    Image.new("RGB", (1200, 900), "teal").save(photo)
    tamara.locator("#id_pictures").set_input_files([photo])
    tamara.get_by_role("button", name="Отправить").click()
    picture = anna.locator(".said__pictures img").last
    expect(picture).to_be_visible()
    picture.scroll_into_view_if_needed()
    expect(picture).to_have_js_property("naturalWidth", 480)

    _say(boris, "Это я зря написал")
    expect(anna.get_by_text("Это я зря написал")).to_be_visible()
    _open_menu(boris, "Это я зря написал")
    _press(boris.locator(".said__sure").last, "Удалить")
    boris.get_by_role("button", name="Да, удалить").click()
    expect(boris.get_by_text("Ваше сообщение удалено.")).to_be_visible()
    expect(anna.get_by_text("Это я зря написал")).to_have_count(0)
    expect(anna.get_by_text("Сообщение удалено.").last).to_be_visible()
    for page in (anna, tamara):
        assert page.evaluate("window.stays"), "nobody's page was loaded anew"
        assert page.url == address


def test_a_private_talk_ends_with_a_block(product: Product, person: Callable[..., Page]) -> None:
    tamara, boris = person(width=1280), person()
    address = _come(tamara, product, "full-tamara")
    _come(boris, product, "standard-boris")
    _say(tamara, "Отдам рассаду, кому нужно?")
    expect(boris.get_by_text("Отдам рассаду")).to_be_visible()
    _open_menu(boris, "Отдам рассаду")
    boris.locator(".said", has_text="Отдам рассаду").get_by_role("button", name="Написать лично").click()
    boris.wait_for_url(lambda url: "/chats/" in url and url != address)
    talk = boris.url
    _say(boris, "Мне нужно, три корня")

    tamara.goto(f"{product.url}/chats/")
    card = tamara.locator(".chat-card", has_text="Борис")
    expect(card).to_contain_text("новых:")
    expect(card).to_contain_text("Мне нужно, три корня")
    tamara.goto(f"{product.url}/more/")
    expect(tamara.locator("main a[href='/chats/']")).to_contain_text("новых:")
    tamara.goto(talk)
    _say(tamara, "Заходите вечером")
    expect(boris.get_by_text("Заходите вечером")).to_be_visible()

    _press(tamara, "Уведомления и заблокированные соседи")
    tamara.get_by_role("button", name="Отключить уведомления").click()
    expect(tamara.get_by_text("Уведомления этого чата отключены.")).to_be_visible()

    _open_menu(tamara, "Мне нужно, три корня")
    tamara.get_by_role("button", name="Заблокировать соседа").click()
    expect(tamara.get_by_text("Сосед заблокирован")).to_be_visible()
    boris.get_by_label("Сообщение", exact=True).fill("Во сколько?")
    boris.get_by_role("button", name="Отправить").click()
    expect(boris.get_by_text("не принимает ваши сообщения")).to_be_visible()
    expect(boris.get_by_label("Сообщение", exact=True)).to_have_value("Во сколько?")
    tamara.goto(talk)
    expect(tamara.get_by_text("писать здесь не можете")).to_be_visible()
    tamara.get_by_role("button", name="Разблокировать").click()
    expect(tamara.get_by_label("Сообщение", exact=True)).to_be_visible()


def test_who_reads_above_is_not_torn_away(product: Product, person: Callable[..., Page]) -> None:
    anna, boris = person(), person()
    _come(anna, product, "full-anna")
    for number in range(12):
        _say(anna, f"Строка {number} для прокрутки,\nв две строки")
        expect(anna.get_by_text(f"Строка {number} для прокрутки")).to_be_visible()
    _come(boris, product, "standard-boris")
    log = boris.locator("#log")
    assert log.evaluate(FROM_THE_END) < 2 or boris.locator("#new").count(), "a chat opens at its end"
    log.evaluate("log => { log.scrollTop = 0 }")
    _say(anna, "Первое новое")
    expect(boris.get_by_text("Первое новое")).to_be_in_viewport()
    log.evaluate("log => { log.scrollTop = -400 }")
    seen = boris.locator(f"#{boris.locator('.said').nth(-7).get_attribute('id')}")
    before = seen.bounding_box()
    _say(anna, "Второе новое")
    expect(boris.get_by_text("Второе новое")).to_have_count(1)
    after = seen.bounding_box()
    assert before and after and abs(before["y"] - after["y"]) < 2, "what is read stays where it is"
    expect(boris.get_by_text("Второе новое")).not_to_be_in_viewport()


def test_a_chat_works_without_scripts(product: Product, person: Callable[..., Page]) -> None:
    page = person(script=False)
    _come(page, product, "full-tamara")
    page.get_by_label("Сообщение", exact=True).fill("Пишу без скриптов")
    page.get_by_role("button", name="Отправить").click()
    expect(page.get_by_text("Пишу без скриптов")).to_be_in_viewport()
    _open_menu(page, "Пишу без скриптов")
    page.locator(".said", has_text="Пишу без скриптов").get_by_role("link", name="Ответить").click()
    page.get_by_label("Сообщение", exact=True).fill("И отвечаю себе")
    page.get_by_role("button", name="Отправить").click()
    expect(page.locator(".said__quote").last).to_contain_text("Пишу без скриптов")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_a_chat_with_everything_is_accessible(
    product: Product, person: Callable[..., Page], width: int, theme: str
) -> None:
    page = person(width=width, theme=theme)
    _come(page, product, "full-anna")
    _say(page, f"{'Оченьдлинноеслово' * 20} на экране {width} {theme}")
    mine = page.locator(".said--mine").last
    expect(mine).to_contain_text(f"{width} {theme}")
    _press(mine, "Что сделать с этим сообщением")
    mine.get_by_role("link", name="Ответить").click()
    expect(page.locator(".write__quote")).to_be_visible()
    _press(mine, "Что сделать с этим сообщением")
    _press(page, "Уведомления и заблокированные соседи")
    found = Axe().run(page)
    assert not found.violations_count, found.generate_report()[:3000]
    assert page.evaluate(WIDER_THAN_THE_SCREEN) <= 0
    small = page.evaluate(
        "[...document.querySelectorAll('main :is(button, summary, .button, a.round, textarea)')]"
        ".filter(one => one.checkVisibility()).map(one => [one.textContent.trim(), one.getBoundingClientRect()])"
        ".filter(([, box]) => box.width < 44 || box.height < 44).map(([text]) => text)"
    )
    assert not small, f"too small for a thumb: {small}"
