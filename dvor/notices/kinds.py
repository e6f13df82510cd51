"""Kinds of fact that residents are told about. Each is declared by the package that has something to say.

A package registers its kinds in ``AppConfig.ready`` and lays two text templates beside them:
``<package>/notices/<noun>.subject.txt`` and ``<package>/notices/<noun>.txt``. Adding a kind touches nothing here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from dvor.base.refusals import Text
from dvor.base.texts import pick

if TYPE_CHECKING:
    from dvor.notices.models import Notice


class Channel(StrEnum):
    """The ways by which a notice reaches a resident."""

    PAGE = "page"
    MAIL = "mail"
    PUSH = "push"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a mail, such as the QR code of an order."""

    name: str
    content: bytes
    mime: str


@dataclass(frozen=True)
class FactKind:
    """One kind of fact.

    ``code`` is ``<package>.<noun_event>`` and names the templates; ``titles`` name it in the settings, in both
    languages; ``defaults`` are the channels of a resident who chose nothing; ``fixed`` are those that cannot be
    switched off, because the resident must learn of it (a blocked wallet). ``urgent`` facts (a burst pipe) wait for
    no quiet hours and no digest. ``attachments`` makes the mail's files, and ``mail_context`` adds to its template
    what must not be stored (a promo code); such a mail is never gathered in a digest.
    """

    code: str
    titles: Mapping[str, str] = field(hash=False)
    defaults: frozenset[Channel] = frozenset(Channel)
    fixed: frozenset[Channel] = frozenset()
    icon: str = "bell"
    attachments: Callable[[Notice], Sequence[Attachment]] | None = None
    mail_context: Callable[[Notice], Mapping[str, Any]] | None = None
    urgent: bool = False

    def __post_init__(self) -> None:
        assert re.fullmatch(r"[a-z]+\.[a-z][a-z_]*", self.code) and len(self.code) <= 60, self.code
        assert self.fixed <= self.defaults, f"{self.code}: what cannot be switched off must be on"

    @property
    def goes_alone(self) -> bool:
        """Its mail carries what a digest cannot."""
        return self.attachments is not None or self.mail_context is not None

    @property
    def stem(self) -> str:
        """The path of the kind's templates, without their endings."""
        package, noun = self.code.split(".")
        return f"{package}/notices/{noun}"

    @property
    def title(self) -> Text:
        return pick(self.titles)


_registered: dict[str, FactKind] = {}


def register(kind: FactKind) -> FactKind:
    """Make a kind known; the same declaration twice is one kind, another one under the same code is a mistake."""
    known = _registered.setdefault(kind.code, kind)
    assert known == kind, f"another kind of fact is already called {kind.code}"
    return kind


def find(code: str) -> FactKind | None:
    """The kind of a stored notice; nothing when the package that declared it is gone."""
    return _registered.get(code)


def every() -> list[FactKind]:
    """All kinds, in the order of their declaration."""
    return list(_registered.values())
