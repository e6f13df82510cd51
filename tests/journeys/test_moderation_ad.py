"""Report → decision → appeal on a real ad: its author, a neighbour, two moderators and a passer-by, each in a browser.

The whole road by what people see: the ad with its picture goes and comes back, the points of a first ad with it,
everybody is told what is theirs to know, nobody more, and the public counts follow.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.journeys.product import Product, sign_in

pytestmark = pytest.mark.browser
TITLE, TEXT = "Отдам аквариум с тумбой", "Сто литров, без рыбок, самовывоз вечером."
NOTE, WORDS = "Это уже третье объявление за неделю", "Такое объявление у вас уже висит."
APPEAL, VERDICT = "Прежнее было про клетку для птиц.", "Автор прав: это разные вещи."
ALT = "Пустой аквариум на тумбе"

# Somebody of the cast who has never posted an ad, and a neighbour who reads the same board.
PEOPLE = """
import json
from dvor.ads import audience
from dvor.ads.models import Ad, First
from dvor.people.models import Resident
cast = list(Resident.objects.exclude(city_id__startswith='demo-').order_by('pk'))
sights = {one: audience.of(one) for one in cast}
posted = {*First.objects.values_list('resident_id', flat=True), *Ad.objects.values_list('author_id', flat=True)}
for author in cast:
    for house in sights[author].posting:
        near = [one for one in cast if one != author and house in sights[one].houses]
        if author.pk not in posted and near and len(sights[author].posting) == 1:
            told = [author.city_id, author.last_name, near[0].city_id, near[0].last_name]
            print(json.dumps(told))
            raise SystemExit
