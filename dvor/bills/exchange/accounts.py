"""Accounts of GIS ЖКХ: which flat a GUID in a document means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dvor.base.files import CellError
from dvor.bills.exchange.found import Found
from dvor.bills.models import Account
from dvor.homes.models import Flat


def learn(accounts: Sequence[tuple[UUID, str]]) -> int:
    """Remember accounts whose number is the payer code of a flat; how many those were. Two queries for a part."""
    if not accounts:
        return 0
    flats = dict(Flat.objects.filter(payer_code__in=[code for _guid, code in accounts]).values_list("payer_code", "pk"))
    known = {guid: flats[code] for guid, code in accounts if code in flats}
    Account.objects.bulk_create(
        [Account(guid=guid, flat_id=flat_id) for guid, flat_id in sorted(known.items())],
        update_conflicts=True,
        unique_fields=["guid"],
        update_fields=["flat"],
    )
    return len(known)


def name_flats(part: Sequence[Found]) -> None:
    """Give the bills that name an account the flat of it; those of unknown ones become errors. One query for a part."""
    guids = {one.guid for one in part if one.guid is not None}
    if not guids:
        return
    flats = dict(Account.objects.filter(pk__in=guids).values_list("guid", "flat_id"))
    for one in part:
        if one.bill is None or one.guid is None:
            continue
        if one.guid in flats:
            one.bill = replace(one.bill, flat_id=flats[one.guid])
        else:
            one.bill, one.errors = None, [_unknown(one)]


def _unknown(one: Found) -> CellError:
    reason = _("This account of GIS ЖКХ is not known here.")
    remedy = _("Load exportAccountResult with this account first, or add AccountNumber with the payer code.")
    return CellError(one.rows[0], "AccountGuid", str(one.guid), reason, remedy)
