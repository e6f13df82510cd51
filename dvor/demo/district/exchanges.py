"""Neighbours exchange their points: small things soon, theatre when they have saved, charity when they want to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from dvor.base.refusals import Refusal
from dvor.demo.district.dice import dice
from dvor.ledger.currencies import Currency
from dvor.ledger.models import Wallet
from dvor.people.models import Resident
from dvor.rewards import orders
from dvor.rewards.models import Order, Reward

_PART = 0.03  # of those who could, exchange in a month
_MONTHS_TO_SAVE = 2


class Shoppers:
    """Who exchanges what, month by month. ``giver`` and ``saver`` are the cast's own characters."""

    def __init__(self, people: dict[str, Resident], *, seed: int) -> None:
        self._people = people
        self._seed = seed
        self._rewards = list(Reward.objects.filter(published_at__isnull=False).order_by("pk"))
        self._cheapest = min(reward.price for reward in self._rewards)

    def exchange(self, number: int, *, at: datetime) -> int:
        """The exchanges of the month with this number; how many there were."""
        if number < _MONTHS_TO_SAVE:
            return 0
        done = 0
        for resident, sub, available in self._able():
            chance = dice(self._seed, "exchange", sub, number)
            reward = self._wish(sub, resident, available, chance, number)
            if reward is not None and self._place(resident, sub, reward, chance, at=at):
                done += 1
        return done

    def _able(self) -> Iterator[tuple[Resident, str, int]]:
        wallets = Wallet.objects.filter(currency=Currency.CITY, available__gte=self._cheapest, blocked_at__isnull=True)
        subs = {resident.pk: sub for sub, resident in self._people.items()}
        for resident_id, available in wallets.order_by("resident_id").values_list("resident_id", "available"):
            if sub := subs.get(resident_id):
                yield self._people[sub], sub, available

    def _wish(self, sub: str, resident: Resident, available: int, chance: Random, number: int) -> Reward | None:
        if sub == "full-nikolay":  # gives what he has, every quarter
            gifts = [reward for reward in self._rewards if reward.kind == Reward.Kind.DONATION]
            return chance.choice(gifts) if number % 3 == 0 and available >= 50 else None
        if sub == "full-marina":  # saves for the theatre
            return None
        if chance.random() >= _PART * (3 if not sub.startswith("demo-") else 1):
            return None
        able = [reward for reward in self._rewards if reward.price <= available and reward.level_min <= resident.level]
        # The dearer it is, the longer one has saved for it: it is what one came for.
        return chance.choices(able, [reward.price for reward in able])[0] if able else None

    def _place(self, resident: Resident, sub: str, reward: Reward, chance: Random, *, at: datetime) -> Order | None:
        moment = at + timedelta(minutes=chance.randint(0, 600))
        try:
            order = orders.place(reward_id=reward.pk, by=resident, at=moment, key=f"demo:{sub}:{at:%Y-%m}")
            self._go_on(order, resident, chance, at=moment)
        except Refusal:  # sold out, or the month's limit: neighbours live with it
            return None
        return order

    def _go_on(self, order: Order, resident: Resident, chance: Random, *, at: datetime) -> None:
        """Most look at their code the same evening, a few give it back, some forget it."""
        if order.reward.kind != Reward.Kind.VOUCHER or order.revealed_at is not None:
            return
        fate = chance.random()
        if fate < 0.8:
            orders.reveal(order_id=order.pk, by=resident, at=at + timedelta(minutes=20))
        elif fate < 0.9:
            orders.cancel(order_id=order.pk, by=resident, at=at + timedelta(hours=2))
