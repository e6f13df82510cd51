"""Payments and refunds: search, steps, and giving money back."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextInputWidget

from dvor.base import money, periods
from dvor.base.console import ReadOnlyAdmin, ReasonForm, masked, operator_action, site
from dvor.base.refusals import Refusal
from dvor.homes.models import Flat
from dvor.payments import refunds, rights, wording
from dvor.payments.models import Event, Part, Payment, Refund, Source, Status
from dvor.people.models import Resident

DIGITS_MAX = 18


class RefundForm(ReasonForm):
    """How much goes back, and why."""

    sum = forms.CharField(
        label=_("Sum, roubles"), required=False, widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "decimal"}),
        help_text=_("Empty: all that is left. A part is taken from insurance first, then penalty, then services."),
    )  # fmt: skip
    key = forms.CharField(widget=forms.HiddenInput, max_length=60, initial=lambda: str(uuid4()))  # sent twice: once

    def clean_sum(self) -> int | None:
        if not self.cleaned_data["sum"].strip():
            return None
        try:
            return money.parse(self.cleaned_data["sum"])
        except Refusal as refusal:
            raise forms.ValidationError(str(refusal)) from None


class Numbered(ReadOnlyAdmin):
    """Found by numbers: our own, the resident's, the acquirer's, the flat's payer code."""

    roles = rights.LOOKERS
    numbered = True
    search_fields = ("pk",)  # only shows the field; get_search_results does the search
    ordering = ("-pk",)
    of_resident, by_payment = "resident_id", "pk__in"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        typed = search_term.strip()
        if not typed:
            return queryset, False
        wanted = Q(acquirer_id=typed)
        if typed.isascii() and typed.isdigit() and len(typed) <= DIGITS_MAX:
            wanted |= Q(pk=int(typed)) | Q(**{self.of_resident: int(typed)}) | self.of_flats(payer_code=typed)
        elif typed.startswith("flat:") and typed[5:].isascii() and typed[5:].isdigit() and len(typed) <= DIGITS_MAX:
            wanted |= self.of_flats(pk=int(typed[5:]))
        return queryset.filter(wanted), False

    def of_flats(self, **wanted: Any) -> Q:
        """Rows of these flats; of refunds, those of their payments."""
        return Q(**{self.by_payment: Part.objects.filter(flat_id__in=Flat.objects.filter(**wanted)).values("payment")})


