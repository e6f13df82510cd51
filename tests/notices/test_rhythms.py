"""Quiet hours and digests: what waits until when, and what does not wait."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from django.core import mail as outbox
from django.db import IntegrityError, connection, transaction
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import Settings

from dvor.base.refusals import Refusal
from dvor.notices import departures, devices, facts, kinds, rhythms, subscriptions, upkeep
from dvor.notices.channels import digest, mail, push
from dvor.notices.kinds import FactKind
from dvor.notices.models import Delivery, Notice, Push, Rhythm
from tests.cast import Cast
from tests.notices.conftest import fact
from tests.notices.push_service import Service

NIGHT = datetime(2026, 10, 20, 20, 30, tzinfo=UTC)  # a Tuesday, 23:30 in Moscow
MORNING = datetime(2026, 10, 21, 4, 0, tzinfo=UTC)  # 7:00
SIX = datetime(2026, 10, 20, 15, 0, tzinfo=UTC)  # 18:00
EVERYBODY = {"first": 0, "last": 2**63 - 1}


def jobs(name: str) -> list[ProcrastinateJob]:
    return list(ProcrastinateJob.objects.filter(task_name=f"dvor.notices.jobs.{name}").order_by("id"))


def quiet(resident_id: int, at: datetime, **how: object) -> Rhythm:
    chosen = {"mails": "at_once", "quiet_from": time(22), "quiet_until": time(7)} | how
    return rhythms.choose(**chosen, by=resident_id, at=at)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("moment", "start", "end", "expected"),
    [  # Moscow is three hours ahead
        ("2026-10-20T20:30", "22:00", "07:00", "2026-10-21T04:00"),
        ("2026-10-20T22:00", "22:00", "07:00", "2026-10-21T04:00"),
        ("2026-10-20T19:00", "22:00", "07:00", "2026-10-21T04:00"),
        ("2026-10-20T18:59", "22:00", "07:00", "2026-10-20T18:59"),
        ("2026-10-21T04:00", "22:00", "07:00", "2026-10-21T04:00"),
        ("2026-10-21T03:59", "22:00", "07:00", "2026-10-21T04:00"),
        ("2026-10-20T10:30", "13:00", "15:00", "2026-10-20T12:00"),
        ("2026-10-20T12:00", "13:00", "15:00", "2026-10-20T12:00"),
    ],
)
def test_quiet_hours_are_half_open_and_go_over_midnight(
    db: None, moment: str, start: str, end: str, expected: str
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select notices_after_quiet(%s::timestamptz, 'Europe/Moscow', %s::time, %s::time)",
            [moment + "+00", start, end],
        )
        assert cursor.fetchone()[0] == datetime.fromisoformat(expected + "+00:00")


@pytest.mark.parametrize(
    ("moment", "mails", "expected"),
    [
        ("2026-10-20T09:00", "daily", "2026-10-20T15:00"),
        ("2026-10-20T15:00", "daily", "2026-10-21T15:00"),
        ("2026-10-20T09:00", "weekly", "2026-10-26T15:00"),
        ("2026-10-26T14:59", "weekly", "2026-10-26T15:00"),
        ("2026-10-26T15:00", "weekly", "2026-11-02T15:00"),
        ("2026-10-25T22:00", "weekly", "2026-10-26T15:00"),  # it is Monday in Moscow already
    ],
)
def test_a_digest_leaves_at_six_each_day_or_on_mondays(db: None, moment: str, mails: str, expected: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select notices_next_digest(%s::timestamptz, 'Europe/Moscow', %s, '18:00')", [moment + "+00", mails]
        )
        assert cursor.fetchone()[0] == datetime.fromisoformat(expected + "+00:00")


def test_mail_and_push_wait_for_the_end_of_quiet_hours_and_the_page_does_not(
    cast: Cast, event: FactKind, service: Service
) -> None:
    quiet(cast.anna.pk, NIGHT)
    devices.add(service.browser().address, title="", by=cast.anna.pk, at=NIGHT)
    facts.tell([fact(event, cast.anna.pk), fact(event, cast.boris.pk)], at=NIGHT)
    batch = str(Notice.objects.earliest("pk").batch)
    assert len(jobs("mail")) == 1 and not jobs("push")
    assert mail.send(batch=batch, at=NIGHT) == 1  # Boris sleeps when he wants
    assert push.send(**EVERYBODY, at=NIGHT) == 0
    assert Notice.objects.get(resident=cast.anna).on_page
    assert departures.release(at=MORNING - timedelta(seconds=1)) == 0
    assert departures.release(at=MORNING) == 2
    assert departures.release(at=MORNING) == 0
    assert mail.send(**jobs("mail")[1].args, at=MORNING) == 1
    assert push.send(**jobs("push")[0].args, at=MORNING) == 1
    assert [letter.to for letter in outbox.outbox] == [["boris@people.example"], ["anna@people.example"]]


def test_an_emergency_breaks_through(cast: Cast, urgent: FactKind, service: Service) -> None:
    quiet(cast.anna.pk, NIGHT, mails="weekly")
    devices.add(service.browser().address, title="", by=cast.anna.pk, at=NIGHT)
    facts.tell([fact(urgent, cast.anna.pk)], at=NIGHT)
    assert mail.send(**jobs("mail")[0].args, at=NIGHT) == 1
    assert push.send(**jobs("push")[0].args, at=NIGHT) == 1
    assert {job.priority for job in jobs("mail") + jobs("push")} == {10}


def test_the_zone_of_the_house_counts(cast: Cast, event: FactKind, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rhythms, "_zone_of", [])
    rhythms.on_zone(lambda resident_id: "Asia/Vladivostok" if resident_id == cast.anna.pk else "")
    for who in (cast.anna, cast.boris):
        quiet(who.pk, NIGHT)
    facts.tell([fact(event, who.pk) for who in (cast.anna, cast.boris)], at=NIGHT)  # 6:30 in Vladivostok
    due = dict(Notice.objects.values_list("resident_id", "mail_due_at"))
    assert due == {cast.anna.pk: NIGHT + timedelta(minutes=30), cast.boris.pk: MORNING}


@pytest.mark.parametrize("mails", ["daily", "weekly"])
def test_a_digest_gathers_everything_in_one_mail(cast: Cast, at: datetime, event: FactKind, mails: str) -> None:
    quiet(cast.anna.pk, at, mails=mails, quiet_from=None, quiet_until=None)
    for day in range(3):
        facts.tell([fact(event, cast.anna.pk, str(day), "/meters/")], at=at + timedelta(minutes=day))
    assert not jobs("mail")
    due = SIX if mails == "daily" else SIX + timedelta(days=6)
    assert departures.release(at=due - timedelta(seconds=1)) == 0
    assert departures.release(at=due) == 3
    (job,) = jobs("digest")
    assert [digest.send(**job.args, at=due) for _twice in range(2)] == [1, 0]
    (letter,) = outbox.outbox
    assert letter.subject == f"«Двор» за {'день' if mails == 'daily' else 'неделю'}: 3 уведомления"
    assert letter.body.count("* Да: A & B") == letter.body.count("http://127.0.0.1:8000/meters/") == 3
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert Notice.objects.filter(mailed_at=due).count() == Delivery.objects.filter(ending="sent").count() == 3


def test_what_carries_something_goes_alone_and_at_once(
    cast: Cast, at: datetime, registered: dict[str, FactKind]
) -> None:
    kind = kinds.register(
        FactKind("tests.event", {"ru": "Код", "en": "Code"}, mail_context=lambda _notice: {"what": "SECRET"})
    )
    quiet(cast.anna.pk, at, mails="daily")
    facts.tell([fact(kind, cast.anna.pk)], at=at)
    assert mail.send(**jobs("mail")[0].args, at=at) == 1
    assert "SECRET" in outbox.outbox[0].body
    assert "SECRET" not in str(Notice.objects.get().context)


def test_a_digest_leaves_out_what_was_declined_meanwhile(
    cast: Cast, at: datetime, event: FactKind, vital: FactKind
) -> None:
    quiet(cast.anna.pk, at, mails="daily")
    facts.tell([fact(event, cast.anna.pk)], at=at)
    subscriptions.choose(wanted=["tests.event:page"], by=cast.anna.pk, at=at)
    departures.release(at=SIX)
    assert digest.send(**EVERYBODY, at=SIX) == 0
    assert [row.ending for row in Delivery.objects.all()] == ["skipped"]


def test_the_link_of_a_digest_ends_all_mails_but_those_of_the_service(
    cast: Cast, at: datetime, event: FactKind, registered: dict[str, FactKind]
) -> None:
    quiet(cast.anna.pk, at, mails="daily")
    facts.tell([fact(event, cast.anna.pk)], at=at)
    departures.release(at=SIX)
    digest.send(**EVERYBODY, at=SIX)
    link = outbox.outbox[0].extra_headers["List-Unsubscribe"].strip("<>").removeprefix("http://127.0.0.1:8000")
    client = Client(enforce_csrf_checks=True)
    assert client.get(link).status_code == 200
    assert Rhythm.objects.get().mails == "daily"  # a mail scanner opened it
    assert client.post(link, {"List-Unsubscribe": "One-Click"}).status_code == 200
    rhythm = Rhythm.objects.get()
    assert (rhythm.mails, rhythm.quiet_from) == ("never", time(22))
    vital = kinds.register(
        FactKind("tests.vital", {"ru": "Важное", "en": "Vital"}, fixed=frozenset({kinds.Channel.MAIL}))
    )
    facts.tell([fact(event, cast.anna.pk, "2"), fact(vital, cast.anna.pk)], at=at)
    assert dict(Notice.objects.filter(told_at=at).exclude(key="1", kind="tests.event").values_list("kind", "by_mail"))
    assert not Notice.objects.get(kind="tests.event", key="2").by_mail
    assert Notice.objects.get(kind="tests.vital").by_mail


def test_any_mail_offers_to_end_all_mails(cast: Cast, at: datetime, event: FactKind) -> None:
    token = subscriptions.sign(resident_id=cast.anna.pk, kind=event.code)
    page = Client().get(f"/notifications/unsubscribe/{token}/").content.decode()
    assert 'name="every"' in page
    Client().post(f"/notifications/unsubscribe/{token}/", {"every": "on"})
    assert Rhythm.objects.get().mails == "never"


def test_who_wants_mails_at_once_again_gets_what_waited(cast: Cast, at: datetime, event: FactKind) -> None:
    quiet(cast.anna.pk, at, mails="weekly")
    facts.tell([fact(event, cast.anna.pk, str(key)) for key in range(2)], at=at)
    quiet(cast.anna.pk, at, mails="at_once", quiet_from=None, quiet_until=None)
    assert departures.release(at=at) == 2
    assert digest.send(**EVERYBODY, at=at) == 1


def test_who_wakes_up_gets_what_waited(cast: Cast, event: FactKind, service: Service) -> None:
    quiet(cast.anna.pk, NIGHT)
    devices.add(service.browser().address, title="", by=cast.anna.pk, at=NIGHT)
    facts.tell([fact(event, cast.anna.pk)], at=NIGHT)
    quiet(cast.anna.pk, NIGHT, quiet_from=None, quiet_until=None)
    assert departures.release(at=NIGHT) == 2


def test_digests_and_pushes_whose_job_was_killed_are_picked_up(
    cast: Cast, at: datetime, event: FactKind, service: Service
) -> None:
    quiet(cast.anna.pk, at, mails="daily")
    devices.add(service.browser().address, title="", by=cast.boris.pk, at=at)
    facts.tell([fact(event, cast.anna.pk), fact(event, cast.boris.pk)], at=at)
    departures.release(at=SIX)
    later = SIX + timedelta(hours=2)
    assert upkeep.resume(at=later) == 3  # Anna's digest, Boris' mail and push
    assert upkeep.resume(at=later) == 0
    assert Push.objects.get().sent_at == later


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ({"mails": "hourly"}, "rhythm_unknown"),
        ({"mails": "daily", "quiet_from": time(22)}, "quiet_hours_half"),
        ({"mails": "daily", "quiet_until": time(22)}, "quiet_hours_half"),
        ({"mails": "daily", "quiet_from": time(7), "quiet_until": time(7)}, "quiet_hours_empty"),
    ],
)
def test_half_a_choice_is_refused(cast: Cast, at: datetime, how: dict[str, object], code: str) -> None:
    with pytest.raises(Refusal) as refused:
        rhythms.choose(**how, by=cast.anna.pk, at=at)  # type: ignore[arg-type]
    assert refused.value.code == code


@pytest.mark.parametrize(
    "wrong",
    [{"quiet_from": time(7)}, {"quiet_from": time(7), "quiet_until": time(7)}, {"mails": "hourly"}],
)  # fmt: skip
def test_the_database_itself_refuses_half_a_choice(cast: Cast, at: datetime, wrong: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Rhythm.objects.create(resident=cast.anna, zone="UTC", chosen_at=at, **wrong)


def test_the_form_says_what_is_wrong_and_keeps_what_is_right(client: Client, cast: Cast, settings: Settings) -> None:
    client.force_login(cast.anna)
    wrong = client.post("/notifications/rhythm/", {"mails": "daily", "quiet_from": "22:00", "quiet_until": ""})
    assert wrong.status_code == 422
    assert "Укажите и начало, и конец" in wrong.content.decode()
    assert client.post("/notifications/rhythm/", {"mails": "x", "quiet_from": "25:00"}).status_code == 422
    right = client.post("/notifications/rhythm/", {"mails": "daily", "quiet_from": "22:00", "quiet_until": "07:00"})
    assert right.status_code == 303
    page = client.get("/notifications/preferences/").content.decode()
    assert 'value="22:00"' in page and 'value="07:00"' in page
