"""News of a management company or of the city: written, corrected, withdrawn; a card in each house that it is for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dvor.base import audit
from dvor.base.refusals import Refusal
from dvor.feed import entries, kinds, reach, rights, writing
from dvor.feed.entries import NewEntry
from dvor.feed.models import BODY_LENGTH_MAX, TITLE_LENGTH_MAX, News
from dvor.feed.reach import Whom
from dvor.notices import facts
from dvor.people.models import Resident


@dataclass(frozen=True, slots=True)
class Draft:
    """A piece of news as it was written: plain text, paragraphs by empty lines. ``tell``: notify residents, too."""

    title: str
    body: str
    tell: bool = False


@transaction.atomic
def publish(draft: Draft, whom: Whom, *, key: str, by: Resident, at: datetime) -> News:
    """Publish news; ``key`` is the form's: sent twice, the first piece is returned and nobody is told twice.

    Raises:
        Refusal: ``not_allowed`` (403); ``text_missing``, ``text_too_long`` (422); what ``reach.houses`` refuses;
            ``key_used`` (409) for another text under the same key.
    """
    rights.refuse_stranger(by, whom.company, whom.audience)
    title, body = _texts(draft)
    found = reach.houses(whom)
    given = {**writing.addressed(whom, found), "title": title, "body": body, "told": draft.tell}
    news, is_new = writing.once(News, given, key=key, by=by, at=at)
    if not is_new:
        return news
    _show(news, at=at)
    audit.record(
        act="feed.news.published", subject=f"news:{news.pk}", by=by.pk, at=at, facts={"houses": len(found)}
    )  # fmt: skip
    if draft.tell:
        context = {"title": news.title, "text": entries.plain(news.body, 300), "whose": writing.author(news)}
        facts.tell_all(
            kinds.NEWS_TOLD, reach.residents(news), key=f"news:{news.pk}", context=context, url=address(news), at=at
        )
    return news


@transaction.atomic
def correct(news_id: int, draft: Draft, *, by: Resident, at: datetime, reason: str) -> News:
    """Correct title and text; the cards follow, nobody is told again.

    Raises:
        Refusal: ``news_unknown`` (404); ``not_allowed`` (403); ``news_withdrawn`` (409); ``text_missing``,
            ``text_too_long`` (422).
    """
    news = _locked(news_id, by=by)
    title, body = _texts(draft)
    news.title, news.body, news.changed_at, news.changed_by = title, body, at, by
    news.version += 1
    news.save()
    _show(news, at=at)
    audit.record(act="feed.news.corrected", subject=f"news:{news.pk}", by=by.pk, at=at, reason=reason)
    return news


@transaction.atomic
def withdraw(news_id: int, *, by: Resident, at: datetime, reason: str) -> None:
    """Take news out of all feeds; the text stays for the audit.

    Raises:
        Refusal: ``news_unknown`` (404); ``not_allowed`` (403); ``news_withdrawn`` (409).
    """
    news = _locked(news_id, by=by)
    news.withdrawn_at, news.withdrawn_by, news.withdrawn_reason = at, by, reason
    news.save()
    entries.withdraw([subject(news)], at=at)
    audit.record(act="feed.news.withdrawn", subject=f"news:{news.pk}", by=by.pk, at=at, reason=reason)


def subject(news: News) -> str:
    """What its cards stand for."""
    return f"news:{news.pk}"


def address(news: News) -> str:
    """Its page."""
    return reverse("feed_news", args=[news.pk])


def _show(news: News, *, at: datetime) -> None:
    cards: Sequence[NewEntry] = [
        NewEntry(
            kinds.NEWS,
            subject(news),
            house_id,
            news.title,
            entries.plain(news.body, 300),
            address(news),
            news.written_at,
        )
        for house_id in news.house_ids
    ]
    entries.publish(cards, at=at)


def _texts(draft: Draft) -> tuple[str, str]:
    title, body = entries.plain(draft.title, 10 * TITLE_LENGTH_MAX), writing.paragraphs(draft.body)
    for name, text, limit in (("title", title, TITLE_LENGTH_MAX), ("body", body, BODY_LENGTH_MAX)):
        if not text:
            raise Refusal("text_missing", _("Write a title and a text."), field=name)
        if len(text) > limit:
            raise Refusal("text_too_long", _("At most %(count)s characters.") % {"count": limit}, field=name)
    return title, body


def _locked(news_id: int, *, by: Resident) -> News:
    news = News.objects.select_for_update(of=("self",)).select_related("company").filter(pk=news_id).first()
    if news is None:
        raise Refusal("news_unknown", _("There is no such news."), status=404)
    rights.refuse_stranger(by, news.company, news.audience)
    if news.withdrawn_at is not None:
        raise Refusal("news_withdrawn", _("This news was withdrawn."), status=409)
    return news
