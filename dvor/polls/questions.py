"""Asking the neighbours: a poll is opened, and closed by its author or in its time. What was asked never changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dvor.base import requests
from dvor.base.refusals import Refusal
from dvor.homes import rights
from dvor.homes.rights import Act
from dvor.moderation import checks, limits, reports
from dvor.notices import facts
from dvor.people.models import Resident
from dvor.polls import access, boxes, cards, kinds, results, texts
from dvor.polls.models import (
    DETAILS_LENGTH_MAX,
    OPTION_LENGTH_MAX,
    OPTIONS_MAX,
    OPTIONS_MIN,
    QUESTION_LENGTH_MAX,
    Poll,
    Voter,
)

OPEN_MAX = 5  # of one author at a time
HOURS_MIN, DAYS_MAX = 1, 60
SCALES = (5, 10)


@dataclass(frozen=True, slots=True)
class Draft:
    """A poll as it was written. ``scale`` is the highest mark of a scale, which then has no options of its own.

    ``choices_min`` and ``choices_max`` bound several answers and the places of a ranking; 0 means as many as there are.
    """

    flat_id: int
    kind: str
    question: str
    closes_at: datetime
    options: Sequence[str] = ()
    details: str = ""
    scale: int = 5
    choices_min: int = 1
    choices_max: int = 0
    entrance_only: bool = False
    owners_only: bool = False
    anonymous: bool = False
    results: str = Poll.Results.VOTED


@transaction.atomic
def ask(draft: Draft, *, key: str, by: Resident, at: datetime) -> Poll:
    """Open a poll for the house of one of the resident's flats; the same ``key`` again is the same poll.

    An anonymous poll shows results after closing only, and needs an electorate of five. What the checks of moderation
    stop is kept hidden until a moderator has looked.

    Raises:
        Refusal: ``flat_unknown`` (404); ``not_allowed`` (403); ``too_many_open``, ``idempotency_key_reused`` (409);
            ``too_hasty`` (429); ``text_missing``, ``text_too_long``, ``options_wrong``, ``options_repeated``,
            ``choices_wrong``, ``closes_wrong``, ``entrance_unknown``, ``too_few_for_anonymous``, ``kind_unknown``,
            ``results_wrong`` (422); ``idempotency_key_unusable`` (400).
    """
    requests.refuse_key(key)
    draft = fitted(draft, at=at)
    flat = rights.flat_for(by, draft.flat_id, Act.POLLS, at=at)
    if flat.residency is None:  # an operator, who looks and does not act
        raise rights.unknown()
    Resident.objects.select_for_update(no_key=True).only("pk").get(pk=by.pk)  # one author asks one question at a time
    if known := Poll.objects.filter(author=by, key=key).first():
        return _same(known, draft)
    if draft.entrance_only and flat.entrance is None:
        raise Refusal("entrance_unknown", _("The entrance of your flat is not known here."), field="audience")
    if Poll.objects.filter(author=by, closed_at__isnull=True, closes_at__gt=at).count() >= OPEN_MAX:
        raise Refusal(
            "too_many_open",
            _("You have %(count)s open polls: that is as many as one resident can have.") % {"count": OPEN_MAX},
            remedy=_("Close one of them, or wait until it closes."),
            status=409,
        )
    limits.refuse_hasty("polls.create", by=by, at=at)
    poll = Poll(
        house=flat.house, author=by, author_flat=flat, key=key, opened_at=at, closes_at=draft.closes_at,
        entrance=flat.entrance if draft.entrance_only else None, owners_only=draft.owners_only,
        anonymous=draft.anonymous, results=draft.results, kind=draft.kind, question=draft.question,
        details=draft.details, options=list(draft.options), choices_min=draft.choices_min,
        choices_max=draft.choices_max,
    )  # fmt: skip
    _refuse_few(poll)
    poll.save(force_insert=True)
    if poll.anonymous:
        boxes.make(poll)
    findings = checks.look(texts.of_poll(poll))
    if findings.must_hold:
        reports.hold(kinds.POLL, poll.pk, findings, at=at)
        poll.hidden_at = at
    cards.publish(poll, at=at)
    return poll


@transaction.atomic
def close(poll_id: int, *, by: Resident, at: datetime) -> Poll:
    """Close one's own poll before its time; closed already, it stays as it is.

    Raises:
        Refusal: ``poll_unknown`` (404); ``not_author`` (403).
    """
    poll, _seat = access.seen(by, poll_id, at=at, lock=True)
    if poll.author_id != by.pk:
        raise Refusal("not_author", _("Only its author closes a poll early."), status=403)
    if poll.closed_at is None:
        _finish(poll, by=None if poll.closes_at <= at else by, at=at)
    return poll


def close_due(*, at: datetime, limit: int = 500) -> int:
    """Close polls whose time is over, each in a transaction of its own; how many there were."""
    due = Poll.objects.filter(closed_at__isnull=True, closes_at__lte=at).order_by("closes_at", "pk")
    closed = 0
    for poll_id in due.values_list("pk", flat=True)[:limit]:
        with transaction.atomic():
            poll = Poll.objects.select_for_update(no_key=True).get(pk=poll_id)
            if poll.closed_at is None:
                _finish(poll, by=None, at=at)
                closed += 1
    return closed


def _finish(poll: Poll, *, by: Resident | None, at: datetime) -> None:
    """Under the poll's lock: count for ever, burn the box, tell those who voted."""
    poll.counts = results.final(poll)
    if poll.anonymous:
        boxes.burn(poll)
    poll.closed_at, poll.closed_by = at, by
    poll.save(update_fields=["counts", "closed_at", "closed_by"])
    if poll.hidden_at is None:
        voters = Voter.objects.filter(poll=poll).values_list("resident_id", flat=True)
        context = {"question": poll.question, "votes": poll.votes}
        facts.tell_all(kinds.CLOSED, voters, key=f"poll:{poll.pk}", context=context, url=cards.address(poll.pk), at=at)
    cards.publish(poll, at=at)


