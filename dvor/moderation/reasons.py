"""The public list of reasons: what it says on a day, and how a city operator changes it.

A reason is a line of versions: ``spam``, then ``spam.2026-12-01`` with newer words, which goes before the older one
from its day. A version is never edited, because decisions name it; a line leaves the list when it is retired.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction

from dvor.base import audit, periods, texts
from dvor.moderation import refusals
from dvor.moderation.models import RULE_LENGTH_MAX, TITLE_LENGTH_MAX, Reason
from dvor.people import roles
from dvor.people.models import Resident, Role

LANGUAGES = ("ru", "en")


@dataclass(frozen=True)
class Words:
    """What a line says in both languages: its title, and the rule it stands on with the law, if there is one."""

    titles: Mapping[str, str]
    rules: Mapping[str, str]


# ── Reading ──────────────────────────────────────────────────────────────────────────────────────────────────────
def in_force(*, at: datetime) -> list[Reason]:
    """The public list at a moment, in its order: of each line the newest version that has begun. One query."""
    newest = {
        row.line: row
        for row in Reason.objects.filter(since__lte=periods.day_of(at)).order_by("since", "code")
        if row.retired_at is None or periods.day_of(row.retired_at) >= row.since  # else it never came
    }
    listed = (row for row in newest.values() if row.retired_at is None or row.retired_at > at)
    return sorted(listed, key=lambda row: (row.position, row.code))


def find(code: str, *, at: datetime) -> Reason | None:
    """The version in force of the line that a code belongs to; nothing when it is not on the list. One query."""
    line = line_of(code)
    return next((row for row in in_force(at=at) if row.line == line), None)


def line_of(code: str) -> str:
    """``spam`` of ``spam.2026-12-01``."""
    return code.partition(".")[0]


# ── Changing ─────────────────────────────────────────────────────────────────────────────────────────────────────
@transaction.atomic
def add(line: str, words: Words, *, since: date, note: str, by: Resident, at: datetime) -> Reason:
    """Put a new line on the list, last, from a day on; ``line`` is its code: small Latin letters and «_».

    Raises:
        Refusal: ``not_allowed`` (403); ``reason_exists`` (409), also for a line that was retired; ``code_unusable``,
            ``words_missing``, ``words_too_long``, ``day_past``, ``note_missing`` (422).
    """
    if not re.fullmatch(r"[a-z][a-z_]{1,27}", line):
        raise refusals.code_unusable()
    if any(row.line == line for row in Reason.objects.all()):
        raise refusals.reason_exists()
    last = Reason.objects.order_by("-position").first()
    made = Reason(code=line, position=last.position + 1 if last else 0, since=since)
    return _published(made, words, note=note, by=by, at=at)


@transaction.atomic
def reword(code: str, words: Words, *, since: date, note: str, by: Resident, at: datetime) -> Reason:
    """Give a line newer words from a day on. Decisions keep those that they were made by.

    Raises:
        Refusal: ``not_allowed`` (403); ``reason_unknown`` (422); ``reason_exists`` (409) when newer words begin on that
            day already; ``words_missing``, ``words_too_long``, ``day_past``, ``note_missing`` (422).
    """
    known = Reason.objects.filter(pk=code).first()
    if known is None:
        raise refusals.reason_unknown()
    made = Reason(code=f"{known.line}.{since.isoformat()}", position=known.position, since=since)
    return _published(made, words, note=note, by=by, at=at)


@transaction.atomic
def retire(code: str, *, note: str, by: Resident, at: datetime) -> Reason:
    """Take a version off the list: its line with it, or, before its day, only what it would have changed.

    Raises:
        Refusal: ``not_allowed`` (403); ``reason_unknown``, ``note_missing`` (422); ``reason_retired``, ``reason_last``
            (409): a list that says nothing lets nobody report.
    """
    _refuse(note, by=by)
    kept = list(Reason.objects.select_for_update().order_by("code"))
    reason = next((row for row in kept if row.pk == code), None)
    if reason is None:
        raise refusals.reason_unknown()
    if reason.retired_at is not None:
        raise refusals.reason_retired()
    if [row.pk for row in in_force(at=at)] == [code]:
        raise refusals.reason_last()
    reason.retired_at = at
    reason.save(update_fields=["retired_at"])
    audit.record(act="moderation.reason.retired", subject=f"reason:{code}", by=by.pk, at=at, reason=note.strip())
    return reason


def _published(made: Reason, words: Words, *, note: str, by: Resident, at: datetime) -> Reason:
    _refuse(note, by=by)
    if made.since < periods.day_of(at):
        raise refusals.day_past()
    made.titles = {language: _text(words.titles, language, "titles", TITLE_LENGTH_MAX) for language in LANGUAGES}
    made.rules = {language: _text(words.rules, language, "rules", RULE_LENGTH_MAX) for language in LANGUAGES}
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        raise refusals.reason_exists() from None
    audit.record(
        act="moderation.reason.published", subject=f"reason:{made.pk}", by=by.pk, at=at, reason=note.strip(),
        facts={"since": made.since.isoformat()},
    )  # fmt: skip
    return made


def _text(given: Mapping[str, str], language: str, name: str, most: int) -> str:
    text = texts.line(given.get(language, ""), most + 1)
    if not text:
        raise refusals.words_missing(f"{name}_{language}")
    if len(text) > most:
        raise refusals.words_too_long(f"{name}_{language}", most)
    return text


def _refuse(note: str, *, by: Resident) -> None:
    if not roles.allows(by, Role.Name.CITY_OPERATOR):
        raise refusals.not_allowed()
    if not note.strip():
        raise refusals.note_missing()
