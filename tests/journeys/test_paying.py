"""The second pillar in a browser: a bill is read, understood, paid; points come, ripen, and go with the refund."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.product import TODAY, Product, running, sign_in

pytestmark = pytest.mark.browser
RESIDENT, OPERATOR = "full-anna", "operator-olga"
DELAY_OVER = (date.fromisoformat(TODAY) + timedelta(days=8)).isoformat()

# Two bills of Anna's first flat: in the second one hot water rose, by the meter and by the tariff.
BILLS = """
import json
from datetime import date
from decimal import Decimal
from dvor.base import clock, periods
from dvor.bills import documents
from dvor.bills.documents import NewBill, NewLine, NewPayee
from dvor.bills.models import Bill
from dvor.bills.charges import Group, Service, VolumeBy
from dvor.homes import rights
from dvor.people.models import Resident

at = clock.now()
flat = rights.flats_of(Resident.objects.get(city_id='full-anna'))[0]
payee = NewPayee('МФЦ района', '7700000001', '40702810900000000001', 'Банк Примера', '044525225',
                 '30101810400000000225', kpp='770001001')
def bill(back, cubes, tariff, before):
    month = periods.month_plus(periods.month_of(at), -back)
    kopecks = int(Decimal(cubes) * Decimal(tariff) * 100)
    return NewBill(period=month, payee=payee, flat_id=flat.pk, number=f'J{back}', lines=[
        NewLine('Содержание жилого помещения', Group.HOUSING, 400_000, Service.MAINTENANCE, VolumeBy.AREA,
                tariff=Decimal('40'), volume=Decimal('100'), unit='м²'),
        NewLine('Горячая вода', Group.UTILITY, kopecks, Service.HOT_WATER, VolumeBy.METER, tariff=Decimal(tariff),
                volume=Decimal(cubes), unit='м³', meter_before=Decimal(before),
                meter_after=Decimal(before) + Decimal(cubes)),
        NewLine('Добровольное страхование', Group.INSURANCE, 10_000, Service.INSURANCE),
        NewLine('Пени', Group.PENALTY, 5_000, Service.PENALTY),
    ])
