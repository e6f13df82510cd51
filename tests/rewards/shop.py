"""A small shop for the tests: a partner, a fund, three shelves; rewards made by the product's own acts."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from dvor.ledger import accounts, transfers
from dvor.ledger.currencies import Currency
from dvor.ledger.models import Cause
from dvor.people.models import Organisation, Resident
from dvor.rewards import catalogue, codes
from dvor.rewards.models import Reward

TEXTS = {
    "titles": {"ru": "Кофе в кофейне", "en": "Coffee at a café"},
    "summary": {"ru": "Чашка кофе на выбор.", "en": "A cup of coffee of your choice."},
    "terms": {"ru": "Покажите код на кассе.", "en": "Show the code at the till."},
}


@dataclass(frozen=True)
class Shop:
    """The partner Зерно sells vouchers, the fund Подорожник takes donations, Olga runs the catalogue."""

    partner: Organisation
    fund: Organisation
    olga: Resident
    at: datetime

    @classmethod
    def assemble(cls, *, olga: Resident, at: datetime) -> Shop:
        partner = Organisation.objects.create(kind="partner", title="Кофейня «Зерно»", inn="7700000010")
        fund = Organisation.objects.create(kind="partner", title="Фонд «Подорожник»", inn="7700000011")
        for position, (slug, russian, english, icon) in enumerate(
            [
                ("promo", "Промокоды", "Promo codes", "promo"),
                ("charity", "Добрые дела", "Charity", "heart"),
                ("tickets", "Билеты", "Tickets", "ticket"),
            ]
        ):
            catalogue.open_category(slug=slug, titles={"ru": russian, "en": english}, icon=icon, position=position)
        return cls(partner, fund, olga, at)

    def voucher(self, *pool: str, publish: bool = True, **wishes: Any) -> Reward:
        """A published voucher of 100 points with these codes in its pool."""
        values = {"category": "promo", "kind": "voucher", "partner_id": self.partner.pk, "price": 100, **TEXTS}
        reward = catalogue.draft(catalogue.Draft(**{**values, **wishes}), by=self.olga, at=self.at)
        if pool:
            self.load(reward, *pool)
        if publish:
            reward = catalogue.publish(reward_id=reward.pk, by=self.olga, at=self.at)
        return reward

    def donation(self, **wishes: Any) -> Reward:
        """A published donation: 50 points a part."""
        values = {
            "category": "charity", "kind": "donation", "partner_id": self.fund.pk, "price": 50, "order_max": 100,
            **TEXTS, "titles": {"ru": "Корм для приюта", "en": "Food for a shelter"},
        }  # fmt: skip
        reward = catalogue.draft(catalogue.Draft(**{**values, **wishes}), by=self.olga, at=self.at)
        return catalogue.publish(reward_id=reward.pk, by=self.olga, at=self.at)

    def load(self, reward: Reward, *pool: str) -> codes.Loaded:
        file = io.BytesIO("\n".join(["code", *pool]).encode())
        return codes.import_(file, reward_id=reward.pk, by=self.olga, at=self.at)


@transaction.atomic
def give_points(resident: Resident, amount: int, *, at: datetime, currency: Currency = Currency.CITY) -> None:
    """Points out of nowhere, posted by the ledger itself."""
    account = accounts.ensure("issued:test", {"ru": "Тест", "en": "Test"})
    issue = transfers.Issue(resident.pk, account, amount, cause_id=1)
    transfers.post([issue], cause=Cause.AWARD, currency=currency, at=at)
