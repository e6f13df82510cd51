"""Links: a resident issues and revokes them; what a visitor has typed or scanned finds one."""

from __future__ import annotations

import re
import secrets
from datetime import datetime

import structlog
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dvor.base import periods
from dvor.base.refusals import Refusal
from dvor.homes import rights
from dvor.homes.models import House
from dvor.homes.rights import Act
from dvor.invites import limits
from dvor.invites.models import CODE_ALPHABET, CODE_LENGTH, KEY_LENGTH_MAX, TITLE_LENGTH_MAX, Link
from dvor.moderation.limits import refuse_hasty
from dvor.people.models import Resident

_CODE = re.compile(rf"[{CODE_ALPHABET}]{{{CODE_LENGTH}}}")
_AS_WRITTEN = str.maketrans({"o": "0", "i": "1", "l": "1", "-": None, " ": None})

log = structlog.get_logger()


@transaction.atomic
def issue(  # noqa: PLR0913 what a form tells, and whose it is
    *, house_id: int, sort: int, title: str = "", names_inviter: bool = False, by: Resident, at: datetime, key: str
) -> Link:
    """A new link for the neighbours of one's house; the same ``key`` again is the same link.

    Raises:
        Refusal: ``house_unknown`` (404); ``not_allowed`` (403) without a proof of residency; ``links_too_many`` (409);
            ``too_hasty`` (429); ``title_unusable``, ``sort_unknown`` (422); ``idempotency_key_unusable`` (400).
    """
    title = _title(title)
    if sort not in Link.Sort.values:
        raise Refusal("sort_unknown", _("There is no such link: choose a personal one or a notice."), field="sort")
    if not key or len(key) > KEY_LENGTH_MAX or not key.isprintable():
        raise Refusal(
            "idempotency_key_unusable", _("The key of this form cannot be used: open the page anew."), status=400
        )
    Resident.objects.select_for_update().get(pk=by.pk)  # one at a time: the limit and the key hold
    first = Link.objects.select_related("house").filter(resident=by, key=key).first()
    if first is not None:
        return first
    house = _house(house_id, by=by, at=at)
    refuse_hasty("invites.issue", by=by, at=at)
    most = limits.of(periods.day_of(at)).links
    if Link.objects.filter(resident=by, revoked_at__isnull=True).count() >= most:
        raise Refusal(
            "links_too_many",
            _("You have %(most)s links already.") % {"most": most},
            remedy=_("Revoke one that you no longer need."),
            status=409,
        )
    link = Link.objects.create(
        resident=by,
        house=house,
        issued_at=at,
        sort=sort,
        names_inviter=names_inviter,
        title=title,
        key=key,
        code=_code(),
    )
    log.info("invites.link.issued", link=link.pk)
    return link


@transaction.atomic
def revoke(*, link_id: int, by: Resident, at: datetime) -> Link:
    """End a link of one's own: nobody comes by it any more, who came stays. Again changes nothing.

    Raises:
        Refusal: ``link_unknown`` (404).
    """
    link = own(link_id, by=by)
    if link.revoked_at is None:
        link.revoked_at = max(at, link.issued_at)
        link.save(update_fields=["revoked_at"])
        log.info("invites.link.revoked", link=link.pk)
    return link


def own(link_id: int, *, by: Resident) -> Link:
    """A link of the resident's own, with its house, also when it is revoked.

    Raises:
        Refusal: ``link_unknown`` (404), also for other people's links.
    """
    link = Link.objects.select_related("house").filter(pk=link_id if 0 < link_id < 2**63 else 0, resident=by).first()
    if link is None:
        raise Refusal(
            "link_unknown", _("You have no such link."), remedy=_("Look at the list of your links."), status=404
        )
    return link


def opened(code: str, *, at: datetime) -> Link:
    """The link that a visitor holds in his hands, with its house and resident; written in any way that a hand writes.

    A link lives as long as its resident may invite to this house. Two queries.

    Raises:
        Refusal: ``invite_over`` (404), whether it never was, was revoked, or its resident has left.
    """
    told = code.lower().translate(_AS_WRITTEN)
    link = None
    if _CODE.fullmatch(told):
        link = Link.objects.select_related("house", "resident").filter(code=told, revoked_at__isnull=True).first()
    if link is None or not invites(link.resident, link.house_id, at=at):
        raise Refusal(
            "invite_over",
            _("This invite is not valid: it was revoked, or it has a slip of the pen."),
            remedy=_("Ask your neighbour for a new one, or sign in without it: nothing else depends on it."),
            status=404,
        )
    return link


def invites(resident: Resident, house_id: int, *, at: datetime) -> bool:
    """Whether the resident may invite to this house now. One query."""
    if resident.deleted_at is not None:
        return False
    return any(flat.house_id == house_id for flat in rights.flats_allowing(resident, Act.INVITE_NEIGHBOURS, at=at))


def houses(resident: Resident, *, at: datetime) -> list[House]:
    """The houses to which the resident may invite, each once. One query."""
    flats = rights.flats_allowing(resident, Act.INVITE_NEIGHBOURS, at=at)
    return list({flat.house_id: flat.house for flat in flats}.values())


def _house(house_id: int, *, by: Resident, at: datetime) -> House:
    mine = [flat for flat in rights.flats_of(by, at=at) if flat.house_id == house_id]
    if not mine:
        raise Refusal("house_unknown", _("There is no such house among yours."), status=404, field="house_id")
    if not invites(by, house_id, at=at):
        rights.flat_for(by, mine[0].pk, Act.INVITE_NEIGHBOURS, at=at)  # refuses, and says what would open it
    return mine[0].house


def _title(text: str) -> str:
    title = " ".join(text.split())
    if len(title) > TITLE_LENGTH_MAX or not (title or "x").isprintable():
        raise Refusal(
            "title_unusable",
            _("The name is too long or has characters that cannot be shown."),
            remedy=_("Up to %(most)s letters.") % {"most": TITLE_LENGTH_MAX},
            field="title",
        )
    return title


def _code() -> str:
    """80 random bits: nobody finds a link by trying."""
    return "".join(secrets.choice(CODE_ALPHABET) for _place in range(CODE_LENGTH))
