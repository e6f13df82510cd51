"""What a talk can be about. Each kind is declared by the package that keeps the thing.

A talk knows its topic by a word alone, such as ``ad:17``; the kind tells its title, its page, and whether those who
talk about it may go on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic as a chat shows it; ``url`` is a path on this site, empty when its page is gone."""

    title: str
    url: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class TopicKind:
    """One kind of topic. ``find`` brings topics by their numbers, in one query, and leaves out what is gone."""

    code: str
    find: Callable[[Sequence[int], datetime], Mapping[int, Topic]]

    def __post_init__(self) -> None:
        assert re.fullmatch(r"[a-z]{1,20}", self.code), self.code


_registered: dict[str, TopicKind] = {}


def register(kind: TopicKind) -> TopicKind:
    """Make a kind known; the same declaration twice is one kind, another one under the same code is a mistake."""
    known = _registered.setdefault(kind.code, kind)
    assert known == kind, f"another kind of topic is already called {kind.code}"
    return kind


def of(word: str, *, at: datetime) -> Topic | None:
    """One topic by its word; nothing for none, and for what is gone. One query at most."""
    return find([word], at=at).get(word) if word else None


def find(words: Iterable[str], *, at: datetime) -> dict[str, Topic]:
    """Topics by their words; what is gone, and kinds whose package is gone, are left out. One query a kind."""
    numbers: dict[str, list[int]] = {}
    for word in set(words):
        code, _colon, number = word.partition(":")
        if code in _registered and number.isdecimal():
            numbers.setdefault(code, []).append(int(number))
    return {
        f"{code}:{number}": topic
        for code, wanted in numbers.items()
        for number, topic in _registered[code].find(wanted, at).items()
    }
