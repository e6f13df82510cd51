"""A neighbour in a browser: somebody invites, Nina comes for the first time, adds a flat, reads meters; both earn."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.product import Product, sign_in

pytestmark = pytest.mark.browser
NEWCOMER = "full-nina"
WAIT_SECONDS = 150  # the check runs every minute

# A flat where nobody has an account, in a house of somebody who can sign in and may invite.
FLAT = """
import json
from dvor.homes import rights
from dvor.homes.models import Flat, Residency
from dvor.meters.models import Meter
read = Meter.objects.filter(archived_at__isnull=True).values('flat_id')
for flat in Flat.objects.filter(residencies__isnull=True, payer_code__isnull=False, pk__in=read).order_by('-id'):
    living = Residency.objects.filter(flat__house=flat.house_id, until__isnull=True, resident__level__gte=2)
    host = living.exclude(proof='none').exclude(resident__city_id__startswith='demo-').exclude(status=0).first()
    if host is not None:
        print(json.dumps({'id': flat.pk, 'number': flat.number, 'code': flat.payer_code,
                          'host': host.resident.city_id, 'name': host.resident.first_name}))
        break
"""


def words(page: Page) -> str:
    return re.sub(r"\s+", " ", page.locator("main").inner_text().replace("\xa0", " "))


def test_a_neighbour_comes_by_an_invite_and_both_get_points(product: Product, person: Callable[..., Page]) -> None:
    told = product.command("manage", "shell", "-v", "0", "-c", FLAT)
    assert told.returncode == 0, told.stderr
    flat = json.loads(told.stdout.strip().splitlines()[-1])
    host, nina = person(), person()
    sign_in(host, product, sub=flat["host"])
    host.goto(f"{product.url}/invites/")
    host.get_by_text("Показывать моё имя").click()
    host.get_by_role("button", name="Создать ссылку").click()
    link = re.search(r"\S+/i/\w+/", words(host))
    assert link is not None
    nina.goto(link[0])
    assert f"Вас приглашает сосед: {flat['name']}" in words(nina)
    nina.get_by_role("button", name="Войти через городской ID").or_(nina.locator("main form button")).first.click()
    nina.locator(f"button[name=sub][value='{NEWCOMER}']").click()
    nina.wait_for_url(f"{product.url}/flats/add/**")
    expect(nina.get_by_text("Вы пришли по приглашению соседа").first).to_be_visible()
    nina.fill("[name=flat_number]", flat["number"])
    nina.fill("[name=payer_code]", flat["code"])
    nina.locator("main form button").last.click()
    nina.wait_for_url(f"{product.url}/flats/{flat['id']}/")
    _send(nina, product, flat["id"])
    _wait_until_counted(host, product)
    assert "Нина" in words(host)
    for page, points in ((host, "+50"), (nina, "+30")):
        page.goto(f"{product.url}/points/")
        assert "риглашени" in words(page) and points in words(page)


def _send(page: Page, product: Product, flat_id: int) -> None:
    """A first value in every field."""
    page.goto(f"{product.url}/meters/{flat_id}/")
    for field in page.locator("fieldset input[inputmode=decimal]").all():
        field.fill(str(int(float(field.get_attribute("data-previous") or "100")) + 3))
    page.locator("main form button.button--primary").first.click()
    expect(page.locator(".badge--good").first).to_be_visible()


def _wait_until_counted(page: Page, product: Product) -> None:
    until = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < until:
        page.goto(f"{product.url}/invites/")
        if "засчитано" in words(page).lower().split("кто пришёл")[-1].split("как это работает")[0]:
            return
        time.sleep(3)
    raise AssertionError(words(page))
