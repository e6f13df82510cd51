"""What the tests of the feed share: kinds of other packages, cards, a form's key."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from itertools import count

import pytest

from dvor.feed import entries, kinds, news, outages
from dvor.feed.entries import NewEntry
from dvor.feed.kinds import EntryKind
from dvor.feed.models import Audience, News, Outage
from dvor.feed.reach import Whom
from dvor.homes.rights import Act
from dvor.people.models import Resident
from tests.cast import Cast

AD = kinds.register(EntryKind("test_ad", {"ru": "Доска", "en": "Board"}, "megaphone", act=Act.SEE_ADS))
POLL = kinds.register(EntryKind("test_poll", {"ru": "Голоса", "en": "Votes"}, "vote", act=Act.POLLS))

_numbers = count(1)


def card(kind: EntryKind, house_id: int, at: datetime, title: str = "Отдам диван", **more: object) -> NewEntry:
    """A card with a subject of its own."""
    number = next(_numbers)
    given = {"subject": f"{kind.code}:{number}", "excerpt": "", "url": f"/ads/{number}/", "published_at": at, **more}
    return NewEntry(kind=kind, house_id=house_id, title=title, **given)  # type: ignore[arg-type]


@pytest.fixture
def publish(at: datetime) -> Callable[..., int]:
    """Publish one card; return its number."""

    def publish(kind: EntryKind, house_id: int, title: str = "Отдам диван", **more: object) -> int:
        [number] = entries.publish([card(kind, house_id, at, title, **more)], at=at)
        return number

    return publish


def to_house(cast: Cast, *, entrances: tuple[int, ...] = ()) -> Whom:
    """The house of the cast, in its company's name."""
    return Whom(Audience.HOUSES, cast.company, house_ids=[cast.house.pk], entrances=entrances)


def some_news(cast: Cast, at: datetime, title: str = "Промывка труб", *, by: Resident | None = None) -> News:
    """News of the company for the house."""
    draft = news.Draft(title, "В среду слесари промоют стояки.", tell=False)
    return news.publish(draft, to_house(cast), key=f"key-{next(_numbers)}", by=by or cast.ivan, at=at)


def some_outage(cast: Cast, draft: outages.Draft, at: datetime, *, whom: Whom | None = None) -> Outage:
    """An outage announced by the company's operator."""
    return outages.announce(draft, whom or to_house(cast), key=f"key-{next(_numbers)}", by=cast.ivan, at=at)
