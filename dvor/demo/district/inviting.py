"""Neighbours bring neighbours: in each house somebody has hung up a notice, and some newcomers come by it."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta

from dvor.demo.district.dice import dice
from dvor.demo.district.moving_in import Neighbourhood
from dvor.demo.district.plan import Plan
from dvor.invites import checking, fingerprints, joining, links, traces
from dvor.invites.joining import Opened, Outcome
from dvor.invites.models import Link, Trace
from dvor.people.models import Resident

_PART, _A_MONTH = 0.4, 3  # of the newcomers; at most so many in a house
_DOUBTFUL, _MONTHS_OF_DOUBT = 0.5, 4  # signed in on the inviter's phone: the console has something to look at
_UNPROVEN = {"none", "invitation"}


def invite(plan: Plan, month: date, homes: Neighbourhood, *, at: datetime) -> int:
    """Look at those who came last month; then some of this month's newcomers come by a link. How many they were."""
    checking.check(at=at)
    hosts, came = _hosts(plan, month, homes), Counter[int]()
    for household, person in plan.newcomers(month):
        unom, chance = household.flat.house.unom, dice(plan.seed, "invite", person.sub)
        if unom not in hosts or came[unom] >= _A_MONTH or chance.random() >= _PART or person.proof in _UNPROVEN:
            continue
        host, house_id = hosts[unom]
        link = links.issue(
            house_id=house_id, sort=Link.Sort.NOTICE, title="Объявление у лифта", by=host, at=at - timedelta(hours=1),
            key="demo",
        )  # fmt: skip
        seen: traces.Seen = {}
        if month >= plan.months[-_MONTHS_OF_DOUBT:][0] and chance.random() < _DOUBTFUL:
            phone = fingerprints.of_device(f"demo-phone-{unom}".ljust(fingerprints.DEVICE_LENGTH, "x"))
            assert phone is not None, "as long as a cookie of ours"
            seen = {Trace.Sort.DEVICE: phone}
            traces.note(seen, by=host, at=at)
        outcome = joining.join(
            Opened(link.code, at - timedelta(minutes=30)), seen=seen, by=homes.people[person.sub], at=at
        )
        came[unom] += outcome == Outcome.JOINED
    return came.total()


def _hosts(plan: Plan, month: date, homes: Neighbourhood) -> dict[int, tuple[Resident, int]]:
    """In each house the first who has proven a flat before this month, by UNOM, and the house."""
    found: dict[int, tuple[Resident, int]] = {}
    for household, _meters in plan.homes:
        if household.joined is None or household.joined >= month:
            continue
        host = next((one for one in household.grown_ups if one.proof not in _UNPROVEN), None)
        if host is not None:
            found.setdefault(household.flat.house.unom, (homes.people[host.sub], homes.house_id(household.flat)))
    return found
