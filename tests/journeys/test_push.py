"""A push from the act to the screen: Chromium turns it on, the real worker sends it, the service worker shows it.

Only the push service between the two is ours, because the makers' ones are far away: the browser is handed a
subscription to it, and what arrived there encrypted is delivered to the browser as its maker would.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.journeys.product import CHROMIUM, CHROMIUM_FLAGS, PUSH_PORT, Product, sign_in
from tests.notices import push_service

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# What the browser's maker would answer: an address and this browser's keys.
SUBSCRIPTION = """
const told = %s;
const known = () => localStorage.getItem("subscribed") && {
  endpoint: told.endpoint,
  options: { applicationServerKey: Uint8Array.from(JSON.parse(localStorage.getItem("subscribed"))).buffer },
  toJSON: () => ({ endpoint: told.endpoint, keys: { p256dh: told.p256dh, auth: told.auth } }),
  unsubscribe: async () => localStorage.removeItem("subscribed"),
};
PushManager.prototype.getSubscription = async () => known() || null;
PushManager.prototype.subscribe = async ({ applicationServerKey }) => {
  localStorage.setItem("subscribed", JSON.stringify(Array.from(applicationServerKey)));
  return known();
};
"""
TELL = """
from dvor.base import clock; from dvor.notices import facts, kinds; from dvor.people.models import Resident
who = Resident.objects.get(city_id='full-anna')
kind = kinds.find('rewards.donation_made')
context = {'order_id': 7, 'titles': {'ru': 'Приют', 'en': 'Shelter'}, 'points': 100}
facts.tell([facts.Fact(kind, who.pk, 'push-journey', context, '/orders/')], at=clock.now())
"""


@pytest.fixture
def profile(browser: Browser, tmp_path: Path) -> Iterator[BrowserContext]:
    """A browser with a profile on disk: what is private may not be told of anything."""
    context = browser.browser_type.launch_persistent_context(
        tmp_path, executable_path=CHROMIUM, args=list(CHROMIUM_FLAGS), locale="ru-RU",
        viewport={"width": 390, "height": 844}, permissions=["notifications"],
    )  # fmt: skip
    yield context
    context.close()


def test_a_fact_reaches_the_screen_of_a_phone(product: Product, profile: BrowserContext) -> None:
    with push_service.running(PUSH_PORT) as service:
        browser = service.browser()
        address = browser.address
        told = {"endpoint": address.endpoint, "p256dh": address.p256dh, "auth": address.auth}
        profile.add_init_script(SUBSCRIPTION % json.dumps(told))
        page = profile.new_page()
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        session = profile.new_cdp_session(page)
        registrations: list[dict[str, str]] = []
        session.on("ServiceWorker.workerRegistrationUpdated", lambda news: registrations.extend(news["registrations"]))
        session.send("ServiceWorker.enable")
        sign_in(page, product, sub="full-anna")
        page.goto(f"{product.url}/notifications/preferences/")
        page.locator("#push-add button").click()
        expect(page.locator("[data-device]")).to_contain_text("Chrome, Linux")
        expect(page.locator("[data-here]")).to_be_visible()
        expect(page.locator("#push-add")).to_be_hidden()

        done = product.command("manage", "shell", "-c", TELL)
        assert done.returncode == 0, done.stderr
        until = time.monotonic() + 60
        while not service.sent and time.monotonic() < until:
            time.sleep(0.1)
        payload = browser.open(service.sent[0].body)
        assert payload["url"] == "/orders/" and "Приют" in payload["title"] + payload["text"]

        mine = next(one for one in registrations if one["scopeURL"] == f"{product.url}/notifications/")
        session.send(
            "ServiceWorker.deliverPushMessage",
            {"origin": product.url, "registrationId": mine["registrationId"], "data": json.dumps(payload)},
        )
        page.wait_for_function(
            """async (title) => {
                const found = await navigator.serviceWorker.getRegistration("/notifications/");
                return (await found.getNotifications()).some((one) => one.title === title);
            }""",
            arg=payload["title"],
            timeout=10_000,
        )
        page.locator("[data-device] button").click()
        expect(page.locator("[data-device]")).to_have_count(0)
        expect(page.locator("#push-add")).to_be_visible()
        assert page.evaluate("localStorage.getItem('subscribed')") is None
        assert not complaints, complaints
