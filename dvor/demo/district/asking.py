"""Neighbours ask each other: a few polls, some open, some counted, named and anonymous, with votes and words."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from random import Random

from dvor.base.refusals import Refusal
from dvor.demo.district.dice import dice
from dvor.homes import rights
from dvor.homes.models import Flat
from dvor.homes.rights import Act
from dvor.people.models import Resident
from dvor.polls import comments, questions, tally, votes
from dvor.polls.models import Poll
from dvor.polls.questions import Draft

_Q = tuple[str, str, tuple[str, ...], str, bool, int]
# Kind, question, options, what is added, anonymous, days since it was asked; polls are open for ten days.
QUESTIONS: tuple[_Q, ...] = (
    ("single", "Ставим лавочку у подъезда?", ("Да, с навесом", "Да, простую", "Не нужна"),
     "Место — у клумбы, где раньше стояла старая.", False, 2),
    ("ranked", "Что сделать во дворе в первую очередь?", ("Велопарковка", "Освещение площадки", "Новые качели",
     "Разметка парковки"), "Деньги по программе благоустройства дадут на одно дело в год.", False, 4),
    ("scale", "Как вам уборка подъезда в этом месяце?", (), "Оценку передадим управляющей компании.", True, 3),
    ("multiple", "Когда удобно собраться во дворе на субботник?", ("В субботу утром", "В субботу днём",
     "В воскресенье утром", "В воскресенье днём"), "", False, 24),
    ("single", "Довольны ли вы работой консьержа?", ("Доволен", "Терпимо", "Недоволен"),
     "Спрашиваем анонимно, чтобы никому не было неловко.", True, 31),
)  # fmt: skip
WORDS = ("Поддерживаю!", "Главное — чтобы не мешало парковке.", "А кто будет следить?", "Спасибо, что спросили.")
HOUSES = 4
_OPEN = timedelta(days=10)


def ask(*, seed: int, at: datetime, first: list[Resident]) -> int:
    """Polls in the houses of these residents and in some others; how many votes were cast."""
    houses: dict[int, list[tuple[Resident, Flat]]] = defaultdict(list)
    people = {one.pk: one for one in [*first, *Resident.objects.filter(city_id__startswith="demo-").order_by("pk")]}
    for resident in people.values():
        for flat in rights.flats_allowing(resident, Act.POLLS):
            houses[flat.house_id].append((resident, flat))
    known = {resident.pk for resident in first}
    wanted = sorted(houses, key=lambda pk: (-sum(one.pk in known for one, _flat in houses[pk]), pk))[:HOUSES]
    return sum(_house(houses[pk], seed=seed, number=place, at=at) for place, pk in enumerate(wanted))


def _house(people: list[tuple[Resident, Flat]], *, seed: int, number: int, at: datetime) -> int:
    chance = dice(seed, "polls", str(number))
    cast = 0
    for place, question in enumerate(QUESTIONS[: 5 if number == 0 else 2]):
        author, flat = people[-1 - place % len(people)]
        try:
            poll = _open(question, author, flat, at=at, key=f"demo:{number}:{place}")
        except Refusal:  # too few neighbours to hide among
            continue
        cast += _answer(poll, [one for one, _flat in people], chance, at=at)
        if poll.closes_at <= at:
            questions.close_due(at=poll.closes_at)
    return cast


def _open(question: _Q, author: Resident, flat: Flat, *, at: datetime, key: str) -> Poll:
    kind, text, options, details, anonymous, days = question
    asked = at - timedelta(days=days, hours=3)
    draft = Draft(
        flat_id=flat.pk, kind=kind, question=text, options=options, details=details, anonymous=anonymous,
        closes_at=asked + _OPEN, results=Poll.Results.LIVE,
    )  # fmt: skip
    return questions.ask(draft, key=key, by=author, at=asked)


def _answer(poll: Poll, people: list[Resident], chance: Random, *, at: datetime) -> int:
    cast, moment = 0, poll.opened_at
    until = min(at, poll.closes_at)
    for resident in people:
        if chance.random() < 0.35:  # has other things to do
            continue
        moment += (until - moment) * chance.uniform(0.02, 0.1)
        try:
            votes.cast(poll.pk, _choice(poll, chance), by=resident, at=moment)
            cast += 1
            if chance.random() < 0.1:
                comments.write(poll.pk, chance.choice(WORDS), key=f"demo:{poll.pk}", by=resident, at=moment)
        except Refusal:  # moved in later
            continue
    return cast


def _choice(poll: Poll, chance: Random) -> list[int]:
    numbers = list(range(1, len(poll.options) + 1))
    if poll.kind in (Poll.Kind.SINGLE, Poll.Kind.SCALE):
        return chance.choices(numbers, [2, 3, 2, 4, 5][: len(numbers)] if len(numbers) <= 5 else None)
    chance.shuffle(numbers)
    return tally.checked(poll.kind, len(numbers), 1, len(numbers), numbers[: chance.randint(1, len(numbers))])
