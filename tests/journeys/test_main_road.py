"""The whole road in a browser: sign in, add a flat, send readings, earn by rule, exchange, and everything adds up."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.product import Product, sign_in

pytestmark = pytest.mark.browser

# A flat of the district in which nobody has an account yet and whose four meters can all be read today.
EMPTY_FLAT = """
import json
from dvor.homes.models import Flat
from dvor.meters.models import Meter
from datetime import date
empty = Flat.objects.filter(residencies__isnull=True, payer_code__isnull=False)
for flat in empty.select_related('house').order_by('id'):
    meters = list(Meter.objects.filter(flat=flat, archived_at__isnull=True))
    usable = [m for m in meters if not m.verification_due_on or m.verification_due_on > date(2027, 1, 1)]
    if len(meters) == len(usable) == 4:
        known = {'id': flat.id, 'number': flat.number, 'code': flat.payer_code, 'address': flat.house.address}
        print(json.dumps(known))
        break
"""


def _empty_flat(product: Product) -> dict[str, str]:
    told = product.command("manage", "shell", "-v", "0", "-c", EMPTY_FLAT)
    assert told.returncode == 0, told.stderr
    return json.loads(told.stdout.strip().splitlines()[-1])


def _points(text: str) -> int:
    return int(re.sub(r"\D", "", text) or 0)


def _balance(page: Page, product: Product) -> int:
    page.goto(f"{product.url}/points/")
    return _points(page.locator(".figure").first.inner_text())


def _add_flat(page: Page, product: Product, flat: dict[str, str]) -> None:
    page.goto(f"{product.url}/flats/add/")
    street, _comma, number = flat["address"].removeprefix("Дворск, ").partition(", дом ")
    page.locator("input[name=search]").press_sequentially(f"{street} {number}", delay=5)
    page.locator("#houses a").first.click()
    page.locator("input[name=flat_number]").fill(flat["number"])
    page.locator("input[name=payer_code]").fill(flat["code"])
    page.locator("main form button").last.click()
    page.wait_for_url(re.compile(r"/flats/"))


def _send_readings(page: Page, product: Product, flat: dict[str, str], *, spoil_one: bool) -> None:
    """A first value in every field; one meter, if asked, gets more digits than it has."""
    page.goto(f"{product.url}/meters/{flat['id']}/")
    sheets = page.locator("fieldset")
    assert sheets.count() == 4
    for place, field in enumerate(page.locator("fieldset input[inputmode=decimal]").all()):
        before = int(float(field.get_attribute("data-previous") or "100"))
        field.fill("999999999" if spoil_one and place == 0 else str(before + 3))
    page.locator("main form button.button--primary").first.click()


def test_a_standard_resident_walks_the_whole_road(product: Product, person: Callable[..., Page]) -> None:
    flat = _empty_flat(product)
    page = person()
    sign_in(page, product, sub="standard-new")
    assert _balance(page, product) == 0
    _add_flat(page, product, flat)

    _send_readings(page, product, flat, spoil_one=True)
    expect(page.locator(".badge--good")).to_have_count(3)
    expect(page.locator("fieldset p .plus")).to_have_count(3)
    for award in page.locator("fieldset p .plus").all():
        assert _points(award.inner_text()) == 20
    refused = page.locator("fieldset .alert--warning")
    expect(refused).to_have_count(1)
    assert "999 999 999" in refused.inner_text().replace("\xa0", " ") or "цифр" in refused.inner_text()

    assert _balance(page, product) == 60, "three good readings of a standard account"
    reasons = page.locator("main").inner_text()
    assert "+60" in reasons and "3 × 20" in reasons, "the statement takes readings of one moment together"

    page.goto(f"{product.url}/knowledge/reading/")
    rates = page.locator("main").inner_text()
    assert re.search(r"стандартная\D+20", rates), "the knowledge base says what the engine paid"
    assert re.search(r"упрощённая\D+10", rates)

    page.goto(f"{product.url}/rewards/?category=promo")
    prices = page.locator("main a[href^='/rewards/']").evaluate_all(
        "links => links.map(link => link.getAttribute('href'))"
    )
    price = _order_cheapest(page, product, sorted(set(prices)))
    assert page.locator("code.code").inner_text().strip(), "the promo code is shown"
    assert page.locator("figure svg").count() == 1, "and its QR"
    code = page.locator("code.code").inner_text()

    assert _balance(page, product) == 60 - price
    lines = page.locator("main").inner_text()
    assert "+60" in lines and "3 × 20" in lines
    assert re.search(rf"[−-]\s?{price}\b", lines), "the statement shows what the order took"
    page.goto(f"{product.url}/orders/")
    page.locator("main a[href^='/orders/']").first.click()
    assert page.locator("code.code").inner_text() == code
    told = product.command("audit", "--json")
    assert told.returncode == 0, told.stdout + told.stderr


def _order_cheapest(page: Page, product: Product, links: list[str]) -> int:
    """Exchange points for the first reward that the balance allows; return its price."""
    for link in (link for link in links if re.fullmatch(r"/rewards/\d+/", link)):
        page.goto(product.url + link)
        price = _points(page.locator("main .card .figure").first.inner_text())
        exchange = page.locator("main .card form[method=get] button.button--primary")
        if price <= 60 and exchange.count():
            exchange.click()
            page.locator("main form[method=post] button.button--primary").click()
            page.wait_for_url(re.compile(r"/orders/\d+/"))
            reveal = page.locator("form[action$='/code/'] button")
            if reveal.count():
                reveal.click()
            return price
    raise AssertionError("the catalogue has no promo code for 60 points")


def test_a_simplified_account_earns_ten_a_meter(product: Product, person: Callable[..., Page]) -> None:
    flat = _empty_flat(product)
    page = person()
    sign_in(page, product, sub="simplified-new")
    _add_flat(page, product, flat)
    _send_readings(page, product, flat, spoil_one=False)
    expect(page.locator("fieldset p .plus")).to_have_count(4)
    assert {_points(award.inner_text()) for award in page.locator("fieldset p .plus").all()} == {10}
    assert _balance(page, product) == 40
