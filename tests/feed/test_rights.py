"""Who writes for whom: each cell of role × audience; whoever may not write changes nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from dvor.base.refusals import Refusal
from dvor.feed import news, outages
from dvor.feed.models import Audience, News, Outage, Service
from dvor.feed.news import Draft
from dvor.feed.outages import Times
from dvor.feed.reach import Whom
from dvor.homes.models import House
from dvor.people.models import Organisation, Role
from tests.cast import Cast
from tests.feed.conftest import some_news, some_outage

# role → what it may: own houses in its company's name, all of its company's, another company's, houses in the city's
# name, a district.
TABLE = {
    Role.Name.CITY_OPERATOR: (True, True, True, True, True),
    Role.Name.MANAGEMENT_COMPANY: (True, True, False, False, False),
    Role.Name.MODERATOR: (False,) * 5,
    Role.Name.ACCOUNTANT: (False,) * 5,
    Role.Name.PARTNER: (False,) * 5,
    None: (False,) * 5,
}


@pytest.mark.parametrize("role", TABLE)
@pytest.mark.parametrize("cell", range(5))
def test_each_cell_of_the_table(cast: Cast, at: datetime, role: Role.Name | None, cell: int) -> None:
    other = Organisation.objects.create(kind="management_company", title="Другая", inn="7700000002")
    partner = Organisation.objects.create(kind="partner", title="Магазин", inn="7700000003")
    House.objects.filter(pk=cast.other_house.pk).update(management_company=other, district="Север")
    whom = (
        Whom(Audience.HOUSES, cast.company, house_ids=[cast.house.pk]),
        Whom(Audience.COMPANY, cast.company),
        Whom(Audience.COMPANY, other),
        Whom(Audience.HOUSES, None, house_ids=[cast.house.pk]),
        Whom(Audience.DISTRICT, None, district="Север"),
    )[cell]
    if role is not None:
        its = {Role.Name.MANAGEMENT_COMPANY: cast.company, Role.Name.PARTNER: partner}.get(role)
        Role.objects.create(resident=cast.gleb, name=role, organisation=its, granted_at=at)
    start = at + timedelta(days=1)
    draft = outages.Draft(Service.LIFT, emergency=False, starts_at=start, ends_at=start + timedelta(hours=1))

    def attempt() -> None:
        news.publish(Draft("Заголовок", "Текст"), whom, key="n", by=cast.gleb, at=at)
        outages.announce(draft, whom, key="o", by=cast.gleb, at=at)

    if TABLE[role][cell]:
        attempt()
        assert (News.objects.count(), Outage.objects.count()) == (1, 1)
    else:
        with pytest.raises(Refusal) as refused:
            attempt()
        assert (refused.value.code, refused.value.status) == ("not_allowed", 403)
        assert not News.objects.exists() and not Outage.objects.exists()


def test_a_company_cannot_name_another_companys_house(cast: Cast, at: datetime) -> None:
    whom = Whom(Audience.HOUSES, cast.company, house_ids=[cast.house.pk, cast.other_house.pk])
    with pytest.raises(Refusal) as refused:
        news.publish(Draft("Заголовок", "Текст"), whom, key="n", by=cast.ivan, at=at)
    assert refused.value.code == "houses_foreign"


def test_what_others_wrote_is_not_touched(cast: Cast, at: datetime) -> None:
    """The city's own, and another company's, by a company's operator; anybody's by a resident."""
    start = at + timedelta(days=1)
    draft = outages.Draft(Service.LIFT, emergency=False, starts_at=start, ends_at=start + timedelta(hours=1))
    of_city = outages.announce(
        draft, Whom(Audience.HOUSES, None, house_ids=[cast.house.pk]), key="c", by=cast.olga, at=at
    )
    mine, piece = some_outage(cast, draft, at), some_news(cast, at)
    for by, outage in ((cast.ivan, of_city), (cast.anna, mine), (cast.gleb, mine)):
        for attempt in (
            lambda by=by, outage=outage: outages.cancel(outage.pk, by=by, at=at, reason="чужое"),
            lambda by=by, outage=outage: outages.end(outage.pk, by=by, at=at, reason="чужое"),
            lambda by=by, outage=outage: outages.change(
                outage.pk, Times(start, None, ""), by=by, at=at, reason="чужое"
            ),
        ):
            with pytest.raises(Refusal) as refused:
                attempt()
            assert refused.value.code == "not_allowed"
    for attempt in (
        lambda: news.withdraw(piece.pk, by=cast.anna, at=at, reason="чужое"),
        lambda: news.correct(piece.pk, Draft("x", "y"), by=cast.gleb, at=at, reason="чужое"),
    ):
        with pytest.raises(Refusal) as refused:
            attempt()
        assert refused.value.code == "not_allowed"
    with pytest.raises(Refusal) as refused:
        news.withdraw(10**9, by=cast.olga, at=at, reason="нет такой")
    assert refused.value.status == 404
