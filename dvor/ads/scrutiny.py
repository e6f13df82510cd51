"""What moderation has to say while somebody writes: how fast one may post, and which words wait for a moderator."""

from __future__ import annotations

from datetime import datetime

from dvor.ads import moderated
from dvor.ads.models import Ad
from dvor.moderation import checks, limits, repeats, reports
from dvor.people.models import Resident

POST, EDIT = "ads.post", "ads.edit"


def refuse_hasty(act: str, *, by: Resident, at: datetime) -> None:
    """Refuse an act that this account has done too often in this hour or on this day.

    Raises:
        Refusal: ``too_hasty`` (429).
    """
    limits.refuse_hasty(act, by=by, at=at)


def look(ad: Ad, *, by: Resident, at: datetime) -> bool:
    """Hold a new ad back whose words a moderator should see first; whether it is held."""
    findings = _findings(ad, by=by, at=at)
    if findings.must_hold:
        reports.hold(moderated.AD, ad.pk, findings, at=at)
    return findings.must_hold


def look_again(ad: Ad, *, by: Resident, at: datetime) -> bool:
    """The same for an ad whose words have changed: what moderation had hidden goes back to its queue.

    Raises:
        Refusal: ``content_removed`` (409): what was removed can be appealed, not corrected.
    """
    return reports.corrected(moderated.AD, ad.pk, _findings(ad, by=by, at=at), at=at) is not None


def _findings(ad: Ad, *, by: Resident, at: datetime) -> checks.Findings:
    text = moderated.text_of(ad)
    repeated = repeats.count(text, by=by, at=at, but=(moderated.AD, ad.pk))
    repeats.remember(moderated.AD, ad.pk, text, by=by, at=at)
    return checks.look(text, repeated=repeated)
