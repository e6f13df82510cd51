"""Kinds of content that can be reported. Each is declared by the package that keeps it.

Moderation knows a content by its kind and number alone, and asks the kind to load, hide and restore it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from dvor.base.refusals import Text
from dvor.base.texts import pick
from dvor.homes.rights import Act
from dvor.people.models import Resident


@dataclass(frozen=True, slots=True)
class Content:
    """What a moderator needs to see of one content.

    ``author_id`` is empty for an organisation's; ``house_id`` is empty for what belongs to no house. ``url`` is its
    page, a path on this site; ``pictures`` are the addresses of its pictures.
    """

    author_id: int | None
    house_id: int | None
    text: str
    url: str
    pictures: Sequence[str] = ()


@dataclass(frozen=True)
class ContentKind:
    """One kind of content, such as «ad».

    ``load`` brings contents by their numbers, hidden ones too, and leaves out those that do not exist. ``hide`` takes
    one away from everybody but its author, ``restore`` puts it back; both run in moderation's transaction, may be
    called twice, and do nothing for what is gone. ``act`` is the right at a flat of the house that lets one see it;
    ``sees`` answers in its place where that is not the whole rule (a private message).
    """

    code: str
    titles: Mapping[str, str] = field(hash=False)
    load: Callable[[Sequence[int]], Mapping[int, Content]]
    hide: Callable[[int, datetime], None]
    restore: Callable[[int, datetime], None]
    act: Act = Act.SEE_HOUSE
    sees: Callable[[Resident, int], bool] | None = None

    def __post_init__(self) -> None:
        assert re.fullmatch(r"[a-z][a-z_]{1,39}", self.code), self.code
        assert {"ru", "en"} <= set(self.titles), f"{self.code}: a title in both languages"

    @property
    def title(self) -> Text:
        return pick(self.titles)


_registered: dict[str, ContentKind] = {}


def register(kind: ContentKind) -> ContentKind:
    """Make a kind known; the same declaration twice is one kind, another one under the same code is a mistake."""
    known = _registered.setdefault(kind.code, kind)
    assert known == kind, f"another kind of content is already called {kind.code}"
    return kind


def find(code: str) -> ContentKind | None:
    """The kind of a stored case; nothing when the package that declared it is gone."""
    return _registered.get(code)


def every() -> list[ContentKind]:
    """All kinds, in the order of their declaration."""
    return list(_registered.values())
