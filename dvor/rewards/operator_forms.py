"""What operators fill in: texts and prices of a reward, a new reward, a file of codes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminFileFieldWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from dvor.base.console import UPLOAD_BYTES_MAX, DateWidget, ReasonForm, holds, roles_of
from dvor.people.levels import Level
from dvor.people.models import Organisation
from dvor.rewards.models import PRICE_MAX, QUANTITY_MAX, Category, Reward

CITY_OPERATOR, PARTNER = "city_operator", "partner"


def _few_lines() -> UnfoldAdminTextareaWidget:
    return UnfoldAdminTextareaWidget(attrs={"rows": 3})


def _many_lines() -> UnfoldAdminTextareaWidget:
    return UnfoldAdminTextareaWidget(attrs={"rows": 6})


class RepriceForm(ReasonForm):
    """The new price; later orders pay it."""

    price = forms.IntegerField(
        label=_("Points for one unit"), min_value=1, max_value=PRICE_MAX, widget=UnfoldAdminIntegerFieldWidget
    )


class TextsForm(ReasonForm):
    """The texts of a reward in both languages."""

    titles_ru = forms.CharField(label=_("Title in Russian"), max_length=120, widget=UnfoldAdminTextInputWidget)
    titles_en = forms.CharField(label=_("Title in English"), max_length=120, widget=UnfoldAdminTextInputWidget)
    summary_ru = forms.CharField(label=_("Summary in Russian"), max_length=400, widget=_few_lines())
    summary_en = forms.CharField(label=_("Summary in English"), max_length=400, widget=_few_lines())
    terms_ru = forms.CharField(label=_("Terms in Russian"), max_length=4_000, widget=_many_lines())
    terms_en = forms.CharField(label=_("Terms in English"), max_length=4_000, widget=_many_lines())


def texts_of(filled: dict[str, Any]) -> dict[str, dict[str, str]]:
    """The texts of a form as data has them: name → language → text."""
    return {
        name: {language: filled[f"{name}_{language}"] for language in ("ru", "en")}
        for name in ("titles", "summary", "terms")
    }


def fields_of(reward: Reward) -> dict[str, str]:
    """The texts of a reward as the form has them."""
    return {
        f"{name}_{language}": getattr(reward, name).get(language, "")
        for name in ("titles", "summary", "terms")
        for language in ("ru", "en")
    }


class DraftForm(TextsForm):
    """A reward as its partner describes it; residents see it once the city publishes it."""

    field_order = ("category", "kind", "partner")

    category = forms.ModelChoiceField(
        label=_("Category"), queryset=Category.objects.order_by("position"), widget=UnfoldAdminSelectWidget
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=Reward.Kind.choices, widget=UnfoldAdminSelectWidget)
    partner = forms.ModelChoiceField(
        label=_("Partner"), queryset=Organisation.objects.none(), widget=UnfoldAdminSelectWidget
    )
    price = forms.IntegerField(
        label=_("Points for one unit"), min_value=1, max_value=PRICE_MAX, widget=UnfoldAdminIntegerFieldWidget
    )
    level_min = forms.TypedChoiceField(
        label=_("Account level"),
        coerce=lambda value: Level(int(value)),
        choices=[(level.value, level.title) for level in Level],
        widget=UnfoldAdminSelectWidget,
    )
    order_max = forms.IntegerField(
        label=_("Units in one order"),
        min_value=1,
        max_value=QUANTITY_MAX,
        initial=1,
        widget=UnfoldAdminIntegerFieldWidget,
    )
    month_max = forms.IntegerField(
        label=_("Limit a month"), min_value=1, max_value=30_000, required=False, widget=UnfoldAdminIntegerFieldWidget
    )
    lifetime_max = forms.IntegerField(
        label=_("Limit in all"), min_value=1, max_value=30_000, required=False, widget=UnfoldAdminIntegerFieldWidget
    )
    cancel_hours = forms.IntegerField(
        label=_("Cancellable for, hours"), min_value=1, max_value=24 * 90, required=False,
        widget=UnfoldAdminIntegerFieldWidget, help_text=_("Empty: the exchange is final, the code is shown at once."),
    )  # fmt: skip
    valid_until = forms.DateField(label=_("Use until"), required=False, widget=DateWidget)
    units = forms.IntegerField(
        label=_("Goal, units"), min_value=1, max_value=10**9, required=False, widget=UnfoldAdminIntegerFieldWidget,
        help_text=_("For donations only; empty: there is no limit."),
    )  # fmt: skip

    def __init__(self, *values: Any, request: HttpRequest, **more: Any) -> None:
        super().__init__(*values, **more)
        self.fields["partner"].queryset = partners_of(request)  # type: ignore[attr-defined]


class CodesForm(ReasonForm):
    """A file of codes for one reward."""

    field_order = ("reward", "file", "reason")

    reward = forms.ModelChoiceField(label=_("Reward"), queryset=Reward.objects.none(), widget=UnfoldAdminSelectWidget)
    file = forms.FileField(
        label=_("File"),
        widget=UnfoldAdminFileFieldWidget,
        help_text=_(
            "CSV, XLSX or ODS, a row a code, up to 10 MB. Needed: the column «code»; known besides: «valid until». "
            "After loading nobody but their resident sees the codes."
        ),
    )

    def __init__(self, *values: Any, request: HttpRequest, **more: Any) -> None:
        super().__init__(*values, **more)
        mine = Reward.objects.filter(kind=Reward.Kind.VOUCHER, partner__in=partners_of(request))
        self.fields["reward"].queryset = mine.order_by("-pk")  # type: ignore[attr-defined]

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > UPLOAD_BYTES_MAX:
            raise forms.ValidationError(_("The file is larger than 10 MB: load it with «dvor import promo-codes»."))
        return file


def partners_of(request: HttpRequest) -> QuerySet[Organisation]:
    """The partners that the operator may act for."""
    found = Organisation.objects.filter(kind=Organisation.Kind.PARTNER).order_by("title")
    return found if holds(request, [CITY_OPERATOR]) else found.filter(pk__in=roles_of(request).get(PARTNER, set()))
