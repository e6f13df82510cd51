from __future__ import annotations

from datetime import datetime

import pytest
from django.db import IntegrityError, transaction
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import DjangoAssertNumQueries

from dvor.notices import facts, subscriptions
from dvor.notices.kinds import FactKind
from dvor.notices.models import Notice
from tests.cast import Cast
from tests.notices.conftest import fact, forget


def mail_jobs() -> list[ProcrastinateJob]:
    return list(ProcrastinateJob.objects.filter(task_name="dvor.notices.jobs.mail"))


def test_a_batch_is_two_statements_and_one_job_whatever_its_length(
    cast: Cast, at: datetime, event: FactKind, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    batch = [fact(event, who.pk, str(key)) for who in (cast.anna, cast.boris) for key in range(50)]
    with transaction.atomic(), django_assert_num_queries(4):  # savepoint, tell, defer, release
        assert facts.tell(batch, at=at) == 100
    assert Notice.objects.filter(on_page=True, by_mail=True, told_at=at).count() == 100
    (job,) = mail_jobs()
    first, last = Notice.objects.earliest("pk"), Notice.objects.latest("pk")
    assert job.args == {"batch": str(last.batch), "first": first.pk, "last": last.pk}


def test_an_event_is_told_once_however_often_it_is_said(cast: Cast, at: datetime, event: FactKind) -> None:
    assert facts.tell([fact(event, cast.anna.pk), fact(event, cast.anna.pk)], at=at) == 1
    assert facts.tell([fact(event, cast.anna.pk)], at=at) == 0
    assert facts.tell([fact(event, cast.boris.pk)], at=at) == 1
    assert facts.tell([fact(event, cast.anna.pk, "2")], at=at) == 1
    assert len(mail_jobs()) == 3


def test_the_database_itself_refuses_a_second_notice_of_one_event(cast: Cast, at: datetime, event: FactKind) -> None:
    facts.tell([fact(event, cast.anna.pk)], at=at)
    first = Notice.objects.get()
    first.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        first.save(force_insert=True)


def test_a_resident_without_mail_or_who_left_is_not_mailed(cast: Cast, at: datetime, event: FactKind) -> None:
    cast.anna.email = ""
    cast.anna.save()
    forget(cast.boris, at=at)
    assert facts.tell([fact(event, cast.anna.pk), fact(event, cast.boris.pk), fact(event, 10**9)], at=at) == 1
    assert not Notice.objects.get().by_mail
    assert mail_jobs() == []


def test_choices_decide_the_channels_and_a_switched_off_event_is_still_told_only_once(
    cast: Cast, at: datetime, event: FactKind, quiet: FactKind, vital: FactKind
) -> None:
    subscriptions.choose(wanted=["tests.quiet:mail"], by=cast.anna.pk, at=at)
    for _again in range(2):
        facts.tell([fact(kind, cast.anna.pk) for kind in (event, quiet, vital)], at=at)
    told = {row.kind: (row.on_page, row.by_mail) for row in Notice.objects.all()}
    assert told == {"tests.event": (False, False), "tests.quiet": (False, True), "tests.vital": (True, True)}


def test_nothing_is_told_and_no_job_left_when_the_act_is_rolled_back(cast: Cast, at: datetime, event: FactKind) -> None:
    with transaction.atomic():
        facts.tell([fact(event, cast.anna.pk)], at=at)
        transaction.set_rollback(True)  # something later in the same act failed
    assert not Notice.objects.exists()
    assert mail_jobs() == []


def test_a_job_is_deferred_on_djangos_connection_inside_a_worker_too(cast: Cast, at: datetime, event: FactKind) -> None:
    from procrastinate.contrib.django import app

    with app.replace_connector(app.connector.get_worker_connector()):  # as in `procrastinate worker`
        facts.tell([fact(event, cast.anna.pk)], at=at)
    assert len(mail_jobs()) == 1
