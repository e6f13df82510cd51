"""A device's address comes from outside: it is a public push service's, or it is refused."""

from __future__ import annotations

import dataclasses
import socket
from datetime import datetime

import pytest
from django.test import Client
from pytest_django import Settings

from dvor.base.refusals import Refusal
from dvor.notices import devices, facts
from dvor.notices.channels import outside
from dvor.notices.kinds import FactKind
from dvor.notices.models import Device, Push
from tests.cast import Cast
from tests.notices.conftest import fact
from tests.notices.push_service import Service, plain

CHROME = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36"


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://push.example.com/x", "https://127.0.0.1/x", "https://[::1]/x", "https://10.0.0.7/x", "https://localhost/x",
        "https://2130706433/", "https://0x7f.1/", "https://127.1/", "https://169.254.169.254/latest/", "https://db/x",
        "https://printer.local/x", "https://vault.internal/x", "https://push.example.com:8443/x",
        "https://a@push.example.com/",
        "https://push.example.com:99999/", "ftp://push.example.com/", "javascript:alert(1)", "",
        "https://push.example.com/\r\nX: y",
        "https://push.example.com/" + "a" * 1_000, "https://пуш.рф/x",
    ],
)  # fmt: skip
def test_an_address_inside_is_refused(cast: Cast, at: datetime, service: Service, endpoint: str) -> None:
    address = dataclasses.replace(service.browser().address, endpoint=endpoint)
    with pytest.raises(Refusal) as refused:
        devices.add(address, title="", by=cast.anna.pk, at=at)
    assert refused.value.code in {"device_forbidden", "device_unreadable"}
    assert not Device.objects.exists()


@pytest.mark.parametrize(
    "number",
    ["127.0.0.1", "10.1.2.3", "192.168.0.1", "169.254.169.254", "0.1.2.3", "100.64.0.1", "224.0.0.1", "::1", "fe80::1",
     "fd00::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::"],
)  # fmt: skip
def test_a_public_name_that_leads_inside_is_not_called(monkeypatch: pytest.MonkeyPatch, number: str) -> None:
    def answer(host: str, port: int, **_how: object) -> list[tuple[object, ...]]:
        family = socket.AF_INET6 if ":" in number else socket.AF_INET
        return [(socket.AF_INET, 1, 6, "", ("93.184.216.34", port)), (family, 1, 6, "", (number, port))]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    with pytest.raises(outside.Forbidden):
        outside.post("https://push.example.com/x", body=b"", headers={})


@pytest.mark.parametrize(
    ("name", "value"),
    [("p256dh", ""), ("p256dh", "AAAA"), ("p256dh", plain(b"\x04" + b"\1" * 64)), ("p256dh", "ы" * 87),
     ("auth", ""), ("auth", plain(b"1" * 15)), ("auth", "<script>"), ("auth", "a" * 10**6)],
)  # fmt: skip
def test_keys_that_no_browser_makes_are_refused(
    cast: Cast, at: datetime, service: Service, name: str, value: str
) -> None:
    with pytest.raises(Refusal) as refused:
        devices.add(dataclasses.replace(service.browser().address, **{name: value}), title="", by=cast.anna.pk, at=at)
    assert refused.value.code == "device_unreadable"


def test_nothing_of_an_address_stands_open_in_the_database(cast: Cast, at: datetime, service: Service) -> None:
    browser = service.browser()
    device = devices.add(browser.address, title="Firefox", by=cast.anna.pk, at=at)
    device.refresh_from_db()
    assert b"/push/" not in bytes(device.sealed) and b"/push/" not in bytes(device.fingerprint)
    assert devices.address_of(device) == browser.address


def test_adding_again_is_one_device_and_a_neighbours_browser_becomes_ones_own(
    cast: Cast, at: datetime, event: FactKind, service: Service
) -> None:
    browser = service.browser()
    for _twice in range(2):
        devices.add(browser.address, title="Firefox", by=cast.anna.pk, at=at)
    facts.tell([fact(event, cast.anna.pk)], at=at)
    devices.add(browser.address, title="Firefox", by=cast.boris.pk, at=at)
    assert Device.objects.get().resident_id == cast.boris.pk
    assert not Push.objects.exists()  # what was on its way to Anna is not shown to Boris


def test_there_is_a_limit(cast: Cast, at: datetime, service: Service) -> None:
    for number in range(devices.DEVICES_MAX):
        devices.add(service.browser(str(number)).address, title="", by=cast.anna.pk, at=at)
    with pytest.raises(Refusal) as refused:
        devices.add(service.browser("one-more").address, title="", by=cast.anna.pk, at=at)
    assert refused.value.code == "devices_too_many"
    devices.add(service.browser("1").address, title="", by=cast.anna.pk, at=at)


def test_a_browser_is_added_seen_and_removed_on_the_page(client: Client, cast: Cast, service: Service) -> None:
    address = dataclasses.asdict(service.browser().address)
    client.force_login(cast.anna)
    assert "push-add" in client.get("/notifications/preferences/").content.decode()
    assert client.post("/notifications/devices/", address, headers={"user-agent": CHROME}).status_code == 303
    page = client.get("/notifications/preferences/").content.decode()
    assert "Chrome, Android" in page
    assert address["endpoint"] not in page and address["auth"] not in page
    path = f"/notifications/devices/{Device.objects.get().pk}/remove/"
    client.force_login(cast.boris)
    assert client.post(path).status_code == 404
    client.force_login(cast.anna)
    assert client.post(path).status_code == 303
    assert not Device.objects.exists()


def test_without_a_key_the_page_says_nothing_of_push(client: Client, cast: Cast) -> None:
    client.force_login(cast.anna)
    page = client.get("/notifications/preferences/").content.decode()
    assert "push" not in page
    assert client.post("/notifications/devices/", {}).status_code == 409


def test_a_stranger_reaches_nothing(client: Client, db: None, settings: Settings) -> None:
    for path in ("/notifications/devices/", "/notifications/devices/1/remove/", "/notifications/rhythm/"):
        answer = client.post(path)
        assert answer.status_code in {302, 303} and "/sign-in/" in answer["Location"]


def test_the_service_worker_stands_at_its_scope(client: Client, db: None) -> None:
    answer = client.get("/notifications/worker.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    assert b"notificationclick" in answer.content


@pytest.mark.parametrize(
    ("said", "title"),
    [
        (CHROME, "Chrome, Android"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0", "Firefox, Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/1 YaBrowser/24 Safari/1", "Яндекс Браузер, Windows"),
        ("curl/8", "Браузер"), ("", "Браузер"),
    ],
)  # fmt: skip
def test_a_browser_has_a_name_that_people_know(said: str, title: str) -> None:
    assert devices.title_of(said) == title
