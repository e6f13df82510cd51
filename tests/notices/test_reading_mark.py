from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from dvor.base.refusals import Refusal
from dvor.notices import facts, queries, reading
from dvor.notices.kinds import FactKind
from dvor.notices.models import Notice
from tests.cast import Cast
from tests.notices.conftest import fact


def test_reading_one_and_then_all(cast: Cast, at: datetime, event: FactKind) -> None:
    facts.tell([fact(event, who.pk, str(key)) for who in (cast.anna, cast.boris) for key in range(3)], at=at)
    assert queries.unread(cast.anna.pk) == 3
    first = Notice.objects.filter(resident=cast.anna).earliest("pk")
    for later in (at, at + timedelta(days=1)):
        reading.mark_one(first.pk, by=cast.anna.pk, at=later)
    first.refresh_from_db()
    assert first.read_at == at
    assert queries.unread(cast.anna.pk) == 2
    assert reading.mark_all(by=cast.anna.pk, at=at) == 2
    assert (queries.unread(cast.anna.pk), queries.unread(cast.boris.pk)) == (0, 3)


def test_a_notice_of_somebody_else_does_not_exist(cast: Cast, at: datetime, event: FactKind) -> None:
    facts.tell([fact(event, cast.anna.pk)], at=at)
    with pytest.raises(Refusal) as refused:
        reading.mark_one(Notice.objects.get().pk, by=cast.boris.pk, at=at)
    assert (refused.value.code, refused.value.status) == ("notice_unknown", 404)
    assert queries.unread(cast.anna.pk) == 1


def test_what_is_told_after_the_click_stays_unread(cast: Cast, at: datetime, event: FactKind) -> None:
    facts.tell([fact(event, cast.anna.pk)], at=at + timedelta(seconds=1))
    assert reading.mark_all(by=cast.anna.pk, at=at) == 0


def test_the_page_goes_back_in_steps_and_skips_kinds_that_are_no_more(
    cast: Cast, at: datetime, event: FactKind
) -> None:
    facts.tell([fact(event, cast.anna.pk, str(key)) for key in range(70)], at=at)
    Notice.objects.filter(key="69").update(kind="gone.event")
    lengths, before = [], None
    while True:
        page = queries.page(cast.anna.pk, before=before, language="ru")
        lengths.append(sum(len(notices) for _day, notices in page.days))
        before = page.older
        if before is None:
            break
    assert lengths == [29, 30, 10]
