"""One event for a whole city: one statement, and its mails and pushes leave in parts."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import DjangoAssertNumQueries

from dvor.homes.models import Residency
from dvor.notices import departures, devices, facts, subscriptions
from dvor.notices.channels import mail
from dvor.notices.kinds import FactKind
from dvor.notices.models import Notice
from dvor.people.models import Resident
from tests.cast import Cast
from tests.notices.conftest import CONTEXT, forget
from tests.notices.push_service import Service


def _jobs(name: str) -> list[dict[str, int]]:
    rows = ProcrastinateJob.objects.filter(task_name=f"dvor.notices.jobs.{name}").order_by("id")
    return [row.args for row in rows]


def _many(count: int) -> list[int]:
    made = Resident.objects.bulk_create(
        Resident(city_id=f"many-{number}", email=f"{number}@people.example") for number in range(count)
    )
    return [resident.pk for resident in made]


def test_a_thousand_residents_are_one_statement_and_one_a_channel_for_its_jobs(
    cast: Cast, at: datetime, event: FactKind, service: Service, monkeypatch: pytest.MonkeyPatch,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:  # fmt: skip
    monkeypatch.setattr(departures, "MAILS_IN_PART", 300)
    residents = _many(1_000)
    devices.add(service.browser().address, title="", by=residents[7], at=at)
    with transaction.atomic(), django_assert_num_queries(5):  # savepoint, tell, mail jobs, push job, release
        assert facts.tell_all(event, residents, key="outage:7", context=CONTEXT, url="/", at=at) == 1_000
    assert Notice.objects.filter(on_page=True, by_mail=True, url="/", context__what="A & B").count() == 1_000
    parts = _jobs("mail")
    assert len(parts) == 4 and len(_jobs("push")) == 1
    numbers = [set(range(part["first"], part["last"] + 1)) for part in parts]
    assert set().union(*numbers) >= set(Notice.objects.values_list("pk", flat=True))
    assert sum(map(len, numbers)) == len(set().union(*numbers))
    assert sum(mail.send(**part, at=at) for part in parts) == 1_000


def test_an_audience_may_be_a_query_that_never_leaves_the_database(cast: Cast, at: datetime, event: FactKind) -> None:
    house = Residency.objects.filter(flat__house=cast.house, until__isnull=True).values("resident_id")
    assert facts.tell_all(event, house, key="outage:7", context=CONTEXT, at=at) == 3
    assert facts.tell_all(event, house.filter(flat__number__contains="1"), key="outage:7", at=at) == 0
    assert set(Notice.objects.values_list("resident_id", flat=True)) == {cast.anna.pk, cast.boris.pk, cast.vera.pk}


def test_choices_and_those_who_left_are_respected(cast: Cast, at: datetime, event: FactKind) -> None:
    subscriptions.choose(wanted=["tests.event:page"], by=cast.anna.pk, at=at)
    forget(cast.boris, at=at)
    told = facts.tell_all(event, [cast.anna.pk, cast.boris.pk, cast.vera.pk, cast.vera.pk, 10**9], key="1", at=at)
    assert told == 2
    assert dict(Notice.objects.values_list("resident_id", "by_mail")) == {cast.anna.pk: False, cast.vera.pk: True}


def test_nobody_is_nobody(cast: Cast, at: datetime, event: FactKind) -> None:
    assert facts.tell_all(event, [], key="1", at=at) == 0
    assert facts.tell_all(event, Resident.objects.none().values("pk"), key="1", at=at) == 0


def test_telling_one_and_telling_all_is_the_same_event(cast: Cast, at: datetime, event: FactKind) -> None:
    facts.tell([facts.Fact(event, cast.anna.pk, "1")], at=at)
    assert facts.tell_all(event, [cast.anna.pk, cast.boris.pk], key="1", at=at) == 1