# ── What a draft must be ─────────────────────────────────────────────────────────────────────────────────────────
def fitted(draft: Draft, *, at: datetime) -> Draft:
    """The draft with clean texts and the limits of its kind; refuses as ``ask`` does. No query."""
    if draft.kind not in Poll.Kind.values:
        raise Refusal("kind_unknown", _("There is no such kind of poll."), field="kind")
    if draft.results not in Poll.Results.values:
        raise Refusal("results_wrong", _("Say when the results are shown."), field="results")
    question = texts.line(draft.question, "question", QUESTION_LENGTH_MAX)
    details = texts.paragraphs(draft.details, "details", DETAILS_LENGTH_MAX, required=False)
    options = _options(draft)
    least, most = _bounds(draft, len(options))
    if not at + timedelta(hours=HOURS_MIN) <= draft.closes_at <= at + timedelta(days=DAYS_MAX):
        raise Refusal(
            "closes_wrong",
            _("A poll is open for at least an hour and at most %(days)s days.") % {"days": DAYS_MAX},
            field="closes_at",
        )
    return replace(
        draft, question=question, details=details, options=options, choices_min=least, choices_max=most,
        results=Poll.Results.CLOSED if draft.anonymous else draft.results,
    )  # fmt: skip


def _options(draft: Draft) -> list[str]:
    if draft.kind == Poll.Kind.SCALE:
        if draft.scale not in SCALES:
            raise Refusal("options_wrong", _("A scale ends at 5 or at 10."), field="scale")
        return [str(mark) for mark in range(1, draft.scale + 1)]
    options = [texts.line(one, "options", OPTION_LENGTH_MAX) for one in draft.options if one.strip()]
    if not OPTIONS_MIN <= len(options) <= OPTIONS_MAX:
        raise Refusal(
            "options_wrong",
            _("Write %(least)s to %(most)s answers, each on its line.") % {"least": OPTIONS_MIN, "most": OPTIONS_MAX},
            field="options",
        )
    if len({one.casefold() for one in options}) < len(options):
        raise Refusal("options_repeated", _("Two answers are the same."), field="options")
    return options


def _bounds(draft: Draft, options: int) -> tuple[int, int]:
    if draft.kind in (Poll.Kind.SINGLE, Poll.Kind.SCALE):
        return 1, 1
    most = options if draft.kind == Poll.Kind.RANKED else draft.choices_max or options
    if not 1 <= draft.choices_min <= most <= options:
        raise Refusal("choices_wrong", _("Nobody could choose so many answers."), field="choices_max")
    return draft.choices_min, most


def _refuse_few(poll: Poll) -> None:
    if poll.anonymous and access.electorate(poll)[: results.FEW].count() < results.FEW:
        raise Refusal(
            "too_few_for_anonymous",
            _("Fewer than %(count)s people could answer: nobody would be hidden among so few.")
            % {"count": results.FEW},
            remedy=_("Ask the whole house, or with names."),
            field="anonymous",
        )


def _same(known: Poll, draft: Draft) -> Poll:
    if (known.question, known.kind, known.options) != (draft.question, draft.kind, list(draft.options)):
        raise requests.key_reused()
    return known
