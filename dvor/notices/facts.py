"""Tells residents what happened: the caller resolves the audience, the resident's choice decides the channel."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from dvor.base import queue, sql
from dvor.notices import jobs
from dvor.notices.kinds import Channel, FactKind


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

    One statement for the notices and at most one for the batch's single mail job, whatever the number of facts.
    Facts about residents whose account is gone are left out.
    """
    if not facts:
        return 0
    batch = uuid4()
    told = sql.row(
        "notices/tell.sql",
        kinds=[fact.kind.code for fact in facts],
        residents=[fact.resident_id for fact in facts],
        keys=[fact.key for fact in facts],
        contexts=[json.dumps(fact.context, cls=DjangoJSONEncoder, ensure_ascii=False) for fact in facts],
        urls=[fact.url for fact in facts],
        on_page=[Channel.PAGE in fact.kind.defaults for fact in facts],
        by_mail=[Channel.MAIL in fact.kind.defaults for fact in facts],
        at=at,
        batch=batch,
    )
    if told.mails:
        queue.defer(jobs.mail, batch=str(batch))
    return int(told.notices)
