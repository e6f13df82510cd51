"""Our accounts at banks: which of them are reconciled, and whose daily transfers come there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dvor.base import audit
from dvor.base.refusals import Refusal
from dvor.people.models import Resident
from dvor.settlements import rights
from dvor.settlements.models import Account


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account; ``acquirer`` (the word of its payments, such as ``yookassa``) comes with its taxpayer number."""

    number: str
    title: str
    since: date
    acquirer: str = ""
    acquirer_inn: str = ""


@transaction.atomic
def open_(new: NewAccount, *, by: Resident | None, at: datetime, reason: str) -> Account:
    """Begin to reconcile an account from a day on. Audited.

    Raises:
        Refusal: ``not_allowed`` (403), ``account_wrong``, ``acquirer_wrong``, ``account_known`` (409).
    """
    rights.refuse_stranger(by)
    if not re.fullmatch(r"[0-9A-Z]{20}", new.number):
        raise Refusal("account_wrong", _("An account has 20 digits."), field="number")
    if bool(new.acquirer) != bool(re.fullmatch(r"[0-9]{10}|[0-9]{12}", new.acquirer_inn)):
        raise Refusal(
            "acquirer_wrong", _("An acquirer is told together with its taxpayer number of 10 or 12 digits."),
            field="acquirer_inn",
        )  # fmt: skip
    same = Account.objects.filter(number=new.number) | Account.objects.exclude(acquirer="").filter(
        acquirer=new.acquirer
    )
    if same.exists():
        text = _("This account, or another one of this acquirer, is there already.")
        raise Refusal("account_known", text, status=409, field="number")
    account = Account.objects.create(
        number=new.number, title=new.title, since=new.since, acquirer=new.acquirer, acquirer_inn=new.acquirer_inn,
        opened_at=at, opened_by=by,
    )  # fmt: skip
    audit.record(
        act="settlements.account.opened", subject=f"account:{account.pk}", by=by.pk if by else None, at=at,
        reason=reason, facts={"acquirer": new.acquirer},
    )  # fmt: skip
    return account
