"""The operators' console in a real browser: its scripts run under its policy, a day's work is done by clicks."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urljoin, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.product import Product, sign_in
from tests.journeys.test_every_page import WIDER_THAN_THE_PHONE

pytestmark = pytest.mark.browser
OPERATORS = {"operator-olga": 60, "company-ivan": 10, "moderator-kira": 20, "partner-mark": 7}  # pages at least


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("sub", OPERATORS)
def test_every_page_of_the_console_opens_without_complaints(
    product: Product, person: Callable[..., Page], sub: str, width: int
) -> None:
    page = person(width=width, theme="dark" if width == 390 else "light")
    sign_in(page, product, sub=sub)
    waiting, seen, wrong = ["/console/"], set[str](), []
    while waiting:
        path = waiting.pop(0)
        if _shape(path) in seen:
            continue
        seen.add(_shape(path))
        answer = page.goto(product.url + path)
        if answer is None or answer.status != 200:
            wrong.append(f"{path} answered {answer and answer.status}")
        elif (excess := page.evaluate(WIDER_THAN_THE_PHONE)) > 0:
            wrong.append(f"{path} is {excess} px too wide")
        waiting += [path for path in _links(page, product) if _shape(path) not in seen]
    assert not wrong, wrong
    assert len(seen) >= OPERATORS[sub], seen


def _links(page: Page, product: Product) -> list[str]:
    """Pages of the console that this page leads to; files are not pages."""
    found = page.eval_on_selector_all("a[href]", "links => links.map(link => link.getAttribute('href'))")
    parts = [urlsplit(urljoin(page.url, link)) for link in found]
    host = urlsplit(product.url).netloc
    return [
        part.path for part in parts
        if part.netloc == host and part.path.startswith("/console/") and "export" not in part.path
    ]  # fmt: skip


def _shape(path: str) -> str:
    """Pages of two rows are one page."""
    return re.sub(r"/[^/]*\d[^/]*(?=/)", "/…", path)


def test_a_day_of_an_operator(product: Product, person: Callable[..., Page]) -> None:
    page = person(width=1280)
    sign_in(page, product, sub="operator-olga")
    _find_anna(page, product)
    _explain_an_award(page)
    _try_a_rule(page, product)
    _find_anna(page, product)
    wallet = _block_the_wallet(page)
    page.goto(f"{product.url}/console/base/auditentry/?q={wallet}")
    first = page.locator("#result_list tbody").first
    expect(first).to_contain_text("Заблокирован счёт")
    expect(first).to_contain_text("Две учётные записи")
    _lift_the_block(page)


def _find_anna(page: Page, product: Product) -> None:
    page.goto(f"{product.url}/console/")
    page.fill("#q", "Сергеева Анна")
    page.get_by_role("button", name="Найти").click()
    page.locator("a[href^='/console/people/resident/']", has_text=re.compile(r"^\d+$")).first.click()
    expect(page.locator("h1")).to_contain_text("Анна Сергеевна")


def _explain_an_award(page: Page) -> None:
    page.locator("#content-main").get_by_role("link", name="Начисления").click()
    page.locator("a[href^='/console/awards/']", has_text="Показания счётчика").first.click()
    expect(page.locator("body")).to_contain_text("Почему столько")
    expect(page.locator("body")).to_contain_text("Правило действует с")


def _try_a_rule(page: Page, product: Product) -> None:
    page.goto(f"{product.url}/console/rules/10/")
    page.get_by_role("link", name="Новая версия").click()
    page.fill("#id_points_full", "50")
    page.fill("#id_reason", "Проверка на прошлом")
    page.get_by_role("button", name="Проверить на прошлом").click()
    expect(page.locator("body")).to_contain_text(re.compile(r"[\d\s]+балл[а-я]* → [\d\s]+балл"))
    expect(page.get_by_role("button", name="Опубликовать")).to_be_visible()


def _block_the_wallet(page: Page) -> str:
    page.locator("#content-main").get_by_role("link", name="Счета баллов").click()
    page.locator("#result_list tbody a").first.click()
    page.wait_for_url(re.compile(r"/ledger/wallet/\d+/change/"))
    number = re.findall(r"/wallet/(\d+)/", page.url)[0]
    page.get_by_role("button", name="Заблокировать счёт").click()
    page.get_by_role("button", name="Подтвердить").click()
    expect(page.locator("textarea[name=reason]:invalid")).to_have_count(1)  # the browser asks for the reason itself
    _confirm(page, "Две учётные записи одного человека")
    expect(page.locator("body")).to_contain_text(f"Счёт {number}: готово")
    return f"wallet:{number}"


def _lift_the_block(page: Page) -> None:
    page.locator("#result_list tbody a[href*='/ledger/wallet/']").first.click()
    page.get_by_role("button", name="Снять блокировку").click()
    _confirm(page, "Это была ошибка оператора")
    expect(page.get_by_role("button", name="Заблокировать счёт")).to_be_visible()


def _confirm(page: Page, reason: str) -> None:
    page.fill("textarea[name=reason]", reason)
    page.get_by_role("button", name="Подтвердить").click()


def test_scripts_of_the_console_do_their_work(product: Product, person: Callable[..., Page]) -> None:
    """What Alpine draws: filters, the bar of actions, the menu of a phone, the choice of a theme."""
    page = person(width=1280)
    sign_in(page, product, sub="operator-olga")
    page.goto(f"{product.url}/console/rewards/reward/")
    page.locator("input.action-select").first.check()
    expect(page.locator("select[name=action]")).to_be_visible()
    page.locator("#changelist a", has_text="Фильтры").click()
    expect(page.locator("#changelist-filter")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_text("Городская Ольга").click()
    page.get_by_text("Тёмные").click()
    expect(page.locator("html")).to_have_class(re.compile("dark"))
    phone = person(width=390)
    sign_in(phone, product, sub="company-ivan")
    phone.goto(f"{product.url}/console/")
    phone.get_by_text("dock_to_right").locator("visible=true").first.click()
    expect(phone.get_by_role("link", name="Квартиры").first).to_be_visible()
