"""Who did what, when and why: written by the act itself, in its transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from dvor.base.models import AuditEntry


def record(
    *,
    act: str,
    subject: str,
    by: int | None,
    at: datetime,
    reason: str = "",
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Note one act. ``by`` is the resident's id (empty for the system); ``facts`` are ids and figures only."""
    AuditEntry.objects.create(act=act, subject=subject, actor_id=by, at=at, reason=reason, facts=dict(facts or {}))
