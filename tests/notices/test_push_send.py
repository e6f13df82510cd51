"""Never two for one event on one device: what the push service answers decides whether a claim is given back."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.utils import format_datetime

import pytest
from pytest_django import Settings

from dvor.base import clock
from dvor.notices import departures, devices, facts, reading, subscriptions
from dvor.notices.channels import outside, push
from dvor.notices.kinds import FactKind
from dvor.notices.models import Delivery, Device, Notice, Push
from tests.cast import Cast
from tests.notices.conftest import fact, forget
from tests.notices.push_service import Service

EVERYTHING = {"first": 0, "last": 2**63 - 1}


def _subscribed(service: Service, resident_id: int, at: datetime, name: str = "anna") -> Device:
    return devices.add(service.browser(name).address, title="Firefox", by=resident_id, at=at)


def _endings() -> list[str]:
    return list(Delivery.objects.order_by("pk").values_list("ending", flat=True))


def test_a_push_is_short_signed_and_readable_by_its_browser_alone(
    cast: Cast, at: datetime, event: FactKind, service: Service
) -> None:
    browser = service.browser()
    devices.add(browser.address, title="Firefox", by=cast.anna.pk, at=at)
    facts.tell([fact(event, cast.anna.pk, url="/meters/")], at=at)
    assert push.send(**EVERYTHING, at=at) == 1
    (sent,) = service.sent
    told = browser.open(sent.body)
    assert told["title"] == "Да: A & B"
    assert told["url"] == "/meters/"
    assert told["tag"] == f"notice-{Notice.objects.get().pk}"
    assert "Анна" not in str(told) and "anna@people.example" not in str(told)
    assert sent.path == "/push/anna"
    assert sent.headers["content-encoding"] == "aes128gcm"
    assert (sent.headers["ttl"], sent.headers["urgency"]) == ("86400", "normal")
    assert sent.claims["sub"].startswith("mailto:")
    assert sent.claims["exp"] == int((clock.outside(at) + timedelta(hours=1)).timestamp())
    assert Push.objects.get().sent_at == at
    assert [(row.ending, row.detail) for row in Delivery.objects.all()] == [("sent", "201")]


def test_each_device_gets_it_once_however_often_it_is_told_and_sent(
    cast: Cast, at: datetime, event: FactKind, service: Service
) -> None:
    for name in ("phone", "laptop"):
        _subscribed(service, cast.anna.pk, at, name)
    for _again in range(3):
        facts.tell([fact(event, cast.anna.pk), fact(event, cast.anna.pk)], at=at)
        facts.tell_all(event, [cast.anna.pk], key="1", context={}, at=at)
        push.send(**EVERYTHING, at=at)
    assert sorted(sent.path for sent in service.sent) == ["/push/laptop", "/push/phone"]


def test_an_urgent_fact_says_so(cast: Cast, at: datetime, urgent: FactKind, service: Service) -> None:
    _subscribed(service, cast.anna.pk, at)
    facts.tell([fact(urgent, cast.anna.pk)], at=at)
    push.send(**EVERYTHING, at=at)
    assert service.sent[0].headers["urgency"] == "high"


@pytest.mark.parametrize("status", [404, 410])
def test_a_device_that_is_gone_is_forgotten(
    cast: Cast, at: datetime, event: FactKind, service: Service, status: int
) -> None:
    _subscribed(service, cast.anna.pk, at)
    facts.tell([fact(event, cast.anna.pk, str(key)) for key in range(3)], at=at)
    service.answers.append((status, {}))
    assert push.send(**EVERYTHING, at=at) == 0
    assert len(service.sent) == 1
    assert not Device.objects.exists()
    assert _endings() == ["gone"]


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_a_busy_service_is_left_alone_and_asked_again_later(
    cast: Cast, at: datetime, event: FactKind, service: Service, status: int
) -> None:
    _subscribed(service, cast.anna.pk, at)
    facts.tell([fact(event, cast.anna.pk)], at=at)
    service.answers.append((status, {}))
    push.send(**EVERYTHING, at=at)
    assert push.send(**EVERYTHING, at=at) == 0  # it waits
    assert departures.release(at=at + timedelta(seconds=59)) == 0
    later = at + push.PAUSES[0]
    assert departures.release(at=later) == 1
    assert push.send(**EVERYTHING, at=later) == 1
    assert _endings() == ["postponed", "sent"]


@pytest.mark.parametrize("as_date", [False, True])
def test_retry_after_is_honoured_for_all_devices_of_the_service(
    cast: Cast, at: datetime, event: FactKind, service: Service, as_date: bool
) -> None:
    for name in ("phone", "laptop"):
        _subscribed(service, cast.anna.pk, at, name)
    facts.tell([fact(event, cast.anna.pk)], at=at)
    until = at + timedelta(minutes=30)
    asked = format_datetime(clock.outside(until), usegmt=True) if as_date else "1800"
    service.answers.append((429, {"Retry-After": asked}))
    push.send(**EVERYTHING, at=at)
    assert len(service.sent) == 1  # the other one was not even tried
    assert set(Push.objects.values_list("due_at", "waits")) == {(until, True)}
    assert departures.release(at=until) == 2
    assert push.send(**EVERYTHING, at=until) == 2


def test_a_service_that_asks_for_a_year_gets_six_hours(
    cast: Cast, at: datetime, event: FactKind, service: Service
) -> None:
    _subscribed(service, cast.anna.pk, at)
    facts.tell([fact(event, cast.anna.pk)], at=at)
    service.answers.append((503, {"Retry-After": "31536000"}))
    push.send(**EVERYTHING, at=at)
    assert Push.objects.get().due_at == at + push.PAUSE_MAX


def test_in_the_end_it_is_given_up(cast: Cast, at: datetime, event: FactKind, service: Service) -> None:
    _subscribed(service, cast.anna.pk, at)
    facts.tell([fact(event, cast.anna.pk)], at=at)
    service.answers.extend([(500, {})] * 20)
    for _turn in range(10):
        push.send(**EVERYTHING, at=at)
        at += push.PAUSES[-1]
        departures.release(at=at)
    assert _endings() == ["postponed"] * len(push.PAUSES) + ["refused"]


@pytest.mark.parametrize("status", [301, 302, 307, 400, 401, 403, 413])
def test_what_is_refused_for_good_is_not_tried_again_and_no_redirect_is_followed(
    cast: Cast, at: datetime, event: FactKind, service: Service, status: int
) -> None:
    _subscribed(service, cast.anna.pk, at)
    facts.tell([fact(event, cast.anna.pk)], at=at)
    service.answers.append((status, {"Location": f"http://{service.host}/inside"}))
    for _again in range(2):
        push.send(**EVERYTHING, at=at)
    assert len(service.sent) == 1
    assert [(row.ending, row.detail) for row in Delivery.objects.all()] == [("refused", str(status))]


def test_a_line_that_broke_is_not_tried_again(cast: Cast, at: datetime, event: FactKind, service: Service) -> None:
    _subscribed(service, cast.anna.pk, at)
    facts.tell([fact(event, cast.anna.pk)], at=at)
    service.hang_up = True
    for _again in range(2):
        push.send(**EVERYTHING, at=at)
    assert len(service.sent) == 1
    assert _endings() == ["unknown"]


def test_a_service_that_hangs_holds_nobody_for_long(
    cast: Cast, at: datetime, event: FactKind, settings: Settings, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as deaf:  # takes the call and never answers
        host = f"127.0.0.1:{deaf.getsockname()[1]}"
        settings.PUSH_STAND_INS = [host]
        monkeypatch.setattr(outside, "TIMEOUT_SECONDS", 0.2)
        browser = service.browser()
        browser.endpoint = f"http://{host}/"
        devices.add(browser.address, title="Firefox", by=cast.anna.pk, at=at)
        facts.tell([fact(event, cast.anna.pk)], at=at)
        push.send(**EVERYTHING, at=at)
    assert [(row.ending, row.detail) for row in Delivery.objects.all()] == [("unknown", "TimeoutError")]


def test_an_unreachable_service_gives_the_claim_back(
    cast: Cast, at: datetime, event: FactKind, service: Service, settings: Settings
) -> None:
    settings.PUSH_STAND_INS = [service.host, "127.0.0.1:1"]
    browser = service.browser()
    browser.endpoint = "http://127.0.0.1:1/"
    devices.add(browser.address, title="Firefox", by=cast.anna.pk, at=at)
    facts.tell([fact(event, cast.anna.pk)], at=at)
    push.send(**EVERYTHING, at=at)
    assert Push.objects.get().waits
    assert Delivery.objects.get().detail == "Unreachable ConnectionRefusedError"


def test_what_was_read_declined_or_came_too_late_is_not_pushed(
    cast: Cast, at: datetime, event: FactKind, service: Service
) -> None:
    for resident in (cast.anna, cast.boris, cast.vera, cast.gleb):
        _subscribed(service, resident.pk, at, resident.city_id)
        facts.tell([fact(event, resident.pk)], at=at)
    reading.mark_all(by=cast.anna.pk, at=at)
    subscriptions.choose(wanted=["tests.event:page"], by=cast.boris.pk, at=at)
    forget(cast.vera, at=at)
    assert push.send(first=0, last=Push.objects.get(notice__resident=cast.vera).pk, at=at) == 0
    assert push.send(**EVERYTHING, at=at + push.POINTLESS_AFTER * 2) == 0
    assert service.sent == []
    assert _endings() == ["skipped"] * 4


def test_who_wants_no_push_of_a_kind_gets_none(cast: Cast, at: datetime, event: FactKind, service: Service) -> None:
    _subscribed(service, cast.anna.pk, at)
    subscriptions.choose(wanted=["tests.event:page", "tests.event:mail"], by=cast.anna.pk, at=at)
    facts.tell([fact(event, cast.anna.pk)], at=at)
    assert not Push.objects.exists()


def test_without_a_key_nothing_is_pushed_or_offered(
    cast: Cast, at: datetime, event: FactKind, service: Service, settings: Settings
) -> None:
    _subscribed(service, cast.anna.pk, at)
    settings.PUSH_KEY = ""
    facts.tell([fact(event, cast.anna.pk)], at=at)
    assert not Push.objects.exists()
    assert all(len(cells) == 2 for _kind, cells in subscriptions.choices(resident_id=cast.anna.pk))
