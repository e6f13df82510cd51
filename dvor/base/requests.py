"""Idempotency keys: the same key with the same request gets the first answer; with another request it is refused.

Used inside the act's transaction, so that key, act and answer are kept or lost together. A second call that arrives
while the first still runs waits for it (the unique index holds it) and then gets the first answer.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from dvor.base import sql
from dvor.base.refusals import Refusal

KEY_LENGTH_MAX = 100


@dataclass(frozen=True, slots=True)
class Answer:
    """The first answer to a command: HTTP status and JSON body."""

    status: int
    body: Any


def fingerprint(*parts: Any) -> bytes:
    """SHA-256 over the canonical JSON of what the request asks for."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str, separators=(",", ":")).encode()).digest()


def refuse_key(key: str) -> None:
    """Refuse a key that cannot be kept; for acts, too, that keep their keys in tables of their own.

    Raises:
        Refusal: ``idempotency_key_unusable`` (400) when it is empty, too long or has control characters.
    """
    if not key or len(key) > KEY_LENGTH_MAX or not key.isprintable():
        raise Refusal(
            "idempotency_key_unusable",
            _("The idempotency key cannot be used."),
            remedy=_("Send 1 to 100 printable characters."),
            status=400,
        )


def key_reused() -> Refusal:
    """The key of one request sent with another."""
    return Refusal(
        "idempotency_key_reused",
        _("This idempotency key was already used for another request."),
        remedy=_("Send a new key with a new request."),
        status=409,
    )


def claim(*, owner_id: int, key: str, asked: bytes, at: datetime) -> Answer | None:
    """Take the key for this call, or return the answer that an earlier call with it got.

    Raises:
        Refusal: ``idempotency_key_reused`` (409) when the key was used for another request;
            ``idempotency_key_unusable`` (400) when it is empty, too long or has control characters.
    """
    assert connection.in_atomic_block, "key, act and answer belong to one transaction"
    refuse_key(key)
    found = sql.row("base/claim.sql", owner_id=owner_id, key=key, fingerprint=asked, at=at)
    if found.fresh:
        return None
    if bytes(found.fingerprint) != asked:
        raise key_reused()
    return Answer(found.status, found.answer)


def keep(answer: Answer, *, owner_id: int, key: str) -> None:
    """Store the answer beside its key; to be called in the same transaction as :func:`claim`."""
    keep_written(answer.status, json.dumps(answer.body), owner_id=owner_id, key=key)


def keep_written(status: int, body: str, *, owner_id: int, key: str) -> None:
    """:func:`keep` for an answer that is written as JSON already."""
    sql.rows("base/keep.sql", owner_id=owner_id, key=key, status=status, answer=body)
