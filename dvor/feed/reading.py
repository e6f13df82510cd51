"""One piece of news, one outage: for those in whose feed it is; for everybody else it does not exist."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from dvor.base.refusals import Refusal
from dvor.feed import kinds, outages, queries
from dvor.feed.models import News, Outage, Service
from dvor.people.models import Resident


def news(news_id: int, *, by: Resident) -> tuple[News, list[Any]]:
    """The news, and its cards in the reader's houses. Two queries.

    Raises:
        Refusal: ``news_unknown`` (404), also when it was withdrawn or hidden.
    """
    known = 0 < news_id < 2**63
    where = queries.where(by, kinds.NEWS, [f"news:{news_id}"]) if known else []
    found = News.objects.select_related("company").filter(pk=news_id).first() if where else None
    if found is None:
        raise Refusal("news_unknown", _("There is no such news."), status=404)
    return found, where


def outage(outage_id: int, *, by: Resident) -> tuple[Outage, list[Any]]:
    """The outage, and its cards in the reader's houses and entrances. Two queries.

    Raises:
        Refusal: ``outage_unknown`` (404), also when it was hidden.
    """
    known = 0 < outage_id < 2**63
    found = Outage.objects.select_related("company").filter(pk=outage_id).first() if known else None
    where = queries.where(by, kinds.OUTAGE, outages.subjects(found)) if found else []
    if found is None or not where:
        raise Refusal("outage_unknown", _("There is no such outage."), status=404)
    return found, where


def addresses(where: list[Any]) -> list[str]:
    """The houses of these cards, each once."""
    return list(dict.fromkeys(card.address for card in where))


def service_code(outage: Outage) -> str:
    """The API's word for what is cut off: ``hot_water``."""
    return Service(outage.service).name.lower()
