"""Report → decision → appeal → verdict in real browsers of four people, without a line of script of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from dvor.moderation.models import Verdict
from dvor.people.models import Resident
from tests.cast import Cast
from tests.journeys import product
from tests.moderation.leaflets import LEAFLETS, Board

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    if not Path(product.CHROMIUM).exists():
        pytest.skip("this test needs Chromium")
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "yes")  # the browser's driver runs a loop in this thread
    with product.chromium() as opened:
        yield opened
    with connection.cursor() as cursor:  # the server's threads keep theirs, and the test database could not be dropped
        cursor.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()"
        )
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]


@pytest.fixture
def signed_in(browser: Browser, live_server: LiveServer) -> Iterator[Callable[..., Page]]:
    """``signed_in(cast.anna)``: a page in the resident's own browser."""
    contexts = []

    def come(resident: Resident, **how: object) -> Page:
        client = Client()
        client.force_login(resident)
        context = product.visit(browser, **how)  # type: ignore[arg-type]
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
        contexts.append(context)
        return context.new_page()

    yield come
    for context in contexts:
        context.close()


def no_overflow(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url


def operate(page: Page, action: str) -> None:
    """Press a button of the operator on a row's page, and come to the form that asks for a reason."""
    page.locator("form", has=page.locator(f"input[name=action][value={action}]")).locator("button").first.click()


def test_from_a_report_to_the_last_word(
    signed_in: Callable[..., Page], live_server: LiveServer, cast: Cast, board: Board, mark: Resident, nina: Resident
) -> None:
    number = board.post()
    boris = signed_in(cast.boris, script=False)
    boris.goto(f"{live_server.url}/moderation/report/?content=leaflet:{number}")
    no_overflow(boris)
    boris.get_by_label("Спам или повторы").check()
    boris.locator("textarea").fill("Третий раз за неделю")
    boris.get_by_role("button", name="Отправить жалобу").click()
    expect(boris.get_by_text("рассматривается")).to_be_visible()

    first = signed_in(mark, width=1280)
    first.goto(f"{live_server.url}/console/moderation/case/")
    first.locator("#result_list a[href*='/change/']").first.click()
    expect(first.get_by_text("Третий раз за неделю")).to_be_visible()
    operate(first, "decide")
    first.locator("select[name=outcome]").select_option("2")
    first.locator("select[name=rule]").select_option("spam")
    first.locator("textarea[name=reason]").fill("Это повтор вчерашней листовки.")
    first.locator("main form button[type=submit], #content form button[type=submit]").last.click()
    first.wait_for_url("**/change/**")
    assert LEAFLETS[number].hidden

    anna = signed_in(cast.anna)
    anna.goto(f"{live_server.url}/moderation/cases/")
    anna.get_by_text("Листовка").first.click()
    expect(anna.get_by_text("Это повтор вчерашней листовки.")).to_be_visible()
    no_overflow(anna)
    anna.locator("textarea").fill("Это другой диван, вчерашний забрали.")
    anna.get_by_role("button", name="Отправить возражение").click()
    expect(anna.get_by_text("Решит другой модератор")).to_be_visible()

    second = signed_in(nina, width=1280)
    second.goto(f"{live_server.url}/console/moderation/case/?state=appealed")
    second.locator("#result_list a[href*='/change/']").first.click()
    operate(second, "judge")
    second.locator("select[name=changed]").select_option("yes")
    second.locator("textarea[name=reason]").fill("Диван и правда другой.")
    second.locator("main form button[type=submit], #content form button[type=submit]").last.click()
    second.wait_for_url("**/change/**")
    assert Verdict.objects.get().changed and not LEAFLETS[number].hidden

    anna.reload()
    expect(anna.get_by_text("Диван и правда другой.")).to_be_visible()
    for page in (anna, boris):
        page.goto(f"{live_server.url}/moderation/cases/")
        no_overflow(page)
