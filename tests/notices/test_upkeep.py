from __future__ import annotations

from datetime import datetime, timedelta

from django.core import mail as outbox

from dvor.notices import facts, subscriptions, upkeep
from dvor.notices.channels import mail
from dvor.notices.kinds import FactKind
from dvor.notices.models import Delivery, Notice, Preference
from dvor.people import residents
from tests.cast import Cast
from tests.notices.conftest import fact


def test_mails_whose_job_was_killed_are_picked_up_within_three_days(cast: Cast, at: datetime, event: FactKind) -> None:
    facts.tell([fact(event, cast.anna.pk)], at=at - mail.POINTLESS_AFTER)
    facts.tell([fact(event, cast.boris.pk)], at=at - upkeep.LATE_AFTER * 2)
    facts.tell([fact(event, cast.vera.pk)], at=at)
    assert upkeep.resume(at=at) == 1
    assert outbox.outbox[0].to == ["boris@people.example"]


def test_old_notices_are_forgotten(cast: Cast, at: datetime, event: FactKind) -> None:
    facts.tell([fact(event, cast.anna.pk)], at=at - upkeep.KEPT * 2)
    mail.send(batch=str(Notice.objects.get().batch), at=at - upkeep.KEPT * 2)
    facts.tell([fact(event, cast.anna.pk, "new")], at=at)
    upkeep.forget(at=at)
    assert Notice.objects.get().key == "new"


def test_who_asks_to_be_forgotten_leaves_no_notice(cast: Cast, at: datetime, event: FactKind) -> None:
    facts.tell([fact(event, who.pk) for who in (cast.anna, cast.boris)], at=at)
    mail.send(batch=str(Notice.objects.latest("pk").batch), at=at)
    subscriptions.choose(wanted=[], by=cast.anna.pk, at=at)
    residents.request_deletion(by=cast.anna, at=at)
    assert residents.erase(at=at + timedelta(days=31)) == 1
    assert Notice.objects.get().resident_id == cast.boris.pk
    assert Delivery.objects.count() == 1
    assert not Preference.objects.exists()