"""


class Yard(NamedTuple):
    """Who lives here: how they sign in, and the last names that a moderator must not read."""

    author: str
    author_name: str
    neighbour: str
    neighbour_name: str


def _yard(product: Product) -> Yard:
    told = product.command("manage", "shell", "-v", "0", "-c", PEOPLE)
    assert told.returncode == 0, told.stderr
    return Yard(*json.loads(told.stdout.strip().splitlines()[-1]))


def words(page: Page) -> str:
    return re.sub(r"\s+", " ", page.locator("main, #content").first.inner_text().replace("\xa0", " "))


def test_an_ad_is_reported_hidden_appealed_and_brought_back(
    product: Product, person: Callable[..., Page], tmp_path: Path
) -> None:
    yard = _yard(product)
    author, neighbour, passer_by = person(), person(), person()
    first, second = person(width=1280), person(width=1280)
    for page, sub in ((author, yard.author), (neighbour, yard.neighbour), (first, "moderator-kira"),
                      (second, "operator-olga")):  # fmt: skip
        sign_in(page, product, sub=sub)
    before = _counts(passer_by, product)

    address, picture = _post(author, product, tmp_path)
    _earned(author, product, taken_back=False)
    _report(neighbour, address)

    case = _look(first, product, yard, address, picture)
    _decide(first, case)
    _gone(neighbour, product, address, picture)
    decision = _told_the_decision(author, product, address)
    _earned(author, product, taken_back=True)

    author.goto(decision)
    author.locator("textarea").fill(APPEAL)
    author.get_by_role("button", name="Отправить возражение").click()
    expect(author.get_by_text("Решит другой модератор. Мы вам сообщим.")).to_be_visible()

    _operate(first, case, "judge")
    first.locator("select[name=changed]").select_option("no")
    _confirm(first, "Я остаюсь при своём решении.")
    expect(first.get_by_text("Первое решение принимали вы.")).to_be_visible()
    _overturn(second, product, case)

    _back(neighbour, product, address)
    author.goto(f"{product.url}/notifications/")
    _open(author, "Ваше возражение принято: Объявление")
    expect(author.get_by_text(VERDICT)).to_be_visible()
    _earned(author, product, taken_back=True, again=True)
    after = _counts(passer_by, product)
    grown = {name: after[name] - before.get(name, 0) for name in after}
    assert grown == {"Жалобы": 1, "Задержано до проверки": 0, "Решения": 1, "Снято": 1, "Возражения": 1,
                     "Решений изменено": 1}  # fmt: skip


# ── The author ───────────────────────────────────────────────────────────────────────────────────────────────────
def _post(page: Page, product: Product, folder: Path) -> tuple[str, str]:
    """Post the ad with a picture; its address and that of the picture."""
    photo = folder / "aquarium.jpg"
    Image.new("RGB", (1200, 900), "teal").save(photo)
    page.goto(f"{product.url}/ads/new/?category=1")
    page.get_by_label("Заголовок").fill(TITLE)
    page.get_by_label("Описание").fill(TEXT)
    page.get_by_label("Фотографии").set_input_files(photo)
    page.get_by_role("button", name="Разместить", exact=True).click()
    page.wait_for_url(re.compile(r"/ads/\d+/$"))
    expect(page.get_by_text(re.compile(r"\+\d+ балл\S* за первое объявление"))).to_be_visible()
    picture = page.locator(".ad-pictures img").first.get_attribute("src") or ""
    return page.url, product.url + picture


def _earned(page: Page, product: Product, *, taken_back: bool, again: bool = False) -> None:
    """What the statement of points says of the first ad, newest first."""
    page.goto(f"{product.url}/points/")
    lines = page.locator(".line", has_text="Первое объявление соседям")
    expect(lines).to_have_count(2 if again else 1)
    if taken_back:
        reversed_line = lines.last
        expect(reversed_line).to_contain_text("отменено")
        expect(reversed_line).to_contain_text(f"Объявление «{TITLE}» скрыто модератором.")
    if again or not taken_back:
        expect(lines.first).not_to_contain_text("отменено")
        expect(lines.first.locator(".line__points")).to_have_class(re.compile("plus"))


def _told_the_decision(page: Page, product: Product, address: str) -> str:
    """From the notification to the rule and the words; from the hidden ad too. The address of the case."""
    page.goto(f"{product.url}/notifications/")
    _open(page, "Скрыто модератором: Объявление")
    page.wait_for_url(re.compile(r"/moderation/cases/\d+/$"))
    decision = page.url
    for told in ("Спам или повторы", "не публикуется снова и снова", WORDS):
        expect(page.get_by_text(told).first).to_be_visible()
    assert NOTE not in words(page), "what a neighbour wrote is for moderators"
    page.goto(address)
    expect(page.get_by_text("Модератор скрыл это объявление").first).to_be_visible()
    page.get_by_role("link", name="Почему и что можно сделать").click()
    page.locator("main a", has_text=TITLE).first.click()
    assert page.url == decision
    return decision


# ── The neighbour ────────────────────────────────────────────────────────────────────────────────────────────────
def _report(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("link", name="Пожаловаться", exact=True).click()
    page.get_by_label("Спам или повторы").check()
    page.locator("textarea").fill(NOTE)
    page.get_by_role("button", name="Отправить жалобу").click()
    expect(page.get_by_text("рассматривается").first).to_be_visible()


def _gone(page: Page, product: Product, address: str, picture: str) -> None:
    """Not by its address, nor its picture, nor on the board, nor in the feed; and the answer has come."""
    for path in (address, picture):
        answer = page.request.get(path)
        assert answer.status == 404, path
    for path in ("/ads/", "/ads/?q=аквариум", "/feed/"):
        page.goto(product.url + path)
        assert TITLE not in words(page), path
    page.goto(f"{product.url}/notifications/")
    _open(page, "Ответ на вашу жалобу: Объявление")
    expect(page.get_by_text("скрыто до исправления").first).to_be_visible()


def _back(page: Page, product: Product, address: str) -> None:
    page.goto(f"{product.url}/ads/?q=аквариум")
    page.get_by_role("link", name=TITLE).first.click()
    page.wait_for_url(address)
    expect(page.locator(".ad-pictures img")).to_have_count(1)
    page.goto(f"{product.url}/feed/")
    expect(page.get_by_text(TITLE).first).to_be_visible()
    page.goto(f"{product.url}/notifications/")
    expect(page.get_by_text("второй модератор вернул публикацию").first).to_be_visible()
    page.goto(f"{product.url}/moderation/cases/")
    expect(page.get_by_text("вернули по возражению автора")).to_be_visible()


# ── The moderators ───────────────────────────────────────────────────────────────────────────────────────────────
def _look(page: Page, product: Product, yard: Yard, address: str, picture: str) -> str:
    """The case from the queue: the text, the picture, what was reported, and no person. The address of the case."""
    page.goto(f"{product.url}/console/moderation/case/")
    page.locator("#result_list tbody", has_text=TITLE[:20]).locator("a[href*='/change/']").first.click()
    case = page.url
    told = words(page)
    assert all(part in told for part in (TITLE, TEXT, NOTE, "Спам или повторы")), told
    for name in (yard.author_name, yard.neighbour_name):
        assert name not in page.content(), name
    link = page.locator(f"a[href='{picture.removeprefix(product.url)}']")
    expect(link).to_have_count(1)
    assert page.request.get(picture).headers["content-type"] == "image/webp"
    page.get_by_role("link", name="Объявление", exact=True).click()
    page.wait_for_url(re.compile(r"/console/ads/ad/\d+/change/"))
    assert TEXT in words(page) and yard.author_name not in page.content()
    page.get_by_role("link", name="Дела модерации").locator("visible=true").first.click()
    page.locator("#result_list a[href*='/change/']").first.click()
    assert page.url.split("?")[0] == case.split("?")[0]
    return case.split("?")[0]


def _decide(page: Page, case: str) -> None:
    _operate(page, case, "claim")
    page.get_by_role("button", name="Подтвердить").click()
    page.wait_for_url(case)
    expect(page.get_by_role("button", name="Вернуть в очередь")).to_be_visible()
    _operate(page, case, "decide")
    page.locator("select[name=outcome]").select_option("2")
    page.locator("select[name=rule]").select_option("spam")
    _confirm(page, WORDS)
    page.wait_for_url(case)
    assert WORDS in words(page)


def _overturn(page: Page, product: Product, case: str) -> None:
    page.goto(f"{product.url}/console/moderation/case/?state=appealed")
    page.locator("#result_list tbody", has_text=TITLE[:20]).locator("a[href*='/change/']").first.click()
    assert APPEAL in words(page)
    _operate(page, case, "judge")
    page.locator("select[name=changed]").select_option("yes")
    _confirm(page, VERDICT)
    page.wait_for_url(case)
    assert VERDICT in words(page)


def _operate(page: Page, case: str, action: str) -> None:
    """Press a button of the operator on the case's page."""
    page.goto(case)
    page.locator("form", has=page.locator(f"input[name=action][value={action}]")).locator("button").first.click()


def _confirm(page: Page, reason: str) -> None:
    page.locator("textarea[name=reason]").fill(reason)
    page.get_by_role("button", name="Подтвердить").click()


# ── Everybody ────────────────────────────────────────────────────────────────────────────────────────────────────
def _open(page: Page, notice: str) -> None:
    """What the newest notification of this subject leads to."""
    page.locator("article", has_text=notice).first.get_by_role("button", name="Открыть").click()


def _counts(page: Page, product: Product) -> dict[str, int]:
    """The newest month of the public table, by its headings; empty while there is nothing to count."""
    page.goto(f"{product.url}/moderation/")
    cells = page.locator("main table tbody tr").first.locator("td[data-label]")
    return {cell.get_attribute("data-label") or "": int(re.sub(r"\D", "", cell.inner_text())) for cell in cells.all()}
