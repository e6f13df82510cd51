"""Work without end: record, spend, give back, let time pass, until somebody kills the process."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta

from dvor.base.refusals import Refusal
from dvor.ledger import accounts, holds, lots
from dvor.people.levels import Level
from dvor.people.models import Resident
from dvor.points import activities, kinds
from tests.attack.apart import Tell

AT = datetime(2026, 10, 20, 9, 0, tzinfo=UTC)


def work(tell: Tell, seed: int) -> None:
    """Tells zero when it begins, and then the number of an activity after each commit."""
    chance = random.Random(seed)
    reading = kinds.named("reading")
    assert reading is not None
    shop = accounts.ensure("spent:test", {})
    people = [
        Resident.objects.get_or_create(city_id=f"busy-{number}", defaults={"level": Level.STANDARD})[0]
        for number in range(6)
    ]
    tell(0)
    for turn in range(10**6):
        at = AT + timedelta(seconds=turn)
        owner = chance.choice(people)
        batch = [
            activities.Activity(reading, owner.pk, 2, f"meter:{seed}:{turn}:{place}", date(2026, 10, 1), at)
            for place in range(chance.choice([1, 4, 300]))
        ]
        tell(activities.record(batch, by=owner, at=at)[0].activity_id)
        try:
            hold = holds.place(
                resident_id=owner.pk, amount=chance.randint(1, 200), purpose=f"order:{turn}",
                deadline=at + timedelta(hours=1), by=owner, at=at,
            )  # fmt: skip
            if chance.random() < 0.7:
                holds.capture(hold.id, to=shop, at=at)
            else:
                holds.release(hold.id, at=at)
        except Refusal:
            lots.mature(at=at)