@admin.register(Payment, site=site)
class PaymentAdmin(Numbered):
    """Payments with every step; nothing of a card is here, because nothing of it is known."""

    search_help_text = _("Number of the payment, of the resident, at the acquirer, or the payer code")
    list_display = ("id", "created_at", "total", "refunded", "state", "means", "person")
    list_select_related = ("resident",)
    list_filter = ("status", ("autopay", admin.EmptyFieldListFilter), "acquirer")
    date_hierarchy = "created_at"
    fields = (
        "id", "person", "state", "total", "refunded", "means", "is_automatic", "created_at", "paid_at",
        "settled_at", "check_at", "cancel_reason", "acquirer", "acquirer_id", "bills", "refunds_shown", "steps",
    )  # fmt: skip
    readonly_fields = fields
    actions = ("refund",)

    @admin.display(description=_("sum"), ordering="total_kopecks")
    def total(self, payment: Payment) -> str:
        return money.show(payment.total_kopecks)

    @admin.display(description=_("returned"), ordering="refunded_kopecks")
    def refunded(self, payment: Payment) -> str:
        return money.show(payment.refunded_kopecks) if payment.refunded_kopecks else "—"

    @admin.display(description=_("state"), ordering="status")
    def state(self, payment: Payment) -> str:
        return str(wording.state(payment)[0])

    @admin.display(description=_("means of payment"))
    def means(self, payment: Payment) -> str:
        return str(wording.means(payment.method_type)) if payment.method_type else "—"

    @admin.display(description=_("automatic"), boolean=True)
    def is_automatic(self, payment: Payment) -> bool:
        return payment.autopay_id is not None

    @admin.display(description=_("resident"))
    def person(self, payment: Payment) -> str:
        return f"{payment.resident_id}: {masked(payment.resident.full_name)}"

    @admin.display(description=_("bills"))
    def bills(self, payment: Payment) -> SafeString:
        return format_html_join(
            "", "<p>{}, {}, {} {}: {} ({} + {} + {})</p>",
            (
                (f"{part.period:%m.%Y}", part.copy.get("address", ""), _("flat"), part.copy.get("flat", ""),
                 money.show(part.total_kopecks), money.show(part.services_kopecks),
                 money.show(part.penalty_kopecks), money.show(part.insurance_kopecks))
                for part in payment.parts.order_by("pk")
            ),
        )  # fmt: skip

    @admin.display(description=_("refunds"))
    def refunds_shown(self, payment: Payment) -> SafeString | str:
        found = [
            (reverse("admin:payments_refund_change", args=[one.pk]), one.pk, money.show(one.sum_kopecks),
             wording.refund_state(one)[0], one.reason)
            for one in payment.refunds.order_by("pk")
        ]  # fmt: skip
        return format_html_join("", '<p><a href="{}">№ {}</a>: {}, {}. {}</p>', found) if found else "—"

    @admin.display(description=_("steps"))
    def steps(self, payment: Payment) -> SafeString:
        return format_html_join(
            "", "<p>{} · {} · {}{}</p>",
            (
                (_moment(event.happened_at), _step(event), Source(event.source).label,
                 format_html(" · <code>{}</code>", event.code) if event.code else "")
                for event in Event.objects.filter(payment_id=payment.pk).order_by("pk")
            ),
        )  # fmt: skip

    @operator_action(
        title=_("Give money back"), roles=rights.REFUNDERS, form=RefundForm,
        when=lambda payment: payment.status == Status.SUCCEEDED and payment.refunded_kopecks < payment.total_kopecks,
    )  # fmt: skip
    def refund(
        self,
        payment: Payment,
        *,
        by: Resident,
        at: datetime,
        reason: str,
        sum: int | None,
        key: str,
    ) -> None:
        refunds.order(
            payment.pk, kopecks=sum, reason=reason, by=by, at=at, key=f"console:{payment.pk}:{key}",
        )  # fmt: skip


@admin.register(Refund, site=site)
class RefundAdmin(Numbered):
    """Money on its way back, and what became of it."""

    of_resident, by_payment = "payment__resident_id", "payment__in"
    search_help_text = _("Number of the refund, of the resident, at the acquirer, or the payer code")
    list_display = ("id", "of_payment", "ordered_at", "total", "state", "reason")
    list_filter = ("status",)
    fields = (
        "id", "of_payment", "total", "state", "reason", "ordered_at", "operator", "settled_at", "check_at",
        "cancel_reason", "acquirer_id",
    )  # fmt: skip
    readonly_fields = fields

    @admin.display(description=_("sum"), ordering="sum_kopecks")
    def total(self, refund: Refund) -> str:
        return money.show(refund.sum_kopecks)

    @admin.display(description=_("state"), ordering="status")
    def state(self, refund: Refund) -> str:
        return str(wording.refund_state(refund)[0])

    @admin.display(description=_("payment"))
    def of_payment(self, refund: Refund) -> SafeString:
        page = reverse("admin:payments_payment_change", args=[refund.payment_id])
        return format_html('<a href="{}">№ {}</a>', page, refund.payment_id)

    @admin.display(description=_("operator"))
    def operator(self, refund: Refund) -> str:
        return refund.ordered_by.full_name if refund.ordered_by else "—"


@site.link("people.resident", title=_("Payments"), roles=rights.LOOKERS)
def payments_of_resident(resident: Resident) -> str:
    return reverse("admin:payments_payment_changelist", query={"q": resident.pk})


@site.link("homes.flat", title=_("Payments"), roles=rights.LOOKERS)
def payments_of_flat(flat: Flat) -> str:
    return reverse("admin:payments_payment_changelist", query={"q": f"flat:{flat.pk}"})


def _step(event: Event) -> str:
    before = Status(event.before).label if event.before is not None else ""
    after = Status(event.after).label
    what = f"{_('refund')} № {event.refund_id}: " if event.refund_id else ""
    return f"{what}{before} → {after}" if before and before != after else f"{what}{after}"


def _moment(at: datetime) -> str:
    return date_format(at.astimezone(periods.zone()), "d.m.Y H:i:s")
