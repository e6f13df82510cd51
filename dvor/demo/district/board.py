"""The notice board of the demo district: some weeks of ads with pictures and answers, by the product's own acts."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from dvor.ads import ads, album, answers, audience, endings
from dvor.ads.drafts import Draft
from dvor.ads.models import Ad
from dvor.base import periods
from dvor.base.refusals import Refusal
from dvor.chats import messages
from dvor.demo.district import sketches
from dvor.demo.district.dice import dice
from dvor.homes.models import Residency
from dvor.people.models import Resident

FILE = Path(__file__).resolve().parent / "board.toml"
Category, Reach = Ad.Category, Ad.Reach
_PAUSE = timedelta(minutes=17)


def post(people: Mapping[str, Resident], *, seed: int, at: datetime) -> int:
    """Put the file's ads on the boards, in the order of their days; how many there are."""
    with FILE.open("rb") as file:
        told = tomllib.load(file)["ad"]
    return sum(
        _post(number, entry, people, seed=seed, at=at)
        for number, entry in sorted(enumerate(told), key=lambda one: -one[1]["days"])
    )


def _post(number: int, entry: Mapping[str, Any], people: Mapping[str, Resident], *, seed: int, at: datetime) -> bool:
    chance = dice(seed, "ad", number)
    moment = at - timedelta(days=entry["days"], minutes=chance.randint(0, 300))
    author, house_id = _author(entry, people, number, seed=seed, at=moment)
    if author is None:
        return False
    starts_at = None
    if "ahead" in entry:
        starts_at = periods.day_start(periods.day_of(at) + timedelta(days=entry["ahead"])) + timedelta(
            hours=entry["hour"]
        )
    scenes: Sequence[str] = entry.get("scene", ())
    draft = Draft(
        Category[entry["category"].upper()], entry["title"], entry["text"], _reach(entry, author, house_id, at=moment),
        entry.get("price"), starts_at, entry.get("place", ""),
    )  # fmt: skip
    try:
        ad, _award = ads.post(
            draft, house_id=house_id, by=author, at=moment, key=f"demo:{number}",
            uploads=[sketches.draw(scene, dice(seed, "sketch", number, place)) for place, scene in enumerate(scenes)],
        )  # fmt: skip
    except Refusal:  # a small district: its people have posted enough today
        return False
    words = zip(ad.pictures.all(), scenes, strict=False)
    album.arrange(
        [(one.pk, one.position, sketches.ALTS[scene]) for one, scene in words], ad_id=ad.pk, by=author, at=moment
    )
    _answer(ad, entry.get("asks", ()), at=moment)
    if "done" in entry:
        endings.finish(ad_id=ad.pk, by=author, at=at - timedelta(days=entry["done"]))
    return True


def _author(
    entry: Mapping[str, Any], people: Mapping[str, Resident], number: int, *, seed: int, at: datetime
) -> tuple[Resident | None, int]:
    """The named person, or one of the district who has a proven flat by then; with the house."""
    subs = [entry["by"]] if "by" in entry else sorted(sub for sub in people if sub.startswith("demo-"))
    if "by" not in entry:
        dice(seed, "author", number).shuffle(subs)
    for sub in subs[:40]:
        sight = audience.of(people[sub], at=at)
        for house_id in sight.posting:
            if house_id in sight.proven:
                return people[sub], house_id
    return None, 0


def _reach(entry: Mapping[str, Any], author: Resident, house_id: int, *, at: datetime) -> Ad.Reach:
    wished = Reach[entry.get("reach", "house").upper()]
    sight = audience.of(author, at=at)
    return wished if wished in audience.reaches(sight.posting[house_id], proven=True) else Reach.HOUSE


def _answer(ad: Ad, lines: Sequence[str], *, at: datetime) -> None:
    """A neighbour from another flat asks, the author answers, in turns, some minutes apart."""
    own = Residency.objects.filter(resident=ad.author).values("flat")
    others = Residency.objects.filter(
        flat__house=ad.house_id, until__isnull=True, since__lte=at, proved_at__isnull=False
    ).exclude(flat__in=own)
    one = others.select_related("resident").order_by("resident__city_id").first() if lines else None
    if one is None:
        return
    neighbour = one.resident
    asked = answers.send(lines[0], ad_id=ad.pk, by=neighbour, at=at + _PAUSE, key=f"demo:{ad.pk}:0")
    for place, line in enumerate(lines[1:], start=1):
        messages.send(
            messages.Draft(line), chat_id=asked.chat_id, by=ad.author if place % 2 else neighbour,
            at=at + _PAUSE * (place + 1), key=f"demo:{ad.pk}:{place}",
        )  # fmt: skip
