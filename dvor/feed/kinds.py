"""Kinds of entries in the feed. Each is declared by the package that has something to show."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from dvor.base.refusals import Text
from dvor.base.texts import pick
from dvor.homes.rights import Act
from dvor.notices import kinds as facts
from dvor.notices.kinds import FactKind


@dataclass(frozen=True, slots=True)
class Face:
    """What a card shows today, where that changes with time or language; an empty text leaves what was published."""

    title: Text = ""
    excerpt: Text = ""
    state: Text = ""
    tone: str = ""  # of its badge: good, warn, bad, quiet


@dataclass(frozen=True)
class EntryKind:
    """One kind of entry, such as «ad».

    ``titles`` name it in both languages («Ads»); ``icon`` is of the sprite. ``act`` is the right at a flat of the house
    that lets one see such cards. ``is_open``: also shown to those who chose this house though they do not live in it.
    ``faces`` words the cards of these subjects for now and for the reader's language, in one query.
    """

    code: str
    titles: Mapping[str, str] = field(hash=False)
    icon: str
    act: Act = Act.SEE_HOUSE
    is_open: bool = False
    faces: Callable[[Sequence[str], datetime], Mapping[str, Face]] | None = None

    def __post_init__(self) -> None:
        assert re.fullmatch(r"[a-z][a-z_]{1,39}", self.code), self.code
        assert {"ru", "en"} <= set(self.titles), f"{self.code}: a title in both languages"

    @property
    def title(self) -> Text:
        return pick(self.titles)


_registered: dict[str, EntryKind] = {}


def register(kind: EntryKind) -> EntryKind:
    """Make a kind known; the same declaration twice is one kind, another one under the same code is a mistake."""
    known = _registered.setdefault(kind.code, kind)
    assert known == kind, f"another kind of entry is already called {kind.code}"
    return kind


def find(code: str) -> EntryKind | None:
    """The kind of a stored entry; nothing when the package that declared it is gone."""
    return _registered.get(code)


def every() -> list[EntryKind]:
    """All kinds, in the order of their declaration."""
    return list(_registered.values())


# ── What the feed itself declares ────────────────────────────────────────────────────────────────────────────────
NEWS = EntryKind("news", {"ru": "Новости", "en": "News"}, "megaphone", is_open=True)
OUTAGE = EntryKind("outage", {"ru": "Отключения", "en": "Outages"}, "warning", is_open=True)

NEWS_TOLD = FactKind(
    code="feed.news_told",
    titles={"ru": "Важная новость дома или района", "en": "Important news of the house or district"},
    icon="megaphone",
)
EMERGENCY = FactKind(
    code="feed.emergency",
    titles={"ru": "Авария в доме: приходит и в тихие часы", "en": "An emergency in the house: also in quiet hours"},
    icon="warning",
    urgent=True,
)
PLANNED = FactKind(
    code="feed.planned",
    titles={"ru": "Плановое отключение", "en": "Planned outage"},
    icon="calendar",
)
CHANGED = FactKind(
    code="feed.changed",
    titles={"ru": "Отключение перенесли, отменили, закончили", "en": "An outage was moved, cancelled or ended"},
    icon="clock",
)


def declare() -> None:
    """Make the feed's own kinds known."""
    for kind in (NEWS, OUTAGE):
        register(kind)
    for fact in (NEWS_TOLD, EMERGENCY, PLANNED, CHANGED):
        facts.register(fact)
