"""The rights table, cell by cell: who × what × where (design.md §6)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dvor.base.refusals import Refusal
from dvor.homes import rights
from dvor.homes.models import Flat, Residency
from dvor.homes.rights import Act
from dvor.people.levels import Level
from dvor.people.models import Resident, Role
from tests.cast import Cast

Status, Proof = Residency.Status, Residency.Proof

# The expected table, written by hand from design.md §6 and domain.md §1.3: «+» may at every account level, «s» from a
# standard one, «f» with a full one, «.» never. Columns: see_house see_protocols see_ads post_ads chat requests polls
# see_meters submit_readings see_bill pay invite initiate_meeting vote,
# invite_neighbours.
TABLE = {
    (Status.GUEST, False): "+.... ..... .... .",
    (Status.GUEST, True): "+.+.. +.... .... .",
    (Status.OCCUPANT, False): "++++. ..... .... .",
    (Status.OCCUPANT, True): "+++++ +++++ +... +",
    (Status.REGISTERED, False): "++++. ..... .... .",
    (Status.REGISTERED, True): "+++++ +++++ +s.. +",
    (Status.OWNER, False): "++++. ..... .... .",
    (Status.OWNER, True): "+++++ +++++ +sff +",
}
LEAST = {"+": Level.SIMPLIFIED, "s": Level.STANDARD, "f": Level.FULL}
CELLS = [
    (status, proven, act, level, sign)
    for (status, proven), line in TABLE.items()
    for act, sign in zip(Act, line.replace(" ", ""), strict=True)
    for level in Level
]


@pytest.mark.parametrize(("status", "proven", "act", "level", "sign"), CELLS)
def test_each_cell_of_residents(status: Status, proven: bool, act: Act, level: Level, sign: str) -> None:
    expected = sign != "." and level >= LEAST[sign]
    assert rights.allows(level=level, status=status, proven=proven, act=act) is expected


@pytest.mark.parametrize(("status", "proven", "act", "level", "sign"), CELLS)
def test_each_closed_cell_says_what_would_open_it(
    status: Status, proven: bool, act: Act, level: Level, sign: str
) -> None:
    if not rights.allows(level=level, status=status, proven=proven, act=act):
        assert str(rights.remedy(level=level, status=status, proven=proven, act=act))


ROLES = {
    Role.Name.CITY_OPERATOR: "+++.. ..+.+ .... .",
    Role.Name.MODERATOR: "+.+.. ..... .... .",
    Role.Name.ACCOUNTANT: "+.... ....+ .... .",
    Role.Name.MANAGEMENT_COMPANY: "++... ..+.. .... .",
    Role.Name.PARTNER: "..... ..... .... .",
}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("own_house", [True, False])
@pytest.mark.parametrize("act", Act)
def test_each_cell_of_operators(role: Role.Name, own_house: bool, act: Act) -> None:
    sign = ROLES[role].replace(" ", "")[list(Act).index(act)]
    expected = sign == "+" and (own_house or role != Role.Name.MANAGEMENT_COMPANY)
    assert rights.role_allows(role=role, own_house=own_house, act=act) is expected


# ── On real residents and houses ─────────────────────────────────────────────────────────────────────────────────
MAY, KNOWS, UNKNOWN = None, "not_allowed", "flat_unknown"
WHO = {  # person → what he hears about flat 1, flat 2 and the flat of the other house: (see_house, see_meters, vote)
    "anna": ((MAY, MAY, MAY), (UNKNOWN,) * 3, (UNKNOWN,) * 3),
    "boris": ((MAY, MAY, KNOWS), (UNKNOWN,) * 3, (UNKNOWN,) * 3),
    "vera": ((UNKNOWN,) * 3, (MAY, KNOWS, KNOWS), (UNKNOWN,) * 3),
    "gleb": ((UNKNOWN,) * 3, (UNKNOWN,) * 3, (MAY, MAY, MAY)),
    "olga": ((MAY, MAY, KNOWS), (MAY, MAY, KNOWS), (MAY, MAY, KNOWS)),
    "ivan": ((MAY, MAY, KNOWS), (MAY, MAY, KNOWS), (UNKNOWN,) * 3),
}


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("place", range(3))
@pytest.mark.parametrize("what", range(3))
def test_who_reaches_which_flat_for_what(cast: Cast, at: datetime, who: str, place: int, what: int) -> None:
    resident: Resident = getattr(cast, who)
    flat = (cast.flat, cast.second_flat, cast.other_flat)[place]
    act = (Act.SEE_HOUSE, Act.SEE_METERS, Act.VOTE)[what]
    expected = WHO[who][place][what]
    if expected is MAY:
        assert rights.flat_for(resident, flat.pk, act, at=at) == flat
    else:
        with pytest.raises(Refusal) as refused:
            rights.flat_for(resident, flat.pk, act, at=at)
        assert (refused.value.code, refused.value.status) == (expected, 404 if expected == UNKNOWN else 403)


@pytest.mark.parametrize("flat_id", [0, -1, 10**9, 2**63, 10**30])
def test_a_flat_that_does_not_exist_is_unknown(cast: Cast, at: datetime, flat_id: int) -> None:
    for resident in (cast.anna, cast.olga):
        with pytest.raises(Refusal) as refused:
            rights.flat_for(resident, flat_id, Act.SEE_HOUSE, at=at)
        assert refused.value.code == "flat_unknown"


def test_a_strange_flat_and_no_flat_are_answered_alike(cast: Cast, at: datetime) -> None:
    answers = set()
    for flat_id in (cast.other_flat.pk, 10**9):
        with pytest.raises(Refusal) as refused:
            rights.flat_for(cast.anna, flat_id, Act.SEE_METERS, at=at)
        answers.add((refused.value.status, refused.value.code, str(refused.value)))
    assert len(answers) == 1


def test_rights_end_with_the_residency(cast: Cast, at: datetime) -> None:
    Residency.objects.filter(resident=cast.anna).update(until=at + timedelta(days=1), closed_by=cast.anna)
    assert rights.flat_for(cast.anna, cast.flat.pk, Act.VOTE, at=at)
    for later in (timedelta(days=1), timedelta(days=2)):
        with pytest.raises(Refusal):
            rights.flat_for(cast.anna, cast.flat.pk, Act.SEE_HOUSE, at=at + later)
    assert rights.flats_of(cast.anna) == []


def test_a_revoked_role_gives_nothing(cast: Cast, at: datetime) -> None:
    Role.objects.filter(resident=cast.olga).update(revoked_at=at, revoked_by=cast.olga)
    with pytest.raises(Refusal) as refused:
        rights.flat_for(cast.olga, cast.flat.pk, Act.SEE_HOUSE, at=at)
    assert refused.value.code == "flat_unknown"


def test_a_resident_reaches_his_flat_and_house_with_one_query(cast: Cast, at: datetime) -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        flat = rights.flat_for(cast.anna, cast.flat.pk, Act.VOTE, at=at)
        assert flat.house.management_company == cast.company
        assert flat.residency is not None and flat.residency.proven
    assert len(queries) == 1


def test_flats_and_houses_of_a_resident_are_one_query_each(cast: Cast, at: datetime) -> None:
    for flat in (cast.second_flat, cast.other_flat):
        Residency.objects.create(
            resident=cast.anna, flat=flat, status=Status.OCCUPANT, proof=Proof.NONE, since=at + timedelta(hours=1)
        )
    with CaptureQueriesContext(connection) as queries:
        flats = rights.flats_of(cast.anna)
        assert [flat.house.address for flat in flats if flat.residency] == [
            "Садовая улица, дом 1",
            "Садовая улица, дом 1",
            "Лесная улица, дом 5",
        ]
        assert rights.houses_of(cast.anna) == [cast.house, cast.other_house]
        assert rights.flats_allowing(cast.anna, Act.SEE_METERS) == [cast.flat]
    assert len(queries) == 3


def test_an_operator_is_one_of_his_own_houses(cast: Cast) -> None:
    roles = (Role.Name.CITY_OPERATOR, Role.Name.MANAGEMENT_COMPANY)
    assert rights.operates(cast.olga, cast.other_house, roles=roles)
    assert rights.operates(cast.ivan, cast.house, roles=roles)
    assert not rights.operates(cast.ivan, cast.other_house, roles=roles)
    assert not rights.operates(cast.anna, cast.house, roles=roles)
    assert not rights.operates(cast.ivan, cast.house, roles=(Role.Name.CITY_OPERATOR,))
    assert Flat.objects.count() == 3
