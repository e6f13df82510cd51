"""Registry of kinds of activity: packages declare theirs at start-up; numbers are fixed for ever, rows carry them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from dvor.base import sql
from dvor.base.texts import pick
from dvor.ledger import accounts
from dvor.ledger.currencies import Currency

PROJECTS: dict[str, dict[str, str]] = {"house": {"ru": "Электронный дом", "en": "Electronic house"}}


@dataclass(frozen=True)
class Kind:
    """One kind of activity.

    ``titles`` name it, ``what`` says what to do and when it counts, ``unit`` is what is counted (``per meter``), all in
    both languages. ``icon`` is a symbol of the site. ``soon`` marks a kind whose rule is known but which cannot be done
    yet. ``describe`` turns subjects (the keys inside the kind) into words for statements.
    """

    id: int
    code: str
    titles: Mapping[str, str] = field(hash=False)
    what: Mapping[str, str] = field(hash=False, default_factory=dict)
    unit: Mapping[str, str] = field(hash=False, default_factory=dict)
    project: str = "house"
    icon: str = "points"
    currency: Currency = Currency.CITY
    soon: bool = False
    describe: Callable[[Iterable[str]], Mapping[str, str]] | None = field(hash=False, default=None)

    def __post_init__(self) -> None:
        assert re.fullmatch(r"[a-z][a-z_]{1,39}", self.code) and 0 < self.id < 32_768, self.code
        assert self.project in PROJECTS, f"{self.code}: unknown project {self.project}"

    @property
    def title(self) -> str:
        return pick(self.titles)


_registered: dict[int, Kind] = {}


def register(kind: Kind) -> Kind:
    """Make a kind known; the same declaration twice is one kind.

    A kind that came with the rules' data as ``soon`` gives way to the package that brings it to life.
    """
    known = _registered.get(kind.id)
    if known is None or known.soon:
        assert all(other.code != kind.code or other.id == kind.id for other in _registered.values()), kind.code
        _registered[kind.id] = kind
    else:
        assert known == kind or kind.soon, f"number {kind.id} is already {known.code}"
    return _registered[kind.id]


def every() -> list[Kind]:
    """All kinds by number."""
    return sorted(_registered.values(), key=lambda kind: kind.id)


def find(kind_id: int) -> Kind | None:
    """The kind with this number; nothing when the package that declared it is gone."""
    return _registered.get(kind_id)


def named(code: str) -> Kind | None:
    """The kind with this code."""
    return next((kind for kind in _registered.values() if kind.code == code), None)


def sync() -> None:
    """Write the registry to its table and open the accounts that issue its projects' points. Two statements a project
    at most; to be called by the loader of seeds."""
    issuers = {project: accounts.ensure(f"issued:{project}", title) for project, title in PROJECTS.items()}
    found = every()
    sql.rows(
        "points/kinds.sql",
        ids=[kind.id for kind in found],
        codes=[kind.code for kind in found],
        projects=[kind.project for kind in found],
        accounts=[issuers[kind.project] for kind in found],
        currencies=[kind.currency for kind in found],
    )
