"""The console's rewards and orders, and the pages where a reward is drafted and codes are loaded.

Promo codes have no list here on purpose: an operator sees how many there are, never one of them.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from dvor.base import audit, clock
from dvor.base.console import ReadOnlyAdmin, holds, masked, operator_action, site
from dvor.base.files import ErrorReport
from dvor.base.refusals import Refusal
from dvor.base.texts import pick
from dvor.people.models import Resident
from dvor.rewards import catalogue, codes, queries
from dvor.rewards.models import Order, PromoCode, Reward
from dvor.rewards.operator_forms import (
    CITY_OPERATOR,
    PARTNER,
    CodesForm,
    DraftForm,
    RepriceForm,
    TextsForm,
    fields_of,
    texts_of,
)


@admin.register(Reward, site=site)
class RewardAdmin(ReadOnlyAdmin):
    """The catalogue; a partner sees its own rewards alone."""

    roles = (CITY_OPERATOR, PARTNER)
    organisation_path = "partner"
    list_display = ("id", "title", "kind", "partner", "price", "free_codes", "published_at", "withdrawn_at")
    list_select_related = ("partner",)
    list_filter = ("kind", "category", ("published_at", admin.EmptyFieldListFilter))
    fields = ("title", "summary_shown", "terms_shown", "category", "kind", "partner", "price", "currency", "level_min",
              "order_max", "month_max", "lifetime_max", "cancel_hours", "valid_until", "units_total", "pool",
              "drafted_at", "published_at", "withdrawn_at")  # fmt: skip
    readonly_fields = fields
    search_fields = ("titles__ru__icontains", "titles__en__icontains")
    ordering = ("-pk",)
    actions = ("publish", "withdraw", "reprice", "correct")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Reward]:
        pool = PromoCode.objects.filter(reward_id=OuterRef("pk"), order__isnull=True).order_by()
        free = Subquery(pool.values("reward_id").annotate(free=Count("id")).values("free"), IntegerField())
        found: QuerySet[Reward] = super().get_queryset(request)
        return found.annotate(free=Coalesce(free, 0))

    @admin.display(description=_("title"))
    def title(self, reward: Reward) -> str:
        return str(reward)

    @admin.display(description=_("summary"))
    def summary_shown(self, reward: Reward) -> str:
        return pick(reward.summary)

    @admin.display(description=_("terms"))
    def terms_shown(self, reward: Reward) -> str:
        return pick(reward.terms)

    @admin.display(description=_("codes left"), ordering="free")
    def free_codes(self, reward: Reward) -> str:
        return str(getattr(reward, "free", "")) if reward.kind == Reward.Kind.VOUCHER else "—"

    @admin.display(description=_("codes: left and given"))
    def pool(self, reward: Reward) -> str:
        free, given = queries.pool_counts([reward.pk]).get(reward.pk, (0, 0))
        return f"{free} + {given}"

    @operator_action(title=_("Publish"), roles=[CITY_OPERATOR], when=lambda reward: reward.published_at is None)
    def publish(self, reward: Reward, *, by: Resident, at: datetime, reason: str) -> None:
        catalogue.publish(reward_id=reward.pk, by=by, at=at, reason=reason)

    @operator_action(
        title=_("Withdraw"), roles=[CITY_OPERATOR, PARTNER], when=lambda reward: reward.withdrawn_at is None
    )
    def withdraw(self, reward: Reward, *, by: Resident, at: datetime, reason: str) -> None:
        catalogue.withdraw(reward_id=reward.pk, reason=reason, by=by, at=at)

    @operator_action(
        title=_("Change the price"),
        roles=[CITY_OPERATOR],
        form=RepriceForm,
        like=lambda reward: {"price": reward.price},
    )
    def reprice(self, reward: Reward, *, by: Resident, at: datetime, reason: str, price: int) -> None:
        catalogue.reprice(reward_id=reward.pk, price=price, reason=reason, by=by, at=at)

    @operator_action(title=_("Correct the texts"), roles=[CITY_OPERATOR], form=TextsForm, like=fields_of)
    def correct(self, reward: Reward, *, by: Resident, at: datetime, reason: str, **filled: str) -> None:
        catalogue.correct(reward_id=reward.pk, texts=texts_of(filled), reason=reason, by=by, at=at)


@admin.register(Order, site=site)
class OrderAdmin(ReadOnlyAdmin):
    """Orders by their number or by the number of the resident; a partner learns nothing of who ordered."""

    roles = (CITY_OPERATOR, PARTNER)
    numbered = True
    organisation_path = "reward__partner"
    list_select_related = ("reward", "resident")
    list_filter = ("reward__kind", ("cancelled_at", admin.EmptyFieldListFilter))
    search_fields = ("pk",)  # only shows the field; get_search_results does the search
    search_help_text = _("Number of the order or of the resident")
    ordering = ("-pk",)

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        shown = ("id", "reward", "quantity", "points", "placed_at", "state")
        return (*shown, "person") if holds(request, [CITY_OPERATOR]) else shown

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        told = (*self.get_list_display(request), "fulfilled_at", "revealed_at", "cancellable_until", "cancelled_at")
        return (*told, "cancelled_reason", "hold_id") if holds(request, [CITY_OPERATOR]) else told

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return self.get_fields(request, obj)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        typed = search_term.strip()
        if not typed:
            return queryset, False
        if not (typed.isascii() and typed.isdigit() and len(typed) < 19):
            return queryset.none(), False
        wanted = Q(pk=int(typed))
        if holds(request, [CITY_OPERATOR]):
            wanted |= Q(resident_id=int(typed))
        return queryset.filter(wanted), False

    @admin.display(description=_("resident"))
    def person(self, order: Order) -> str:
        return f"{order.resident_id}: {masked(order.resident.full_name)}"

    @admin.display(description=_("state"))
    def state(self, order: Order) -> str:
        if order.cancelled_at is not None:
            return str(_("order cancelled"))
        if order.revealed_at is not None:
            return str(_("code shown"))
        return str(_("done") if order.fulfilled_at is not None else _("in work"))


@site.link("people.resident", title=_("Orders"), roles=[CITY_OPERATOR])
def orders_of_resident(resident: Resident) -> str:
    return reverse("admin:rewards_order_changelist", query={"resident": resident.pk})


# ── A new reward ─────────────────────────────────────────────────────────────────────────────────────────────────
@site.page("reward-draft/", title=_("New reward"), roles=[CITY_OPERATOR, PARTNER], icon="redeem")
@require_http_methods(["GET", "HEAD", "POST"])
def reward_draft(request: HttpRequest) -> HttpResponse:
    """Draft a reward; it opens afterwards, to be looked at and published."""
    form = DraftForm(request.POST or None, request=request)
    if form.is_valid():
        filled, texts = form.cleaned_data, texts_of(form.cleaned_data)
        names = ("kind", "price", "level_min", "order_max", "month_max", "lifetime_max", "cancel_hours",
                 "valid_until", "units")  # fmt: skip
        draft = catalogue.Draft(
            category=filled["category"].slug,
            partner_id=filled["partner"].pk,
            titles=texts["titles"],
            summary=texts["summary"],
            terms=texts["terms"],
            **{name: filled[name] for name in names},
        )
        try:
            made = catalogue.draft(draft, by=_operator(request), at=clock.now())
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            return HttpResponseRedirect(reverse("admin:rewards_reward_change", args=[made.pk]))
    context = {"form": form, "title": _("New reward"), "button": _("Save the draft")}
    return site.render(request, "rewards/console/form.html", context, 422 if form.is_bound else 200)


# ── Codes of a partner ───────────────────────────────────────────────────────────────────────────────────────────
@site.page("reward-codes/", title=_("Promo codes"), roles=[CITY_OPERATOR, PARTNER], icon="qr_code")
@require_http_methods(["GET", "HEAD", "POST"])
def reward_codes(request: HttpRequest) -> HttpResponse:
    """Load codes; the page says how many were taken and which rows were not, never a code."""
    form = CodesForm(request.POST or None, request.FILES or None, request=request)
    context: dict[str, Any] = {"form": form, "title": _("Promo codes"), "button": _("Load")}
    if form.is_valid():
        by, at, reward = _operator(request), clock.now(), form.cleaned_data["reward"]
        audit.record(
            act="rewards.codes.import_asked", subject=f"reward:{reward.pk}", by=by.pk, at=at,
            reason=form.cleaned_data["reason"],
        )  # fmt: skip
        report = ErrorReport()
        try:
            done = codes.import_(form.cleaned_data["file"].file, reward_id=reward.pk, by=by, at=at, report=report)
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            found = {"done": done, "errors": report.first, "more": report.count - len(report.first)}
            return site.render(request, "rewards/console/form.html", {**context, **found})
    return site.render(request, "rewards/console/form.html", context, 422 if form.is_bound else 200)


def _operator(request: HttpRequest) -> Resident:
    assert isinstance(request.user, Resident), "pages of the console are for residents with a role"
    return request.user
