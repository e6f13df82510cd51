"""The catalogue: rewards are drafted, published, repriced and withdrawn by acts with a reason; nothing is deleted.

A partner drafts and withdraws its own; what is offered and at which price is the city's decision. Acts of somebody
without the role are refused with ``not_allowed`` (403).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dvor.base import audit
from dvor.base.refusals import Refusal
from dvor.ledger import accounts
from dvor.ledger.currencies import Currency
from dvor.people.levels import Level
from dvor.people.models import Organisation, Resident
from dvor.rewards import fulfilment, refusals, rights, stock
from dvor.rewards.models import PRICE_MAX, QUANTITY_MAX, Category, Reward

Texts = Mapping[str, str]  # {"ru": …, "en": …}
_LENGTHS = {"titles": 120, "summary": 400, "terms": 4_000}


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A reward as its partner describes it. Prices are points for one unit; ``units`` is a donation's goal in units.

    ``cancel_hours`` empty: an order is final and its code is shown at once.
    """

    category: str
    kind: str
    partner_id: int
    titles: Texts
    summary: Texts
    terms: Texts
    price: int
    currency: Currency = Currency.CITY
    level_min: Level = Level.SIMPLIFIED
    order_max: int = 1
    month_max: int | None = None
    lifetime_max: int | None = None
    cancel_hours: int | None = None
    valid_until: date | None = None
    units: int | None = None


def open_category(*, slug: str, titles: Texts, icon: str, position: int) -> Category:
    """Add a shelf, or rename it: the same slug again is the same shelf."""
    known = {"titles": dict(titles), "icon": icon, "position": position}
    category, _made = Category.objects.update_or_create(slug=slug, defaults=known)
    return category


@transaction.atomic
def draft(reward: Draft, *, by: Resident, at: datetime) -> Reward:
    """Write down a reward that residents do not see yet.

    Raises:
        Refusal: ``category_unknown``, ``partner_unknown``, ``texts_missing``, ``number_wrong``, ``kind_wrong`` (422),
            each with the field at fault.
    """
    category = Category.objects.filter(slug=reward.category).first()
    if category is None:
        raise Refusal("category_unknown", _("There is no such category."), field="category")
    partner = Organisation.objects.filter(pk=reward.partner_id, kind=Organisation.Kind.PARTNER).first()
    if partner is None:
        raise Refusal("partner_unknown", _("There is no such partner."), field="partner")
    rights.refuse_stranger(by, partner)
    _refuse_texts(titles=reward.titles, summary=reward.summary, terms=reward.terms)
    _refuse_numbers(reward)
    made = Reward.objects.create(
        category=category,
        partner=partner,
        kind=reward.kind,
        titles=dict(reward.titles),
        summary=dict(reward.summary),
        terms=dict(reward.terms),
        price=reward.price,
        currency=reward.currency,
        level_min=reward.level_min,
        order_max=reward.order_max,
        month_max=reward.month_max,
        lifetime_max=reward.lifetime_max,
        cancel_hours=reward.cancel_hours,
        valid_until=reward.valid_until,
        units_total=reward.units,
        drafted_at=at,
    )
    if reward.units is not None:
        stock.open_units(reward_id=made.pk, units=reward.units)
    _note("drafted", made, "", by, at)
    return made


@transaction.atomic
def publish(*, reward_id: int, by: Resident, at: datetime, reason: str = "") -> Reward:
    """Show a draft, or a withdrawn reward again, to residents.

    Raises:
        Refusal: ``reward_unknown`` (404); ``reward_published`` (409) when it is shown already.
    """
    reward = _locked(reward_id)
    rights.refuse_stranger(by, reward.partner, city_only=True)
    if reward.published_at is not None and reward.withdrawn_at is None:
        raise Refusal("reward_published", _("This reward is published already."), status=409)
    code, titles = fulfilment.of(reward.kind).receiver(reward.partner)
    reward.account = accounts.ensure(code, titles)
    if reward.published_at is None:
        reward.published_at, reward.published_by = at, by
    reward.withdrawn_at = reward.withdrawn_by = None
    reward.save(update_fields=["account", "published_at", "published_by", "withdrawn_at", "withdrawn_by"])
    _note("published", reward, reason, by, at)
    return reward