answers = documents.issue([bill(2, '3', '250', '100'), bill(1, '8', '275', '103')], by=None, at=at)
assert all(one.accepted for one in answers), [str(one.refusal) for one in answers]
bill = Bill.objects.get(pk=answers[-1].value.bill_id)
print(json.dumps({'id': bill.pk, 'payable': bill.payable_kopecks, 'services': bill.charged_kopecks}))
"""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    return tmp_path_factory.mktemp("paying")


def issued(product: Product) -> dict[str, int]:
    told = product.command("manage", "shell", "-v", "0", "-c", BILLS)
    assert told.returncode == 0, told.stderr
    return json.loads(told.stdout.strip().splitlines()[-1])


def words(page: Page) -> str:
    return re.sub(r"\s+", " ", page.locator("main").inner_text().replace("\xa0", " "))


def spendable(page: Page, product: Product) -> int:
    page.goto(f"{product.url}/points/")
    return int(re.sub(r"\D", "", page.locator(".figure").first.inner_text()))


def test_from_the_bill_to_spendable_points_and_back(data: Path, person: Callable[..., Page]) -> None:
    with running(data) as product:
        page = person()
        sign_in(page, product, sub=RESIDENT)
        before = spendable(page, product)
        bill = issued(product)
        _understand(page, product, bill["id"])
        payment = _pay(page, product, bill)
        expected = bill["services"] * 50 // 100_000  # 50 per mille of the services, whole points
        _see_receipt_and_pending(page, product, payment, expected)
        assert spendable(page, product) == before, "not yet"
    with running(data, DVOR_DEMO_DATE=DELAY_OVER) as product:
        told = product.command("expire", "--json")
        assert told.returncode == 0, told.stderr
        page = person()
        sign_in(page, product, sub=RESIDENT)
        assert spendable(page, product) == before + expected, "the delay has passed"
        _give_back(person(width=1280), product, payment)
        _see_refund(page, product, payment, expected)
        assert spendable(page, product) == before, "and the points went with the money"
        told = product.command("audit", "--json")
        assert told.returncode == 0, told.stdout + told.stderr


def _understand(page: Page, product: Product, bill_id: int) -> None:
    page.goto(f"{product.url}/bills/{bill_id}/")
    told = words(page)
    assert "Горячая вода" in told
    line = page.locator("details", has_text="Горячая вода").first
    line.locator("summary").click()
    why = re.sub(r"\s+", " ", line.inner_text().replace("\xa0", " "))
    assert "275" in why and "250" in why, why
    assert re.search(r"8\D+3|3\D+8", why), "both volumes are named: " + why


def _pay(page: Page, product: Product, bill: dict[str, int]) -> str:
    page.goto(f"{product.url}/bills/{bill['id']}/")
    page.get_by_role("link", name="Оплатить").first.click()
    assert not page.locator(f"input[name=insurance_{bill['id']}]").is_checked(), "insurance is not forced"
    page.get_by_role("button", name="Дальше").click()
    told = words(page)
    assert f"{bill['payable'] // 100:,}".replace(",", " ") in told
    assert f"+{bill['services'] * 50 // 100_000} балл" in told
    page.locator("main form[method=post] button.button--primary").click()
    page.wait_for_url("**/checkout/**")
    assert "Это не банк" in page.locator("main").inner_text()
    page.locator("button[name=pay]").click()
    page.wait_for_url(re.compile(rf"{re.escape(product.url)}/payments/\d+/"))
    expect(page.locator("h1")).to_have_text("Оплачено", timeout=30_000)
    return page.url


def _see_receipt_and_pending(page: Page, product: Product, payment: str, expected: int) -> None:
    told = words(page)
    assert f"+{expected} балл" in told and "Потратить их можно с" in told
    page.get_by_role("link", name="Квитанция").click()
    assert "Всего оплачено" in words(page)
    page.goto(f"{product.url}/payments/")
    assert page.locator(f"main a[href='{payment.removeprefix(product.url)}']").count() == 1
    page.goto(f"{product.url}/points/")
    told = words(page)
    assert "Оплата ЕПД" in told and f"+{expected}" in told


def _give_back(page: Page, product: Product, payment: str) -> None:
    number = re.findall(r"/payments/(\d+)/", payment)[0]
    sign_in(page, product, sub=OPERATOR)
    page.goto(f"{product.url}/console/payments/payment/?q={number}")
    page.goto(f"{product.url}/console/payments/payment/{number}/change/")
    page.get_by_role("button", name="Вернуть деньги").click()
    page.locator("textarea[name=reason]").fill("Счёт выставлен по ошибке")
    page.get_by_role("button", name="Подтвердить").click()
    page.wait_for_url("**/console/payments/payment/**")


def _see_refund(page: Page, product: Product, payment: str, expected: int) -> None:
    own = f"{product.url}/payments/{re.findall(r'/payments/([0-9]+)/', payment)[0]}/"
    for _second in range(60):
        page.goto(own)
        if "деньги возвращены" in words(page):
            break
        page.wait_for_timeout(1_000)
    told = words(page)
    assert "деньги возвращены" in told and "Счёт выставлен по ошибке" in told
    assert f"Вместе с возвратом снято: {expected} балл" in told


def test_a_payer_without_scripts_comes_back_to_the_receipt(product: Product, person: Callable[..., Page]) -> None:
    bill = issued(product)
    page = person(script=False)
    sign_in(page, product, sub=RESIDENT)
    page.goto(f"{product.url}/payments/new/?bill={bill['id']}")
    page.get_by_role("button", name="Дальше").click()
    page.locator("main form[method=post] button.button--primary").click()
    page.wait_for_url("**/checkout/**")
    page.locator("button[name=decline]").click()
    page.wait_for_url(re.compile(r"/payments/\d+/"))
    expect(page.locator("h1")).to_have_text("Оплата не прошла", timeout=30_000)
    page.get_by_role("link", name="Попробовать ещё раз").click()
    page.get_by_role("button", name="Дальше").click()
    page.locator("main form[method=post] button.button--primary").click()
    page.wait_for_url("**/checkout/**")
    page.locator("button[name=pay]").click()
    expect(page.locator("h1")).to_have_text("Оплачено", timeout=30_000)
