"""The district as it stands after the product's own acts have lived it through."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Max, Sum

from dvor.base import sealing
from dvor.base.models import AuditEntry
from dvor.chats import access
from dvor.chats import queries as chats
from dvor.chats.models import Message
from dvor.demo import district
from dvor.demo.district import building, cast
from dvor.feed import queries as feed
from dvor.feed.models import Entry
from dvor.feed.queries import Asked
from dvor.homes.models import Flat, House, Residency
from dvor.ledger import proof as ledger
from dvor.ledger.models import Transfer
from dvor.meters import overview, readings, windows
from dvor.meters.models import Meter, Reading
from dvor.meters.readings import NewReading
from dvor.meters.resources import Resource
from dvor.people.models import Organisation, Resident, Role
from dvor.points import proof as points
from dvor.points.models import Award
from dvor.points.reasons import Reason
from dvor.rewards import proof as rewards
from dvor.rewards.models import PromoCode, Reward

AT = datetime(2026, 10, 20, 9, 0, tzinfo=UTC)
FLATS, MONTHS = 120, 15

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, Any]]:
    """One district for all tests of this module, rolled back at its end."""
    with django_db_blocker.unblock(), transaction.atomic():
        assert district.build(flats=FLATS, months=MONTHS, at=AT)
        yield AuditEntry.objects.get(act=building.BUILT).facts
        transaction.set_rollback(True)


def test_everything_adds_up(built: dict[str, Any]) -> None:
    assert ledger.prove() == []
    assert points.prove() == []
    assert rewards.prove() == []


def test_nothing_was_refused_on_the_way(built: dict[str, Any]) -> None:
    assert built["flats"] == FLATS == Flat.objects.count()
    assert "refused" not in built
    assert built["readings"] > 1_500
    assert built["replaced"] > 0
    assert built["orders"] > 5


def test_building_again_changes_nothing(built: dict[str, Any]) -> None:
    before = Resident.objects.count(), AuditEntry.objects.count()
    assert not district.build(flats=FLATS, months=MONTHS, at=AT)
    assert not district.build(seed=2, flats=10, months=3, at=AT)
    assert (Resident.objects.count(), AuditEntry.objects.count()) == before


def test_twelve_houses_with_companies_and_operators(built: dict[str, Any]) -> None:
    assert House.objects.filter(management_company__isnull=False, connected_since__isnull=False).count() == 12
    assert Organisation.objects.filter(kind=Organisation.Kind.PARTNER).count() == 8
    roles = set(Role.objects.values_list("resident__city_id", "name"))
    told = {(person["sub"], person["role"]) for person in cast.persons() if person["role"] in Role.Name.values}
    assert roles == told


def test_the_cast_lives_where_its_parts_say(built: dict[str, Any]) -> None:
    there = set(Flat.objects.values_list("house__unom", "number"))
    told = {person["sub"]: person for person in cast.persons()}
    for sub, part in cast.PARTS.items():
        for unom, number in part.flats:
            if (unom, str(number)) in there:
                residency = Residency.objects.get(
                    resident__city_id=sub, flat__house__unom=unom, flat__number=str(number), until__isnull=True
                )
                assert Residency.Status(residency.status).name.lower() == told[sub]["role"]
                assert residency.proven == (part.proof != "none")
    newcomers = Resident.objects.filter(city_id__in=["full-new", "standard-new", "simplified-new"])
    assert newcomers.count() == 3
    assert not Residency.objects.filter(resident__in=newcomers).exists()


def test_anna_has_four_readings_to_send_today(built: dict[str, Any]) -> None:
    (place,) = overview.flats(Resident.objects.get(city_id="full-anna"), at=AT)
    assert (place.waiting, sum(window.meters for window in place.windows)) == (4, 4)


@pytest.mark.parametrize("day", range(1, 31))
def test_who_is_named_at_the_start_can_send_on_any_day(built: dict[str, Any], day: int) -> None:
    anna = Resident.objects.get(city_id="full-anna")
    at = datetime(2026, 11, day, 9, 0, tzinfo=UTC)
    (home,) = Residency.objects.filter(resident=anna, until__isnull=True).select_related("flat__house")
    states = windows.open_at(home.flat.house, at=at)
    assert all(state.is_open and state.period == date(2026, 11, 1) for state in states.values())
    with transaction.atomic():
        meter = Meter.objects.filter(flat=home.flat, archived_at__isnull=True, resource=Resource.COLD_WATER).get()
        (outcome,) = readings.submit([NewReading(meter.pk, (str(meter.last_t1 + 1),))], by=anna, at=at)
        assert outcome.refusal is None
        transaction.set_rollback(True)


def test_elsewhere_the_windows_of_the_city_hold_and_cross_the_months_end(built: dict[str, Any]) -> None:
    house = House.objects.get(unom=710008)
    seventh, third = (windows.open_at(house, at=datetime(2026, 11, day, 9, 0, tzinfo=UTC)) for day in (7, 3))
    assert not any(state.is_open for state in seventh.values())
    water = third[Resource.COLD_WATER]
    assert (water.is_open, water.period) == (True, date(2026, 10, 1))


def test_levels_are_paid_by_the_rule(built: dict[str, Any]) -> None:
    rates = set(Award.objects.filter(reason=Reason.PAID, kind_id=10).values_list("points", flat=True))
    assert rates == {10, 20}
    assert Award.objects.aggregate(sum=Sum("points"))["sum"] > 20_000


def test_points_of_the_first_months_have_expired(built: dict[str, Any]) -> None:
    assert Transfer.objects.filter(credit=5).exists()


def test_readings_were_corrected_and_a_month_was_forgotten(built: dict[str, Any]) -> None:
    assert Reading.objects.aggregate(most=Max("version"))["most"] == 2
    sent = Reading.objects.filter(version=1).values("meter_id").distinct().count()
    assert Reading.objects.filter(version=1).count() < sent * MONTHS


def test_the_catalogue_is_full_and_codes_are_sealed(built: dict[str, Any]) -> None:
    assert Reward.objects.filter(published_at__isnull=False, withdrawn_at__isnull=True).count() == 25
    assert Reward.objects.filter(price__lte=60, kind=Reward.Kind.VOUCHER).count() >= 3
    code = bytes(PromoCode.objects.earliest("pk").sealed)
    assert sealing.unseal(code).encode() not in code
    assert PromoCode.objects.filter(order__isnull=False).exists()


def test_the_feed_holds_a_year_in_order_and_little_that_is_new(built: dict[str, Any]) -> None:
    cards = list(Entry.objects.order_by("pk").values_list("published_at", "kind"))
    assert [at for at, _kind in cards] == sorted(at for at, _kind in cards)
    assert {"news", "outage"} <= {kind for _at, kind in cards}
    anna = Resident.objects.get(city_id="full-anna")
    page = feed.page(anna, Asked(), at=AT)
    assert page.current and page.shown and 0 < feed.unread(anna, at=AT) < 20


def test_neighbours_chat_and_some_of_it_is_new(built: dict[str, Any]) -> None:
    said = list(Message.objects.filter(chat__house__isnull=False).order_by("pk").values_list("sent_at", "hidden_at"))
    assert len(said) >= 30 and [at for at, _hidden in said] == sorted(at for at, _hidden in said)
    assert not any(hidden for _at, hidden in said) and max(at for at, _hidden in said) < AT
    assert Message.objects.filter(quoted__isnull=False).count() >= 10
    anna = Resident.objects.get(city_id="full-anna")
    cards = chats.cards(access.of(anna, at=AT), at=AT)
    assert not cards[0].is_talk and 0 < cards[0].unread < 10
    assert any(card.is_talk and card.topic and card.topic.url for card in cards), "somebody wants her sofa"
