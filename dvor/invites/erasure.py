"""What is forgotten with a resident, and what must be remembered so that the same person is not new again."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models.functions import Coalesce

from dvor.invites import fingerprints
from dvor.invites.models import Departed, Join, Link, Trace
from dvor.invites.reasons import Reason
from dvor.people.models import Resident

DEPARTED_KEPT = timedelta(days=3 * 365)  # the general limitation period: Civil Code, art. 196


def erase(*, resident_ids: list[int], at: datetime) -> None:
    """End the links of people who are erased, forget traces and texts; their open invites will not count."""
    known = Resident.objects.filter(pk__in=resident_ids).values_list("city_id", flat=True)
    Departed.objects.bulk_create(
        [Departed(fingerprint=fingerprints.of_person(city_id), erased_at=at) for city_id in known],
        ignore_conflicts=True,
    )
    Trace.objects.filter(resident__in=resident_ids).delete()
    mine = Link.objects.filter(resident__in=resident_ids)
    mine.update(title="", names_inviter=False, revoked_at=Coalesce("revoked_at", at))
    Join.objects.filter(joiner__in=resident_ids, settled_at__isnull=True).update(
        state=Join.State.NOT_COUNTED, reason=Reason.LEFT, settled_at=at, look_at=None
    )