@transaction.atomic
def withdraw(*, reward_id: int, reason: str, by: Resident, at: datetime) -> Reward:
    """Stop offering a reward; orders that were placed stay good.

    Raises:
        Refusal: ``reward_unknown`` (404); ``reward_not_published`` (409); ``reason_missing`` (422).
    """
    _refuse_no_reason(reason)
    reward = _locked(reward_id)
    rights.refuse_stranger(by, reward.partner)
    if reward.published_at is None or reward.withdrawn_at is not None:
        raise Refusal("reward_not_published", _("This reward is not offered now."), status=409)
    reward.withdrawn_at, reward.withdrawn_by = at, by
    reward.save(update_fields=["withdrawn_at", "withdrawn_by"])
    _note("withdrawn", reward, reason, by, at)
    return reward


@transaction.atomic
def reprice(*, reward_id: int, price: int, reason: str, by: Resident, at: datetime) -> Reward:
    """Change the price of later orders, in points for one unit. A resident who saw the old one is asked again.

    Raises:
        Refusal: ``reward_unknown`` (404); ``number_wrong``, ``reason_missing`` (422).
    """
    _refuse_no_reason(reason)
    _refuse_outside("price", price, PRICE_MAX)
    reward = _locked(reward_id)
    rights.refuse_stranger(by, reward.partner, city_only=True)
    before, reward.price = reward.price, price
    reward.save(update_fields=["price"])
    _note("repriced", reward, reason, by, at, price_before=before, price=price)
    return reward


@transaction.atomic
def correct(*, reward_id: int, texts: Mapping[str, Texts], reason: str, by: Resident, at: datetime) -> Reward:
    """Correct the ``titles``, ``summary`` or ``terms`` of a reward, each in both languages.

    Raises:
        Refusal: ``reward_unknown`` (404); ``texts_missing``, ``reason_missing`` (422).
    """
    assert texts.keys() <= _LENGTHS.keys(), "only texts are corrected"
    _refuse_no_reason(reason)
    _refuse_texts(**texts)
    reward = _locked(reward_id)
    rights.refuse_stranger(by, reward.partner, city_only=True)
    for name, text in texts.items():
        setattr(reward, name, dict(text))
    reward.save(update_fields=list(texts))
    _note("corrected", reward, reason, by, at, texts=sorted(texts))
    return reward


def _locked(reward_id: int) -> Reward:
    """Orders only share the row's key: they never wait for an operator, and see the change by their next read."""
    found = Reward.objects.select_for_update(of=("self",), no_key=True).select_related("partner")
    reward = found.filter(pk=reward_id).first()
    if reward is None:
        raise refusals.reward_unknown()
    return reward


def _refuse_texts(**texts: Texts) -> None:
    for name, text in texts.items():
        for language in ("ru", "en"):
            if not 0 < len(text.get(language, "").strip()) <= _LENGTHS[name]:
                raise Refusal(
                    "texts_missing",
                    _("Both languages are needed, up to %(most)s characters each.") % {"most": _LENGTHS[name]},
                    field=f"{name}_{language}",
                )


def _refuse_numbers(reward: Draft) -> None:
    if reward.kind not in Reward.Kind.values:
        raise Refusal("kind_wrong", _("There is no such kind of reward."), field="kind")
    if reward.units is not None and reward.kind == Reward.Kind.VOUCHER:
        raise Refusal("kind_wrong", _("The stock of promo codes is the pool of codes."), field="units")
    _refuse_outside("price", reward.price, PRICE_MAX)
    _refuse_outside("order_max", reward.order_max, QUANTITY_MAX)
    for name, most in (("month_max", 30_000), ("lifetime_max", 30_000), ("cancel_hours", 24 * 90), ("units", 10**9)):
        value = getattr(reward, name)
        if value is not None:
            _refuse_outside(name, value, most)


def _refuse_outside(field: str, value: int, most: int) -> None:
    if not 1 <= value <= most:
        raise Refusal("number_wrong", _("A number from 1 to %(most)s is expected.") % {"most": most}, field=field)


def _refuse_no_reason(reason: str) -> None:
    if not reason.strip():
        raise Refusal("reason_missing", _("Give the reason."), field="reason")


def _note(verb: str, reward: Reward, reason: str, by: Resident, at: datetime, **facts: object) -> None:
    audit.record(
        act=f"rewards.reward.{verb}", subject=f"reward:{reward.pk}", by=by.pk, at=at, reason=reason, facts=facts
    )
