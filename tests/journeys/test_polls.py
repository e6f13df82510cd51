"""Two neighbours and a poll: asked with a preview, answered by both, its result moves before them; then it closes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.product import Product, sign_in

pytestmark = pytest.mark.browser

# Two people of the cast who may take part in polls of one house.
PAIR = """
import json
from dvor.homes import rights
from dvor.homes.rights import Act
from dvor.people.models import Resident
houses = {}
for resident in Resident.objects.exclude(city_id__startswith='demo-').order_by('pk'):
    for flat in rights.flats_allowing(resident, Act.POLLS):
        houses.setdefault(flat.house_id, []).append(resident.city_id)
print(json.dumps(next(people[:2] for people in houses.values() if len(set(people)) > 1)))
"""


def _pair(product: Product) -> list[str]:
    told = product.command("manage", "shell", "-v", "0", "-c", PAIR)
    assert told.returncode == 0, told.stderr
    found: list[str] = json.loads(told.stdout.strip().splitlines()[-1])
    return found


def test_a_poll_is_asked_answered_by_two_and_closed(product: Product, person: Callable[..., Page]) -> None:
    asker, neighbour = _pair(product)
    mine, theirs = person(width=390), person(width=1280)
    sign_in(mine, product, sub=asker)
    mine.goto(f"{product.url}/polls/ask/")
    mine.get_by_label("Вопрос").fill("Покрасить скамейку в зелёный?")
    mine.get_by_label("Варианты ответа").fill("Да\nНет\nВ синий")
    mine.get_by_label("Когда виден результат").select_option("live")
    mine.get_by_role("button", name="Посмотреть, что получилось").click()
    expect(mine.get_by_role("heading", name="Так опрос увидят соседи")).to_be_visible()
    mine.get_by_role("button", name="Открыть опрос").click()
    expect(mine).to_have_url(re.compile(r"/polls/\d+/$"))

    sign_in(theirs, product, sub=neighbour)
    theirs.goto(f"{product.url}/polls/")
    theirs.get_by_role("link", name=re.compile("Покрасить скамейку")).click()
    theirs.get_by_role("radio", name="В синий").check()
    theirs.get_by_role("button", name="Проголосовать").click()
    expect(theirs.get_by_text("Ваш голос учтён.")).to_be_visible()

    mine.reload()  # results at any time: the asker sees the neighbour's vote
    expect(mine.get_by_text("100 % · 1")).to_be_visible()
    mine.get_by_role("radio", name="Да").check()
    mine.get_by_role("button", name="Проголосовать").click()
    theirs.reload()
    expect(theirs.get_by_text("50 % · 1")).to_have_count(2)
    theirs.get_by_role("radio", name="Да").check()
    theirs.get_by_role("button", name="Изменить ответ").click()
    expect(theirs.get_by_text("100 % · 2")).to_be_visible()

    mine.get_by_text("Закрыть опрос сейчас").click()
    mine.get_by_role("button", name="Закрыть и подсчитать").click()
    theirs.reload()
    expect(theirs.get_by_role("heading", name="Результат", exact=True)).to_be_visible()
    expect(theirs.get_by_role("button", name="Изменить ответ")).to_have_count(0)
    with theirs.expect_download() as got:
        theirs.get_by_role("link", name="Скачать таблицу").click()
    assert "Да;2;100;1" in got.value.path().read_text(encoding="utf-8-sig")
