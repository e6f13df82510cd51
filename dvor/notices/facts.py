"""Tells residents what happened: the caller resolves the audience, the resident's choice decides channel and hour."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.core.exceptions import EmptyResultSet
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.db.models import QuerySet

from dvor.base import sql
from dvor.notices import departures, rhythms
from dvor.notices.channels import push
from dvor.notices.kinds import Channel, FactKind

_AUDIENCE = """\
    select resident_id, number
    from unnest(%(residents)s::bigint[], %(numbers)s::integer[]) as audience (resident_id, number)
"""


@dataclass(frozen=True, slots=True)
class Fact:
    """One event for one resident.

    ``key`` names the event inside its kind (``window:2026-10:water:flat:17``): telling it again changes nothing.
    ``context`` is what the kind's templates show: text, numbers, ``{"ru":…, "en":…}`` texts; names that end in
    ``_on`` come to the template as dates, in ``_at`` as moments. ``url`` is a path on this site.
    """

    kind: FactKind
    resident_id: int
    key: str
    context: Mapping[str, Any] = field(default_factory=dict)
    url: str = ""


@transaction.atomic
def tell(facts: Sequence[Fact], *, at: datetime) -> int:
    """Tell a batch of facts; return how many were new.

    One statement for the notices, and one each for the jobs of its mails and pushes, whatever the number of facts.
    Facts about residents whose account is gone are left out.
    """
    if not facts:
        return 0
    batch = uuid4()
    told = sql.row(
        "notices/tell.sql",
        residents=[fact.resident_id for fact in facts],
        numbers=list(range(1, len(facts) + 1)),
        batch=batch,
        at=at,
        **_events(facts),
    )
    departures.defer(told, batch=batch, urgent=any(fact.kind.urgent for fact in facts))
    return int(told.notices)


@transaction.atomic
def tell_all(
    kind: FactKind,
    residents: Sequence[int] | QuerySet[Any, Any],
    *,
    key: str,
    context: Mapping[str, Any] | None = None,
    url: str = "",
    at: datetime,
) -> int:
    """Tell one event to many residents; return to how many it was new.

    ``residents`` are ids, or a query of one column of ids, which then never leave the database. The context crosses
    the wire once. One statement, and its mails and pushes leave in parts, a job each.
    """
    batch = uuid4()
    event = _events([Fact(kind, 0, key, context or {}, url)]) | {"batch": batch, "at": at}
    try:
        told = _tell_audience(residents, event)
    except EmptyResultSet:  # the ORM sees that its query finds nobody
        return 0
    departures.defer(told, batch=batch, urgent=kind.urgent)
    return told.notices


def _events(facts: Sequence[Fact]) -> dict[str, Any]:
    """The statement's parameters of the events themselves."""
    return {
        "kinds": [fact.kind.code for fact in facts],
        "keys": [fact.key for fact in facts],
        "contexts": [json.dumps(fact.context, cls=DjangoJSONEncoder, ensure_ascii=False) for fact in facts],
        "urls": [fact.url for fact in facts],
        "on_page": [Channel.PAGE in fact.kind.defaults for fact in facts],
        "by_mail": [Channel.MAIL in fact.kind.defaults for fact in facts],
        "by_push": [Channel.PUSH in fact.kind.defaults for fact in facts],
        "mail_fixed": [Channel.MAIL in fact.kind.fixed for fact in facts],
        "is_urgent": [fact.kind.urgent for fact in facts],
        "goes_alone": [fact.kind.goes_alone for fact in facts],
        "pushes": push.is_on(),
        "digest_hour": rhythms.DIGEST_HOUR,
        "mails_in_part": departures.MAILS_IN_PART,
        "pushes_in_part": departures.PUSHES_IN_PART,
    }


def _tell_audience(residents: Sequence[int] | QuerySet[Any, Any], event: dict[str, Any]) -> departures.Told:
    """The same statement over an audience of its own, planned anew each time: it may be one house or a city."""
    if isinstance(residents, QuerySet):
        query, values = residents.order_by().query.sql_with_params()
        names = iter(range(len(values)))
        source = re.sub(r"(?<!%)%s", lambda _place: f"%(audience_{next(names)})s", query)
        given = {f"audience_{number}": value for number, value in enumerate(values)}
    else:
        source, given = "select unnest(%(residents)s::bigint[])", {"residents": sql.array(list(residents))}
    text = sql.text("notices/tell.sql")
    assert _AUDIENCE in text
    # The source is text of our own or compiled by the ORM; every value in it is a parameter.
    chosen = f"    select distinct resident_id, 1 as number from ({source}) as audience (resident_id)\n"  # noqa: S608
    text = text.replace(_AUDIENCE, chosen)
    with connection.cursor() as cursor:
        cursor.execute(text, event | given)
        return departures.Told(*cursor.fetchone())
