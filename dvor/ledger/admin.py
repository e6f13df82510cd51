"""The console's wallets: balance, moves, a block with its reason. Transfers are shown and never touched."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from dvor.base.console import ReadOnlyAdmin, operator_action, site
from dvor.ledger import queries, wallets
from dvor.ledger.currencies import Currency
from dvor.ledger.models import Wallet
from dvor.people.models import Resident

CITY_OPERATOR = "city_operator"
LINES = 100


@admin.register(Wallet, site=site)
class WalletAdmin(ReadOnlyAdmin):
    """Found by the number of its resident; blocked and opened again with a reason."""

    roles = (CITY_OPERATOR,)
    numbered = True
    list_display = ("id", "resident_number", "currency", "available", "held", "pending", "debt", "blocked_at")
    list_filter = ("currency", ("blocked_at", admin.EmptyFieldListFilter))
    search_fields = ("=resident__id", "=id")
    search_help_text = _("Number of the resident or of the wallet")
    fields = ("resident_number", "currency", "available", "held", "pending", "debt", "opened_at", "blocked_at",
              "blocked_by", "blocked_reason", "moves")  # fmt: skip
    readonly_fields = fields
    ordering = ("-pk",)
    actions = ("block", "unblock")

    @admin.display(description=_("number of the resident"), ordering="resident_id")
    def resident_number(self, wallet: Wallet) -> int:
        return wallet.resident_id

    @admin.display(description=_("moves"))
    def moves(self, wallet: Wallet) -> str:
        return format_html(
            '<a class="underline" href="{}">{}</a>',
            reverse("admin:wallet_moves", args=[wallet.pk]),
            _("Statement with every transfer"),
        )

    @operator_action(title=_("Block the wallet"), roles=[CITY_OPERATOR], when=lambda wallet: wallet.blocked_at is None)
    def block(self, wallet: Wallet, *, by: Resident, at: datetime, reason: str) -> None:
        wallets.block(resident_id=wallet.resident_id, reason=reason, by=by, at=at, currency=Currency(wallet.currency))

    @operator_action(
        title=_("Lift the block"), roles=[CITY_OPERATOR], when=lambda wallet: wallet.blocked_at is not None
    )
    def unblock(self, wallet: Wallet, *, by: Resident, at: datetime, reason: str) -> None:
        wallets.unblock(resident_id=wallet.resident_id, reason=reason, by=by, at=at, currency=Currency(wallet.currency))


@site.link("people.resident", title=_("Wallets"), roles=[CITY_OPERATOR])
def wallets_of_resident(resident: Resident) -> str:
    return reverse("admin:ledger_wallet_changelist", query={"resident": resident.pk})


@site.link("ledger.wallet", title=_("Resident"), roles=[CITY_OPERATOR])
def resident_of_wallet(wallet: Wallet) -> str:
    return reverse("admin:people_resident_change", args=[wallet.resident_id])


@site.page("wallets/<int:wallet_id>/moves/", title=_("Statement"), roles=[CITY_OPERATOR], in_menu=False)
@require_safe
def wallet_moves(request: HttpRequest, wallet_id: int) -> HttpResponse:
    """The last transfers of a wallet, newest first, each with what it follows from."""
    wallet = Wallet.objects.filter(pk=wallet_id).first()
    if wallet is None:
        raise Http404
    before = _position(request)
    entries = queries.statement(wallet.resident_id, before=before, limit=LINES + 1, currency=Currency(wallet.currency))
    last = entries[LINES - 1] if len(entries) > LINES else None
    context: dict[str, Any] = {
        "title": _("Wallet %(wallet)s of resident %(resident)s")
        % {"wallet": wallet.pk, "resident": wallet.resident_id},
        "wallet": wallet,
        "entries": entries[:LINES],
        "older": f"{last.posted_at.isoformat()},{last.seq}" if last else "",
    }
    return site.render(request, "ledger/console/moves.html", context)


def _position(request: HttpRequest) -> tuple[datetime, int] | None:
    """Where the page before ended; nothing of our own making is taken as the beginning."""
    moment, _comma, seq = request.GET.get("before", "").replace(" ", "+").partition(",")
    try:
        at = datetime.fromisoformat(moment)
        return (at, int(seq)) if at.tzinfo and 0 <= int(seq) < 2**31 else None
    except ValueError:
        return None
