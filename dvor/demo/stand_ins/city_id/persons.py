"""Reads ``persons.toml`` into the table, at start and again whenever the file has changed."""

from __future__ import annotations

import threading
import tomllib
from collections.abc import Iterable
from pathlib import Path

from django.db import transaction

from dvor.demo.stand_ins.city_id import settings
from dvor.demo.stand_ins.city_id.models import Person

FIELDS = ("last_name", "first_name", "middle_name", "level", "role", "birthdate", "email", "mobile", "who")
LEVELS = ("full", "standard", "simplified")
OPERATORS = ("city_operator", "management_company", "moderator", "accountant", "partner")

_lock = threading.Lock()
_read_at: dict[Path, int] = {}


def refresh() -> None:
    """Take over the file if it has changed since it was last read here; who left the file can sign in no more."""
    path: Path = settings.PERSONS
    changed_at = path.stat().st_mtime_ns
    with _lock:
        if _read_at.get(path) == changed_at:
            return
        keep(tomllib.loads(path.read_text(encoding="utf-8"))["person"])
        _read_at[path] = changed_at


@transaction.atomic
def keep(told: Iterable[dict[str, object]]) -> None:
    """Make the table say what the file says."""
    persons = [
        Person(sub=one["sub"], place=place, is_active=True, **{field: one.get(field) or "" for field in FIELDS})
        for place, one in enumerate(told)
    ]
    for person in persons:
        person.birthdate = person.birthdate or None
        person.who = person.who or {}
    Person.objects.exclude(sub__in=[person.sub for person in persons]).update(is_active=False)
    Person.objects.bulk_create(
        persons, update_conflicts=True, unique_fields=["sub"], update_fields=[*FIELDS, "place", "is_active"]
    )


def groups(asked: str = "") -> list[tuple[str, list[Person]]]:
    """Who can sign in, as (level or ``operators``, persons), narrowed to those who match the words asked for."""
    words = asked.casefold().split()
    everybody = [
        person for person in Person.objects.filter(is_active=True).order_by("place") if _matches(person, words)
    ]
    found = [
        (level, [person for person in everybody if person.level == level and person.role not in OPERATORS])
        for level in LEVELS
    ]
    found.append(("operators", [person for person in everybody if person.role in OPERATORS]))
    return [(name, persons) for name, persons in found if persons]


def _matches(person: Person, words: list[str]) -> bool:
    told = " ".join(
        [person.full_name, person.sub, person.level, person.role, *map(str, person.who.values())]
    ).casefold()
    return all(word in told for word in words)
