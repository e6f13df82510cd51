"""The district before it is built: pure data, the same for the same seed."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, date, datetime
from functools import cache
from statistics import mean

import pytest

from dvor.base import periods
from dvor.demo.district import cast, city, flats, fleet, history, households, seasons
from dvor.demo.district.fleet import MeterPlan
from dvor.demo.district.history import Sending
from dvor.demo.district.households import Household
from dvor.demo.district.seasons import Resource
from dvor.people.levels import Level

SEED = 2026
UNTIL = datetime(2026, 10, 23, 9, 0, tzinfo=UTC)
MONTHS = periods.months_back(date(2026, 10, 1), 24)


@cache
def plan(count: int, seed: int = SEED) -> list[tuple[Household, list[MeterPlan], list[Sending]]]:
    settled = [households.settle(flat, seed=seed, months=MONTHS) for flat in flats.district(seed=seed, count=count)]
    planned = []
    for household in cast.take_parts(settled, months=MONTHS):
        meters = fleet.of_flat(household, seed=seed, months=MONTHS)
        sent = list(history.of_flat(household, meters, seed=seed, months=MONTHS, until=UNTIL))
        planned.append((household, meters, sent))
    return planned


def test_the_same_seed_makes_the_same_district_and_another_seed_another() -> None:
    assert plan.__wrapped__(60) == plan(60)
    assert plan(60) != plan(60, seed=7)


def test_a_smaller_district_is_the_lower_part_of_the_whole() -> None:
    whole = {flat.name: flat for flat in flats.district(seed=SEED, count=1500)}
    for flat in flats.district(seed=SEED, count=60):
        assert (flat.rooms, flat.area_cm2, flat.floor) == (
            whole[flat.name].rooms, whole[flat.name].area_cm2, whole[flat.name].floor,
        )  # fmt: skip


def test_twelve_houses_have_fifteen_hundred_flats_with_codes_of_their_own() -> None:
    all_flats = flats.district(seed=SEED, count=1500)
    assert len(all_flats) == sum(house.flats_total for house in city.HOUSES) == 1500
    assert len({flat.payer_code for flat in all_flats}) == 1500
    assert all(len(flat.payer_code) == 10 and flat.payer_code.isdecimal() for flat in all_flats)
    assert len({house.kind for house in city.HOUSES}) == len(city.HouseKind) == 6
    for flat in all_flats:
        assert flat.house.first_floor <= flat.floor <= flat.house.floors
        assert 25 <= flat.area_cm2 / 10_000 <= 120
    first_stack = [flat for flat in all_flats if flat.house.unom == 710005 and flat.number in {"1", "5", "9"}]
    assert len({(flat.rooms, flat.area_cm2) for flat in first_stack}) == 1


@pytest.mark.parametrize("company", [*city.COMPANIES], ids=lambda company: company.inn)
def test_a_taxpayer_number_has_its_check_digit(company: city.OrganisationPlan) -> None:
    weights = (2, 4, 10, 3, 5, 9, 4, 6, 8)
    checksum = sum(weight * int(digit) for weight, digit in zip(weights, company.inn, strict=False))
    assert checksum % 11 % 10 == int(company.inn[9])


def test_everyone_who_can_sign_in_has_a_part_that_fits() -> None:
    told = {person["sub"]: person for person in cast.persons()}
    housed = {sub for sub, person in told.items() if person["role"] in {"owner", "registered", "occupant", "guest"}}
    assert set(cast.PARTS) == housed
    assert {sub for sub, person in told.items() if person["role"] == "management_company"} == set(cast.COMPANIES_OF)
    assert {sub for sub, person in told.items() if person["role"] == "partner"} == set(cast.PARTNERS_OF)
    living = {person.sub: household for household, _meters, _sent in plan(1500) for person in household.grown_ups}
    assert housed <= set(living)
    assert {living[sub].persons > 0 for sub in housed} == {True}


def test_registers_only_grow_but_for_those_that_roll_over() -> None:
    rolled = 0
    for household, meters, _sent in plan(1500)[::7]:
        for meter in meters:
            before = meter.start
            for _month, shown in fleet.registers(meter, household, MONTHS, seed=SEED):
                assert all(0 <= value < 10**meter.digits_before for value in shown)
                if any(new < old for new, old in zip(shown, before, strict=True)):
                    rolled += 1
                    assert max(before) > 10**meter.digits_before - 200
                before = shown
    assert rolled <= 5


def test_the_year_has_seasons() -> None:
    by_month: dict[tuple[Resource, int], list[float]] = defaultdict(list)
    for household, _meters, _sent in plan(1500)[::5]:
        for month in MONTHS:
            for resource in Resource:
                by_month[resource, month.month].append(seasons.used(household, resource, month, seed=SEED))
    average = {key: mean(values) for key, values in by_month.items()}
    assert average[Resource.HEAT, 1] > 0.5 and average[Resource.HEAT, 7] == 0
    assert average[Resource.ELECTRICITY, 12] > 1.3 * average[Resource.ELECTRICITY, 7]
    assert average[Resource.HOT_WATER, 7] < 0.8 * average[Resource.HOT_WATER, 2]
    assert 4 < average[Resource.COLD_WATER, 3] < 14
    assert 2.5 < average[Resource.HOT_WATER, 3] < 9


def test_a_leak_is_seen_in_the_consumption() -> None:
    (household,) = (one for one, _meters, _sent in plan(1500) if any(p.sub == "standard-oksana" for p in one.grown_ups))
    use = {month: seasons.used(household, Resource.COLD_WATER, month, seed=SEED) for month in MONTHS}
    leaking = [use[month] for month in MONTHS if seasons.is_leaking(household, month)]
    assert len(leaking) == 2
    assert min(leaking) > 1.3 * mean(use[month] for month in MONTHS[:-4])


def test_neighbours_send_forget_and_correct() -> None:
    planned = plan(1500)
    sent = [sending for _household, _meters, sendings in planned for sending in sendings]
    assert 30_000 < len(sent) < 80_000
    assert all(15 <= sending.at.astimezone(periods.zone()).day <= 26 for sending in sent)
    times = Counter((sending.serial, sending.month) for sending in sent)
    assert 0.005 < sum(count == 2 for count in times.values()) / len(times) < 0.02
    assert max(times.values()) == 2
    levels = Counter(person.level for household, _meters, _sent in planned for person in household.grown_ups)
    assert min(levels[level] for level in Level) > 150


def test_who_a_visitor_can_be_has_this_months_readings_still_to_send() -> None:
    of_cast = [sending for household, _meters, sent in plan(1500) if "cast" in household.traits for sending in sent]
    assert of_cast
    assert max(sending.month for sending in of_cast) < MONTHS[-1]


def test_serials_are_unique_and_anna_has_four_meters() -> None:
    planned = plan(1500)
    serials = [meter.serial for _household, meters, _sent in planned for meter in meters]
    assert len(serials) == len(set(serials))
    (anna,) = (meters for one, meters, _sent in planned if any(p.sub == "full-anna" for p in one.grown_ups))
    assert [meter.resource.value for meter in anna] == ["cold_water", "hot_water", "electricity", "gas"]
    expired = [
        meter for _household, meters, _sent in planned for meter in meters if meter.verification_due_on < UNTIL.date()
    ]
    assert 0.01 < len(expired) / len(serials) < 0.06
    assert any(meter.archived_on for _household, meters, _sent in planned for meter in meters)
