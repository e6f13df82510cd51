"""Attacks on «never two for one event»: many workers at once, workers that are killed, the same event told at once."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as current
from django.core import mail as outbox
from django.db import connection
from psycopg.conninfo import make_conninfo

from dvor.notices import departures, devices, facts, rhythms
from dvor.notices.channels import digest, mail, push
from dvor.notices.kinds import FactKind
from dvor.notices.models import Delivery, Notice, Push
from dvor.people.models import Resident
from tests.attack.apart import Apart, Tell
from tests.cast import Cast
from tests.notices.conftest import CONTEXT, fact
from tests.notices.push_service import Service

WORKERS = 16
EVERYTHING = {"first": 0, "last": 2**63 - 1}
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _empty_queue(transactional_db: None) -> Iterator[None]:
    yield
    with connection.cursor() as cursor:
        cursor.execute("truncate procrastinate_jobs cascade")


def at_once(work: Callable[[], Any]) -> list[Any]:
    def one(_number: int) -> Any:
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(one, range(WORKERS)))


def test_sixteen_workers_on_one_part_push_each_once(
    cast: Cast, at: datetime, event: FactKind, service: Service
) -> None:
    for name in ("phone", "laptop"):
        devices.add(service.browser(name).address, title="", by=cast.anna.pk, at=at)
    facts.tell([fact(event, cast.anna.pk, str(key)) for key in range(30)], at=at)
    assert sum(at_once(lambda: push.send(**EVERYTHING, at=at))) == 60
    assert Counter(sent.path for sent in service.sent) == {"/push/phone": 30, "/push/laptop": 30}
    assert Delivery.objects.filter(ending="sent").count() == 60


def test_sixteen_workers_make_one_digest_a_resident(cast: Cast, at: datetime, event: FactKind) -> None:
    people = Resident.objects.bulk_create(
        Resident(city_id=f"digest-{number}", email=f"{number}@people.example") for number in range(20)
    )
    for resident in people:
        rhythms.choose(mails="daily", by=resident.pk, at=at)
    for key in range(5):
        facts.tell_all(event, [resident.pk for resident in people], key=str(key), context=CONTEXT, at=at)
    later = Notice.objects.latest("pk").mail_due_at
    assert sum(at_once(lambda: departures.release(at=later))) == 100
    assert sum(at_once(lambda: digest.send(**EVERYTHING, at=later))) == 20
    assert Counter(letter.to[0] for letter in outbox.outbox) == {resident.email: 1 for resident in people}
    assert all(letter.body.count("* Да: A & B") == 5 for letter in outbox.outbox)


def test_one_event_told_by_sixteen_at_once_is_one_notice_one_mail_one_push(
    cast: Cast, at: datetime, event: FactKind, service: Service
) -> None:
    people = [cast.anna.pk, cast.boris.pk, cast.vera.pk]
    for resident_id in people:
        devices.add(service.browser(str(resident_id)).address, title="", by=resident_id, at=at)

    def tell() -> int:
        one = facts.tell([fact(event, resident_id) for resident_id in people], at=at)
        return one + facts.tell_all(event, list(reversed(people)), key="1", context=CONTEXT, at=at)

    assert sum(at_once(tell)) == 3
    batches = {str(batch) for batch in Notice.objects.values_list("batch", flat=True)}
    at_once(lambda: [mail.send(batch=batch, at=at) for batch in batches])
    at_once(lambda: push.send(**EVERYTHING, at=at))
    assert len(outbox.outbox) == len(service.sent) == Push.objects.count() == 3


def _work(tell: Tell, at: datetime, halt: str) -> None:
    """A worker's process: it tells before and after each request, and stops for good where it is asked to."""
    from dvor.notices.channels import outside

    post = outside.post

    def watched(*what: Any, **how: Any) -> outside.Answer:
        tell(1)
        if halt == "before":
            os.read(os.pipe()[0], 1)  # for ever: the claim is committed, nothing was sent
        answer = post(*what, **how)
        tell(2)
        if halt == "after":
            os.read(os.pipe()[0], 1)  # sent, and nobody will ever note it
        return answer

    outside.post = watched
    push.send(**EVERYTHING, at=at)


@pytest.mark.slow
@pytest.mark.parametrize(("halt", "first", "told"), [("before", 1, 0), ("after", 2, 1)])
def test_a_worker_that_is_killed_between_claim_and_send_or_after_it_pushes_nothing_twice(
    cast: Cast, at: datetime, event: FactKind, service: Service, tmp_path: Path, halt: str, first: int, told: int
) -> None:
    devices.add(service.browser().address, title="", by=cast.anna.pk, at=at)
    facts.tell([fact(event, cast.anna.pk, str(key)) for key in range(3)], at=at)
    url = make_conninfo(current.DATABASE_URL, dbname=connection.settings_dict["NAME"])
    process = Apart(url, _work, at, halt)
    heard = 0
    while heard != first:
        heard = process.hear()
    process.kill()
    assert len(service.sent) == told
    assert push.send(**EVERYTHING, at=at) == 2  # those that nobody had claimed
    assert departures.release(at=at + push.PAUSES[-1]) == 0
    assert len(service.sent) == told + 2
    assert Push.objects.filter(started_at=at, sent_at=None).count() == 1
    assert Notice.objects.filter(on_page=True, read_at=None).count() == 3  # the page shows all of them
