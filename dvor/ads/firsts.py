"""The first ad of a resident pays, once in his life: the table's primary key says so, and the rule's cap again.

When moderation hides it soon after, the award goes back, with the reason; when it is let on the board again, the points
return, unless another ad has become the first meanwhile.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from dvor.ads import kinds, terms
from dvor.ads.models import Ad, First
from dvor.base import periods
from dvor.people.models import Resident
from dvor.points import activities, awards
from dvor.points.activities import Activity
from dvor.points.awards import Award, Key


@transaction.atomic
def pay(ad: Ad, *, by: Resident, at: datetime, again: bool = False) -> Award | None:
    """Record the resident's first ad and have it paid; nothing when he has had one. ``again``: it was taken back.

    Points by account level: see the rule of ``ad_first``. Of acts that race the first row wins, the others wait for it.
    """
    month = periods.month_of(at)
    subject = f"{ad.subject}@{int(at.timestamp())}" if again else ad.subject
    row = First(resident=by, ad_id=ad.pk, posted_at=at, month=month, subject=subject)
    First.objects.bulk_create([row], ignore_conflicts=True)
    if not First.objects.filter(resident=by, ad_id=ad.pk, subject=subject, month=month).exists():
        return None
    activity = Activity(
        kind=kinds.AD_FIRST, resident_id=by.pk, level=by.level, subject=subject, month=month, occurred_at=at
    )
    return activities.record([activity], by=by, at=at)[0]


@transaction.atomic
def take_back(ad: Ad, *, at: datetime) -> int:
    """Take the award of a hidden first ad back, within 30 days of its posting; how many awards were."""
    first = First.objects.select_for_update().filter(resident=ad.author_id, ad_id=ad.pk).first()
    if first is None or at - ad.published_at > terms.TAKEN_BACK_WITHIN:
        return 0
    with translation.override(ad.author.language):
        reason = _("The ad “%(title)s” was hidden by moderation.") % {"title": ad.title}
    taken = awards.reverse([Key(kinds.AD_FIRST.id, first.subject, first.month)], reason=reason, by=None, at=at)
    first.delete()
    return taken
