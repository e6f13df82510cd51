"""What ads declare: the activity that pays, facts, the card in the feed, content for moderation, a topic of talks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from dvor.chats import topics
from dvor.chats.topics import Topic, TopicKind
from dvor.feed import kinds as entries
from dvor.feed.kinds import EntryKind, Face
from dvor.homes.rights import Act
from dvor.notices import kinds as facts
from dvor.notices.kinds import FactKind
from dvor.points import kinds as points
from dvor.points.kinds import Kind


def describe(subjects: Iterable[str]) -> dict[str, str]:
    """Ads of statements by their titles. One query."""
    from dvor.ads.models import Ad

    numbers = {
        subject: int(match[1]) for subject in subjects if (match := re.fullmatch(r"ad:(\d{1,18})(?:@\d+)?", subject))
    }
    titles = dict(Ad.objects.filter(pk__in=set(numbers.values())).values_list("pk", "title"))
    return {subject: titles[number] for subject, number in numbers.items() if number in titles}


def _faces(subjects: Sequence[str], at: datetime) -> Mapping[str, Face]:
    from dvor.ads import cards  # the tables are there only after the registry of kinds

    return cards.faces(subjects, at)


def _topics(numbers: Sequence[int], at: datetime) -> Mapping[int, Topic]:
    from dvor.ads import answers

    return answers.topics(numbers, at)


AD_FIRST = Kind(
    id=20,
    code="ad_first",
    titles={"ru": "Первое объявление соседям", "en": "First notice to neighbours"},
    what={
        "ru": "Разместите на доске объявлений дома своё первое объявление. Баллы приходят один раз; если модератор "
        "скроет объявление в первые 30 дней, они возвращаются городу, а с объявлением вернутся и к вам.",
        "en": "Put your first notice on the board of your house. Points come once; when a moderator hides the notice "
        "within 30 days they go back, and they return together with the notice.",
    },
    unit={"ru": "один раз", "en": "once"},
    icon="edit",
    describe=describe,
)

AD = EntryKind("ad", {"ru": "Объявления", "en": "Ads"}, "megaphone", act=Act.SEE_ADS, faces=_faces)

ABOUT_AD = TopicKind("ad", find=_topics)
EXPIRES_SOON = FactKind(
    code="ads.expires_soon",
    titles={"ru": "Объявление скоро исчезнет с доски", "en": "An ad is about to leave the board"},
    icon="clock",
)


def register() -> None:
    """Make the kinds known."""
    from dvor.ads import moderated

    points.register(AD_FIRST)
    moderated.register()
    entries.register(AD)
    topics.register(ABOUT_AD)
    facts.register(EXPIRES_SOON)
